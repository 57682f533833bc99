//! Rows into a store, in chunks as the pump would bring them.

use anyhow::Context;
use bytes::Bytes;
use disk::{DataDir, RealFs};
use event::{
    Dialect, EventId, Field, Fields, Marks, Source, TenantId, Timestamp, codec::EventView,
};
use std::{path::Path, sync::Arc};
use store::{
    Cancel, Chunk, Incoming, Store,
    local::{LocalConfig, LocalStore},
};

use super::row::{Row, Who};

/// Bytes of a chunk, as the pump reads them.
const CHUNK_BYTES: usize = 4 << 20;
/// Room for the events between two flushes.
const HEAD_BYTES_MAX: u64 = 2 << 30;

/// A store being filled.
pub(crate) struct Feed {
    store: LocalStore,
    tenant: TenantId,
    flush_rows: u64,
    unflushed: u64,
    position: u64,
    buffer: Vec<u8>,
    events: Vec<Incoming>,
    texts: Texts,
}

/// Texts of one row, kept to be filled again.
#[derive(Default)]
struct Texts {
    user: String,
    anonymous: String,
    session: String,
    page: String,
    properties: String,
}

impl Feed {
    pub(crate) fn new(dir: &Path, flush_rows: u64) -> anyhow::Result<Self> {
        Self::with(dir, flush_rows, LocalConfig::default())
    }

    pub(crate) fn with(dir: &Path, flush_rows: u64, config: LocalConfig) -> anyhow::Result<Self> {
        let config = LocalConfig { head_bytes_max: HEAD_BYTES_MAX, ..config };
        let opened = LocalStore::open(Arc::new(RealFs), DataDir::new(dir), config);
        let (store, _) = opened.with_context(|| format!("cannot open {}", dir.display()))?;
        Ok(Self {
            store,
            tenant: TenantId::default_tenant(),
            flush_rows,
            unflushed: 0,
            position: 0,
            buffer: Vec::new(),
            events: Vec::new(),
            texts: Texts::default(),
        })
    }

    /// Rows from now on are of this tenant.
    pub(crate) fn tenant(&mut self, tenant: TenantId) -> anyhow::Result<()> {
        self.apply()?;
        self.tenant = tenant;
        Ok(())
    }

    pub(crate) fn push(&mut self, row: &Row) -> anyhow::Result<()> {
        let start = self.buffer.len();
        self.texts.encode(row, &self.tenant, &mut self.buffer);
        let position = self.position + self.events.len() as u64;
        self.events.push(Incoming { position, range: start..self.buffer.len() });
        let unflushed = self.unflushed + self.events.len() as u64;
        if self.buffer.len() >= CHUNK_BYTES || unflushed >= self.flush_rows {
            self.apply()?;
        }
        Ok(())
    }

    fn apply(&mut self) -> anyhow::Result<()> {
        let events = std::mem::take(&mut self.events);
        let rows = events.len() as u64;
        let chunk = Chunk {
            lane: 0,
            from: self.position,
            to: self.position + rows,
            buffer: Bytes::from(std::mem::take(&mut self.buffer)),
            events,
            books: vec![(self.tenant.shared(), [rows, 0, 0])],
        };
        self.position = chunk.to;
        self.store.apply(chunk)?;
        self.unflushed += rows;
        if self.unflushed >= self.flush_rows {
            self.store.flush()?;
            self.unflushed = 0;
        }
        Ok(())
    }

    /// Everything durable, and the files as they are once the store had time to put them in
    /// order; bytes of part and id files.
    pub(crate) fn finish(mut self) -> anyhow::Result<u64> {
        self.apply()?;
        self.store.flush()?;
        settle(&self.store)?;
        Ok(self.store.status().bytes)
    }

    /// Everything durable, in the files that the flushes wrote.
    pub(crate) fn into_store(mut self) -> anyhow::Result<LocalStore> {
        self.apply()?;
        self.store.flush()?;
        Ok(self.store)
    }
}

/// What the store does to its files when nobody asks; a flush of nothing commits what is left.
pub(crate) fn settle(store: &LocalStore) -> anyhow::Result<()> {
    store.flush()?;
    while store.compact(&Cancel::new())?.more {}
    Ok(())
}

impl Texts {
    fn encode(&mut self, row: &Row, tenant: &TenantId, out: &mut Vec<u8>) {
        row.user(&mut self.user);
        row.anonymous(&mut self.anonymous);
        row.session(&mut self.session);
        row.page_path(&mut self.page);
        row.properties(&mut self.properties);
        let mut fields = Fields::with_capacity(128);
        let both = row.who == Who::Both;
        let own = if row.who == Who::Anonymous { &self.anonymous } else { &self.user };
        fields.set_some(Field::UserId, both.then_some(&self.user));
        fields.set(Field::DistinctId, own);
        fields.set_some(Field::DeviceId, both.then_some(&self.anonymous));
        fields.set(Field::SessionId, &self.session);
        fields.set(Field::Browser, row.browser());
        fields.set(Field::DeviceType, row.device());
        fields.set(Field::PagePath, &self.page);
        fields.set(Field::Country, row.country());
        let view = EventView {
            id: EventId::from_u128(row.id),
            tenant: tenant.as_str(),
            event_type: row.event_type(),
            timestamp: Timestamp(row.at),
            received_at: Timestamp(row.arrival),
            dialect: Dialect::Trackflow,
            source: Source::Web,
            marks: Marks::default(),
            revenue: None,
            fields: fields.view(),
            properties: &self.properties,
        };
        view.encode(out);
    }
}
