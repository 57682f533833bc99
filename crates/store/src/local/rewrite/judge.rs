//! Which rows stay.

use event::Field;

use crate::local::part::{PartMeta, RowMut, TextColumn};

#[allow(dead_code, reason = "no judge looks at all of it")]
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
    /// The row in its row group.
    pub(crate) row: usize,
    /// The fields the judge reads.
    pub(crate) fields: &'a [(Field, TextColumn)],
    /// The properties, when the judge reads them.
    pub(crate) properties: Option<&'a str>,
}

impl RowInfo<'_> {
    /// The texts of the fields the judge reads.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().filter_map(|(_, texts)| texts.get(self.row))
    }
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
    /// It stays, with this person key and as [`Judge::mask`] leaves it.
    Masked(u64),
}

/// Decides about rows. Asked once per row, in the order of the inputs.
pub(crate) trait Judge {
    /// Whether it wants to see the rows of a part; all rows of others stay as they are.
    fn concerns(&self, part: &PartMeta) -> bool;

    /// Decides.
    fn judge(&mut self, row: &RowInfo<'_>) -> Keep;

    /// Fields it wants to see, beside the distinct id.
    fn reads(&self) -> &[Field] {
        &[]
    }

    /// Whether it wants to see the properties of a part.
    fn reads_properties(&self, _: &PartMeta) -> bool {
        false
    }

    /// Changes a row that is kept as [`Keep::Masked`].
    fn mask(&self, _: &mut RowMut<'_>) {}
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
