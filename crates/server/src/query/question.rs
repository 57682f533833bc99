//! A question back to JSON: normalised, with every default filled in. Asking the result again is
//! asking the same question.

use event::Timestamp;
use insight::{
    Filter, Predicate, Question, Range, Selector, Series, Span, Subject, filter::Operand,
};
use serde::{Serialize, Serializer, ser::SerializeMap};

/// The JSON of a question.
pub(super) struct QuestionJson<'a>(pub(super) &'a Question);

impl Serialize for QuestionJson<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(None)?;
        map.serialize_entry("kind", self.0.kind())?;
        map.serialize_entry("range", &RangeJson(self.0.range()))?;
        map.serialize_entry("tz", zone_name(self.0.range()))?;
        match self.0 {
            Question::Events(q) => {
                selector(&mut map, &q.selector)?;
                map.serialize_entry("limit", &q.limit)?;
                let order = match q.order {
                    insight::Order::Newest => "newest",
                    insight::Order::Oldest => "oldest",
                };
                map.serialize_entry("order", order)?;
                map.serialize_entry("cursor", &q.after.map(|cursor| cursor.to_string()))?;
            }
            Question::Counts(q) => selector(&mut map, &q.selector)?,
            Question::Trend(q) => {
                map.serialize_entry("interval", q.interval.as_str())?;
                let series: Vec<_> = q.series.iter().map(SeriesJson).collect();
                map.serialize_entry("series", &series)?;
            }
        }
        map.end()
    }
}

/// The name of the zone a question is asked in.
pub(super) fn zone_name(range: &Range) -> &str {
    range.zone.iana_name().unwrap_or("UTC")
}

fn selector<M: SerializeMap>(map: &mut M, selector: &Selector) -> Result<(), M::Error> {
    map.serialize_entry("event", &selector.event)?;
    map.serialize_entry("filter", &FilterJson(&selector.filter))
}

struct RangeJson<'a>(&'a Range);

impl Serialize for RangeJson<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(None)?;
        match &self.0.span {
            Span::Last(text) => map.serialize_entry("last", text)?,
            Span::Fixed => {
                map.serialize_entry("from", &Moment(self.0.from))?;
                map.serialize_entry("to", &Moment(self.0.to))?;
            }
        }
        map.end()
    }
}

/// A moment as RFC 3339, UTC, with milliseconds.
struct Moment(Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(&self.0)
    }
}

struct SeriesJson<'a>(&'a Series);

impl Serialize for SeriesJson<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(None)?;
        map.serialize_entry("name", &self.0.name)?;
        selector(&mut map, &self.0.selector)?;
        map.serialize_entry("measure", self.0.measure.as_str())?;
        map.end()
    }
}

struct FilterJson<'a>(&'a Filter);

impl Serialize for FilterJson<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let (name, filters) = match self.0 {
            Filter::Is(predicate) => return PredicateJson(predicate).serialize(out),
            Filter::All(filters) => ("all", filters),
            Filter::Any(filters) => ("any", filters),
        };
        let filters: Vec<_> = filters.iter().map(FilterJson).collect();
        let mut map = out.serialize_map(Some(1))?;
        map.serialize_entry(name, &filters)?;
        map.end()
    }
}

struct PredicateJson<'a>(&'a Predicate);

impl Serialize for PredicateJson<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        use insight::Op::{Between, In, IsNotSet, IsSet, NotIn};
        let mut map = out.serialize_map(None)?;
        match &self.0.subject {
            Subject::Field(column) => map.serialize_entry("field", column.as_str())?,
            Subject::Property(path) => map.serialize_entry("property", path)?,
        }
        map.serialize_entry("op", self.0.op.as_str())?;
        let values: Vec<_> = self.0.operands.iter().map(OperandJson).collect();
        match (self.0.op, values.first()) {
            (IsSet | IsNotSet, _) => {}
            (Between | In | NotIn, _) | (_, None) => map.serialize_entry("value", &values)?,
            (_, Some(value)) => map.serialize_entry("value", value)?,
        }
        map.end()
    }
}

struct OperandJson<'a>(&'a Operand);

impl Serialize for OperandJson<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        const EXACT: f64 = (1u64 << 53) as f64;
        match self.0 {
            Operand::Text(text) => out.serialize_str(text),
            Operand::Bool(truth) => out.serialize_bool(*truth),
            Operand::Number(n) if n.fract() == 0.0 && n.abs() < EXACT => {
                out.serialize_i64(*n as i64)
            }
            Operand::Number(n) => out.serialize_f64(*n),
        }
    }
}

#[cfg(test)]
mod tests {
    use insight::{Context, read};
    use jiff::tz::TimeZone;
    use serde_json::{Value, json};

    use super::*;

    fn read(question: &Value) -> Question {
        let now = Timestamp::parse("2026-10-15T12:00:00Z").unwrap();
        read::question(question, &Context { now, zone: TimeZone::UTC }).unwrap()
    }

    #[test]
    fn a_normalised_question_is_the_same_question() {
        let condition = json!({"any": [
            {"field": "country", "op": "is", "value": "DE"},
            {"property": "price", "op": "between", "value": [1, 2.5]},
            {"all": [{"property": "plan", "op": "in", "value": ["pro", 7, true]}, {"property": "x", "op": "is_set"}]},
            {"field": "timestamp", "op": "after", "value": "2026-10-01"}
        ]});
        let questions = [
            json!({"kind": "counts"}),
            json!({"kind": "counts", "range": {"last": "3m"}, "tz": "Europe/Berlin", "event": "a"}),
            json!({"kind": "events", "order": "oldest", "limit": 5, "filter": condition}),
            json!({"kind": "events", "range": {"from": "2026-10-01T00:00:00.123Z"}, "cursor": "0".repeat(64)}),
            json!({"kind": "trend", "range": {"from": "2026-10-01", "to": "2026-11-01"}, "tz": "Asia/Kolkata",
                "interval": "hour", "series": [{"measure": "unique_persons", "event": "b", "filter": condition}, {}]}),
        ];
        for question in questions {
            let first = read(&question);
            let shown = serde_json::to_value(QuestionJson(&first)).unwrap();
            let again = read(&shown);
            assert_eq!(again, first, "{shown}");
            assert_eq!(serde_json::to_value(QuestionJson(&again)).unwrap(), shown);
        }
    }
}
