//! Rows get other persons, or go, and the output is in order.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use disk::{DataDir, PartFile, RealFs};
use event::{Dialect, Event, EventId, Field, Fields, Marks, Source, TenantId, Timestamp, codec};

use super::*;
use crate::{Chunk, Incoming, Store, local::LocalConfig};

fn applied(store: &LocalStore, events: std::ops::Range<u128>) {
    let (mut buffer, mut incoming) = (Vec::new(), Vec::new());
    let from = events.start as u64;
    for number in events.clone() {
        let mut fields = Fields::new();
        fields.set(Field::DistinctId, &format!("p{}", number % 11));
        let event = Event {
            id: EventId::from_u128(number),
            tenant: TenantId::new("a").unwrap(),
            event_type: "x".into(),
            timestamp: Timestamp(number as i64 * 37 % 1000),
            received_at: Timestamp(0),
            dialect: Dialect::Simple,
            source: Source::Web,
            marks: Marks::default(),
            revenue: None,
            fields,
            properties: r#"{"k":1}"#.into(),
        };
        let start = buffer.len();
        codec::encode(&event, &mut buffer);
        incoming.push(Incoming { position: number as u64, range: start..buffer.len() });
    }
    let (to, buffer) = (events.end as u64, buffer.into());
    store.apply(Chunk { from, to, buffer, events: incoming, ..Chunk::default() }).unwrap();
    store.flush().unwrap();
}

/// Every second person becomes person 7, events of even number of the others go.
struct Some7;

impl Judge for Some7 {
    fn concerns(&self, _: &PartMeta) -> bool {
        true
    }

    fn judge(&mut self, row: &RowInfo<'_>) -> Keep {
        assert_eq!((u128::from(row.position), row.tenant), (row.id, "a"));
        match (row.person % 2, row.id % 2) {
            (0, _) => Keep::Changed(7),
            (_, 0) => Keep::No,
            _ => Keep::Yes,
        }
    }
}

#[test]
fn rows_with_another_person_are_put_in_order_and_keep_the_key_of_their_own_id() {
    let temp = tempfile::tempdir().unwrap();
    let dir = DataDir::new(temp.path());
    let config = LocalConfig { row_group_rows: 64, ..LocalConfig::default() };
    let (store, _) = LocalStore::open(Arc::new(RealFs), dir, config).unwrap();
    applied(&store, 0..200);
    applied(&store, 200..300);
    let inputs = store.snapshot.load().disk.files.clone();
    let number = store.number();
    let what = Rewrite { inputs: &inputs, number, cancel: &Cancel::new() };
    let file = store.rewrite(&what, &mut Some7).unwrap().unwrap();
    assert_eq!(file.lanes, [LaneRange { lane: 0, from: 0, to: 300 }]);
    assert_eq!(file.parts.len(), 1);

    let path = store.dir.part(PartFile { number });
    let reader = PartReader::open(&store.fs, path, PartFile { number }, &store.footers).unwrap();
    assert!(reader.has_property("k") && !reader.has_property("z"));
    let persons = store.secret.persons("a", 64);
    let mut found = Vec::new();
    for group in 0..file.parts[0].groups.end as usize {
        let times = reader.longs(group, ColumnName::Timestamp, Selection::All).unwrap();
        let keys = reader.keys(group, ColumnName::PersonKey).unwrap();
        let own = reader.keys(group, ColumnName::IdKey).unwrap();
        let ids = reader.ids(group, Selection::All).unwrap();
        // How many rows are left depends on the secret, so the last group may be a short one.
        if ids.len() > 2 {
            let values = reader.property(group, "k", Selection::Rows(&[1, 2])).unwrap();
            assert_eq!((values.get(0), values.get(1)), (Some("1"), Some("1")));
        }
        for row in 0..ids.len() {
            assert_eq!(own[row], persons.key(&format!("p{}", ids[row] % 11)));
            assert_eq!(times[row], ids[row] as i64 * 37 % 1000);
            found.push((keys[row], times[row], ids[row]));
        }
    }
    let expected = (0..300u128).filter_map(|id| {
        let person = persons.key(&format!("p{}", id % 11));
        let time = id as i64 * 37 % 1000;
        match (person % 2, id % 2) {
            (0, _) => Some((7, time, id)),
            (_, 0) => None,
            _ => Some((person, time, id)),
        }
    });
    let mut expected: Vec<_> = expected.collect();
    expected.sort_unstable();
    assert_eq!(found, expected);
}
