//! Annotations: what happened when, for who looks at a chart.

use event::{Code, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    CatalogError, Item, Shelf,
    library::{check_chars, wrong},
};

const TEXT_CHARS_MAX: usize = 1_000;

/// An annotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    /// When it was, milliseconds since 1970.
    pub at_ms: i64,
    /// What it was.
    pub text: String,
    /// On which charts it is shown.
    pub scope: AnnotationScope,
}

/// On which charts an annotation is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnnotationScope {
    /// On all.
    #[default]
    All,
    /// On those of a dashboard.
    Dashboard(u64),
    /// On that of a saved question.
    Question(u64),
}

impl Item for Annotation {
    const SHELF: Shelf = Shelf::Annotations;

    fn name(&self) -> &str {
        &self.text
    }

    fn at(&self) -> Option<Timestamp> {
        Some(Timestamp(self.at_ms))
    }

    fn check(&self) -> Result<(), CatalogError> {
        if self.text.trim().is_empty() {
            return Err(wrong("text", Code::MissingField, "text is required".into()));
        }
        check_chars("text", &self.text, TEXT_CHARS_MAX)
    }
}
