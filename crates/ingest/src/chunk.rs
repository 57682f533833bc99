//! What was read from the journal, in the shape the store takes.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use event::{EventId, Field, Marks, TenantId, codec::EventView};
use journal::{Kind, Lane, Position, Records, Tally};
use store::{Chunk, IdKind, Incoming, Store};

use crate::dedup::Dedup;

/// Sorts records by kind. `from` is where the reading started.
pub(crate) fn chunk(lane: Lane, from: Position, records: Records) -> Chunk {
    let mut books: BTreeMap<Arc<str>, [u64; 3]> = BTreeMap::new();
    let mut events = Vec::with_capacity(records.records.len());
    for record in &records.records {
        match record.kind {
            Kind::Data => {
                events.push(Incoming { position: record.position, range: record.range.clone() });
            }
            // Erased: it keeps its position and is nobody's event any more.
            Kind::Redacted => {}
            Kind::Books => match Tally::decode(records.payload(record)) {
                Some(tally) => fold(&mut books, &tally),
                None => tracing::error!(
                    "journal.position" = record.position,
                    "a books record cannot be read, its counts are missing from the books"
                ),
            },
        }
    }
    Chunk {
        lane: lane.0,
        from,
        to: records.next,
        buffer: records.buffer,
        events,
        books: books.into_iter().collect(),
    }
}

fn fold(books: &mut BTreeMap<Arc<str>, [u64; 3]>, tally: &Tally) {
    for (tenant, counts) in tally.iter() {
        let sum = books.entry(tenant.clone()).or_default();
        sum.iter_mut().zip(counts.0).for_each(|(sum, count)| *sum += count);
    }
}

/// Teaches the dedup the ids of a chunk, after a restart.
pub(crate) fn learn(chunk: &Chunk, store: &dyn Store, dedup: &Dedup) {
    for incoming in &chunk.events {
        let bytes: &Bytes = &chunk.buffer;
        // A record that cannot be read stops the store with a clear error right after this.
        let Ok(event) = EventView::decode_trusted(&bytes[incoming.range.clone()]) else { continue };
        let Some(tenant) = TenantId::new(event.tenant) else { continue };
        let id: EventId = event.id;
        if event.marks.contains(Marks::FINGERPRINT) {
            let hash = store.id_hash(&tenant, IdKind::Fingerprint, &id.tail());
            dedup.learn(hash, id, event.received_at);
        } else if !event.marks.contains(Marks::ID_MADE) {
            let hash = store.id_hash(&tenant, IdKind::Event, &id.to_bytes());
            dedup.learn(hash, id, event.received_at);
        }
        if let Some(key) = event.fields.get(Field::IdempotencyKey) {
            let hash = store.id_hash(&tenant, IdKind::Idempotency, key.as_bytes());
            dedup.learn(hash, id, event.received_at);
        }
    }
}
