//! Random ranges, filters, selectors and cohorts.

use insight::Op;
use serde_json::{Value as Json, json};

use super::{BEGIN, Random, facts::IDS};
use crate::store_contract::sample::DAY;

/// Fields that filters and breakdowns name.
const FIELDS: &[&str] = &[
    "event_type",
    "distinct_id",
    "session_id",
    "user_id",
    "page_path",
    "country",
    "browser",
    "source",
    "dialect",
    "revenue",
    "currency",
    "utm_source",
    "timestamp",
    "received_at",
    "event_id",
];
const PATHS: &[&str] = &["n", "v", "w", "a", "a.b", "a.b.c", "absent", "$set.plan"];

impl Random {
    /// A range: days, weeks back from now, a stretch that cuts days, an instant or nothing.
    pub(super) fn range(&mut self) -> Json {
        match self.rng.u8(..10) {
            0 => json!({"last": self.pick(&["1h", "36h", "5d", "2w", "1m", "2m"])}),
            1 => json!({"from": "2026-10-24", "to": "2026-10-27"}),
            2 => json!({"from": "2026-10-24T22:30", "to": "2026-10-25T09:15"}),
            3..7 => json!({"from": "2026-10-19", "to": "2026-11-02"}),
            7 => {
                let at = self.moment();
                let to = at + self.pick(&[0, 1, 60_000, DAY / 24, DAY]);
                json!({"from": named(at), "to": named(to)})
            }
            _ => {
                let (a, b) = (self.moment(), self.moment());
                json!({"from": named(a.min(b)), "to": named(a.max(b))})
            }
        }
    }

    /// A range that may span most of a year; not for hours.
    pub(super) fn wide_range(&mut self) -> Json {
        match self.once(6) {
            true => json!({"from": "2026-03-01T05:00", "to": "2026-12-20"}),
            false => self.range(),
        }
    }

    /// A selector as fields of an object.
    pub(super) fn selector(&mut self, depth: usize) -> Json {
        let mut json = json!({});
        if self.once(2) {
            let names = ["A", "A", "A", "B", "B", "B", "C", "page_view", "page_view"];
            let others = ["$identify", "$set", "purchase", "type 7", "no"];
            let name = if self.once(6) { self.pick(&others) } else { self.pick(&names) };
            json["event"] = json!(name);
        }
        if self.once(4) {
            json["filter"] = self.filter(depth);
        }
        json
    }

    /// A filter, nested up to some levels.
    pub(super) fn filter(&mut self, depth: usize) -> Json {
        let parts = |random: &mut Self| -> Vec<Json> {
            (0..random.rng.usize(..4)).map(|_| random.filter(depth - 1)).collect()
        };
        match self.rng.u8(..8) {
            0 => json!({}),
            1 if depth > 0 => json!({"all": parts(self)}),
            2 if depth > 0 => json!({"any": parts(self)}),
            3 if depth > 0 && self.persons => {
                let op = self.pick(&["in", "not_in"]);
                json!({"cohort": self.definition(depth - 1), "op": op})
            }
            4 if depth > 0 && self.persons => json!({"cohort": "saved", "op": "in"}),
            5 => json!({"property": self.pick(&["n", "v", "w", "a"]), "op": "is_set"}),
            _ => self.condition(),
        }
    }

    fn subject(&mut self) -> Json {
        match self.rng.u8(..6) {
            0 if self.persons => json!({"person": self.pick(&["plan", "n", "plan.x", "absent"])}),
            1..3 => json!({"field": self.pick(FIELDS)}),
            _ => json!({"property": self.pick(PATHS)}),
        }
    }

    fn condition(&mut self) -> Json {
        let mut json = self.subject();
        self.relation(&mut json);
        json
    }

    /// Adds `op` and `value`.
    fn relation(&mut self, json: &mut Json) {
        let op = self.pick(Op::ALL);
        let texts = ["", "a", "b", "1", "7", "u1", "ann", "/a", "DE", "pro", "x", "A", "é", "true"];
        let numbers = [json!(-1), json!(0), json!(1), json!(1.5), json!(7), json!(1e19)];
        let text = |random: &mut Self| json!(random.pick(&texts));
        let any = |random: &mut Self| match random.rng.u8(..5) {
            0 => json!(random.rng.bool()),
            1 | 2 => random.pick(&numbers),
            _ => json!(random.pick(&texts)),
        };
        let value = match op {
            Op::Is | Op::IsNot => any(self),
            Op::In | Op::NotIn => (0..self.rng.usize(..4)).map(|_| any(self)).collect(),
            Op::Contains | Op::NotContains | Op::StartsWith | Op::EndsWith => text(self),
            Op::Regex | Op::NotRegex => json!(self.pick(&["^[a-dpu]", "1$", ""])),
            Op::Gt | Op::Gte | Op::Lt | Op::Lte => self.pick(&numbers),
            Op::Between => json!([self.pick(&numbers), self.pick(&numbers)]),
            Op::IsSet | Op::IsNotSet => Json::Null,
            Op::Before | Op::After => json!(self.named_moment()),
        };
        json["op"] = json!(op.as_str());
        if !value.is_null() {
            json["value"] = value;
        }
    }

    /// The definition of a cohort.
    pub(super) fn definition(&mut self, depth: usize) -> Json {
        let parts = |random: &mut Self| -> Vec<Json> {
            (0..random.rng.usize(1..4)).map(|_| random.definition(depth - 1)).collect()
        };
        match self.rng.u8(..10) {
            0 if depth > 0 => json!({"all": parts(self)}),
            1 if depth > 0 => json!({"any": parts(self)}),
            2 if depth > 0 => json!({"not": self.definition(depth - 1)}),
            3 => json!({"ids": [self.pick(IDS), self.pick(IDS), self.pick(&["nobody", "", "d1"])]}),
            4 => {
                let mut json = json!({"person": self.pick(&["plan", "n", "absent"])});
                self.relation(&mut json);
                json
            }
            5 => json!({"first_time": self.selector(depth), "within": self.range()}),
            6 => {
                let within_seconds = self.pick(&[1, 1_800, 86_400, 600_000]);
                json!({"did": self.selector(depth), "then": self.selector(depth),
                    "within_seconds": within_seconds, "within": self.range()})
            }
            7 => {
                let quiet_seconds = self.pick(&[1, 86_400, 400_000]);
                json!({"stopped": self.selector(depth), "quiet_seconds": quiet_seconds,
                    "within": self.range()})
            }
            _ => {
                let times = self.pick(&["at_least", "at_most", "exactly"]);
                let times = json!({times: self.rng.u64(1..4) - u64::from(times != "at_least")});
                json!({"did": self.selector(depth), "times": times, "within": self.range()})
            }
        }
    }

    /// One to three dimensions.
    pub(super) fn breakdown(&mut self) -> Json {
        let one = |random: &mut Self| match random.rng.u8(..8) {
            0 => json!({"cohort": random.definition(1)}),
            1 => json!({"cohort": "saved"}),
            _ => random.subject(),
        };
        (0..self.rng.usize(1..=3)).map(|_| one(self)).collect()
    }

    /// What paths go by.
    pub(super) fn name_of(&mut self) -> Json {
        if self.once(2) { json!({"field": "event_type"}) } else { self.subject() }
    }

    /// What a statistic is of.
    pub(super) fn measured(&mut self) -> Json {
        match self.rng.u8(..5) {
            0 => json!({"field": "revenue"}),
            1 => json!({"person": "n"}),
            2 => self.subject(),
            _ => json!({"property": self.pick(&["n", "w"])}),
        }
    }
}

fn named(at: i64) -> String {
    debug_assert!(at >= BEGIN);
    event::Timestamp(at).to_string()
}
