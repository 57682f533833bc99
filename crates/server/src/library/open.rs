//! What of a question may be shown to who has nothing but a link.

use event::{Code, Field};
use insight::{Breakdown, Column, Dimension, Question, Subject};
use serde_json::Value;

use crate::Problem;

/// Fields that say who somebody is.
const NAMING: &[Field] = &[
    Field::DistinctId,
    Field::UserId,
    Field::DeviceId,
    Field::SessionId,
    Field::EntityId,
    Field::ActorId,
    Field::Ip,
    Field::IdempotencyKey,
];

/// Whether the answer to a question may be shown, or why not.
pub(super) fn check(question: &Question) -> Result<(), Problem> {
    let refused = |detail: &'static str| Err(Problem::new(Code::Forbidden, detail));
    let names = match question {
        Question::Events(_)
        | Question::Persons(_)
        | Question::Person(_)
        | Question::PeopleOf(_)
        | Question::Taxonomy(_) => {
            return refused("a link shows no lists of events, persons or names");
        }
        Question::Sessions(q) if q.list > 0 => return refused("a link shows no lists of sessions"),
        Question::Trend(q) => breaks_down(q.breakdown.as_ref()),
        Question::Funnel(q) => breaks_down(q.breakdown.as_ref()),
        Question::Paths(q) => is_naming(&q.by),
        _ => false,
    };
    if names { refused("a link shows no ids of persons") } else { Ok(()) }
}

fn breaks_down(breakdown: Option<&Breakdown>) -> bool {
    let naming = |dimension: &Dimension| match dimension {
        Dimension::Value(subject) => is_naming(subject),
        Dimension::Cohort(_) => false,
    };
    breakdown.is_some_and(|breakdown| breakdown.dimensions.iter().any(naming))
}

/// Ids, and whatever is known of a person.
fn is_naming(subject: &Subject) -> bool {
    match subject {
        Subject::Field(Column::Text(field)) => NAMING.contains(field),
        Subject::Field(column) => *column == Column::EventId,
        Subject::Property(_) => false,
        Subject::Person(_) => true,
    }
}

/// Takes out whom a question is about, and who belongs to a cohort: how it is drawn does not
/// depend on it.
pub(super) fn strip(question: &mut Value) {
    match question {
        Value::Array(items) => items.iter_mut().for_each(strip),
        Value::Object(fields) => {
            fields.remove("filter");
            fields.remove("cohort");
            fields.values_mut().for_each(strip);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use event::Timestamp;
    use insight::{Context, read};
    use jiff::tz::TimeZone;
    use serde_json::json;

    use super::*;

    fn may(question: Value) -> bool {
        let context = Context::new(Timestamp(1_792_065_600_000), TimeZone::UTC);
        check(&read::question(&question, &context).unwrap()).is_ok()
    }

    #[test]
    fn only_figures_are_shown() {
        for kind in ["events", "persons", "taxonomy"] {
            assert!(!may(json!({"kind": kind})), "{kind}");
        }
        assert!(!may(json!({"kind": "person", "id": "u"})));
        assert!(!may(json!({"kind": "people_of", "question": {"kind": "counts"}})));
        assert!(!may(json!({"kind": "sessions", "list": 1})) && may(json!({"kind": "sessions"})));
        let by = |by: Value| json!({"kind": "trend", "series": [{}], "breakdown": [by]});
        for naming in [json!({"field": "user_id"}), json!({"person": "email"})] {
            assert!(!may(by(naming)));
        }
        assert!(may(by(json!({"field": "country"}))) && may(by(json!({"property": "plan"}))));
        assert!(!may(json!({"kind": "paths", "by": {"field": "session_id"}})));
        assert!(may(json!({"kind": "paths"})));
    }

    #[test]
    fn filters_and_cohorts_are_taken_out() {
        let mut question = json!({"kind": "trend", "series": [{"event": "a", "filter": {"x": 1}}],
            "breakdown": [{"cohort": {"ids": ["u"]}}]});
        strip(&mut question);
        let expected = json!({"kind": "trend", "series": [{"event": "a"}], "breakdown": [{}]});
        assert_eq!(question, expected);
    }
}
