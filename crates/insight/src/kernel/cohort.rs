//! Who belongs to a cohort.

use super::Source;
use crate::Definition;

/// The members of a cohort among the persons that have an event at all, ascending.
pub fn members<S: Source>(_definition: &Definition, _source: &S) -> Result<Vec<u32>, S::Error> {
    Ok(Vec::new())
}
