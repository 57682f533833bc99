//! Which rows an erasure touches.

use event::Field;
use insight::Told;

use super::{mask::Mask, whom::ID_FIELDS};
use crate::{
    erasure::How,
    local::{
        part::{PartMeta, RowMut},
        rewrite::{Judge, Keep, RowInfo},
    },
};

/// Finds the rows of a person and those that name it.
#[derive(Debug)]
pub(super) struct Eraser<'a> {
    pub(super) mask: &'a Mask<'a>,
    pub(super) how: How,
    /// Rows of the person.
    pub(super) events: u64,
    /// Rows of others that name it.
    pub(super) mentions: u64,
}

impl Judge for Eraser<'_> {
    fn concerns(&self, part: &PartMeta) -> bool {
        *part.tenant == *self.mask.tenant.as_str()
    }

    fn judge(&mut self, row: &RowInfo<'_>) -> Keep {
        let whom = self.mask.whom;
        // Keys are hashes: the text decides.
        if row.distinct_id.is_some_and(|id| whom.is(id)) {
            self.events += 1;
            return match self.how {
                How::Delete => Keep::No,
                How::Anonymise => Keep::Masked(self.mask.key),
            };
        }
        let linked = |properties| whom.is_linked_by(row.event_type, properties);
        if row.texts().any(|text| whom.is(text)) || row.properties.is_some_and(linked) {
            self.mentions += 1;
            return Keep::Masked(row.person);
        }
        Keep::Yes
    }

    fn reads(&self) -> &[Field] {
        &ID_FIELDS
    }

    fn reads_properties(&self, part: &PartMeta) -> bool {
        let linking = |types: &Vec<_>| types.iter().any(|(name, _): &(_, u64)| is_linking(name));
        part.events.as_ref().is_none_or(linking)
    }

    fn mask(&self, row: &mut RowMut<'_>) {
        let own = row.text(Field::DistinctId).is_some_and(|id| self.mask.whom.is(id));
        if own { self.mask.own(row) } else { self.mask.other(row) }
    }
}

fn is_linking(name: &std::sync::Arc<str>) -> bool {
    Told::is_told_by(name)
}
