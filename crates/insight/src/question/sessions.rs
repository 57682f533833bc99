//! `kind: sessions`: visits, their length and how many bounce.

use std::sync::Arc;

use event::{TenantId, Timestamp};

use super::{Interval, Range, Selector};
use crate::{Classes, Cursor};

/// `kind: sessions`.
#[derive(Clone, Debug, PartialEq)]
pub struct Sessions {
    /// When sessions start.
    pub range: Range,
    /// Sessions with at least one such event.
    pub selector: Selector,
    /// Only those that go on at the moment of asking ([`Sessions::goes_on`]), or only the others.
    pub active: Option<bool>,
    /// Also figures per bucket of the sessions' start.
    pub interval: Option<Interval>,
    /// Also so many single sessions, latest start first; 0 to 1,000.
    pub list: usize,
    /// The list goes on behind this first event of a session; figures do not change by it.
    pub after: Option<Cursor>,
    /// What counts as a page view, and what as interactive.
    pub classes: Arc<Classes>,
}

impl Sessions {
    /// The type of events that begin a session.
    pub const START: &'static str = "session_start";
    /// The type of events that end a session for good.
    pub const END: &'static str = "session_end";
    /// So long after its last event a session that was not ended is over.
    const IDLE_MS: i64 = 30 * 60_000;

    /// Whether a session with that last event goes on: nobody ended it, and it is not idle yet.
    pub fn goes_on(last: Timestamp, has_end: bool, now: Timestamp) -> bool {
        !has_end && now.0 - last.0 < Self::IDLE_MS
    }

    /// What cursors of the list carry: that of no other tenant, selector or state.
    pub fn fingerprint(&self, tenant: &TenantId) -> u64 {
        crate::read::hashed(&format!("{tenant}\nsessions\n{:?}\n{:?}", self.selector, self.active))
    }
}
