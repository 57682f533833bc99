//! What is wrong with a flag.

use event::Code;

/// One thing wrong with a flag or an experiment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, e.g. `filters.groups[0].properties[1].operator`.
    pub field: String,
    /// Its code.
    pub code: Code,
    /// A sentence that says what is allowed.
    pub message: String,
}

impl Problem {
    /// A field with an impossible value.
    pub fn invalid(field: impl Into<String>, message: String) -> Self {
        Self { field: field.into(), code: Code::InvalidValue, message }
    }
}
