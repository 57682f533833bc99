//! Codes of values, the same in all units and folds of one question.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use insight::{BreakdownValue, Dimension};

/// Distinct values of one dimension that a question may meet.
pub(super) const VALUES_MAX: usize = 4_000_000;

/// The values of one dimension.
#[derive(Debug, Default)]
pub(super) struct Interner {
    codes: Mutex<HashMap<(u8, Box<str>), u32>>,
    values: RwLock<Vec<BreakdownValue>>,
    full: AtomicBool,
}

impl Interner {
    /// The code of a value. Beyond the bound all values share one, and [`Self::is_full`] tells.
    pub(super) fn code(&self, value: BreakdownValue) -> u32 {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key(&value);
        if let Some(code) = codes.get(&key) {
            return *code;
        }
        let mut values = self.values.write().unwrap_or_else(PoisonError::into_inner);
        if values.len() >= VALUES_MAX {
            self.full.store(true, Ordering::Relaxed);
            return 0;
        }
        let code = values.len() as u32;
        codes.insert(key, code);
        values.push(value);
        code
    }

    /// The value of a code.
    pub(super) fn value(&self, code: u32) -> BreakdownValue {
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        values.get(code as usize).cloned().unwrap_or(BreakdownValue::None)
    }

    /// Whether there were more values than may be.
    pub(super) fn is_full(&self) -> bool {
        self.full.load(Ordering::Relaxed)
    }
}

/// What makes values one: their kind and how they are written.
fn key(value: &BreakdownValue) -> (u8, Box<str>) {
    match value {
        BreakdownValue::Text(text) => (0, text.as_str().into()),
        BreakdownValue::Number(number) => (1, number.to_string().into()),
        BreakdownValue::Bool(truth) => (2, truth.to_string().into()),
        BreakdownValue::Json(raw) => (3, raw.as_str().into()),
        BreakdownValue::Null => (4, "".into()),
        BreakdownValue::None => (5, "".into()),
        BreakdownValue::Other => (6, "".into()),
    }
}

/// The interners of one question.
#[derive(Debug, Default)]
pub(super) struct Interners(Mutex<Vec<(Dimension, Arc<Interner>)>>);

impl Interners {
    /// That of a dimension.
    pub(super) fn of(&self, dimension: &Dimension) -> Arc<Interner> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, interner)) = all.iter().find(|(known, _)| known == dimension) {
            return interner.clone();
        }
        let interner = Arc::new(Interner::default());
        all.push((dimension.clone(), interner.clone()));
        interner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_have_equal_codes() {
        let interner = Interner::default();
        let text = |t: &str| BreakdownValue::Text(t.into());
        let codes =
            [text("1"), BreakdownValue::Number(1.0), text(""), BreakdownValue::None, text("1")]
                .map(|value| interner.code(value));
        assert_eq!(codes, [0, 1, 2, 3, 0]);
        assert_eq!((interner.value(1), interner.is_full()), (BreakdownValue::Number(1.0), false));
    }
}
