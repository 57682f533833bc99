//! A sorted run: some of the newest events, in the order of a part.

use std::{
    cmp::Ordering,
    collections::HashMap,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use bytes::Bytes;
use event::{Field, codec::EventView};

use crate::{
    ApplyError, Chunk,
    local::{people::may_tell, secret::Secret},
};

/// The fixed columns of one event and where its record is; 64 bytes, one cache line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadRow {
    /// The event id.
    pub(crate) id: u128,
    /// The person key, 0 for none.
    pub(crate) person: u64,
    /// When it happened, ms.
    pub(crate) time: i64,
    /// Its position in its lane.
    pub(crate) position: u64,
    /// Index into [`Run::tenants`].
    pub(crate) tenant: u32,
    /// Index into [`Run::events`].
    pub(crate) event: u32,
    /// Its lane.
    pub(crate) lane: u32,
    buffer: u32,
    start: u32,
    len: u32,
}

impl HeadRow {
    /// The order of rows within one tenant.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        (self.person, self.time, self.id).cmp(&(other.person, other.time, other.id))
    }
}

/// The rows of one tenant in a run.
#[derive(Clone, Debug)]
pub(crate) struct TenantRows {
    /// Whose.
    pub(crate) name: Arc<str>,
    /// Which rows.
    pub(crate) rows: Range<usize>,
    /// Earliest event.
    pub(crate) time_min: i64,
    /// Latest event.
    pub(crate) time_max: i64,
}

/// Events sorted by (tenant, person key, time, id), with the records they were made from.
#[derive(Debug)]
pub(crate) struct Run {
    /// Tells it from every other run of this process.
    pub(crate) serial: u64,
    /// The rows, sorted.
    pub(crate) rows: Vec<HeadRow>,
    /// Tenants by name, each with its rows.
    pub(crate) tenants: Vec<TenantRows>,
    /// Names of event types, in no order.
    pub(crate) events: Vec<Arc<str>>,
    /// Earliest receipt.
    pub(crate) received_min: i64,
    /// How often it was merged.
    pub(crate) level: u8,
    /// Bytes held: records and rows.
    pub(crate) bytes: u64,
    /// Which optional columns any of its events fills.
    pub(crate) filled: Filled,
    buffers: Vec<Bytes>,
}

/// A set of optional columns: bit 0 for revenue, else the bit of the field's code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filled(u64);

impl Filled {
    /// Adds the columns an event fills.
    pub(crate) fn add(&mut self, revenue: bool, field: Option<Field>) {
        self.0 |= u64::from(revenue);
        self.0 |= field.map_or(0, |field| 1 << field.code());
    }

    /// The columns of both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether any event has revenue.
    pub(crate) fn revenue(self) -> bool {
        self.0 & 1 != 0
    }

    /// Whether any event has the field.
    pub(crate) fn has(self, field: Field) -> bool {
        self.0 & (1 << field.code()) != 0
    }
}

impl Run {
    /// Takes a chunk in: every record is checked, none is copied. Beside it the events, by their
    /// place in the chunk, that may tell something of persons.
    pub(crate) fn new(
        chunk: &Chunk,
        secret: &Secret,
        key_bits: u32,
    ) -> Result<(Self, Vec<u32>), ApplyError> {
        let (mut tenants, mut events) = (Names::default(), Names::default());
        let mut persons = Vec::new();
        let mut rows = Vec::with_capacity(chunk.events.len());
        let (mut received_min, mut filled) = (i64::MAX, Filled::default());
        let mut tellers = Vec::new();
        for (at, incoming) in (0..).zip(&chunk.events) {
            let record = chunk.buffer.get(incoming.range.clone()).unwrap_or_default();
            let view = EventView::decode(record).map_err(|source| ApplyError::Record {
                lane: chunk.lane,
                position: incoming.position,
                source,
            })?;
            let tenant = tenants.code(view.tenant);
            if tenant as usize == persons.len() {
                persons.push(secret.persons(view.tenant, key_bits));
            }
            let (mut distinct, mut has_user) = (None, false);
            filled.add(view.revenue.is_some(), None);
            for (field, text) in view.fields.iter() {
                filled.add(false, Some(field));
                distinct = if field == Field::DistinctId { Some(text) } else { distinct };
                has_user |= field == Field::UserId;
            }
            if may_tell(&view, has_user) {
                tellers.push(at);
            }
            // An empty id is nobody's.
            distinct = distinct.filter(|id| !id.is_empty());
            received_min = received_min.min(view.received_at.0);
            rows.push(HeadRow {
                id: view.id.as_u128(),
                person: distinct.map_or(0, |id| persons[tenant as usize].key(id)),
                time: view.timestamp.0,
                position: incoming.position,
                tenant,
                event: events.code(view.event_type),
                lane: chunk.lane,
                buffer: 0,
                start: incoming.range.start as u32,
                len: incoming.range.len() as u32,
            });
        }
        let buffers = vec![chunk.buffer.clone()];
        let bytes = held_bytes(&rows, &buffers);
        let (rows, tenants) = sorted(rows, &tenants.list);
        let events = events.list;
        let serial = serial();
        let run =
            Self { serial, rows, tenants, events, received_min, level: 0, bytes, filled, buffers };
        Ok((run, tellers))
    }

    /// One run of several; records stay where they are.
    pub(crate) fn merged(runs: &[Arc<Run>]) -> Self {
        let (mut tenants, mut events) = (Names::default(), Names::default());
        let mut buffers = Vec::with_capacity(runs.iter().map(|r| r.buffers.len()).sum());
        let mut rows = Vec::with_capacity(runs.iter().map(|r| r.rows.len()).sum());
        for run in runs {
            let base = buffers.len() as u32;
            let tenant: Vec<_> = run.tenants.iter().map(|t| tenants.shared(&t.name)).collect();
            let event: Vec<_> = run.events.iter().map(|name| events.shared(name)).collect();
            rows.extend(run.rows.iter().map(|row| HeadRow {
                tenant: tenant[row.tenant as usize],
                event: event[row.event as usize],
                buffer: base + row.buffer,
                ..*row
            }));
            buffers.extend(run.buffers.iter().cloned());
        }
        let received_min = runs.iter().map(|r| r.received_min).min().unwrap_or(i64::MAX);
        let level = runs.iter().map(|r| r.level).max().unwrap_or(0).saturating_add(1);
        let filled = runs.iter().fold(Filled::default(), |all, run| all.and(run.filled));
        let bytes = held_bytes(&rows, &buffers);
        let (rows, tenants) = sorted(rows, &tenants.list);
        let (serial, events) = (serial(), events.list);
        Self { serial, rows, tenants, events, received_min, level, bytes, filled, buffers }
    }

    /// The buffer that holds the record of a row.
    pub(crate) fn buffer(&self, row: &HeadRow) -> &Bytes {
        &self.buffers[row.buffer as usize]
    }

    /// The event of a row.
    pub(crate) fn view(&self, row: &HeadRow) -> EventView<'_> {
        let start = row.start as usize;
        let record = &self.buffer(row)[start..start + row.len as usize];
        EventView::decode_trusted(record).expect("a record is checked when it is applied")
    }

    /// The rows of a tenant.
    pub(crate) fn tenant(&self, name: &str) -> Option<&TenantRows> {
        let at = self.tenants.binary_search_by(|t| (*t.name).cmp(name)).ok()?;
        self.tenants.get(at)
    }
}

fn serial() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Relaxed)
}

fn held_bytes(rows: &[HeadRow], buffers: &[Bytes]) -> u64 {
    let records: usize = buffers.iter().map(|b| b.len() + size_of::<Bytes>()).sum();
    (records + size_of_val(rows)) as u64
}

/// Sorts rows; their tenant codes become ranks by name.
fn sorted(mut rows: Vec<HeadRow>, names: &[Arc<str>]) -> (Vec<HeadRow>, Vec<TenantRows>) {
    let mut by_name: Vec<_> = (0..names.len()).collect();
    by_name.sort_by_key(|code| &names[*code]);
    let mut rank = vec![0; names.len()];
    by_name.iter().enumerate().for_each(|(to, from)| rank[*from] = to as u32);
    rows.iter_mut().for_each(|row| row.tenant = rank[row.tenant as usize]);
    // Stable: it finds the sorted stretches that merging has put one behind the other.
    rows.sort_by(|a, b| a.tenant.cmp(&b.tenant).then_with(|| a.order(b)));
    let mut tenants: Vec<TenantRows> = Vec::with_capacity(names.len());
    for stretch in rows.chunk_by(|a, b| a.tenant == b.tenant) {
        let from = tenants.last().map_or(0, |t| t.rows.end);
        let times = || stretch.iter().map(|row| row.time);
        tenants.push(TenantRows {
            name: names[by_name[tenants.len()]].clone(),
            rows: from..from + stretch.len(),
            time_min: times().min().unwrap_or(i64::MAX),
            time_max: times().max().unwrap_or(i64::MIN),
        });
    }
    (rows, tenants)
}

/// Numbers names in the order they come.
#[derive(Default)]
struct Names {
    list: Vec<Arc<str>>,
    codes: HashMap<Arc<str>, u32>,
    last: u32,
}

impl Names {
    fn code(&mut self, name: &str) -> u32 {
        if self.list.get(self.last as usize).is_none_or(|last| **last != *name) {
            self.last = match self.codes.get(name) {
                Some(code) => *code,
                None => self.add(name.into()),
            };
        }
        self.last
    }

    fn shared(&mut self, name: &Arc<str>) -> u32 {
        match self.codes.get(name) {
            Some(code) => *code,
            None => self.add(name.clone()),
        }
    }

    fn add(&mut self, name: Arc<str>) -> u32 {
        let code = self.list.len() as u32;
        self.codes.insert(name.clone(), code);
        self.list.push(name);
        code
    }
}
