//! What people do in four weeks: made of a seed, then played through the routes of both dialects
//! while the clock goes on.

use std::collections::BTreeMap;

use event::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use store::Cancel;

use super::sent::{Act, Device, Sent, Tap};
use crate::house::{House, post};

pub const DAYS: i64 = 28;
pub const DAY_MS: i64 = 86_400_000;
const MINUTE_MS: i64 = 60_000;
const SLOT_MS: i64 = 10 * MINUTE_MS;
const PEOPLE: usize = 60;

/// One thing at one moment.
enum Step {
    Start,
    /// Flags are asked for, and one that was used is told.
    Flags,
    Taps(usize),
    Acts(usize),
    Login,
    /// What happened while the phone was offline, so long ago.
    Late(i64),
    End,
}

struct Person {
    anonymous: String,
    user: String,
    is_known: bool,
    devices: Vec<Device>,
    /// Whether this app names its sessions with each event.
    names_sessions: bool,
    platform: &'static str,
    /// The one it is in.
    session: String,
    device: usize,
    visits: usize,
}

impl Person {
    fn id(&self) -> &str {
        if self.is_known { &self.user } else { &self.anonymous }
    }
}

/// The play while it goes on.
pub struct Play<'a> {
    house: &'a House,
    random: fastrand::Rng,
    people: Vec<Person>,
    pub zone: TimeZone,
    pub start: Timestamp,
    pub sent: Sent,
    /// Events that were sent again.
    pub repeated: u64,
    /// Per distinct id what the flag said.
    pub answers: BTreeMap<String, bool>,
    numbers: u64,
}

fn people(random: &mut fastrand::Rng) -> Vec<Person> {
    let device = |name: String, random: &mut fastrand::Rng| Device {
        id: name,
        os: ["iOS", "Android"][random.usize(..2)],
        app_version: ["1.0.0", "1.1.0", "2.0.0"][random.usize(..3)],
    };
    let person = |number: usize| {
        let count = 1 + usize::from(random.u8(..5) == 0);
        Person {
            anonymous: format!("anon-{number}"),
            user: format!("user{number}"),
            is_known: false,
            devices: (0..count).map(|of| device(format!("device-{number}-{of}"), random)).collect(),
            names_sessions: random.bool(),
            platform: ["mobile", "mobile", "web"][random.usize(..3)],
            session: String::new(),
            device: 0,
            visits: 0,
        }
    };
    (0..PEOPLE).map(person).collect()
}

/// Who does what when, in order.
fn plan(start: Timestamp, random: &mut fastrand::Rng) -> Vec<(Timestamp, usize, Step)> {
    let mut steps = Vec::new();
    for person in 0..PEOPLE {
        let first = random.i64(0..DAYS - 6);
        let login = random.usize(..8);
        let mut visits = 0;
        for day in first..DAYS {
            if day > first && random.u8(..10) >= 3 {
                continue;
            }
            let mut at = start.0 + day * DAY_MS + random.i64(0..23 * 3_600_000);
            let mut step = |at: i64, step| steps.push((Timestamp(at), person, step));
            step(at, Step::Start);
            at += 1_000;
            step(at, Step::Flags);
            for _ in 0..random.usize(2..5) {
                // Sometimes the phone lies aside for longer than a session waits.
                let minutes =
                    if random.u8(..12) == 0 { random.i64(31..70) } else { random.i64(0..9) };
                at += minutes * MINUTE_MS + random.i64(1_000..60_000);
                let count = random.usize(1..5);
                step(at, if random.bool() { Step::Taps(count) } else { Step::Acts(count) });
            }
            at += 5_000;
            if visits == login {
                step(at, Step::Login);
                step(at + 10_000, Step::Acts(2));
            }
            if day > first && random.u8(..8) == 0 {
                let ago = random.i64(3_600_000..(day - first).min(5) * DAY_MS);
                step(at + 20_000, Step::Late(ago));
            }
            if random.u8(..10) < 6 {
                step(at + 30_000, Step::End);
            }
            visits += 1;
        }
    }
    steps.sort_by_key(|(at, person, _)| (*at, *person));
    steps
}

impl<'a> Play<'a> {
    pub fn new(house: &'a House, zone: TimeZone, seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let people = people(&mut random);
        let (start, sent) = (house.now(), Sent::default());
        let answers = BTreeMap::new();
        Self { house, random, people, zone, start, sent, repeated: 0, answers, numbers: 0 }
    }

    pub async fn run(&mut self) {
        let plan = plan(self.start, &mut self.random);
        for (at, person, step) in plan {
            self.pass(at).await;
            self.play(person, step).await;
        }
        let end = Timestamp(self.start.0 + DAYS * DAY_MS + 14 * 3_600_000);
        self.pass(end.max(self.house.now())).await;
    }

    /// The clock goes on, and what is due is done: sessions are closed every ten minutes, what is
    /// too old is removed at one o'clock.
    async fn pass(&mut self, to: Timestamp) {
        let pipeline = self.house.parts.pipeline.clone();
        let mut slot = Timestamp((self.house.now().0.div_euclid(SLOT_MS) + 1) * SLOT_MS);
        while slot <= to {
            self.house.set(slot);
            let closed = pipeline.sessions().close_inactive(slot).await;
            assert_eq!(closed, self.sent.sweep(slot), "sessions closed at {slot}");
            let moment = jiff::Timestamp::from_millisecond(slot.0).unwrap();
            let local = moment.to_zoned(self.zone.clone());
            if (local.hour(), local.minute()) == (1, 0) {
                let tenant = event::TenantId::default_tenant();
                pipeline.expire(&tenant, slot, &Cancel::new()).unwrap();
            }
            slot = Timestamp(slot.0 + SLOT_MS);
        }
        self.house.set(to);
    }

    async fn play(&mut self, person: usize, step: Step) {
        let now = self.house.now();
        match step {
            Step::Start => self.start(person, now).await,
            Step::Flags => self.flags(person, now).await,
            Step::Taps(count) => {
                let events = (0..count).map(|_| self.tapped()).collect();
                self.taps(person, now, events).await;
            }
            Step::Acts(count) => self.acts(person, now, count).await,
            Step::Login => {
                let of = &mut self.people[person];
                of.is_known = true;
                let properties = json!({"$anon_distinct_id": of.anonymous});
                self.taps(person, now, vec![("$identify", properties)]).await;
            }
            Step::Late(ago) => self.late(person, now, Timestamp(now.0 - ago)).await,
            Step::End => {
                let id = self.people[person].session.clone();
                let path = format!("/api/v1/analytics/session/{id}/end/");
                let mut request = post(&path, "");
                *request.method_mut() = axum::http::Method::PUT;
                let answer = self.house.send(request).await;
                assert_eq!((answer.status, answer.json()), (200, self.sent.end(&id, now)));
            }
        }
    }

    async fn start(&mut self, person: usize, now: Timestamp) {
        let of = &mut self.people[person];
        of.session = format!("s-{person}-{}", of.visits);
        of.visits += 1;
        of.device = self.random.usize(..of.devices.len());
        let device = &of.devices[of.device];
        let body = json!({
            "distinct_id": of.id(), "session_id": of.session, "device_id": device.id,
            "os_name": device.os, "app_version": device.app_version,
        });
        let answer = self.house.post("/api/v1/analytics/session/start/", body.to_string()).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        assert_eq!(answer.json()["started_at"], now.to_string());
        self.sent.start(&of.session, of.id(), device, now);
    }

    async fn flags(&mut self, person: usize, now: Timestamp) {
        let id = self.people[person].id().to_owned();
        let path = format!("/api/v1/analytics/public/feature-flags/for_user/?distinct_id={id}");
        let answer = self.house.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let is_on = answer.json()["new_checkout_flow"]["active"].as_bool().unwrap();
        let known = self.answers.entry(id.clone()).or_insert(is_on);
        assert_eq!(*known, is_on, "the flag of {id} turned over");
        let properties =
            json!({"$feature_flag": "new_checkout_flow", "$feature_flag_response": is_on});
        self.taps(person, now, vec![("$feature_flag_called", properties)]).await;
    }

    fn tapped(&mut self) -> (&'static str, Value) {
        let page = ["home", "search", "cart", "profile"][self.random.usize(..4)];
        let name = ["tap", "scroll", "screen_view"][self.random.usize(..3)];
        (name, json!({"page": page, "n": self.random.u8(..10)}))
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// Events of the app of this moment.
    async fn taps(&mut self, person: usize, now: Timestamp, events: Vec<(&'static str, Value)>) {
        let session = self.people[person].session.clone();
        let named = self.people[person].names_sessions.then_some(session.as_str());
        let times = events.iter().map(|_| Timestamp(now.0 - self.random.i64(0..900))).collect();
        self.send_taps(person, (events, times), named).await;
    }

    async fn send_taps(
        &mut self,
        person: usize,
        (events, times): (Vec<(&'static str, Value)>, Vec<Timestamp>),
        session: Option<&str>,
    ) {
        let (number, now) = (self.number(), self.house.now());
        let of = &self.people[person];
        let taps = events.into_iter().zip(times).zip(0u64..);
        let tap = |(((event_type, properties), at), index)| Tap {
            id: uuid_of(number, index),
            event_type,
            person: of.id(),
            session,
            device: &of.devices[of.device],
            at,
            properties,
        };
        let taps: Vec<Tap<'_>> = taps.map(tap).collect();
        let again = if self.random.u8(..6) == 0 { 2 } else { 1 };
        for time in 0..again {
            let body = match taps.as_slice() {
                [tap] => self.house.post("/api/v1/analytics/capture/", tap.json().to_string()),
                taps => {
                    let events: Vec<Value> = taps.iter().map(Tap::json).collect();
                    let body = json!({ "events": events }).to_string();
                    self.house.post("/api/v1/analytics/batch/", body)
                }
            };
            let answer = body.await;
            assert_eq!(answer.status, 201, "{}", answer.text());
            let json = answer.json();
            let results = match taps.len() {
                1 => vec![json],
                _ => json["results"].as_array().unwrap().clone(),
            };
            for (tap, result) in taps.iter().zip(&results) {
                assert_eq!(result["event_id"], tap.id);
                assert_eq!(result["duplicate"] == true, time > 0, "{result}");
            }
        }
        self.repeated += (again - 1) * taps.len() as u64;
        taps.iter().for_each(|tap| self.sent.tap(tap, now));
    }

    fn acted(&mut self) -> (&'static str, Value) {
        let random = &mut self.random;
        let content = (["post", "video"][random.usize(..2)], format!("c-{}", random.u8(..15)));
        match random.u8(..10) {
            0..6 => {
                let mut data = json!({"contentType": content.0, "contentId": content.1});
                if random.u8(..3) > 0 {
                    data["viewDuration"] = json!(random.u16(1..300));
                }
                ("view", data)
            }
            6..8 => {
                let action = ["like", "share", "comment"][random.usize(..3)];
                let (kind, id) = content;
                ("engagement", json!({"action": action, "targetType": kind, "targetId": id}))
            }
            _ => {
                let currency = ["EUR", "USD"][random.usize(..2)];
                let amount = f64::from(random.u32(100..20_000)) / 100.0;
                let quantity = random.u8(1..4);
                let order = format!("o-{}", random.u64(..));
                let data = json!({
                    "orderId": order, "amount": amount, "quantity": quantity, "currency": currency,
                });
                ("purchase", data)
            }
        }
    }

    async fn acts(&mut self, person: usize, now: Timestamp, count: usize) {
        let events: Vec<_> = (0..count).map(|_| self.acted()).collect();
        let times = events.iter().map(|_| Timestamp(now.0 - self.random.i64(0..900))).collect();
        let session = self.people[person].session.clone();
        self.send_acts(person, (events, times), &session).await;
    }

    async fn send_acts(
        &mut self,
        person: usize,
        (events, times): (Vec<(&'static str, Value)>, Vec<Timestamp>),
        session: &str,
    ) {
        let (number, now) = (self.number(), self.house.now());
        let of = &self.people[person];
        let acts = events.into_iter().zip(times).zip(0u64..);
        let act = |(((event_type, data), at), index)| Act {
            id: format!("act-{number}-{index}"),
            event_type,
            user: of.is_known.then_some(of.user.as_str()),
            session,
            platform: of.platform,
            at,
            data,
        };
        let acts: Vec<Act<'_>> = acts.map(act).collect();
        let again = if self.random.u8(..6) == 0 { 2 } else { 1 };
        for _ in 0..again {
            let answer = match acts.as_slice() {
                [act] => self.house.post("/analytics/events/track", act.json().to_string()).await,
                acts => {
                    let events: Vec<Value> = acts.iter().map(Act::json).collect();
                    let body = json!({ "events": events }).to_string();
                    self.house.post("/api/analytics/events/batch", body).await
                }
            };
            assert_eq!(answer.status, 201, "{}", answer.text());
        }
        self.repeated += (again - 1) * acts.len() as u64;
        acts.iter().for_each(|act| self.sent.act(act, now));
    }

    /// What was kept while there was no net, with its own times.
    async fn late(&mut self, person: usize, now: Timestamp, since: Timestamp) {
        let end = (since.0 + 20 * MINUTE_MS).min(now.0);
        let times = |random: &mut fastrand::Rng| {
            (0..3).map(|_| Timestamp(random.i64(since.0..end))).collect::<Vec<_>>()
        };
        let (of_taps, of_acts) = (times(&mut self.random), times(&mut self.random));
        let session = format!("offline-{person}-{}", since.0);
        let named = self.people[person].names_sessions.then_some(session.as_str());
        let events = (0..3).map(|_| self.tapped()).collect();
        self.send_taps(person, (events, of_taps), named).await;
        let events = (0..3).map(|_| self.acted()).collect();
        self.send_acts(person, (events, of_acts), &session).await;
    }
}

fn uuid_of(number: u64, index: u64) -> String {
    event::EventId::from_u128((0x4_u128 << 76) | (0x8_u128 << 60) | u128::from(number * 16 + index))
        .to_string()
}
