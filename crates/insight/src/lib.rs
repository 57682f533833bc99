//! Questions and answers: what one may ask of events, independent of any backend.
//!
//! JSON becomes a [`Question`] in one place ([`read::question`]), which reports every problem at
//! once. A question holds only plain data; a [`filter::Matcher`] is its filter compiled once and
//! asked of many rows. [`calendar`] turns ranges and intervals into bucket edges, so that no
//! backend ever computes with time zones. This crate knows nothing of any backend or of SQL.

mod answer;
pub mod calendar;
mod cursor;
pub mod filter;
mod question;
pub mod read;

pub use answer::{
    Answer, CountsAnswer, EventCount, EventsAnswer, Meta, Point, SeriesAnswer, TrendAnswer,
};
pub use cursor::{Cursor, CursorError};
pub use filter::{Filter, Matcher, Op, Predicate, Row, Subject};
pub use question::{
    Column, Counts, Events, Interval, Measure, Order, Question, Range, Selector, Series, Span,
    Trend,
};
pub use read::{Context, Problem};
