//! The shapes of errors from the codes of their properties: a text is masked once per code.

use std::{collections::HashMap, sync::Arc};

use crate::{
    BreakdownValue, Dimension, ErrorShape, Subject,
    fingerprint::{MESSAGES, NAMES, PLACES, STACKS, mask, top_frame},
    kernel::{Mark, Values, Wanted},
};

/// Name, message and frame of a shape, as numbers of texts.
pub(super) type Key = [u32; 3];

/// Properties by what is made of their texts.
const PARTS: [(&[&str], Make); 4] = [
    (NAMES, |text| Some(text.to_owned())),
    (MESSAGES, |text| Some(mask(text))),
    (STACKS, |text| top_frame(text).map(mask)),
    (PLACES, |text| Some(mask(text))),
];

/// What is made of a text, if it holds what is looked for.
type Make = fn(&str) -> Option<String>;

/// The columns: codes of all properties and, behind them, their hashes.
pub(super) fn columns() -> Vec<Wanted> {
    let subject = |name: &&str| Subject::Property((*name).to_owned());
    let names = || PARTS.iter().flat_map(|(names, _)| *names);
    let codes = names().map(|name| Wanted::Value(Dimension::Value(subject(name))));
    codes.chain(names().map(|name| Wanted::Hash(subject(name)))).collect()
}

/// How many properties there are.
fn properties() -> usize {
    PARTS.iter().map(|(names, _)| names.len()).sum()
}

/// What is known of a code.
#[derive(Clone, Copy, PartialEq)]
enum Known {
    /// Not looked up yet.
    Nothing,
    /// No text, or an empty one: the next property is looked at.
    Empty,
    /// A text, and the number of what was made of it.
    Text(Option<u32>),
    /// The same, if it is a text: a number beyond a double's reach has the code of its digits.
    Perhaps(Option<u32>),
}

/// Texts by number, and what the codes of each property stand for.
#[derive(Default)]
pub(super) struct Shapes {
    numbers: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
    known: Vec<Vec<Known>>,
}

impl Shapes {
    /// The shape of an event.
    pub(super) fn key<V: Values>(&mut self, mark: &Mark, values: &V) -> Key {
        let mut found = [None; PARTS.len()];
        let mut column = 0;
        for ((names, make), found) in PARTS.iter().zip(&mut found) {
            let of_part = column..column + names.len();
            column = of_part.end;
            *found = of_part.into_iter().find_map(|at| self.known(at, *make, mark, values));
        }
        let [name, message, stack, place] = found.map(Option::flatten);
        let mut or_empty = |text: Option<u32>| text.unwrap_or_else(|| self.text(""));
        [or_empty(name), or_empty(message), or_empty(stack.or(place))]
    }

    /// What is made of a property, if it is a text.
    fn known<V: Values>(
        &mut self,
        column: usize,
        make: Make,
        mark: &Mark,
        values: &V,
    ) -> Option<Option<u32>> {
        let code = values.code(column, mark) as usize;
        if self.known.len() <= column {
            self.known.resize(column + 1, Vec::new());
        }
        if self.known[column].len() <= code {
            self.known[column].resize(code + 1, Known::Nothing);
        }
        if self.known[column][code] == Known::Nothing {
            self.known[column][code] = self.look_up(column, code as u32, make, values);
        }
        match self.known[column][code] {
            Known::Nothing | Known::Empty => None,
            Known::Text(made) => Some(made),
            Known::Perhaps(made) => (values.hash(column + properties(), mark) != 0).then_some(made),
        }
    }

    fn look_up<V: Values>(&mut self, column: usize, code: u32, make: Make, values: &V) -> Known {
        let BreakdownValue::Text(text) = values.value(column, code) else { return Known::Empty };
        if text.is_empty() {
            return Known::Empty;
        }
        let made = make(&text).map(|made| self.text(&made));
        let is_digits = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
        if is_digits { Known::Perhaps(made) } else { Known::Text(made) }
    }

    /// The number of a text.
    fn text(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let (text, number): (Arc<str>, _) = (text.into(), self.texts.len() as u32);
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }

    /// The shape of a key.
    pub(super) fn shape(&self, key: Key) -> ErrorShape {
        let [name, message, frame] = key.map(|text| self.texts[text as usize].to_string());
        ErrorShape { name, message, frame }
    }

    /// The key of a shape of other shapes.
    pub(super) fn same(&mut self, key: Key, other: &Self) -> Key {
        key.map(|text| self.text(&other.texts[text as usize]))
    }
}
