use super::*;
use crate::{Field, Fields};

fn sample() -> Event {
    let mut fields = Fields::new();
    fields.set(Field::UserId, "user123");
    fields.set(Field::DistinctId, "user123");
    fields.set(Field::SessionId, "session456");
    Event {
        id: EventId::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001),
        tenant: TenantId::default_tenant(),
        event_type: "button_click".into(),
        timestamp: Timestamp(1_790_857_800_123),
        received_at: Timestamp(1_790_857_800_456),
        dialect: Dialect::Simple,
        source: Source::Api,
        marks: Marks::TIME_ADJUSTED,
        revenue: Some(Micros(19_990_000)),
        fields,
        properties: r#"{"button_name":"submit","é":[1,null]}"#.into(),
    }
}

fn encoded(event: &Event) -> Vec<u8> {
    let mut out = Vec::new();
    encode(event, &mut out);
    out
}

#[test]
fn an_event_comes_back_as_it_went() {
    for revenue in [None, Some(Micros(-1))] {
        let event = Event { revenue, ..sample() };
        let bytes = encoded(&event);
        assert_eq!(EventView::decode(&bytes).unwrap().to_event().unwrap(), event);
    }
}

/// The bytes of version 1 are frozen: this build must write and read exactly the stored file.
#[test]
fn version_1_stays_readable() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/format/record/v1/event.bin");
    if std::env::var_os("UPDATE").is_some() && !std::path::Path::new(path).exists() {
        std::fs::create_dir_all(std::path::Path::new(path).parent().unwrap()).unwrap();
        std::fs::write(path, encoded(&sample())).unwrap();
    }
    let frozen = std::fs::read(path).unwrap();
    assert_eq!(EventView::decode(&frozen).unwrap().to_event().unwrap(), sample());
    assert_eq!(encoded(&sample()), frozen, "a changed form needs a new version number");
}

#[test]
fn every_cut_and_every_flipped_bit_is_found() {
    let bytes = encoded(&sample());
    for len in 0..bytes.len() {
        assert!(EventView::decode(&bytes[..len]).is_err(), "cut at {len}");
    }
    for bit in 0..bytes.len() * 8 {
        let mut broken = bytes.clone();
        broken[bit / 8] ^= 1 << (bit % 8);
        assert!(EventView::decode(&broken).is_err(), "bit {bit}");
    }
}

#[test]
fn a_newer_version_is_refused_by_name() {
    let mut bytes = encoded(&sample());
    bytes[0] = 2;
    assert_eq!(EventView::decode(&bytes).err(), Some(DecodeError::Version(2)));
}
