//! Reading a JSON object field by field, keeping count of what was read.

use event::Code;
use serde_json::{Map, Value as Json};

use crate::Problem;

/// An object of a flag. Fields that nobody read are problems at [`Object::finish`].
pub(super) struct Object<'a, 'p> {
    map: &'a Map<String, Json>,
    path: String,
    known: Vec<&'static str>,
    problems: &'p mut Vec<Problem>,
}

impl<'a, 'p> Object<'a, 'p> {
    pub(super) fn new(
        map: &'a Map<String, Json>,
        path: String,
        problems: &'p mut Vec<Problem>,
    ) -> Self {
        Self { map, path, known: Vec::new(), problems }
    }

    /// The full path of a field.
    pub(super) fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    pub(super) fn problem(&mut self, name: &str, code: Code, message: String) {
        let field = self.path(name);
        self.problems.push(Problem { field, code, message });
    }

    pub(super) fn invalid(&mut self, name: &str, message: String) {
        self.problem(name, Code::InvalidValue, message);
    }

    pub(super) fn wrong_type(&mut self, name: &str, expected: &str) {
        self.problem(name, Code::InvalidType, format!("{name} must be {expected}"));
    }

    pub(super) fn missing(&mut self, name: &str) {
        self.problem(name, Code::MissingField, format!("{name} is required"));
    }

    /// Fields that may be there and mean nothing here.
    pub(super) fn ignore(&mut self, names: &[&'static str]) {
        self.known.extend(names);
    }

    /// The field, even when it is null.
    pub(super) fn given(&mut self, name: &'static str) -> Option<&'a Json> {
        if !self.known.contains(&name) {
            self.known.push(name);
        }
        self.map.get(name)
    }

    /// The field, when it is there and not null.
    pub(super) fn raw(&mut self, name: &'static str) -> Option<&'a Json> {
        self.given(name).filter(|value| !value.is_null())
    }

    /// A text of at most so many characters.
    pub(super) fn text(&mut self, name: &'static str, max: usize) -> Option<&'a str> {
        let Some(text) = self.raw(name)?.as_str() else {
            self.wrong_type(name, "a string");
            return None;
        };
        let chars = text.chars().count();
        if chars > max {
            let message = format!("{name} has {chars} characters, the limit is {max}");
            self.problem(name, Code::TooLong, message);
            return None;
        }
        Some(text)
    }

    /// A text that must be there and not empty.
    pub(super) fn required_text(&mut self, name: &'static str, max: usize) -> Option<&'a str> {
        match self.map.get(name) {
            None | Some(Json::Null) => {}
            Some(Json::String(text)) if text.is_empty() => {}
            Some(_) => return self.text(name, max),
        }
        self.known.push(name);
        self.missing(name);
        None
    }

    /// A percentage of 0 to 100.
    pub(super) fn percentage(&mut self, name: &'static str) -> Option<f64> {
        let value = self.raw(name)?;
        match value.as_f64() {
            Some(number) if (0.0..=100.0).contains(&number) => Some(number),
            Some(_) => {
                self.invalid(name, format!("{name} is {value}, it must be 0 to 100"));
                None
            }
            None => {
                self.wrong_type(name, "a number of 0 to 100");
                None
            }
        }
    }

    pub(super) fn whole(&mut self, name: &'static str, max: u64) -> Option<u64> {
        let value = self.raw(name)?;
        match value.as_u64() {
            Some(number) if number <= max => Some(number),
            _ if value.is_number() => {
                self.invalid(name, format!("{name} is {value}, it must be 0 to {max}"));
                None
            }
            _ => {
                self.wrong_type(name, "a whole number");
                None
            }
        }
    }

    pub(super) fn bool(&mut self, name: &'static str) -> Option<bool> {
        let value = self.raw(name)?;
        if value.as_bool().is_none() {
            self.wrong_type(name, "true or false");
        }
        value.as_bool()
    }

    /// One of the allowed words; the first problem names all of them.
    pub(super) fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        choices: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.text(name, usize::MAX)?;
        let found = choices.iter().copied().find(|choice| word(*choice) == text);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|choice| word(*choice)).collect();
            let message = format!("{name} is {text:?}, it must be one of {}", words.join(", "));
            self.invalid(name, message);
        }
        found
    }

    /// Reads a nested object.
    pub(super) fn object<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Object<'a, '_>) -> T,
    ) -> Option<T> {
        let Json::Object(map) = self.raw(name)? else {
            self.wrong_type(name, "an object");
            return None;
        };
        let mut inner = Object::new(map, self.path(name), self.problems);
        let result = read(&mut inner);
        inner.finish();
        Some(result)
    }

    /// Reads a list of objects; what is wrong with one is told and it is left out.
    pub(super) fn objects<T>(
        &mut self,
        name: &'static str,
        max: usize,
        read: impl Fn(&mut Object<'a, '_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(items) = self.raw(name)?.as_array() else {
            self.wrong_type(name, "an array of objects");
            return None;
        };
        if items.len() > max {
            self.invalid(name, format!("{name} has {} items, the limit is {max}", items.len()));
            return None;
        }
        let mut read_items = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let path = format!("{}[{index}]", self.path(name));
            let Json::Object(map) = item else {
                let message = "must be an object".to_owned();
                self.problems.push(Problem { field: path, code: Code::InvalidType, message });
                continue;
            };
            let mut inner = Object::new(map, path, self.problems);
            read_items.extend(read(&mut inner));
            inner.finish();
        }
        Some(read_items)
    }

    /// The entries of a map of any keys.
    pub(super) fn entries(&mut self, name: &'static str) -> Option<&'a Map<String, Json>> {
        let value = self.raw(name)?;
        if !value.is_object() {
            self.wrong_type(name, "an object");
        }
        value.as_object()
    }

    /// Reports the fields that nobody read.
    pub(super) fn finish(self) {
        for name in self.map.keys().filter(|name| !self.known.contains(&name.as_str())) {
            let message =
                format!("{name} is not a field here, known are {}", self.known.join(", "));
            self.problems.push(Problem::invalid(self.path(name), message));
        }
    }
}
