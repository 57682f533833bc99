//! Where a list of events goes on.

use std::{fmt, str::FromStr};

use event::{EventId, Timestamp};
use thiserror::Error;

/// Behind which event a list goes on; only good for the question it was given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Time of the last event shown.
    pub timestamp: Timestamp,
    /// Its id.
    pub id: EventId,
    /// Fingerprint of tenant, selector and order.
    pub of: u64,
}

/// A text that no answer gave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("is not a cursor of an earlier answer to the same question")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:032x}{:016x}", self.timestamp.0, self.id.as_u128(), self.of)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(CursorError);
        }
        let part = |from, to| u128::from_str_radix(&text[from..to], 16).map_err(|_| CursorError);
        Ok(Self {
            timestamp: Timestamp(part(0, 16)? as u64 as i64),
            id: EventId::from_u128(part(16, 48)?),
            of: part(48, 64)? as u64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_and_junk_does_not() {
        let cursor = Cursor { timestamp: Timestamp(-5), id: EventId::from_u128(u128::MAX), of: 7 };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for junk in ["", "zz", &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(junk.parse::<Cursor>(), Err(CursorError));
        }
    }
}
