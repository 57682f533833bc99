//! Kernels of trends and counts, and of the persons behind their numbers, over questions and
//! events made at random.

use event::Timestamp;
use insight::{
    Answer, BreakdownValue, Context, Coordinate, PeopleOf, Question, Trend, kernel, oracle, read,
};
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};
use testkit::cases;

use crate::{facts_source::FactsSource, kernels::same};

const ROUNDS: u64 = 12;

fn pick<T: Clone>(rng: &mut fastrand::Rng, list: &[T]) -> T {
    list[rng.usize(..list.len())].clone()
}

fn properties(rng: &mut fastrand::Rng) -> String {
    const NUMBERS: &[&str] = &[
        "1",
        "2",
        "2.5",
        "-3.1234565",
        "0",
        "-0.0",
        "1e19",
        "1e21",
        "-1e20",
        "0.0000005",
        "\"7\"",
        "\"-0\"",
        "\"nan\"",
        "\"x\"",
        "null",
        "[1]",
        "9007199254740993",
        "true",
    ];
    const VALUES: &[&str] = &[
        "\"a\"",
        "\"b\"",
        "\"1\"",
        "1",
        "1.0",
        "null",
        "\"\"",
        "true",
        "\"true\"",
        "{\"z\":1}",
        "\"null\"",
        "123456789012345678901",
        "\"123456789012345678901\"",
    ];
    let mut parts = Vec::new();
    if rng.u8(..5) > 0 {
        parts.push(format!("\"n\":{}", pick(rng, NUMBERS)));
    }
    if rng.u8(..5) > 0 {
        parts.push(format!("\"v\":{}", pick(rng, VALUES)));
    }
    if rng.u8(..3) == 0 {
        parts.push(format!("\"w\":{}", rng.u8(..12)));
    }
    if rng.u8(..4) == 0 {
        parts.push(format!("\"$set\":{{\"plan\":\"{}\"}}", rng.u8(..3)));
    }
    format!("{{{}}}", parts.join(","))
}

fn facts(rng: &mut fastrand::Rng) -> oracle::Facts {
    let mut text = String::from("=== generated\nwhy: generated\nevents:\n");
    let busy = rng.bool();
    for _ in 0..rng.usize(..160) {
        // Few moments, so that many events tie and sessions go on.
        let hour = if busy { rng.u8(8..11) } else { rng.u8(..24) };
        let minute = pick(rng, &[0, 0, 10, 29, 30, 59]);
        let day = if busy { rng.u8(9..13) } else { rng.u8(1..31) };
        let person = pick(rng, &["-", "u1", "u2", "u3", "a1", "a2", "a3", "z", "é"]);
        let kind = pick(rng, &["A", "A", "B", "C", "page_view", "$identify", "$set"]);
        let user = pick(rng, &["", "", "", "", " user_id=u1", " user_id=u2"]);
        let session = pick(rng, &["", " session_id=s1", " session_id=s2"]);
        let more = pick(rng, &["", "", " revenue=2.5"]);
        let properties = properties(rng);
        text += &format!(
            "{day:02}T{hour:02}:{minute:02} {person} {kind}{user}{session}{more} {properties}\n"
        );
    }
    if rng.bool() {
        text += "links:\n500 join a1 u3\n501 join a2 a3\n";
    }
    if rng.u8(..4) == 0 {
        text += "horizon: 05T00:00\n";
    }
    text += "now: 20T12:00\nquestion: {}\nexpect: {}\n";
    cases::parse("generated", &text).unwrap().remove(0).facts
}

fn context() -> Context {
    let now = Timestamp::parse("2026-01-20T12:00:00Z").unwrap();
    Context::new(now, TimeZone::get("Europe/Berlin").unwrap())
}

fn selector(rng: &mut fastrand::Rng) -> Json {
    let event = pick(rng, &["", "", "A", "A", "B", "page_view", "$identify"]);
    let filter = pick(
        rng,
        &[
            json!(null),
            json!(null),
            json!(null),
            json!({"property": "n", "op": "gte", "value": 1.5}),
            json!({"property": "v", "op": "is_set"}),
            json!({"person": "plan", "op": "is", "value": "1"}),
            json!({"cohort": {"did": {"event": "C"}, "times": {"at_least": 1}}, "op": "in"}),
        ],
    );
    let mut json = json!({});
    if !event.is_empty() {
        json["event"] = json!(event);
    }
    if !filter.is_null() {
        json["filter"] = filter;
    }
    json
}

fn range(rng: &mut fastrand::Rng) -> Json {
    pick(
        rng,
        &[
            json!({"from": "2026-01-01", "to": "2026-01-30"}),
            json!({"from": "2026-01-09", "to": "2026-01-12"}),
            json!({"last": "2w"}),
            json!({"last": "6d"}),
            json!({"last": "36h"}),
            json!({"last": "1m"}),
            json!({"from": "2026-01-10T08:10", "to": "2026-01-10T10:29"}),
            json!({"from": "2026-01-05T10:30", "to": "2026-01-12T08:15"}),
            json!({"from": "2026-01-10T08:10", "to": "2026-01-10T08:10"}),
        ],
    )
}

fn series(rng: &mut fastrand::Rng, at: usize) -> Json {
    let mut json = selector(rng);
    let measures = [
        "total",
        "total",
        "unique_persons",
        "unique_persons",
        "per_person",
        "sessions",
        "sessions",
        "sum",
        "avg",
        "min",
        "max",
        "median",
        "p90",
        "p95",
        "p99",
    ];
    let measure = pick(rng, &measures);
    json["measure"] = json!(measure);
    json["name"] = json!(format!("line {at}"));
    if !matches!(measure, "total" | "unique_persons" | "per_person" | "sessions") {
        match pick(rng, &["property", "property", "field", "person"]) {
            "field" => json["field"] = json!("revenue"),
            "person" => json["person"] = json!("plan"),
            _ => json["property"] = json!("n"),
        }
    }
    json
}

fn breakdown(rng: &mut fastrand::Rng) -> Json {
    let all = [
        json!({"property": "v"}),
        json!({"property": "w"}),
        json!({"property": "n"}),
        json!({"field": "event_type"}),
        json!({"person": "plan"}),
        json!({"cohort": {"did": {"event": "B"}, "times": {"at_least": 2}}}),
    ];
    (0..rng.usize(1..=3)).map(|_| pick(rng, &all)).collect()
}

fn trend(rng: &mut fastrand::Rng) -> Json {
    let lines = pick(rng, &[1, 1, 2, 3]);
    let mut json = json!({
        "kind": "trend",
        "range": range(rng),
        "interval": pick(rng, &["hour", "day", "day", "week", "month"]),
        "series": (0..lines).map(|at| series(rng, at)).collect::<Json>(),
        "week_start": pick(rng, &["monday", "sunday", "saturday"]),
        "tz": pick(rng, &["Europe/Berlin", "UTC", "America/St_Johns"]),
    });
    if rng.u8(..3) == 0 {
        let formulas: &[&str] = match lines {
            1 => &["A*2", "1/A"],
            2 => &["A/B*100", "A-B"],
            _ => &["A/B-C", "(A+B)/C"],
        };
        json["formula"] = json!(pick(rng, formulas));
    }
    if rng.bool() {
        json["breakdown"] = breakdown(rng);
        json["breakdown_limit"] = json!(pick(rng, &[1, 2, 3, 25]));
    }
    if rng.u8(..3) == 0 {
        json["compare"] = json!("previous");
    }
    match rng.u8(..4) {
        0 => json["cumulative"] = json!(true),
        1 => json["moving_average"] = json!(rng.u8(2..5)),
        _ => {}
    }
    json
}

/// Places of numbers of a trend, and some of none.
fn places(rng: &mut fastrand::Rng, q: &Trend, answer: &Answer) -> Vec<Coordinate> {
    let Answer::Trend(answer) = answer else { panic!("not a trend") };
    let mut all = Vec::new();
    let wrong = vec![BreakdownValue::Other; 2];
    for _ in 0..8 {
        let series = rng.usize(..=q.series.len());
        let line = pick(rng, &answer.series.iter().map(Some).chain([None]).collect::<Vec<_>>());
        let previous = rng.u8(..3) == 0;
        let label = line.and_then(|line| line.breakdown.clone());
        let data = line.map_or(&[][..], |line| match &line.previous {
            Some(before) if previous => &before.data,
            _ => &line.data,
        });
        let bucket = (!data.is_empty() && rng.bool()).then(|| pick(rng, data).start);
        let bucket = if rng.u8(..20) == 0 { Some(Timestamp(5)) } else { bucket };
        let breakdown = match rng.u8(..10) {
            0 => Some(wrong.clone()),
            1 => None,
            _ => label,
        };
        all.push(Coordinate::Trend { series, bucket, breakdown, previous });
    }
    all
}

fn people_of(rng: &mut fastrand::Rng, question: &Question, at: Coordinate) -> Question {
    let after = pick(rng, &[None, None, Some("u1".to_owned()), Some("a2".to_owned())]);
    let limit = pick(rng, &[1, 2, 3, 100]);
    Question::PeopleOf(PeopleOf { question: Box::new(question.clone()), at, limit, after })
}

fn seeded() -> (String, fastrand::Rng) {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| fastrand::u64(..));
    (format!("SEED={seed}"), fastrand::Rng::with_seed(seed))
}

#[test]
fn generated_trends_are_as_the_oracle_has_them() {
    let (label, mut rng) = seeded();
    println!("{label}");
    for _ in 0..ROUNDS {
        let facts = facts(&mut rng);
        for _ in 0..15 {
            let json = trend(&mut rng);
            let question = read::question(&json, &context())
                .unwrap_or_else(|problems| panic!("{json}: {problems:?}"));
            assert!(same(&label, &question, &facts), "{json}");
            let (Question::Trend(q), Ok((answer, _))) =
                (&question, oracle::answer(&question, &facts))
            else {
                continue;
            };
            for at in places(&mut rng, q, &answer) {
                assert!(same(&label, &people_of(&mut rng, &question, at), &facts), "{json}");
            }
        }
    }
}

#[test]
fn generated_counts_are_as_the_oracle_has_them() {
    let (label, mut rng) = seeded();
    println!("{label}");
    for _ in 0..ROUNDS {
        let facts = facts(&mut rng);
        for _ in 0..5 {
            let mut json = selector(&mut rng);
            json["kind"] = json!("counts");
            json["range"] = range(&mut rng);
            let question = read::question(&json, &context()).unwrap();
            assert!(same(&label, &question, &facts), "{json}");
            let named = |name: &str| Coordinate::EventType(name.into());
            for at in
                [Coordinate::All, named("A"), named("$identify"), named("-"), Coordinate::Live]
            {
                assert!(same(&label, &people_of(&mut rng, &question, at), &facts), "{json}");
            }
            let taxonomy = read::question(&json!({"kind": "taxonomy"}), &context()).unwrap();
            for at in [Coordinate::All, named("A"), named("$identify")] {
                assert!(same(&label, &people_of(&mut rng, &taxonomy, at), &facts), "{json}");
            }
        }
    }
}

#[test]
fn too_many_values_are_refused_by_the_kernel_too() {
    let asked = json!({"kind": "trend", "range": {"from": "2026-01-01", "to": "2026-01-02"},
        "breakdown": [{"property": "a"}, {"property": "b"}]});
    let asked = read::question(&asked, &context()).unwrap();
    let event = |n: u32| format!("01T10:00 u{n} A {{\"a\":{},\"b\":{}}}\n", n % 317, n / 317);
    let events: String = (0..100_001).map(event).collect();
    let text = format!("=== x\nwhy: x\nevents:\n{events}question: {{}}\nexpect: {{}}\n");
    let facts = cases::parse("generated", &text).unwrap().remove(0).facts;
    let source = FactsSource::new(&facts);
    let error = kernel::answer(&asked, &source).unwrap_err();
    assert_eq!(error, insight::AnswerError::TooManyValues { limit: 100_000 });
}

#[test]
fn buckets_given_up_in_the_first_pass_are_counted_in_a_second() {
    let measures = ["total", "unique_persons", "sum"];
    let line = |measure: &&str| match *measure {
        "total" | "unique_persons" => json!({"event": "A", "measure": measure}),
        _ => json!({"event": "A", "measure": measure, "property": "n"}),
    };
    // So many buckets that there is not room for 220 values.
    let asked = json!({"kind": "trend", "range": {"from": "2024-12-20", "to": "2026-01-30"},
        "interval": "hour", "breakdown": [{"property": "v"}], "breakdown_limit": 1,
        "series": measures.iter().map(line).collect::<Json>()});
    let asked = read::question(&asked, &context()).unwrap();
    let event = |n: u64| {
        let (day, hour, value) = (n % 28 + 1, n % 24, n % 40);
        format!("{day:02}T{hour:02}:10 u{} A {{\"v\":{value},\"n\":{n}}}\n", n % 7)
    };
    let events: String = (0..60).map(event).collect();
    let values: String =
        (0..220).map(|n| format!("03T10:00 u A {{\"v\":{n},\"n\":1}}\n")).collect();
    let text = format!("=== x\nwhy: x\nevents:\n{events}{values}question: {{}}\nexpect: {{}}\n");
    let facts = cases::parse("generated", &text).unwrap().remove(0).facts;
    assert!(same("given up", &asked, &facts));
}
