//! Something per value of a breakdown; one thing where nothing is broken down.

use super::{
    super::{Source, mix::CodeMap},
    touch::{Key, NONE},
};
use crate::{AnswerError, Breakdown, BreakdownValue};

/// What can be put together.
pub(super) trait Absorb: Default {
    fn absorb(&mut self, other: Self);
}

/// One thing per key that was met.
#[derive(Default)]
pub(super) struct Groups<T> {
    places: CodeMap<Key, u32>,
    all: Vec<(Key, T)>,
    /// The place asked for last.
    last: usize,
}

/// A thing with its values, shown ones first.
type Ranked<T> = Vec<(Vec<BreakdownValue>, T)>;

impl<T: Absorb> Groups<T> {
    /// The thing of a key; None when there are too many, and the question is refused.
    pub(super) fn of(&mut self, key: Key) -> Option<&mut T> {
        if self.all.get(self.last).is_none_or(|(last, _)| *last != key) {
            self.last = match self.places.get(&key) {
                Some(place) => *place as usize,
                None if self.all.len() > Breakdown::VALUES_MAX => return None,
                None => {
                    self.places.insert(key, self.all.len() as u32);
                    self.all.push((key, T::default()));
                    self.all.len() - 1
                }
            };
        }
        self.all.get_mut(self.last).map(|(_, thing)| thing)
    }

    pub(super) fn absorb(&mut self, other: Self) {
        for (key, thing) in other.all {
            if let Some(mine) = self.of(key) {
                mine.absorb(thing);
            }
        }
    }

    /// The largest by a count, ties by value, as many as the breakdown shows; behind them all
    /// others in one, if there are any.
    pub(super) fn ranked<S: Source>(
        self,
        breakdown: Option<&Breakdown>,
        source: &S,
        count: impl Fn(&T) -> u64,
    ) -> Result<Ranked<T>, S::Error> {
        let Some(breakdown) = breakdown else {
            return Ok(self.all.into_iter().map(|(_, thing)| (Vec::new(), thing)).collect());
        };
        if self.all.len() > Breakdown::VALUES_MAX {
            return Err(AnswerError::TooManyValues { limit: Breakdown::VALUES_MAX }.into());
        }
        let value = |(dimension, code)| match code {
            NONE => BreakdownValue::None,
            code => source.value(dimension, code),
        };
        let values = |key: Key| breakdown.dimensions.iter().zip(key).map(value).collect();
        let mut ranked: Ranked<T> =
            self.all.into_iter().map(|(key, thing)| (values(key), thing)).collect();
        ranked.sort_by(|(key_a, a), (key_b, b)| {
            count(b).cmp(&count(a)).then_with(|| key_a.cmp(key_b))
        });
        let rest = ranked.split_off(breakdown.limit.min(ranked.len()));
        if !rest.is_empty() {
            let mut other = T::default();
            rest.into_iter().for_each(|(_, thing)| other.absorb(thing));
            ranked.push((vec![BreakdownValue::Other; breakdown.dimensions.len()], other));
        }
        Ok(ranked)
    }
}
