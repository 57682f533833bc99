//! Whether the things that events name exist: looked at when an event is on its way to the store,
//! long after its sender was answered. A miss is a mark on the event and a count, never a loss.
//!
//! The mark is set in the bytes that the store takes; the journal keeps the record as it came. The
//! lists may have changed when the same records are read again after a crash: then the newer list
//! decides.

use std::ops::Range;

use bytes::Bytes;
use event::{Field, Marks, TenantId, codec::EventView};
use store::Chunk;

use crate::Policies;

/// Marks the events of a chunk that name something unknown; how many there are.
pub(crate) fn check(chunk: &mut Chunk, policies: &dyn Policies) -> u64 {
    let mut unknown: Vec<Range<usize>> = Vec::new();
    let mut tenant: Option<TenantId> = None;
    for event in &chunk.events {
        // A record that cannot be read stops the store with a clear error right after this.
        let Ok(view) = EventView::decode_trusted(&chunk.buffer[event.range.clone()]) else {
            continue;
        };
        let fields = view.fields;
        let (Some(kind), Some(id)) = (fields.get(Field::EntityType), fields.get(Field::EntityId))
        else {
            continue;
        };
        if tenant.as_ref().is_none_or(|known| known.as_str() != view.tenant) {
            tenant = TenantId::new(view.tenant);
        }
        let of = tenant.as_ref();
        if of.is_some_and(|tenant| policies.entity_known(tenant, kind, id) == Some(false)) {
            unknown.push(event.range.clone());
        }
    }
    if !unknown.is_empty() {
        let mut bytes = Vec::from(std::mem::take(&mut chunk.buffer));
        for range in &unknown {
            event::codec::add_marks(&mut bytes[range.clone()], Marks::ENTITY_UNKNOWN);
        }
        chunk.buffer = Bytes::from(bytes);
    }
    unknown.len() as u64
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use catalog::{ConsentChange, Settings};
    use event::{Dialect, EventId, Fields, Source, Timestamp};
    use store::Incoming;

    use super::*;

    #[derive(Debug)]
    struct Assets;

    impl Policies for Assets {
        fn settings(&self, _: &TenantId) -> Arc<Settings> {
            Arc::default()
        }

        fn consent(&self, _: &TenantId, _: &str) -> Option<bool> {
            None
        }

        fn record(&self, _: &TenantId, _: &[ConsentChange]) -> bool {
            false
        }

        fn entity_known(&self, tenant: &TenantId, kind: &str, id: &str) -> Option<bool> {
            (tenant.as_str() == "a" && kind == "asset").then_some(id == "known")
        }

        fn salt(&self, _: i64) -> Option<[u8; 16]> {
            None
        }
    }

    fn chunk(events: &[(&str, &str, &str)]) -> Chunk {
        let mut bytes = Vec::new();
        let mut all = Vec::new();
        for (position, (tenant, kind, id)) in events.iter().enumerate() {
            let mut fields = Fields::new();
            fields.set(Field::EntityType, kind);
            fields.set(Field::EntityId, id);
            let view = EventView {
                id: EventId::from_u128(position as u128),
                tenant,
                event_type: "seen",
                timestamp: Timestamp(0),
                received_at: Timestamp(0),
                dialect: Dialect::Trpc,
                source: Source::Web,
                marks: Marks::TRUNCATED,
                revenue: None,
                fields: fields.view(),
                properties: "{}",
            };
            let start = bytes.len();
            view.encode(&mut bytes);
            all.push(Incoming { position: position as u64, range: start..bytes.len() });
        }
        Chunk { buffer: bytes.into(), events: all, ..Chunk::default() }
    }

    #[test]
    fn what_a_list_does_not_have_is_marked_and_nothing_else() {
        let mut chunk = chunk(&[
            ("a", "asset", "known"),
            ("a", "asset", "unknown"),
            ("a", "post", "without a list"),
            ("b", "asset", "of another tenant"),
        ]);
        assert_eq!(check(&mut chunk, &Assets), 1);
        let marked: Vec<bool> = chunk
            .events
            .iter()
            .map(|event| {
                // Its checksum is right again.
                let view = EventView::decode(&chunk.buffer[event.range.clone()]).unwrap();
                assert!(view.marks.contains(Marks::TRUNCATED));
                view.marks.contains(Marks::ENTITY_UNKNOWN)
            })
            .collect();
        assert_eq!(marked, [false, true, false, false]);
    }
}
