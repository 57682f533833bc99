//! Saved questions: a question with a name, and how it is to be drawn.

use event::Code;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    CatalogError, Item, Shelf,
    library::{check_description, check_name, wrong},
};

/// Bytes of what says how it is to be drawn.
const VIEW_BYTES_MAX: usize = 4 * 1024;

/// A question that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedQuestion {
    /// A name for people.
    pub name: String,
    /// A few sentences.
    pub description: String,
    /// The question, with every default filled in.
    pub question: Value,
    /// How it is to be drawn: an object that only pages look at.
    pub view: Value,
}

impl Item for SavedQuestion {
    const SHELF: Shelf = Shelf::Questions;

    fn name(&self) -> &str {
        &self.name
    }

    fn check(&self) -> Result<(), CatalogError> {
        check_name(&self.name)?;
        check_description(&self.description)?;
        if !self.view.is_object() {
            return Err(wrong("view", Code::InvalidType, "view must be an object".into()));
        }
        let bytes = self.view.to_string().len();
        if bytes > VIEW_BYTES_MAX {
            let message = format!("view has {bytes} bytes, the limit is {VIEW_BYTES_MAX}");
            return Err(wrong("view", Code::TooLong, message));
        }
        Ok(())
    }
}
