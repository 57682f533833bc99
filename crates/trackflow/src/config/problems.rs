//! Everything that is wrong with the configuration, told together.

use std::fmt;

use super::layers::Origin;

/// A list of problems; as an error it prints one a line.
#[derive(Debug, Default)]
pub struct Problems(Vec<String>);

impl Problems {
    /// Adds one.
    pub fn add(&mut self, origin: &Origin, message: impl fmt::Display) {
        match origin {
            Origin::Default | Origin::Flag => self.0.push(message.to_string()),
            origin => self.0.push(format!("{origin}: {message}")),
        }
    }

    /// Ok when there is none.
    pub fn none(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        write!(f, "the configuration has {count} {noun}:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl std::error::Error for Problems {}
