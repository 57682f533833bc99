//! Event types of a part with their counts, as one blob: `u32 count`, then per type
//! `u16 length, text, u64 events`, little-endian.

use std::sync::Arc;

pub(super) fn encode(events: &[(Arc<str>, u64)]) -> Vec<u8> {
    let mut out = (events.len() as u32).to_le_bytes().to_vec();
    for (name, count) in events {
        out.extend_from_slice(&(name.len() as u16).to_le_bytes());
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(&count.to_le_bytes());
    }
    out
}

pub(super) fn decode(bytes: &[u8]) -> Option<Vec<(Arc<str>, u64)>> {
    let (count, mut rest) = bytes.split_first_chunk::<4>()?;
    let mut events = Vec::new();
    for _ in 0..u32::from_le_bytes(*count) {
        let (len, after) = rest.split_first_chunk::<2>()?;
        let (name, after) = after.split_at_checked(usize::from(u16::from_le_bytes(*len)))?;
        let (events_of, after) = after.split_first_chunk::<8>()?;
        events.push((std::str::from_utf8(name).ok()?.into(), u64::from_le_bytes(*events_of)));
        rest = after;
    }
    rest.is_empty().then_some(events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_types_come_back_and_cuts_are_found() {
        let events = vec![("a".into(), 1), ("é".into(), u64::MAX)];
        let bytes = encode(&events);
        assert_eq!(decode(&bytes), Some(events));
        for len in 0..bytes.len() {
            assert_eq!(decode(&bytes[..len]), None);
        }
    }
}
