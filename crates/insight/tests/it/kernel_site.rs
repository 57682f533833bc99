//! Kernels of questions about a site, compared with the oracle on facts and questions made at
//! random.

use std::sync::Arc;

use event::Timestamp;
use insight::{Classes, Context, Question, oracle, read, write};
use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};
use testkit::cases;

const ROUNDS: u64 = 150;
const QUESTIONS: usize = 6;

fn pick<T: Clone>(rng: &mut fastrand::Rng, list: &[T]) -> T {
    list[rng.usize(..list.len())].clone()
}

fn context(rng: &mut fastrand::Rng) -> Context {
    let now = pick(rng, &["2026-01-05T12:00:00Z", "2026-01-04T00:03:00Z", "2026-03-30T00:00:00Z"]);
    let zone = pick(rng, &["UTC", "Europe/Berlin", "Asia/Kolkata"]);
    let now = Timestamp::parse(now).unwrap();
    let mut context = Context::new(now, TimeZone::get(zone).unwrap());
    let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    match rng.u8(..4) {
        0 => {
            // Classes that overlap, with silent types in them, and one that is empty.
            context.classes = Arc::new(Classes {
                page_view: list(&["A", "$pageview", "$set"]),
                screen_view: list(&["A", "screen", "purchase"]),
                error: list(&["error", "$identify", "A", "error"]),
                performance: list(&["$web_vitals", "$set_once", "B"]),
                purchase: list(&[]),
                ..Classes::default()
            });
        }
        1 => {
            // More types than get a selector each.
            let many = |name: &str| {
                let others = (0..40).map(|n| format!("other{n}"));
                others.chain([name.to_owned(), "$set".to_owned()]).collect()
            };
            context.classes = Arc::new(Classes {
                error: many("error"),
                performance: many("performance"),
                purchase: many("purchase"),
                screen_view: many("screen"),
                ..Classes::default()
            });
        }
        _ => {}
    }
    context
}

/// A moment of the first days of a January: dense, so that sessions form, pause and meet.
fn time(rng: &mut fastrand::Rng, dense: bool) -> String {
    if dense {
        let minutes = pick(rng, &[0, 30, 59]);
        let seconds = pick(rng, &["", "", ":00.001", ":59.999"]);
        return format!(
            "{:02}T{:02}:{minutes:02}{seconds}",
            rng.u8(3..5),
            pick(rng, &[0, 0, 1, 23])
        );
    }
    format!("{:02}T{:02}:{:02}", rng.u8(1..6), rng.u8(..24), rng.u8(..60))
}

fn fields(rng: &mut fastrand::Rng, kind: &str) -> String {
    let mut text = String::new();
    let mut add = |rng: &mut fastrand::Rng, name: &str, of: &[&str]| {
        if rng.u8(..3) > 0 {
            text += &format!(" {name}={}", pick(rng, of));
        }
    };
    add(rng, "session_id", &["s1", "s2", "s3", "", "u1"]);
    if rng.u8(..12) == 0 {
        add(rng, "user_id", &["u1", "u2"]);
    }
    if rng.bool() {
        add(rng, "page_path", &["/a", "/b", "/c", "/d", ""]);
        add(rng, "country", &["DE", "FR", ""]);
        add(rng, "referrer_source", &["search", "direct", "social"]);
        add(rng, "referrer", &["https://x.example/", "https://y.example/"]);
        add(rng, "utm_source", &["x", "y"]);
        add(rng, "device_type", &["mobile", "desktop"]);
        add(rng, "browser", &["Firefox", "Safari"]);
    }
    if kind == "purchase" || rng.u8(..5) == 0 {
        add(rng, "revenue", &["1", "0.1", "-2.5", "0", "9.99", "1000000", "0.000001"]);
        add(rng, "currency", &["EUR", "USD", ""]);
    }
    text
}

fn properties(rng: &mut fastrand::Rng, kind: &str) -> Json {
    let mut map = json!({"p": pick(rng, &[json!(1), json!("x"), json!(null), json!(2.5)])});
    let text = |rng: &mut fastrand::Rng| {
        // A number beyond a double, and the text of its digits.
        let big = json!(9_007_199_254_740_993_u64);
        let list = ["boom", "no item 17", "no item 4711", "", "9007199254740993", "bad 3f2a9c1d"];
        match rng.u8(..8) {
            0 => json!(null),
            1 => json!(7),
            2 => big,
            _ => json!(pick(rng, &list)),
        }
    };
    if kind == "error" || kind == "A" || kind == "$exception" {
        for name in ["name", "$exception_type", "message", "error_message", "filename", "source"] {
            if rng.u8(..3) == 0 {
                map[name] = text(rng);
            }
        }
        let stacks = ["E\n at f (a.js:1:2)", "E\n at f (a.js:3:4)", "nothing", "g@b.js:1", ""];
        for name in ["stack", "stack_trace"] {
            if rng.u8(..3) == 0 {
                map[name] = json!(pick(rng, &stacks));
            }
        }
    }
    if kind != "page_view" {
        let numbers = [
            json!(100),
            json!(250.5),
            json!("300"),
            json!("x"),
            json!(null),
            json!(-0.0),
            json!(1e30),
            json!(4),
            json!(" 7 "),
        ];
        for name in ["loadTime", "load_time", "lcp", "$web_vitals_LCP_value", "cls", "ttfb"] {
            if rng.u8(..3) == 0 {
                map[name] = pick(rng, &numbers);
            }
        }
    }
    map
}

fn facts(rng: &mut fastrand::Rng, context: &Context) -> oracle::Facts {
    let mut text = format!("=== generated\nwhy: generated\nnow: {}\nevents:\n", context.now);
    let kinds = [
        "page_view",
        "page_view",
        "page_view",
        "$pageview",
        "screen",
        "A",
        "B",
        "purchase",
        "error",
        "$exception",
        "performance",
        "$web_vitals",
        "$set",
        "$identify",
        "like",
    ];
    let (dense, few) = (rng.bool(), rng.bool());
    let persons: &[&str] =
        if few { &["u1", "a1", "-"] } else { &["-", "u1", "u2", "u3", "a1", "a2"] };
    let start = rng.u32(..1000);
    for index in 0..rng.u32(..120) {
        let time = time(rng, dense);
        let kind = pick(rng, &kinds);
        let (person, fields) = (pick(rng, persons), fields(rng, kind));
        let mut properties = properties(rng, kind);
        if kind == "$identify" && rng.bool() {
            properties["$anon_distinct_id"] = json!(pick(rng, &["a1", "a2"]));
        }
        // Ids that do not ascend with the lines.
        let id = (index * 7 + start) % 1009 + 1;
        text += &format!("{time} {person} {kind} id={id}{fields} {properties}\n");
    }
    // Somebody who is active for longer than a session may last.
    if rng.u8(..4) == 0 {
        for step in 0..rng.u32(..120) {
            let minute = step * 29;
            let (day, hour, minute) = (1 + minute / 1440, minute / 60 % 24, minute % 60);
            let id = 5000 + step;
            text += &format!("{day:02}T{hour:02}:{minute:02} u9 page_view id={id} page_path=/l\n");
        }
    }
    text += "question: {}\nexpect: {}\n";
    cases::parse("generated", &text).unwrap().remove(0).facts
}

fn filter(rng: &mut fastrand::Rng) -> Json {
    let cohort = json!({"did": {"event": "purchase"}, "times": {"at_least": 1}});
    pick(
        rng,
        &[
            json!({}),
            json!({}),
            json!({"property": "p", "op": "is_set"}),
            json!({"field": "page_path", "op": "in", "value": ["/a", "/b"]}),
            json!({"field": "session_id", "op": "is_not_set"}),
            json!({"cohort": cohort, "op": "in"}),
        ],
    )
}

fn question(rng: &mut fastrand::Rng) -> Json {
    let kind =
        pick(rng, &["sessions", "sessions", "web", "web", "performance", "errors", "revenue"]);
    let range = pick(
        rng,
        &[
            json!({"from": "2026-01-01", "to": "2026-01-06"}),
            json!({"from": "2026-01-03", "to": "2026-01-04"}),
            json!({"from": "2026-01-02T10:30", "to": "2026-01-04T08:15"}),
            json!({"from": "2026-01-03T22:00", "to": "2026-01-04T01:00"}),
            json!({"last": "2d"}),
            json!({"last": "1m"}),
        ],
    );
    let mut json = json!({"kind": kind, "range": range, "filter": filter(rng)});
    match kind {
        "sessions" | "revenue" => {
            json["event"] = pick(
                rng,
                &[
                    json!(null),
                    json!(null),
                    json!("page_view"),
                    json!("A"),
                    json!("$set"),
                    json!("purchase"),
                ],
            );
            json["interval"] =
                pick(rng, &[json!(null), json!("hour"), json!("day"), json!("week")]);
            if kind == "sessions" {
                json["list"] = json!(pick(rng, &[0, 1, 2, 5, 1000]));
            }
        }
        "web" => {
            json["compare"] = pick(rng, &[json!(null), json!("previous")]);
            json["limit"] = json!(pick(rng, &[1, 2, 100]));
        }
        _ => json["limit"] = json!(pick(rng, &[1, 2, 1000])),
    }
    json
}

/// Where lists of people are compared.
fn coordinates(rng: &mut fastrand::Rng, question: &Question, facts: &oracle::Facts) -> Vec<Json> {
    let mut at = vec![json!({}), json!({"bounced": true}), json!({"live": true})];
    at.extend(["EUR", "USD", "", "XXX"].map(|currency| json!({"currency": currency})));
    at.push(json!({"no_currency": true}));
    if let Question::Errors(_) = question
        && let Ok((answer, _)) = oracle::answer(question, facts)
    {
        let groups = write::answer(&answer, question)["groups"].as_array().unwrap().clone();
        at.extend(groups.iter().map(|group| json!({"fingerprint": group["fingerprint"]})));
    }
    rng.shuffle(&mut at);
    at
}

#[test]
fn site_kernels_answer_as_the_oracle_does() {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("SEED={seed}");
    let mut rng = fastrand::Rng::with_seed(seed);
    for _ in 0..ROUNDS {
        let context = context(&mut rng);
        let facts = facts(&mut rng, &context);
        for _ in 0..QUESTIONS {
            let json = question(&mut rng);
            let question = read::question(&json, &context).unwrap();
            let label = format!("seed {seed}");
            assert!(crate::kernels::same(&label, &question, &facts), "{json}");
            for at in coordinates(&mut rng, &question, &facts) {
                let asked = json!({"kind": "people_of", "question": json, "at": at});
                if let Ok(asked) = read::question(&asked, &context) {
                    assert!(crate::kernels::same(&label, &asked, &facts), "{asked:?}");
                }
            }
        }
    }
}

/// Persons behind a number of a kind that has no such number are refused alike.
#[test]
fn numbers_that_an_answer_lacks_are_refused_alike() {
    let mut rng = fastrand::Rng::with_seed(1);
    let context = Context::new(Timestamp(1_767_600_000_000), TimeZone::UTC);
    let facts = facts(&mut rng, &context);
    for kind in ["sessions", "web", "performance", "errors", "revenue", "events", "taxonomy"] {
        let question = read::question(&json!({"kind": kind}), &context).unwrap();
        let at = insight::Coordinate::Periods(1);
        let asked = insight::PeopleOf { question: question.into(), at, limit: 10, after: None };
        assert!(crate::kernels::same(kind, &Question::PeopleOf(asked), &facts));
    }
}
