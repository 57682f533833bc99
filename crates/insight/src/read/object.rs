//! Reading a JSON object field by field, keeping count of what was read.

use event::Code;
use serde_json::{Map, Value as Json};

use super::Problem;

/// An object of a question. Fields that nobody read are problems at [`Object::finish`].
pub(super) struct Object<'a> {
    map: &'a Map<String, Json>,
    path: String,
    known: Vec<String>,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Object<'a> {
    pub(super) fn new(
        map: &'a Map<String, Json>,
        path: String,
        problems: &'a mut Vec<Problem>,
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

    pub(super) fn missing(&mut self, name: &str) {
        self.problem(name, Code::MissingField, format!("{name} is required"));
    }

    fn wrong_type(&mut self, name: &str, expected: &str) {
        self.problem(name, Code::InvalidType, format!("{name} must be {expected}"));
    }

    /// The field, when it is there and not null.
    pub(super) fn raw(&mut self, name: &str) -> Option<&'a Json> {
        self.known.push(name.to_owned());
        self.map.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(&mut self, name: &str) -> Option<&'a str> {
        let value = self.raw(name)?;
        if value.as_str().is_none() {
            self.wrong_type(name, "a string");
        }
        value.as_str()
    }

    pub(super) fn whole(&mut self, name: &str, min: u64, max: u64) -> Option<u64> {
        let value = self.raw(name)?;
        match value.as_u64() {
            Some(number) if (min..=max).contains(&number) => Some(number),
            _ if value.is_number() => {
                let message = format!("{name} is {value}, it must be {min} to {max}");
                self.problem(name, Code::InvalidValue, message);
                None
            }
            _ => {
                self.wrong_type(name, "a whole number");
                None
            }
        }
    }

    pub(super) fn flag(&mut self, name: &str) -> bool {
        self.truth(name).unwrap_or(false)
    }

    /// True or false, when it is said.
    pub(super) fn truth(&mut self, name: &str) -> Option<bool> {
        let value = self.raw(name)?;
        if value.as_bool().is_none() {
            self.wrong_type(name, "true or false");
        }
        value.as_bool()
    }

    /// Whether the field is there and not null; it counts as read by whoever reads it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }

    pub(super) fn choice(&mut self, name: &str, choices: &[&'static str]) -> Option<&'static str> {
        let text = self.text(name)?;
        let found = choices.iter().copied().find(|choice| *choice == text);
        if found.is_none() {
            let message = format!("{name} is {text:?}, it must be one of {}", choices.join(", "));
            self.problem(name, Code::InvalidValue, message);
        }
        found
    }

    pub(super) fn required_choice(
        &mut self,
        name: &str,
        choices: &[&'static str],
    ) -> Option<&'static str> {
        if self.map.get(name).is_none_or(Json::is_null) {
            self.known.push(name.to_owned());
            self.missing(name);
            return None;
        }
        self.choice(name, choices)
    }

    /// Reads a nested object; None when it is absent, Some(None) when it was wrong.
    pub(super) fn object<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Object<'_>) -> Option<T>,
    ) -> Option<Option<T>> {
        let value = self.raw(name)?;
        let Json::Object(map) = value else {
            self.wrong_type(name, "an object");
            return Some(None);
        };
        let mut inner = Object::new(map, self.path(name), self.problems);
        let result = read(&mut inner);
        inner.finish();
        Some(result)
    }

    /// Reads a list of objects; None when it is absent or anything in it was wrong.
    pub(super) fn objects<T>(
        &mut self,
        name: &str,
        max: usize,
        read: impl Fn(&mut Object<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let value = self.raw(name)?;
        let Some(items) = value.as_array() else {
            self.wrong_type(name, "an array");
            return None;
        };
        if items.is_empty() || items.len() > max {
            let message = format!("{name} has {} items, it must have 1 to {max}", items.len());
            self.problem(name, Code::InvalidValue, message);
            return None;
        }
        let mut read_items = Vec::new();
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

    /// The map, its path and the list of problems, for readers of other shapes.
    pub(super) fn parts(&mut self) -> (&'a Map<String, Json>, String, &mut Vec<Problem>) {
        (self.map, self.path.clone(), self.problems)
    }

    pub(super) fn known(&mut self, name: &str) {
        self.known.push(name.to_owned());
    }

    /// Reports the fields that nobody read.
    pub(super) fn finish(self) {
        for name in self.map.keys().filter(|name| !self.known.contains(name)) {
            let field = self.path(name);
            self.problems.push(Problem {
                message: format!("{field} is not a field of this question"),
                field,
                code: Code::InvalidValue,
            });
        }
    }
}
