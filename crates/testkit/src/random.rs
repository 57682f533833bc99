//! Random facts, and random questions of every kind about them.
//!
//! Events and questions draw from the same small vocabulary, so that most questions find
//! something: few persons and types, values that read alike but differ in kind, moments that tie,
//! and a stretch of days in which clocks change.

mod facts;
mod flow;
mod lists;
mod places;
mod questions;
mod site;
mod who;

use event::Timestamp;
use insight::{Classes, Context, Definition};
use jiff::tz::TimeZone;
use serde_json::Value as Json;

use crate::store_contract::sample::{DAY, HOUR, START};

pub use facts::Flavour;
pub use places::places;
pub use questions::question;

/// When the days of the facts begin: 2026-10-20T00:00:00Z. Clocks change in Berlin on the 25th.
pub const BEGIN: i64 = START + 19 * DAY;
/// How many days there are.
pub const DAYS: i64 = 11;

/// Chance, and what may not be chosen.
#[derive(Clone, Debug)]
pub struct Random {
    /// Where chance comes from.
    pub rng: fastrand::Rng,
    /// Whether filters may ask for properties and cohorts of persons.
    pub persons: bool,
}

impl Random {
    /// The same for the same seed.
    pub fn new(seed: u64) -> Self {
        Self { rng: fastrand::Rng::with_seed(seed), persons: true }
    }

    /// One of a list.
    ///
    /// # Panics
    /// When the list is empty.
    pub fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.rng.usize(..list.len())].clone()
    }

    /// Once in so many times.
    pub fn once(&mut self, times: u32) -> bool {
        self.rng.u32(..times) == 0
    }

    /// A moment of the days, ms; often the same as others, or at the edge of an hour.
    pub fn moment(&mut self) -> i64 {
        let minutes = self.pick(&[0, 0, 10, 29, 30, 59]);
        let past = self.pick(&[0, 0, 0, 1, 59_999]);
        let hour = match self.once(2) {
            true => self.pick(&[0, 1, 21, 22, 23]),
            false => self.rng.i64(0..24),
        };
        BEGIN + self.rng.i64(0..DAYS) * DAY + hour * HOUR + minutes * 60_000 + past
    }

    /// A moment as a question names it.
    fn named_moment(&mut self) -> String {
        Timestamp(self.moment()).to_string()
    }
}

/// What questions are read against.
///
/// # Panics
/// Never: zones and saved cohorts are known.
pub fn context(random: &mut Random) -> Context {
    let now = random.pick(&[
        BEGIN + 9 * DAY + 12 * HOUR,
        BEGIN + 5 * DAY + 3 * 60_000,
        BEGIN + 12 * DAY,
        BEGIN + 40 * DAY,
    ]);
    let zone = random.pick(&["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"]);
    let mut context = Context::new(Timestamp(now), TimeZone::get(zone).expect("a zone"));
    context.week_start = random.pick(insight::WeekStart::ALL);
    context.classes = classes(random).into();
    if random.persons {
        for name in ["saved", "other"] {
            let json = random.definition(1);
            if let Ok(definition) = insight::read::definition(&json, &context) {
                context.cohorts.insert(name.to_owned(), definition.into());
            }
        }
        // A filter may name them whatever was read.
        let nobody = || Definition::Any(Vec::new()).into();
        context.cohorts.entry("saved".to_owned()).or_insert_with(nobody);
    }
    context
}

fn classes(random: &mut Random) -> Classes {
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    match random.rng.u8(..5) {
        // Classes that overlap, with silent types in them, and one that is empty.
        0 => Classes {
            page_view: list(&["A", "$pageview", "$set"]),
            screen_view: list(&["A", "screen", "purchase"]),
            error: list(&["error", "$identify", "A", "error"]),
            performance: list(&["$web_vitals", "$set_once", "B"]),
            purchase: list(&[]),
            ..Classes::default()
        },
        // More types than get a selector each.
        1 => {
            let many = |name: &str| {
                let others = (0..40).map(|n| format!("type {n}"));
                others.chain([name.to_owned(), "$set".to_owned()]).collect()
            };
            Classes {
                error: many("error"),
                performance: many("performance"),
                purchase: many("purchase"),
                screen_view: many("screen"),
                ..Classes::default()
            }
        }
        _ => Classes::default(),
    }
}

/// The items of a JSON array; none of anything else.
fn each(json: &Json) -> &[Json] {
    json.as_array().map_or(&[], Vec::as_slice)
}
