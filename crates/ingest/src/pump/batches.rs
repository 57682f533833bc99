//! Batches of tRPC: no more of a tenant's events over tRPC go to the store in one step than its
//! batch has, as its clients are told. Other events go along with whatever batch they stand in.

use std::time::Duration;

use event::{
    Dialect, TenantId,
    codec::{EventView, dialect},
};
use journal::{Kind, Record, Records};

use crate::{Policies, TrpcRules};

/// Records in as many parts as there are batches.
#[derive(Debug, Default)]
pub(super) struct Batches {
    /// In order; together they are what was cut.
    pub(super) parts: Vec<Records>,
    /// How long more may be waited for behind them; None: nobody who waits has a say.
    pub(super) timeout: Option<Duration>,
}

/// A tenant with events over tRPC among the records.
struct Sender {
    tenant: String,
    size: usize,
    /// Of its events, those in the part that is being filled.
    count: usize,
}

impl Batches {
    /// Cuts records between the batches of tRPC in them. Without such events nothing is looked at
    /// but one byte of each.
    pub(super) fn cut(records: Records, rules: TrpcRules, policies: &dyn Policies) -> Self {
        let mut senders: Vec<Sender> = Vec::new();
        let mut timeout: Option<Duration> = None;
        let mut starts: Vec<usize> = Vec::new();
        for (at, record) in records.records.iter().enumerate() {
            let Some(name) = sender(&records, record) else { continue };
            let known = senders.iter().position(|sender| sender.tenant == name);
            let place = known.unwrap_or_else(|| {
                let settings = TenantId::new(name).map(|tenant| policies.settings(&tenant));
                let own = settings.map_or(rules, |settings| rules.of(&settings.trpc));
                timeout = Some(timeout.map_or(own.batch_timeout, |t| t.min(own.batch_timeout)));
                let size = own.batch_size.max(1);
                senders.push(Sender { tenant: name.to_owned(), size, count: 0 });
                senders.len() - 1
            });
            if senders[place].count == senders[place].size {
                senders.iter_mut().for_each(|sender| sender.count = 0);
                starts.push(at);
            }
            senders[place].count += 1;
        }
        Self { parts: split(records, &starts), timeout }
    }
}

/// The tenant of an event over tRPC; None for all others.
fn sender<'r>(records: &'r Records, record: &Record) -> Option<&'r str> {
    let bytes = records.payload(record);
    if record.kind != Kind::Data || dialect(bytes) != Some(Dialect::Trpc) {
        return None;
    }
    // One that cannot be read stops the store with a clear error right after this.
    EventView::decode_trusted(bytes).ok().map(|view| view.tenant)
}

/// Parts that begin at the first record and at `starts`, each with its own piece of the buffer: what
/// a part holds in memory is what it is counted with.
fn split(records: Records, starts: &[usize]) -> Vec<Records> {
    if starts.is_empty() {
        return vec![records];
    }
    let count = records.records.len();
    let ends = starts.iter().copied().chain([count]);
    let mut parts = Vec::with_capacity(starts.len() + 1);
    let mut from = 0;
    for end in ends {
        let own = &records.records[from..end];
        let start = own.iter().map(|record| record.range.start).min().unwrap_or(0);
        let stop = own.iter().map(|record| record.range.end).max().unwrap_or(start);
        let shifted = own.iter().map(|record| Record {
            range: record.range.start - start..record.range.end - start,
            ..record.clone()
        });
        parts.push(Records {
            buffer: records.buffer.slice(start..stop),
            records: shifted.collect(),
            next: records.records.get(end).map_or(records.next, |record| record.position),
        });
        from = end;
    }
    parts
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use catalog::{ConsentChange, Settings, TrpcPolicy};
    use event::{EventId, Fields, Marks, Source, Timestamp};

    use super::*;

    /// The tenant `small` has batches of two, and waits for 3 ms.
    #[derive(Debug)]
    struct Small;

    impl Policies for Small {
        fn settings(&self, tenant: &TenantId) -> Arc<Settings> {
            let is_small = tenant.as_str() == "small";
            let batch_size = is_small.then_some(2);
            let batch_timeout_ms = is_small.then_some(3);
            let trpc = TrpcPolicy { batch_size, batch_timeout_ms, ..TrpcPolicy::default() };
            Arc::new(Settings { trpc, ..Settings::default() })
        }

        fn consent(&self, _: &TenantId, _: &str) -> Option<bool> {
            None
        }

        fn record(&self, _: &TenantId, _: &[ConsentChange]) -> bool {
            true
        }

        fn salt(&self, _: i64) -> Option<[u8; 16]> {
            None
        }
    }

    /// Events of `(tenant, dialect)` at positions 10, 20 ..; books behind them.
    fn records(of: &[(&str, Dialect)]) -> Records {
        let (mut bytes, mut records) = (vec![7; 5], Vec::new());
        for (at, (tenant, dialect)) in of.iter().enumerate() {
            let fields = Fields::new();
            let start = bytes.len();
            EventView {
                id: EventId::from_bytes([at as u8; 16]),
                tenant,
                event_type: "a",
                timestamp: Timestamp(0),
                received_at: Timestamp(0),
                dialect: *dialect,
                source: Source::Web,
                marks: Marks::default(),
                revenue: None,
                fields: fields.view(),
                properties: "{}",
            }
            .encode(&mut bytes);
            let position = 10 * (at as u64 + 1);
            records.push(Record { position, kind: Kind::Data, range: start..bytes.len() });
        }
        let next = 10 * (of.len() as u64 + 1);
        let range = bytes.len()..bytes.len();
        records.push(Record { position: next, kind: Kind::Books, range });
        Records { buffer: Bytes::from(bytes), records, next: next + 10 }
    }

    fn cut(of: &[(&str, Dialect)], size: usize) -> (Vec<usize>, Option<u128>) {
        let whole = records(of);
        let rules = TrpcRules { batch_size: size, ..TrpcRules::default() };
        let batches = Batches::cut(whole.clone(), rules, &Small);
        let mut again = Vec::new();
        for part in &batches.parts {
            assert!(part.records.iter().all(|record| record.position < part.next));
            again.extend(part.records.iter().map(|r| (r.position, part.payload(r).to_vec())));
        }
        let before = whole.records.iter().map(|r| (r.position, whole.payload(r).to_vec()));
        assert_eq!(again, before.collect::<Vec<_>>());
        assert_eq!(batches.parts.last().unwrap().next, whole.next);
        let counts = batches.parts.iter().map(|part| part.records.len()).collect();
        (counts, batches.timeout.map(|timeout| timeout.as_millis()))
    }

    #[test]
    fn a_part_has_at_most_a_batch_of_each_tenant() {
        use Dialect::{Simple, Trpc};
        assert_eq!(cut(&[("a", Simple); 9], 2), (vec![10], None), "of other dialects none");
        assert_eq!(cut(&[("a", Trpc); 5], 2), (vec![2, 2, 2], Some(10_000)));
        assert_eq!(cut(&[("a", Trpc); 5], 5), (vec![6], Some(10_000)));
        let mixed = [("a", Trpc), ("a", Simple), ("b", Trpc), ("a", Simple), ("a", Trpc)];
        assert_eq!(cut(&mixed, 1), (vec![4, 2], Some(10_000)));
        let own = [("small", Trpc), ("a", Trpc), ("small", Trpc), ("small", Trpc)];
        assert_eq!(cut(&own, 100), (vec![3, 2], Some(3)));
    }
}
