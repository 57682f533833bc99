//! The case files, answered by the oracle.

use std::{collections::BTreeMap, path::Path};

use insight::{Question, oracle, read, write};
use serde_json::{Value as Json, json};
use testkit::cases::{self, Case};

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/insights"))
}

fn found(case: &Case) -> Json {
    let question = match read::question(&case.question, &case.context) {
        Ok(question) => question,
        Err(problems) => {
            let one = |p: &insight::Problem| json!({"field": p.field, "code": p.code.as_str(), "message": p.message});
            return json!({"problems": problems.iter().map(one).collect::<Vec<_>>()});
        }
    };
    let again = read::question(&write::question(&question), &case.context);
    assert_eq!(again.as_ref(), Ok(&question), "{}: does not come back", case.label);
    match oracle::answer(&question, &case.facts) {
        Ok((answer, _)) => write::answer(&answer, &question),
        Err(error) => json!({"error": error.to_string()}),
    }
}

#[test]
fn the_oracle_answers_every_case_as_it_was_reasoned() {
    let cases = cases::load(folder()).unwrap();
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    let mut fills: BTreeMap<String, Vec<(std::ops::Range<usize>, Json)>> = BTreeMap::new();
    for case in &cases {
        let found = found(case);
        if let Some(difference) = cases::difference(&case.expected, &found, "") {
            wrong.push(format!("{}\n    {difference}", case.label));
            let file = case.label.split(':').next().unwrap().to_owned();
            fills.entry(file).or_default().push((case.expected_lines.clone(), found));
        }
    }
    if update {
        fills.into_iter().for_each(|(file, fills)| refill(&folder().join(file), fills));
    }
    assert!(cases.len() >= 150, "{} cases, there are at least 150", cases.len());
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// Writes what was found in the place of what was expected; never a `why`.
fn refill(file: &Path, mut fills: Vec<(std::ops::Range<usize>, Json)>) {
    let text = std::fs::read_to_string(file).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    fills.sort_by_key(|(lines, _)| std::cmp::Reverse(lines.start));
    for (range, found) in fills {
        lines.splice(range, [format!("expect: {found}")]);
    }
    std::fs::write(file, lines.join("\n") + "\n").unwrap();
}

/// Every number of persons an answer shows is the length of the list behind it.
#[test]
fn lists_are_as_long_as_the_numbers_of_the_cases() {
    for case in cases::load(folder()).unwrap() {
        let Ok(question) = read::question(&case.question, &case.context) else { continue };
        let Ok((answer, _)) = oracle::answer(&question, &case.facts) else { continue };
        let people = |at: Json| -> u64 {
            let asked =
                json!({"kind": "people_of", "question": write::question(&question), "at": at});
            let asked = read::question(&asked, &case.context).unwrap();
            match oracle::answer(&asked, &case.facts) {
                Ok((insight::Answer::People(list), _)) => list.total,
                other => panic!("{}: {other:?}", case.label),
            }
        };
        let result = write::answer(&answer, &question);
        match &question {
            Question::Counts(_) => assert_eq!(result["unique_persons"], people(json!({}))),
            Question::Funnel(q) if q.per == insight::Per::Person => {
                for (step, line) in result["steps"].as_array().unwrap().iter().enumerate() {
                    assert_eq!(line["count"], people(json!({"step": step + 1})), "{}", case.label);
                }
            }
            Question::Retention(_) => {
                for row in result["cohorts"].as_array().unwrap() {
                    for cell in row["values"].as_array().unwrap() {
                        let at = json!({"cohort": row["start"], "period": cell["period"]});
                        assert_eq!(cell["count"], people(at), "{}", case.label);
                    }
                }
            }
            Question::Stickiness(_) => {
                for line in result["data"].as_array().unwrap() {
                    assert_eq!(line["persons"], people(json!({"periods": line["periods"]})));
                }
            }
            Question::Sessions(_) => assert_eq!(result["persons"], people(json!({}))),
            Question::Web(_) => assert_eq!(result["visitors"], people(json!({}))),
            Question::Errors(_) => assert_eq!(result["persons"], people(json!({}))),
            _ => {}
        }
    }
}
