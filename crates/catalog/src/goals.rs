//! Goals: events that count as a success.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    CatalogError, Item, Shelf,
    library::{check_description, check_name},
};

/// A goal: a selector of events with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    /// A name for people.
    pub name: String,
    /// A few sentences.
    pub description: String,
    /// The event type; None for any.
    pub event: Option<String>,
    /// Further conditions, as questions have them.
    pub filter: Option<Value>,
}

impl Item for Goal {
    const SHELF: Shelf = Shelf::Goals;

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self) -> Result<(), CatalogError> {
        check_name(&self.name)?;
        check_description(&self.description)
    }
}
