//! What became of one event.

use crate::{EventId, Reason};

/// One per event of a request, in its order.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Durable, once.
    Stored {
        /// Its id.
        id: EventId,
    },
    /// Its original is durable already.
    Duplicate {
        /// The id of the original.
        id: EventId,
    },
    /// Refused; nothing of it is stored but the entry in the rejected-events log.
    Rejected(Reason),
}

/// Counters of the books: received = stored + duplicate + rejected + pending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events that came in, whatever became of them.
    pub received: u64,
    /// Events whose id was seen before.
    pub duplicate: u64,
    /// Events refused with a reason.
    pub rejected: u64,
}

impl Counts {
    /// Adds up outcomes.
    pub fn of(outcomes: &[Outcome]) -> Self {
        let mut counts = Self { received: outcomes.len() as u64, ..Self::default() };
        for outcome in outcomes {
            match outcome {
                Outcome::Stored { .. } => {}
                Outcome::Duplicate { .. } => counts.duplicate += 1,
                Outcome::Rejected(_) => counts.rejected += 1,
            }
        }
        counts
    }
}
