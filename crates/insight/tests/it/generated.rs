//! Questions and events made at random, checked against what must hold whatever they are.

use event::Timestamp;
use insight::{Answer, Context, Question, oracle, read, write};
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};
use testkit::{
    cases,
    random::{self, Flavour, Random},
};

const ROUNDS: u64 = 60;

fn context() -> Context {
    let now = Timestamp::parse("2026-01-20T12:00:00Z").unwrap();
    Context::new(now, TimeZone::get("Europe/Berlin").unwrap())
}

fn pick<T: Clone>(rng: &mut fastrand::Rng, list: &[T]) -> T {
    list[rng.usize(..list.len())].clone()
}

fn facts(rng: &mut fastrand::Rng) -> oracle::Facts {
    let mut text = String::from("=== generated\nwhy: generated\nevents:\n");
    for _ in 0..rng.usize(..60) {
        let time = format!("{:02}T{:02}:{:02}", rng.u8(1..20), rng.u8(..24), rng.u8(..60));
        let person = pick(rng, &["-", "u1", "u2", "u3", "a1", "a2"]);
        let kind = pick(rng, &["A", "B", "C", "page_view", "purchase", "$identify"]);
        let user = pick(rng, &["", "", "", " user_id=u1", " session_id=s1"]);
        let value = pick(rng, &["1", "2.5", "\"x\"", "null"]);
        text += &format!("{time} {person} {kind}{user} {{\"p\":{value}}}\n");
    }
    text += "question: {}\nexpect: {}\n";
    cases::parse("generated", &text).unwrap().remove(0).facts
}

fn selector(rng: &mut fastrand::Rng) -> Json {
    let event = pick(rng, &[json!(null), json!("A"), json!("B"), json!("page_view")]);
    let filter = pick(
        rng,
        &[
            json!({}),
            json!({"property": "p", "op": "gte", "value": 1.5}),
            json!({"any": [{"field": "source", "op": "is", "value": "api"}, {"person": "x", "op": "is_set"}]}),
            json!({"cohort": {"not": {"did": {"event": "C"}, "times": {"at_least": 2}}}, "op": "in"}),
        ],
    );
    json!({"event": event, "filter": filter})
}

fn question(rng: &mut fastrand::Rng) -> Json {
    let mut json = selector(rng);
    let range = pick(
        rng,
        &[
            json!({"from": "2026-01-01", "to": "2026-01-19"}),
            json!({"last": "2w"}),
            json!({"from": "2026-01-05T10:30", "to": "2026-01-12T08:15"}),
        ],
    );
    let interval = pick(rng, &["day", "week", "month"]);
    let kind = pick(
        rng,
        &["trend", "funnel", "retention", "lifecycle", "stickiness", "counts", "sessions", "paths"],
    );
    match kind {
        "trend" => {
            let measure = pick(rng, &["total", "unique_persons", "per_person", "sessions"]);
            json["measure"] = json!(measure);
            let broken = pick(rng, &[json!(null), json!([{"property": "p"}])]);
            json = json!({"series": [json], "interval": interval, "breakdown": broken});
        }
        "funnel" => {
            let steps = [selector(rng), selector(rng), selector(rng)];
            let order = pick(rng, &["ordered", "strict", "unordered"]);
            json = json!({"steps": steps, "order": order, "window_seconds": rng.u32(1..400_000)});
        }
        "retention" => {
            let windows = pick(rng, &["calendar", "rolling"]);
            let basis = pick(rng, &["recurring", "first_time"]);
            json = json!({"start": selector(rng), "return": selector(rng), "windows": windows, "type": basis});
        }
        "counts" | "sessions" | "paths" => {}
        _ => json["interval"] = json!(interval),
    }
    json["kind"] = json!(kind);
    json["range"] = range;
    json["week_start"] = json!(pick(rng, &["monday", "sunday", "saturday"]));
    json
}

fn sum(line: &Json) -> f64 {
    line["data"].as_array().unwrap().iter().filter_map(|point| point["v"].as_f64()).sum()
}

fn holds(question: &Question, answer: &Answer) {
    let result = write::answer(answer, question);
    match question {
        Question::Trend(q) if q.series[0].measure == insight::Measure::Total => {
            for line in result["series"].as_array().unwrap() {
                assert_eq!(Some(sum(line)), line["total"].as_f64());
            }
        }
        Question::Trend(q) if q.series[0].measure == insight::Measure::UniquePersons => {
            for line in result["series"].as_array().unwrap() {
                assert!(sum(line) >= line["total"].as_f64().unwrap());
            }
        }
        Question::Funnel(_) => {
            let steps = result["steps"].as_array().unwrap();
            let counts: Vec<u64> = steps.iter().map(|s| s["count"].as_u64().unwrap()).collect();
            assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
        }
        Question::Counts(_) => {
            assert!(result["unique_persons"].as_u64() <= result["total"].as_u64());
        }
        Question::Retention(_) => {
            for row in result["cohorts"].as_array().unwrap() {
                for cell in row["values"].as_array().unwrap() {
                    assert!(cell["count"].as_u64() <= row["size"].as_u64());
                }
            }
        }
        _ => {}
    }
}

#[test]
fn what_must_hold_holds_for_generated_questions() {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("SEED={seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    for _ in 0..ROUNDS {
        let facts = facts(&mut rng);
        for _ in 0..5 {
            let json = question(&mut rng);
            let question = read::question(&json, &context()).unwrap();
            let again = read::question(&write::question(&question), &context());
            assert_eq!(again.as_ref(), Ok(&question), "{json}");
            let (answer, _) = oracle::answer(&question, &facts).unwrap();
            crate::kernels::same(&format!("seed {seed}"), &question, &facts);
            holds(&question, &answer);
        }
    }
}

/// The facts and questions that stores are compared with the oracle on.
#[test]
fn kernels_answer_questions_of_every_kind_as_the_oracle_does() {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("SEED={seed}");
    let mut random = Random::new(seed);
    for _ in 0..10 {
        let events = random.pick(&[10, 60, 300]);
        let flavour = Flavour::new(&mut random, events);
        let event = |position: u128| flavour.event(&mut random, position);
        let events: Vec<_> = (0..events).map(event).filter(|e| e.tenant.as_str() == "a").collect();
        let fact = |(position, event)| oracle::Fact { event, position };
        let context = random::context(&mut random);
        let facts = oracle::Facts::of((0..).zip(events).map(fact).collect(), context.now);
        for kind in Question::KINDS.iter().filter(|kind| **kind != "people_of") {
            let json = random::question(&mut random, kind);
            let question = read::question(&json, &context).unwrap();
            let again = read::question(&write::question(&question), &context);
            assert_eq!(again.as_ref(), Ok(&question), "{json}");
            let label = format!("seed {seed}");
            crate::kernels::same(&label, &question, &facts);
            let Ok((answer, _)) = oracle::answer(&question, &facts) else { continue };
            for json in random::places(&mut random, &json, &question, &answer, 3) {
                if let Ok(asked) = read::question(&json, &context) {
                    assert!(crate::kernels::same(&label, &asked, &facts), "{json}");
                }
            }
        }
    }
}

#[test]
fn more_than_100_000_values_are_refused() {
    let asked = json!({"kind": "trend", "range": {"from": "2026-01-01", "to": "2026-01-02"},
        "breakdown": [{"property": "p"}]});
    let asked = read::question(&asked, &context()).unwrap();
    let facts = |count: usize| {
        let events: String = (0..count).map(|n| format!("01T10:00 u A {{\"p\":{n}}}\n")).collect();
        let text = format!("=== x\nwhy: x\nevents:\n{events}question: {{}}\nexpect: {{}}\n");
        cases::parse("generated", &text).unwrap().remove(0).facts
    };
    let error = oracle::answer(&asked, &facts(100_001)).unwrap_err();
    assert_eq!(error, insight::AnswerError::TooManyValues { limit: 100_000 });
    assert!(oracle::answer(&asked, &facts(30)).is_ok());
}
