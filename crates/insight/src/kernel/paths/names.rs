//! Names of nodes as numbers.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::super::{Mark, Values};
use crate::BreakdownValue;

/// All names met so far, numbered from 0.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<Arc<str>, u32>,
    all: Vec<Arc<str>>,
}

impl Names {
    /// The number of a name, a new one if it was not met before.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.all.len() as u32;
        let name: Arc<str> = name.into();
        self.numbers.insert(Arc::clone(&name), number);
        self.all.push(name);
        number
    }

    /// The name of a number.
    pub(super) fn name(&self, number: u32) -> &str {
        &self.all[number as usize]
    }
}

/// Names that all parts of a fold share.
pub(super) type Shared = Mutex<Names>;

/// Numbers by code, found out once per code and part.
#[derive(Default)]
pub(super) struct Namer(Vec<u32>);

/// Not found out yet.
const UNKNOWN: u32 = u32::MAX;
/// A value that names nothing.
const NAMELESS: u32 = u32::MAX - 1;

impl Namer {
    /// The number of an event's name in column 0; None when it has none.
    pub(super) fn of<V: Values>(&mut self, mark: &Mark, values: &V, names: &Shared) -> Option<u32> {
        let code = values.code(0, mark) as usize;
        let known = self.0.get(code).copied().filter(|number| *number != UNKNOWN);
        let number = known.unwrap_or_else(|| self.learn(code, values, names));
        (number != NAMELESS).then_some(number)
    }

    #[cold]
    fn learn<V: Values>(&mut self, code: usize, values: &V, names: &Shared) -> u32 {
        let name = match values.value(0, code as u32) {
            BreakdownValue::Text(text) | BreakdownValue::Json(text) => Some(text),
            BreakdownValue::Number(number) => Some(number.to_string()),
            BreakdownValue::Bool(truth) => Some(truth.to_string()),
            BreakdownValue::Null | BreakdownValue::None | BreakdownValue::Other => None,
        };
        // A part that panicked gives no answer; the names are whole all the same.
        let number = name.map_or(NAMELESS, |name| {
            names.lock().unwrap_or_else(PoisonError::into_inner).number(&name)
        });
        if self.0.len() <= code {
            self.0.resize(code + 1, UNKNOWN);
        }
        self.0[code] = number;
        number
    }
}
