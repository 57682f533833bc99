//! Kernels about persons (cohort, retention, lifecycle, stickiness, persons) compared with the
//! oracle on facts and questions made at random.

use event::Timestamp;
use insight::{Answer, Context, PersonCursor, Question, oracle, read, write};
use serde_json::{Value as Json, json};
use testkit::cases::{self, Case};

use crate::kernels::same;

const ROUNDS: u64 = 40;

struct Random(fastrand::Rng);

impl Random {
    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.0.usize(..list.len())].clone()
    }

    /// Once in so many times.
    fn once(&mut self, times: usize) -> bool {
        self.0.usize(..times) == 0
    }

    /// A moment around the day clocks change; often the same as others.
    fn moment(&mut self) -> String {
        let (month, day) =
            if self.once(3) { (4, self.0.u8(1..20)) } else { (3, self.0.u8(20..32)) };
        let (hour, minute) = (self.0.u8(..24), self.pick(&[0, 0, 30, 59]));
        format!("2026-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z")
    }

    /// A case without a question.
    fn case(&mut self) -> Case {
        let zone = self.pick(&["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns"]);
        let mut text = format!("=== generated\nwhy: generated\nzone: {zone}\n");
        text += &format!("now: {}\n", self.moment());
        text += &format!("week_start: {}\n", self.pick(&["monday", "sunday", "saturday"]));
        if self.once(3) {
            text += &format!("horizon: {}\n", self.moment());
        }
        text += "events:\n";
        let mut ids: Vec<u32> = (1..=80).collect();
        self.0.shuffle(&mut ids);
        let events = self.pick(&[0, 1, 10, 40, 80]);
        for id in &ids[..events] {
            let person = self.pick(&["-", "u1", "u2", "u3", "a1", "a2", "b7", "c-9", "zz"]);
            let kind = self.pick(&["A", "A", "B", "C", "page_view", "$identify", "$set"]);
            let user = self.pick(&["", "", "", "", "", " user_id=u1", " user_id=u2"]);
            let session = self.pick(&["", "", " session_id=s1", " session_id=s2"]);
            let properties = self.pick(&[
                "{\"p\":1}",
                "{\"p\":2.5}",
                "{\"p\":\"x\",\"$set\":{\"plan\":\"pro\"}}",
                "{\"p\":null,\"$set_once\":{\"plan\":\"free\"}}",
                "{}",
            ]);
            let at = self.moment();
            text += &format!("{at} {person} {kind} id={id}{user}{session} {properties}\n");
        }
        if self.once(2) {
            text += "first_seen:\n";
            for _ in 0..self.0.usize(1..6) {
                let person = self.pick(&["u1", "u2", "a1", "b7", "c-9", "nobody"]);
                let at = self.moment();
                text += &format!("{at} {person} {}\n", self.pick(&["A", "B", "$set"]));
            }
        }
        text += "question: {}\nexpect: {}\n";
        cases::parse("generated", &text).unwrap().remove(0)
    }

    fn range(&mut self) -> Json {
        match self.0.u8(..8) {
            0 => json!({"last": self.pick(&["36h", "5d", "2w", "2m"])}),
            1 => json!({"from": "2026-03-21", "to": "2026-04-04"}),
            2 => json!({"from": "2026-03-28T22:30", "to": "2026-03-29T09:15"}),
            3..6 => json!({"from": "2026-03-18", "to": "2026-04-22"}),
            6 => {
                let at = self.moment();
                json!({"from": at, "to": at})
            }
            _ => {
                let (a, b) = (self.moment(), self.moment());
                let (a, b) = if a < b { (a, b) } else { (b, a) };
                json!({"from": a, "to": b})
            }
        }
    }

    fn filter(&mut self, depth: usize) -> Json {
        match self.0.u8(..8) {
            0 => json!({"property": "p", "op": "gte", "value": 1.5}),
            1 => json!({"person": "plan", "op": "is", "value": "pro"}),
            2 => {
                json!({"any": [{"property": "p", "op": "is_set"}, {"person": "plan", "op": "is_set"}]})
            }
            3 if depth > 0 => {
                let op = self.pick(&["in", "not_in"]);
                json!({"cohort": self.definition(depth - 1), "op": op})
            }
            _ => json!({}),
        }
    }

    fn selector(&mut self, depth: usize) -> Json {
        let event =
            self.pick(&[json!(null), json!("A"), json!("B"), json!("page_view"), json!("$set")]);
        json!({"event": event, "filter": self.filter(depth)})
    }

    fn definition(&mut self, depth: usize) -> Json {
        let parts = |random: &mut Self| -> Vec<Json> {
            (0..random.0.usize(1..4)).map(|_| random.definition(depth - 1)).collect()
        };
        match self.0.u8(..9) {
            0 if depth > 0 => json!({"all": parts(self)}),
            1 if depth > 0 => json!({"any": parts(self)}),
            2 if depth > 0 => json!({"not": self.definition(depth - 1)}),
            3 => json!({"ids": ["u1", "zz", self.pick(&["a1", "nobody", "u1"])]}),
            4 => json!({"person": "plan", "op": self.pick(&["is", "is_not"]), "value": "pro"}),
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
                let times = json!({times: self.0.u64(1..4) - u64::from(times != "at_least")});
                json!({"did": self.selector(depth), "times": times, "within": self.range()})
            }
        }
    }

    fn question(&mut self) -> Json {
        let unit = self.pick(&["hour", "day", "day", "day", "week", "week", "month"]);
        let periods = self.pick(&[1, 1, 2, 3, 8, 8, 90]);
        let periods = if unit == "hour" { periods.min(5) } else { periods };
        let mut json = match self.0.u8(..8) {
            0 => json!({"kind": "cohort", "cohort": self.definition(3)}),
            1 => json!({"kind": "cohort", "period": unit, "periods": periods,
                "activity": self.selector(1)}),
            2..5 => {
                let windows = if unit == "month" { "calendar" } else { "rolling" };
                let start = self.selector(1);
                let back = if self.once(3) { start.clone() } else { self.selector(1) };
                json!({"kind": "retention", "start": start, "return": back, "period": unit,
                    "periods": periods, "windows": self.pick(&["calendar", windows]),
                    "type": self.pick(&["recurring", "first_time"])})
            }
            kind => {
                let mut json = self.selector(1);
                json["kind"] = json!(["lifecycle", "stickiness", "persons"][kind as usize - 5]);
                let name = if kind == 7 { "limit" } else { "interval" };
                json[name] = if kind == 7 { json!(self.0.u8(1..6)) } else { json!(unit) };
                json
            }
        };
        json["range"] = self.range();
        json
    }

    /// Coordinates of an answer, and one that it does not have.
    fn coordinates(&mut self, answer: &Json) -> Vec<Json> {
        let each = |json: &Json| json.as_array().cloned().unwrap_or_default();
        let mut at = vec![json!({}), json!({"cohort": "2026-01-01T00:00:00Z", "period": 1})];
        for row in each(&answer["cohorts"]) {
            at.push(json!({"cohort": row["start"], "period": self.0.u8(..91)}));
            for cell in each(&row["values"]).iter().filter(|cell| cell["count"] != 0) {
                at.push(json!({"cohort": row["start"], "period": cell["period"]}));
            }
        }
        for point in each(&answer["data"]) {
            at.push(json!({"periods": point["periods"]}));
            for state in ["new", "returning", "resurrecting", "dormant"] {
                at.push(json!({"t": point["t"], "state": state}));
            }
        }
        at.push(json!({"periods": 9_999}));
        at.push(json!({"t": "2026-01-01T00:00:01Z", "state": "new"}));
        self.0.shuffle(&mut at);
        at.truncate(6);
        at
    }
}

/// The seed that was asked for, or any; labels tell it.
fn seed() -> u64 {
    let seed = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
    seed.unwrap_or_else(|| fastrand::u64(..))
}

/// Compares the lists of persons behind numbers; how many lists.
fn people(random: &mut Random, label: &str, question: &Question, case: &Case) -> usize {
    let (answer, _) = oracle::answer(question, &case.facts).unwrap();
    let mut compared = 0;
    for at in random.coordinates(&write::answer(&answer, question)) {
        let limit = random.pick(&[1, 2, 100]);
        let cursor = random.pick(&[json!(null), json!("a3"), json!("u1")]);
        let asked = json!({"kind": "people_of", "question": write::question(question), "at": at,
            "limit": limit, "cursor": cursor});
        if let Ok(asked) = read::question(&asked, &case.context) {
            assert!(same(label, &asked, &case.facts));
            compared += 1;
        }
    }
    compared
}

/// All pages of a list of persons.
fn pages(label: &str, question: &Question, case: &Case) {
    let mut question = question.clone();
    loop {
        assert!(same(label, &question, &case.facts));
        let (answer, _) = oracle::answer(&question, &case.facts).unwrap();
        let (Question::Persons(q), Answer::Persons(page)) = (&mut question, answer) else { return };
        q.after = page.next;
        if q.after.is_none() {
            return;
        }
    }
}

#[test]
fn questions_about_persons_are_answered_as_by_the_oracle() {
    let seed = seed();
    let mut random = Random(fastrand::Rng::with_seed(seed));
    let mut lists = 0;
    for round in 0..ROUNDS {
        let case = random.case();
        for _ in 0..6 {
            let json = random.question();
            let question = read::question(&json, &case.context);
            let Ok(question) = question else { panic!("{json}: {question:?}") };
            let label = format!("seed {seed} round {round}");
            assert!(same(&label, &question, &case.facts));
            lists += people(&mut random, &label, &question, &case);
            pages(&label, &question, &case);
        }
    }
    assert!(lists > 300, "{lists} lists of persons");
}

#[test]
fn definitions_have_the_members_the_oracle_finds() {
    let seed = seed();
    let mut random = Random(fastrand::Rng::with_seed(seed));
    for round in 0..200 {
        let case = random.case();
        for _ in 0..5 {
            let json = json!({"kind": "cohort", "cohort": random.definition(3)});
            let question = read::question(&json, &case.context).unwrap();
            let label = format!("seed {seed} round {round}");
            assert!(same(&label, &question, &case.facts));
            people(&mut random, &label, &question, &case);
        }
    }
}

/// The first A of u1 is known, but no A of u1 is stored.
#[test]
fn a_first_time_that_is_no_longer_stored_counts() {
    let text = "=== x\nwhy: x\nhorizon: 10T00:00\nevents:\n12T10:00 u1 B\n13T10:00 u2 A\n\
        first_seen:\n05T10:00 u1 A\nquestion: {}\nexpect: {}\n";
    let case = cases::parse("x", text).unwrap().remove(0);
    for (to, size) in [("2026-01-05", 0), ("2026-01-06", 1), ("2026-01-20", 2)] {
        let within = json!({"from": "2026-01-01", "to": to});
        let json = json!({"kind": "cohort",
            "cohort": {"first_time": {"event": "A"}, "within": within}});
        let question = read::question(&json, &case.context).unwrap();
        assert!(same(to, &question, &case.facts));
        let (answer, _) = oracle::answer(&question, &case.facts).unwrap();
        assert_eq!(answer, Answer::CohortSize(size), "{to}");
    }
}

/// The week goes on behind the end of the range: who first comes then did not start in it.
#[test]
fn what_lies_behind_the_range_is_no_start_though_its_period_goes_on() {
    let text = "=== x\nwhy: x\nevents:\n05T10:00 u1 A\n08T10:00 u2 A\n08T10:00 u1 A\n\
        13T10:00 u2 A\nquestion: {}\nexpect: {}\n";
    let case = cases::parse("x", text).unwrap().remove(0);
    let json = json!({"kind": "retention", "period": "week", "periods": 1,
        "start": {"event": "A"}, "return": {"event": "A"},
        "range": {"from": "2026-01-05", "to": "2026-01-07T12:00"}});
    let question = read::question(&json, &case.context).unwrap();
    assert!(same("behind", &question, &case.facts));
    let (answer, _) = oracle::answer(&question, &case.facts).unwrap();
    let Answer::Retention(answer) = answer else { panic!("{answer:?}") };
    assert_eq!(answer.cohorts[0].size, 1);
}

#[test]
fn a_cursor_names_a_place_and_not_a_person() {
    let seed = seed();
    let mut random = Random(fastrand::Rng::with_seed(seed));
    for _ in 0..200 {
        let case = random.case();
        let json = json!({"kind": "persons", "range": {"from": "2026-03-01", "to": "2026-05-01"},
            "limit": random.0.u8(1..4)});
        let mut question = read::question(&json, &case.context).unwrap();
        let Question::Persons(q) = &mut question else { panic!("{json}") };
        let last_seen = Timestamp::parse(&random.moment()).unwrap();
        let person = random.pick(&["", "a", "u1", "zzz"]).to_owned();
        q.after = Some(PersonCursor { last_seen, person });
        assert!(same(&format!("seed {seed}"), &question, &case.facts));
    }
}

/// As many cohorts as there may be.
#[test]
fn ten_thousand_hours_of_retention() {
    let seed = seed();
    let mut random = Random(fastrand::Rng::with_seed(seed));
    for windows in ["calendar", "rolling"] {
        let case = random.case();
        let range = json!({"from": "2025-03-01", "to": "2026-04-20T12:00"});
        let json = json!({"kind": "retention", "period": "hour", "periods": 3, "range": range,
            "windows": windows, "tz": "UTC"});
        let question = read::question(&json, &case.context).unwrap();
        assert!(same(&format!("seed {seed}"), &question, &case.facts));
    }
}

/// More persons than the list keeps while it looks, many of them tied.
#[test]
fn a_page_of_many_persons() {
    let seed = seed();
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut text = String::from("=== many\nwhy: many\nevents:\n");
    for _ in 0..12_000 {
        let (hour, minute, person) = (rng.u8(..24), rng.u8(..3), rng.u16(..9_000));
        text += &format!("{:02}T{hour:02}:{minute:02} p{person} A\n", rng.u8(1..3));
    }
    text += "question: {}\nexpect: {}\n";
    let case = cases::parse("many", &text).unwrap().remove(0);
    let json = json!({"kind": "persons", "limit": 1_000, "range": {"from": "2026-01-01"}});
    let question = read::question(&json, &Context { ..case.context.clone() }).unwrap();
    pages(&format!("seed {seed}"), &question, &case);
}
