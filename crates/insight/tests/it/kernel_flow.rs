//! Funnels and paths with every option, made at random and compared with the oracle.

use event::Timestamp;
use insight::{
    Answer, BreakdownValue, Context, Coordinate, Funnel, FunnelAnswer, PathsAnswer, PeopleOf,
    Question, kernel, oracle, read,
};
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};
use testkit::cases;

use crate::facts_source::FactsSource;

const ROUNDS: u64 = 40;

const PEOPLE: &[&str] = &["-", "u1", "u1", "u1", "u2", "u2", "a1", "a2"];

fn pick<T: Clone>(rng: &mut fastrand::Rng, list: &[T]) -> T {
    list[rng.usize(..list.len())].clone()
}

/// Events close to each other: many at one time, few types, values that read the same.
fn facts(rng: &mut fastrand::Rng) -> oracle::Facts {
    let mut text = String::from("=== generated\nwhy: generated\nevents:\n");
    let types = ["A", "B", "C", "D", "E", "$identify", "$set"];
    let types = &types[..rng.usize(2..=types.len())];
    let (days, hours, minutes) = (rng.u8(1..4), rng.u8(1..=24), pick(rng, &[1, 6, 60]));
    let events = if rng.u8(..4) == 0 { rng.usize(..400) } else { rng.usize(..60) };
    let alone = rng.u8(..3) == 0;
    let mut ids: Vec<usize> = (1..=events).collect();
    rng.shuffle(&mut ids);
    for id in ids {
        let (day, hour) = (9 + rng.u8(..days), rng.u8(..hours));
        let time = format!("{day:02}T{hour:02}:{:02}", rng.u8(..minutes));
        let person = if alone { "u1" } else { pick(rng, PEOPLE) };
        let kind = pick(rng, types);
        let user = pick(rng, &["", "", "", "", " user_id=u1"]);
        let session = pick(rng, &["", "", " session_id=s1", " session_id=s2"]);
        let p = ["", "\"p\":1,", "\"p\":\"1\",", "\"p\":null,", "\"p\":true,", "\"p\":\"true\","];
        let p = pick(rng, &p);
        let q = pick(rng, &["\"q\":\"\"", "\"q\":2.5", "\"q\":{\"a\":[1]}", "\"r\":1"]);
        text += &format!("{time} {person} {kind}{user}{session} id={id} {{{p}{q}}}\n");
    }
    text += "question: {}\nexpect: {}\n";
    cases::parse("generated", &text).unwrap().remove(0).facts
}

fn context() -> Context {
    let now = Timestamp::parse("2026-01-11T12:00:00Z").unwrap();
    Context::new(now, TimeZone::get("Europe/Berlin").unwrap())
}

fn range(rng: &mut fastrand::Rng) -> Json {
    let ranges = [
        json!({"from": "2026-01-09", "to": "2026-01-13"}),
        json!({"from": "2026-01-09T02:00", "to": "2026-01-10T08:05"}),
        json!({"last": "24h"}),
    ];
    pick(rng, &ranges)
}

fn selector(rng: &mut fastrand::Rng) -> Json {
    let names = ["A", "A", "B", "B", "C", "D", "E", "$set", ""];
    let mut json = match pick(rng, &names) {
        "" => json!({}),
        name => json!({"event": name}),
    };
    let filter = match rng.u8(..12) {
        0 => json!({"property": "p", "op": "is", "value": 1}),
        1 => json!({"property": "p", "op": "is_not_set"}),
        2 => json!({"cohort": {"did": {"event": "B"}, "times": {"at_least": 2}}, "op": "in"}),
        _ => return json,
    };
    json["filter"] = filter;
    json
}

fn breakdown(rng: &mut fastrand::Rng) -> Json {
    let one = |rng: &mut fastrand::Rng| {
        let dimensions = [
            json!({"property": "p"}),
            json!({"property": "q"}),
            json!({"field": "event_type"}),
            json!({"cohort": {"did": {"event": "C"}, "times": {"at_least": 1}}}),
        ];
        pick(rng, &dimensions)
    };
    Json::Array((0..rng.usize(1..=3)).map(|_| one(rng)).collect())
}

fn funnel(rng: &mut fastrand::Rng) -> Json {
    let count = if rng.u8(..8) == 0 { rng.usize(2..=20) } else { rng.usize(2..=5) };
    let mut steps: Vec<Json> = (0..count).map(|_| selector(rng)).collect();
    let order = pick(rng, &["ordered", "ordered", "ordered", "strict", "unordered"]);
    let window = pick(rng, &[60, 300, 1_800, 7_200, 86_400, 1_000_000]);
    let per = pick(rng, &["person", "person", "session"]);
    let mut json = json!({"kind": "funnel", "range": range(rng), "order": order, "per": per,
        "window_seconds": window});
    if order != "unordered" && rng.u8(..3) == 0 {
        let all = rng.bool();
        for step in &mut steps[1..count - 1] {
            step["optional"] = json!(all || rng.bool());
        }
    }
    if order != "unordered" && rng.u8(..3) == 0 {
        let exclusion = |rng: &mut fastrand::Rng| {
            let mut json = selector(rng);
            let from = rng.usize(1..count);
            json["from"] = json!(from);
            json["to"] = json!(rng.usize(from + 1..=count));
            json
        };
        json["exclusions"] = (0..rng.usize(1..4)).map(|_| exclusion(rng)).collect();
    }
    if rng.u8(..3) == 0 {
        json["breakdown"] = breakdown(rng);
        json["breakdown_limit"] = json!(pick(rng, &[1, 2, 25]));
        json["attribution"] = json!(pick(rng, &["first_touch", "last_touch", "step"]));
        json["attribution_step"] = json!(rng.usize(1..=count));
    }
    if rng.u8(..3) == 0 {
        json["trend"] = json!(pick(rng, &["hour", "day", "week", "month"]));
    }
    json["steps"] = json!(steps);
    json
}

fn paths(rng: &mut fastrand::Rng) -> Json {
    let mut json = if rng.bool() { json!({}) } else { selector(rng) };
    json["kind"] = json!("paths");
    json["range"] = range(rng);
    json["per"] = json!(pick(rng, &["person", "session"]));
    json["depth"] = json!(pick(rng, &[2, 3, 5, 10]));
    json["edges"] = json!(pick(rng, &[1, 3, 10, 50]));
    let by = [json!({"field": "event_type"}), json!({"property": "p"}), json!({"property": "q"})];
    json["by"] = pick(rng, &by);
    match rng.u8(..3) {
        0 => json["start"] = json!(pick(rng, &["A", "B", "1", "true", "nowhere"])),
        1 => json["end"] = json!(pick(rng, &["A", "C", "1", "true", "nowhere"])),
        _ => {}
    }
    json
}

/// Coordinates of numbers of a funnel's answer, and of some that it does not have.
fn funnel_numbers(rng: &mut fastrand::Rng, q: &Funnel, answer: &FunnelAnswer) -> Vec<Coordinate> {
    let lines = answer.breakdown.iter().flatten().map(|(values, _)| Some(values.clone()));
    let mut values: Vec<Option<Vec<BreakdownValue>>> = lines.chain([None]).collect();
    values.push(Some(vec![BreakdownValue::Number(7.0)]));
    let points = answer.trend.iter().flatten().map(|point| Some(point.start));
    let buckets: Vec<Option<Timestamp>> = points.chain([None, Some(q.range.from)]).collect();
    let mut all = Vec::new();
    for step in 1..=q.steps.len().min(4) {
        let (breakdown, bucket) = (pick(rng, &values), pick(rng, &buckets));
        all.push(Coordinate::Funnel { step, dropped: rng.bool(), breakdown, bucket });
        all.push(Coordinate::Funnel { step, dropped: false, breakdown: None, bucket: None });
    }
    all
}

fn path_numbers(answer: &PathsAnswer) -> Vec<Coordinate> {
    let nodes = answer.nodes.iter().take(3).map(|node| {
        let (depth, name) = (node.depth, node.name.clone());
        Coordinate::Node { depth, name }
    });
    let edges = answer.edges.iter().take(3).map(|edge| {
        let (depth, from, to) = (edge.depth, edge.from.clone(), edge.to.clone());
        Coordinate::Edge { depth, from, to }
    });
    let nowhere = Coordinate::Edge { depth: 9, from: "A".into(), to: "no".into() };
    nodes.chain(edges).chain([nowhere]).collect()
}

fn compare(rng: &mut fastrand::Rng, label: &str, json: &Json, facts: &oracle::Facts) {
    let question = read::question(json, &context()).unwrap();
    assert!(crate::kernels::same(label, &question, facts), "{label}: no kernel for {json}");
    let at = match (&question, oracle::answer(&question, facts).unwrap().0) {
        (Question::Funnel(q), Answer::Funnel(answer)) => funnel_numbers(rng, q, &answer),
        (Question::Paths(_), Answer::Paths(answer)) => path_numbers(&answer),
        other => panic!("{label}: {other:?}"),
    };
    for at in at {
        let question = Box::new(question.clone());
        let asked = PeopleOf { question, at, limit: 100, after: None };
        crate::kernels::same(label, &Question::PeopleOf(asked), facts);
    }
}

fn run(question: fn(&mut fastrand::Rng) -> Json) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let seed: u64 = number("SEED").unwrap_or_else(|| fastrand::u64(..));
    let mut rng = fastrand::Rng::with_seed(seed);
    for _ in 0..number("ROUNDS").unwrap_or(ROUNDS) {
        let mut facts = facts(&mut rng);
        facts.now = context().now;
        for _ in 0..6 {
            let json = question(&mut rng);
            compare(&mut rng, &format!("seed {seed}"), &json, &facts);
        }
    }
}

#[test]
fn funnels_equal_the_oracle() {
    run(funnel);
}

/// The second A takes C past the first, and the first D; the first A, which still stands at B,
/// takes the second D and is the older of the two.
#[test]
fn an_overtaken_attempt_goes_on_where_steps_are_optional() {
    let text = "=== x\nwhy: x\nevents:\n09T10:00 u A\n09T10:01 u B\n09T10:02 u C\n09T10:03 u A\n\
        09T10:04 u C\n09T10:05 u D\n09T10:06 u D\nquestion: {}\nexpect: {}\n";
    let facts = cases::parse("overtaken", text).unwrap().remove(0).facts;
    let asked = json!({"kind": "funnel", "range": {"from": "2026-01-09", "to": "2026-01-10"},
        "steps": [{"event": "A"}, {"event": "B", "optional": true},
            {"event": "C", "optional": true}, {"event": "D"}]});
    let question = read::question(&asked, &context()).unwrap();
    assert!(crate::kernels::same("overtaken", &question, &facts));
    let answer = kernel::answer(&question, &FactsSource::new(&facts)).unwrap();
    let Some(Answer::Funnel(answer)) = answer else { panic!("{answer:?}") };
    assert_eq!(answer.time_to_convert.max_seconds, Some(360.0));
}

#[test]
fn a_funnel_by_more_than_100_000_values_is_refused() {
    let asked = json!({"kind": "funnel", "range": {"from": "2026-01-01", "to": "2026-01-02"},
        "steps": [{"event": "A"}, {"event": "B"}],
        "breakdown": [{"property": "p"}, {"property": "q"}, {"property": "r"}]});
    let asked = read::question(&asked, &context()).unwrap();
    let facts = |count: usize| {
        let event = |n: usize| {
            let (p, q, r) = (n % 50, n / 50 % 50, n / 2_500);
            format!("01T10:00 u{n} A {{\"p\":{p},\"q\":{q},\"r\":{r}}}\n")
        };
        let events: String = (0..count).map(event).collect();
        let text = format!("=== x\nwhy: x\nevents:\n{events}question: {{}}\nexpect: {{}}\n");
        cases::parse("generated", &text).unwrap().remove(0).facts
    };
    let beyond = facts(100_001);
    let refused = Err(insight::AnswerError::TooManyValues { limit: 100_000 });
    assert_eq!(kernel::answer(&asked, &FactsSource::new(&beyond)), refused);
    let (at, limit) =
        (Coordinate::Funnel { step: 1, dropped: false, breakdown: None, bucket: None }, 9);
    let people = PeopleOf { question: Box::new(asked.clone()), at, limit, after: None };
    let people = Question::PeopleOf(people);
    assert_eq!(kernel::answer(&people, &FactsSource::new(&beyond)), refused);
    assert!(kernel::answer(&asked, &FactsSource::new(&facts(100_000))).is_ok());
}

#[test]
fn paths_equal_the_oracle() {
    run(paths);
}
