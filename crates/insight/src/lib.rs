//! Questions and answers: what one may ask of events, independent of any backend.
//!
//! JSON becomes a [`Question`] in one place ([`read::question`]), which reports every problem at
//! once, and a question or an [`Answer`] becomes JSON in one place ([`write`]). A question holds
//! only plain data; a [`filter::Matcher`] is its filter compiled once and asked of many rows.
//! [`calendar`] turns ranges and intervals into bucket edges, so that no backend ever computes
//! with time zones; [`exact`] holds the arithmetic and [`Identity`] says whose an id is.
//! [`oracle`] answers every question over a slice of events, slowly and plainly: what it says is
//! right, and every backend must equal it. This crate knows nothing of any backend or of SQL.

mod answer;
pub mod calendar;
mod classes;
mod cursor;
pub mod exact;
pub mod filter;
mod fingerprint;
mod formula;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod identity;
pub mod kernel;
pub mod oracle;
mod question;
pub mod read;
mod traits;
pub mod write;

pub use answer::*;
pub use classes::Classes;
pub use cursor::{Cursor, CursorError};
pub use filter::{Filter, Matcher, Op, Operand, Predicate, Row, RowSet, Subject};
pub use fingerprint::ErrorShape;
pub use formula::{Formula, FormulaError};
pub use identity::{Identity, Link, NOBODY, Refusal, Told, is_linkable};
pub use question::*;
pub use read::{Context, Problem};
pub use traits::{PersonTraits, may_set_traits};
