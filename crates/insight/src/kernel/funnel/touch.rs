//! The values that a person counts for.

use super::{
    super::{Mark, Values},
    attempts::SKIPPED,
    rules::Rules,
};
use crate::{Attribution, Breakdown, BreakdownValue};

/// A code per dimension; [`NONE`] for dimensions that there are not.
pub(super) type Key = [u32; Breakdown::DIMENSIONS_MAX];

/// The code of a missing value, whatever its code is in the source.
pub(super) const NONE: u32 = u32::MAX;

/// What a code stands for, found out once per code.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Unknown,
    Missing,
    Null,
    Set,
}

/// Kinds of codes, per dimension.
#[derive(Default)]
pub(super) struct Touch([Vec<Kind>; Breakdown::DIMENSIONS_MAX]);

impl Touch {
    pub(super) fn key<V: Values>(
        &mut self,
        rules: &Rules,
        marks: &[Mark],
        filled: &[u32],
        values: &V,
    ) -> Key {
        const NOTHING: Key = [NONE; Breakdown::DIMENSIONS_MAX];
        if rules.dimensions == 0 {
            return NOTHING;
        }
        let mut steps = marks.iter().filter(|mark| rules.steps_of(mark) != 0);
        let mut touch = |mark: &Mark| self.of(rules.dimensions, mark, values);
        let set = |(key, set): (Key, bool)| set.then_some(key);
        let key = match rules.attribution {
            Attribution::FirstTouch => steps.find_map(|mark| set(touch(mark))),
            Attribution::LastTouch => steps.rev().find_map(|mark| set(touch(mark))),
            Attribution::Step(step) => {
                let row = filled.get(step - 1).filter(|row| **row != SKIPPED);
                row.map(|row| touch(&marks[*row as usize]).0)
            }
        };
        key.unwrap_or(NOTHING)
    }

    /// The key of one event, and whether any of its values is set.
    fn of<V: Values>(&mut self, dimensions: usize, mark: &Mark, values: &V) -> (Key, bool) {
        let mut key = [NONE; Breakdown::DIMENSIONS_MAX];
        let mut any = false;
        for (column, slot) in key.iter_mut().enumerate().take(dimensions) {
            let code = values.code(column, mark);
            match self.kind(column, code, values) {
                Kind::Missing | Kind::Unknown => {}
                kind => {
                    *slot = code;
                    any |= kind == Kind::Set;
                }
            }
        }
        (key, any)
    }

    fn kind<V: Values>(&mut self, column: usize, code: u32, values: &V) -> Kind {
        let (kinds, at) = (&mut self.0[column], code as usize);
        if at >= kinds.len() {
            kinds.resize(at + 1, Kind::Unknown);
        }
        if kinds[at] == Kind::Unknown {
            kinds[at] = match values.value(column, code) {
                BreakdownValue::None => Kind::Missing,
                BreakdownValue::Null => Kind::Null,
                _ => Kind::Set,
            };
        }
        kinds[at]
    }
}
