//! A funnel as its walks ask it: bits instead of selectors.

use super::super::{Mark, Plan, Wanted, session};
use crate::{Attribution, Funnel, Per, Selector, StepOrder};

/// The selectors of the plan are the steps, the exclusions, and any event where that matters.
pub(super) struct Rules {
    /// Steps.
    pub(super) steps: usize,
    /// Longest time from an attempt's first step to any other, ms.
    pub(super) window_ms: i64,
    /// In which order.
    pub(super) order: StepOrder,
    /// Bit i: step i may be left out.
    pub(super) optional: u32,
    /// Per exclusion from which number of steps passed, and below which, it voids an attempt.
    pub(super) exclusions: Vec<(usize, usize)>,
    /// Whether sessions are cut.
    pub(super) per: Per,
    /// Columns that break down; they are the first of the plan.
    pub(super) dimensions: usize,
    /// Which of a person's values counts.
    pub(super) attribution: Attribution,
}

impl Rules {
    pub(super) fn new(q: &Funnel) -> Self {
        let optional = q.steps.iter().enumerate().filter(|(_, step)| step.optional);
        Self {
            steps: q.steps.len(),
            window_ms: q.window_ms,
            order: q.order,
            optional: optional.fold(0, |bits, (index, _)| bits | 1 << index),
            exclusions: q.exclusions.iter().map(|e| (e.from, e.to)).collect(),
            per: q.per,
            dimensions: q.breakdown.as_ref().map_or(0, |breakdown| breakdown.dimensions.len()),
            attribution: q.attribution,
        }
    }

    /// Whether nothing but steps in order is to be minded.
    pub(super) fn is_plain(&self) -> bool {
        self.order == StepOrder::Ordered && self.optional == 0 && self.exclusions.is_empty()
    }

    pub(super) fn plan(&self, q: &Funnel) -> Plan {
        let steps = q.steps.iter().map(|step| &step.selector);
        let exclusions = q.exclusions.iter().map(|exclusion| &exclusion.selector);
        let mut selectors: Vec<Selector> = steps.chain(exclusions).cloned().collect();
        // Any event lies between two steps or makes a session go on.
        if self.order == StepOrder::Strict || self.per == Per::Session {
            selectors.push(Selector::default());
        }
        let dimensions = q.breakdown.iter().flat_map(|breakdown| &breakdown.dimensions);
        let mut columns: Vec<Wanted> = dimensions.cloned().map(Wanted::Value).collect();
        if self.per == Per::Session {
            columns.push(session::id_column());
        }
        let times = (q.range.from.0, q.range.to.0);
        Plan { times, selectors, columns, ..Plan::default() }
    }

    /// The selector of any event, where there is one.
    pub(super) fn any(&self) -> usize {
        self.steps + self.exclusions.len()
    }

    /// All steps.
    pub(super) fn all(&self) -> u32 {
        (1 << self.steps) - 1
    }

    /// Bit i: the event matches step i.
    pub(super) fn steps_of(&self, mark: &Mark) -> u32 {
        mark.bits as u32 & self.all()
    }

    /// Bit i: the event matches exclusion i; further bits mean nothing.
    pub(super) fn exclusions_of(&self, mark: &Mark) -> u64 {
        mark.bits >> self.steps
    }
}
