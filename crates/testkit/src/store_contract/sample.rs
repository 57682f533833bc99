//! Events for tests, and the chunks a pump would make of them.

use std::sync::Arc;

use bytes::Bytes;
use event::{
    Dialect, Event, EventId, Field, Fields, Marks, Micros, Source, TenantId, Timestamp, codec,
};
use store::{Chunk, Incoming, Store};

/// The moment tests start from: 2026-10-01T00:00:00Z.
pub const START: i64 = 1_790_812_800_000;
/// An hour, ms.
pub const HOUR: i64 = 3_600_000;
/// A day, ms.
pub const DAY: i64 = 24 * HOUR;

/// A tenant by name.
///
/// # Panics
/// When the name is none.
pub fn tenant(name: &str) -> TenantId {
    TenantId::new(name).expect("a tenant id")
}

/// A plain event: `number` is its id.
pub fn event(of: &str, number: u128, kind: &str, at: i64, who: Option<&str>) -> Event {
    let mut fields = Fields::new();
    fields.set_some(Field::DistinctId, who);
    Event {
        id: EventId::from_u128(number),
        tenant: tenant(of),
        event_type: kind.into(),
        timestamp: Timestamp(at),
        received_at: Timestamp(at + 5),
        dialect: Dialect::Simple,
        source: Source::Web,
        marks: Marks::default(),
        revenue: None,
        fields,
        properties: "{}".into(),
    }
}

/// A random event of a small world: few tenants, persons and types, many equal timestamps, some
/// late ones, all fields now and then.
pub fn random(rng: &mut fastrand::Rng, number: u128) -> Event {
    const TYPES: [&str; 5] = ["page_view", "click", "purchase", "sign_up", "é\"\\ \n"];
    let of = ["a", "b", "ab"][rng.usize(..3)];
    let late = if rng.u8(..10) == 0 { rng.i64(0..5) * DAY } else { 0 };
    let at = START + 5 * DAY + rng.i64(0..200) * HOUR / 4 - late;
    let person = format!("person-{}", rng.u32(..40));
    let who = (rng.u8(..8) != 0).then_some(person.as_str());
    let mut event = event(of, number, TYPES[rng.usize(..TYPES.len())], at, who);
    event.received_at = Timestamp(at + late + rng.i64(0..1000));
    event.dialect = Dialect::ALL[rng.usize(..Dialect::ALL.len())];
    event.source = Source::ALL[rng.usize(..Source::ALL.len())];
    event.marks = Marks::from_bits(rng.u32(..32));
    event.revenue = (rng.u8(..4) == 0).then(|| Micros(rng.i64(-5..5) * 500_000));
    for field in Field::ALL {
        if rng.u8(..6) == 0 && *field != Field::DistinctId {
            let text = ["", "x", "Chrome", "de", "long text with spaces"][rng.usize(..5)];
            event.fields.set(*field, text);
        }
    }
    event.properties = match rng.u8(..4) {
        0 => "{}".into(),
        1 => format!(r#"{{"n":{},"a":{{"b":"{}"}}}}"#, rng.i32(-3..3), rng.u8(..3)).into(),
        2 => r#"{"n":"7","flag":true,"none":null}"#.into(),
        _ => format!(r#"{{"a.b":"dotted","list":[1,2],"n":{}.5}}"#, rng.u8(..5)).into(),
    };
    event
}

/// A chunk of one lane from `from` on, one position per event, its books saying that all were
/// received.
pub fn chunk(lane: u32, from: u64, events: &[Event]) -> Chunk {
    let mut buffer = Vec::new();
    let mut incoming = Vec::with_capacity(events.len());
    let mut books: Vec<(Arc<str>, [u64; 3])> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let start = buffer.len();
        codec::encode(event, &mut buffer);
        incoming.push(Incoming { position: from + at as u64, range: start..buffer.len() });
        match books.iter_mut().find(|(known, _)| **known == *event.tenant.as_str()) {
            Some((_, counts)) => counts[0] += 1,
            None => books.push((event.tenant.shared(), [1, 0, 0])),
        }
    }
    let to = from + events.len() as u64;
    Chunk { lane, from, to, buffer: Bytes::from(buffer), events: incoming, books }
}

/// Applies events to lane 0 where the store goes on.
///
/// # Panics
/// When the store refuses them.
pub fn apply(store: &dyn Store, events: &[Event]) {
    let chunk = chunk(0, store.next_position(0), events);
    store.apply(chunk).expect("the chunk continues the store");
}
