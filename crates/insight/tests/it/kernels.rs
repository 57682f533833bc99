//! Kernels over the plain source, compared with the oracle.

use std::path::Path;

use insight::{Question, kernel, oracle, read, write};
use serde_json::{Value as Json, json};
use testkit::cases::{self, Case};

use crate::facts_source::FactsSource;

/// Compares the answer; whether a kernel took the question.
pub(crate) fn same(label: &str, question: &Question, facts: &oracle::Facts) -> bool {
    if !kernel::has_kernel(question) {
        return false;
    }
    let source = FactsSource::new(facts);
    let expected = oracle::answer(question, facts).map(|(answer, _)| answer);
    let found = kernel::answer(question, &source).map(|answer| answer.expect("has a kernel"));
    let show = |answer: &Result<insight::Answer, _>| match answer {
        Ok(answer) => write::answer(answer, question),
        Err(error) => json!(format!("{error:?}")),
    };
    let question = write::question(question);
    assert_eq!(show(&expected), show(&found), "{label}: {question}");
    assert_eq!(expected, found, "{label}: {question}");
    true
}

/// The lists of people behind some numbers of an answer.
pub(crate) fn same_people(case: &Case, question: &Question) {
    let Ok((answer, _)) = oracle::answer(question, &case.facts) else { return };
    let result = write::answer(&answer, question);
    let mut at: Vec<Json> = vec![json!({})];
    let each = |json: &Json| json.as_array().cloned().unwrap_or_default();
    match question {
        Question::Counts(_) => {
            at.extend(
                each(&result["events"]).iter().map(|e| json!({"event_type": e["event_type"]})),
            );
        }
        Question::Trend(q) => {
            for (n, line) in each(&result["series"]).iter().enumerate() {
                let series = if q.breakdown.is_some() { 0 } else { n };
                let mut whole = json!({"series": series});
                if !line["breakdown"].is_null() {
                    whole["breakdown"] = line["breakdown"].clone();
                }
                at.push(whole.clone());
                for point in each(&line["data"]).iter().take(5) {
                    let mut one = whole.clone();
                    one["t"] = point["t"].clone();
                    at.push(one);
                }
            }
        }
        Question::Funnel(_) => {
            for step in 1..=each(&result["steps"]).len() {
                at.push(json!({"step": step}));
                at.push(json!({"step": step, "dropped": true}));
            }
        }
        Question::Retention(_) | Question::Cohort(_) => {
            for row in each(&result["cohorts"]) {
                for cell in each(&row["values"]) {
                    at.push(json!({"cohort": row["start"], "period": cell["period"]}));
                }
            }
        }
        Question::Stickiness(_) => {
            at.extend(each(&result["data"]).iter().map(|l| json!({"periods": l["periods"]})));
        }
        Question::Lifecycle(_) => {
            for point in each(&result["data"]) {
                for state in ["new", "returning", "resurrecting", "dormant"] {
                    at.push(json!({"t": point["t"], "state": state}));
                }
            }
        }
        _ => {}
    }
    for at in at {
        let asked = json!({"kind": "people_of", "question": write::question(question), "at": at});
        if let Ok(asked) = read::question(&asked, &case.context) {
            same(&case.label, &asked, &case.facts);
        }
    }
}

#[test]
fn kernels_answer_the_cases_as_the_oracle_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/insights");
    for case in cases::load(&folder).unwrap() {
        let Ok(question) = read::question(&case.question, &case.context) else { continue };
        if same(&case.label, &question, &case.facts) {
            same_people(&case, &question);
        }
    }
}
