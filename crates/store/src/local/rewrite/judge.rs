//! Which rows stay.

use crate::local::part::PartMeta;

#[allow(dead_code, reason = "an erasure looks at persons and positions")]
/// What a judge sees of a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowInfo<'a> {
    /// Whose.
    pub(crate) tenant: &'a str,
    /// The event id.
    pub(crate) id: u128,
    /// When it happened, ms.
    pub(crate) time: i64,
    /// The person key, 0 for none.
    pub(crate) person: u64,
    /// Key of its own distinct id, 0 for none.
    pub(crate) id_key: u64,
    /// Its own distinct id.
    pub(crate) distinct_id: Option<&'a str>,
    /// What happened.
    pub(crate) event_type: &'a str,
    /// The lane.
    pub(crate) lane: u32,
    /// The position in it.
    pub(crate) position: u64,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// It stays.
    Yes,
    /// It goes.
    No,
    /// It stays, with another person key.
    Changed(u64),
}

/// Decides about rows. Asked once per row, in the order of the inputs.
pub(crate) trait Judge {
    /// Whether it wants to see the rows of a part; all rows of others stay as they are.
    fn concerns(&self, part: &PartMeta) -> bool;

    /// Decides.
    fn judge(&mut self, row: &RowInfo<'_>) -> Keep;
}

/// Nothing goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeepAll;

impl Judge for KeepAll {
    fn concerns(&self, _: &PartMeta) -> bool {
        false
    }

    fn judge(&mut self, _: &RowInfo<'_>) -> Keep {
        Keep::Yes
    }
}
