//! Which rows a selector means.

use insight::{Matcher, Range, Selector};

use super::{Batch, Needs};
use crate::AskError;

/// A selector and range, compiled.
pub(super) struct Select {
    /// What was asked for.
    pub(super) selector: Selector,
    /// `[from, to)`, ms.
    pub(super) times: (i64, i64),
    matcher: Matcher,
    trivial: bool,
}

impl Select {
    /// Compiles; a filter that cannot be is the question's fault.
    pub(super) fn new(selector: &Selector, range: &Range) -> Result<Self, AskError> {
        let matcher = Matcher::new(&selector.filter)
            .map_err(|problem| AskError::Invalid { field: "filter".into(), problem })?;
        let trivial = matcher.is_trivial();
        let times = (range.from.0, range.to.0);
        Ok(Self { selector: selector.clone(), times, matcher, trivial })
    }

    /// Adds the columns it reads.
    pub(super) fn needs(&self, needs: &mut Needs) {
        needs.events = true;
        needs.filter(&self.matcher);
    }

    /// Calls `visit` with each row of the batch that is meant and for which `wanted` holds, which
    /// is asked before the filter.
    pub(super) fn each(
        &self,
        batch: &Batch<'_>,
        mut wanted: impl FnMut(usize) -> bool,
        mut visit: impl FnMut(usize),
    ) {
        let taken: Vec<bool> = batch.names.iter().map(|name| self.selector.takes(name)).collect();
        if !taken.contains(&true) {
            return;
        }
        let (from, to) = self.times;
        for (row, time) in batch.times.iter().enumerate() {
            let meant = from <= *time
                && *time < to
                && taken[batch.events[row] as usize]
                && wanted(row)
                && (self.trivial || batch.matches(&self.matcher, row));
            if meant {
                visit(row);
            }
        }
    }
}
