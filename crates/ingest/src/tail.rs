//! The events of now, for whoever looks on.
//!
//! One thread reads the journal behind its durable end, decodes what is of a tenant that somebody
//! follows, and puts it into one bounded [`Ring`]. Followers take from there at their own pace; one
//! that is too slow finds its events gone and is told how many. Nobody waits for a follower, and
//! the journal keeps nothing for one. The thread starts with the first follower and ends with the
//! last.
//!
//! Who comes back says where it was. What the journal still has from there to the place at which it
//! joins the ring is read for it alone.

mod at;
mod follow;
mod ring;

use std::{
    collections::BTreeMap,
    fmt, io,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use event::{Event, TenantId, codec::EventView};
use journal::{Journal, Lane, Position, ReadError};
use tokio::sync::Notify;

use crate::{Policies, chunk, entities};
pub use at::{At, NoPlace};
pub use follow::{Following, Heard};
use ring::Ring;

/// Bytes of the journal that are read at once.
const READ_BYTES: usize = 1 << 20;
/// The thread looks at least so often whether somebody still follows.
const TICK: Duration = Duration::from_millis(500);
/// Between two looks at several lanes.
const GATHER: Duration = Duration::from_millis(10);
/// Records of the journal that are read for one that comes back.
pub const REPLAY_MAX: u64 = 10_000;

/// A stored event and where it stands.
#[derive(Debug)]
pub struct Seen {
    /// Where its record stands.
    pub at: At,
    /// The event as the store has it.
    pub event: Event,
    /// Bytes of the record.
    bytes: usize,
    written: OnceLock<Bytes>,
}

impl Seen {
    /// What `write` makes of the event. It is called once for all followers.
    pub fn written(&self, write: impl FnOnce(&Event) -> Bytes) -> &Bytes {
        self.written.get_or_init(|| write(&self.event))
    }
}

/// Lets tenants be followed. Cheap to clone.
#[derive(Clone)]
pub struct Tail(Arc<Shared>);

pub(crate) struct Shared {
    journal: Arc<dyn Journal>,
    policies: Arc<dyn Policies>,
    state: Mutex<State>,
    /// There is something new for followers.
    news: Notify,
    /// The thread is to look whether it shall end.
    wake: Notify,
}

#[derive(Debug, Default)]
struct State {
    ring: Ring,
    /// Per data lane the position up to which the ring was told of everything.
    cursors: BTreeMap<Lane, Position>,
    running: bool,
    ended: bool,
}

impl fmt::Debug for Tail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tail")
    }
}

impl Tail {
    pub(crate) fn new(journal: Arc<dyn Journal>, policies: Arc<dyn Policies>) -> Self {
        let (news, wake) = (Notify::new(), Notify::new());
        Self(Arc::new(Shared { journal, policies, state: Mutex::default(), news, wake }))
    }

    /// Follows the events of a tenant that become durable from now on; with `after` first
    /// those that the journal still has behind that place, at most [`REPLAY_MAX`] records back. A
    /// place that is not there yet stands for now.
    ///
    /// Fails when no thread can be started.
    pub fn follow(&self, tenant: TenantId, after: Option<At>) -> io::Result<Following> {
        let shared = &self.0;
        let mut state = shared.lock();
        if !state.running && !state.ended {
            let lanes = shared.data_lanes();
            state.cursors =
                lanes.into_iter().map(|lane| (lane, shared.journal.durable_end(lane))).collect();
            let reader = shared.clone();
            std::thread::Builder::new().name("tail".into()).spawn(move || reader.run())?;
            state.running = true;
        }
        let place = state.ring.join(&tenant);
        let stretch = after.and_then(|At { lane, position }| {
            let to = state.cursors.get(&lane).copied()?;
            Some((lane, position.saturating_add(1), to))
        });
        drop(state);
        Ok(Following::new(shared.clone(), tenant, place, stretch))
    }

    /// Ends the thread, and every follower has heard all it will. Does not wait.
    pub(crate) fn end(&self) {
        self.0.lock().ended = true;
        self.0.wake.notify_one();
        self.0.news.notify_waiters();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn data_lanes(&self) -> Vec<Lane> {
        self.journal.lanes().into_iter().filter(|lane| *lane != Lane::CONTROL).collect()
    }

    /// The thread.
    fn run(&self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => {
                tracing::error!(%error, "live events cannot be read");
                self.lock().running = false;
                return;
            }
        };
        let lanes = self.data_lanes();
        while self.is_wanted() {
            let mut moved = false;
            for lane in &lanes {
                match self.step(*lane) {
                    Ok(some) => moved |= some,
                    Err(error) => {
                        tracing::error!(%error, "live events cannot be read, trying again");
                        runtime.block_on(self.pause(TICK));
                    }
                }
            }
            if !moved {
                runtime.block_on(self.idle(&lanes));
            }
        }
    }

    /// Whether somebody follows. When not, the thread is as good as ended.
    fn is_wanted(&self) -> bool {
        let mut state = self.lock();
        state.running = !state.ended && state.ring.is_followed();
        if !state.running {
            state.ring.clear();
        }
        state.running
    }

    /// Puts what is new in a lane into the ring; whether there was something.
    fn step(&self, lane: Lane) -> Result<bool, ReadError> {
        let from = self.lock().cursors.get(&lane).copied().unwrap_or_default();
        if self.journal.durable_end(lane) <= from {
            return Ok(false);
        }
        match self.journal.read(lane, from, READ_BYTES) {
            Ok(records) if records.next <= from => Ok(false),
            Ok(records) => {
                let mut chunk = chunk::chunk(lane, from, records);
                entities::check(&mut chunk, &*self.policies);
                self.publish(lane, &chunk);
                Ok(true)
            }
            Err(ReadError::Trimmed { low, .. }) => {
                let mut state = self.lock();
                state.ring.lose(low - from);
                state.cursors.insert(lane, low);
                drop(state);
                self.news.notify_waiters();
                Ok(true)
            }
            Err(error) => Err(error),
        }
    }

    /// Who joins while the events are decoded must find them in the ring as well: then they are
    /// decoded again.
    fn publish(&self, lane: Lane, chunk: &store::Chunk) {
        loop {
            let followed = self.lock().ring.followed();
            let all = seen(lane, chunk, |tenant| followed.has(tenant));
            let mut state = self.lock();
            if state.ring.joins() != followed.joins {
                continue;
            }
            all.into_iter().for_each(|seen| state.ring.push(Arc::new(seen)));
            state.cursors.insert(lane, chunk.to);
            drop(state);
            self.news.notify_waiters();
            return;
        }
    }

    async fn idle(&self, lanes: &[Lane]) {
        match lanes {
            [lane] => {
                let beyond = self.lock().cursors.get(lane).copied().unwrap_or_default();
                tokio::select! {
                    () = self.journal.wait(*lane, beyond) => {}
                    () = self.pause(TICK) => {}
                }
            }
            _ => self.pause(GATHER).await,
        }
    }

    async fn pause(&self, time: Duration) {
        let _ = tokio::time::timeout(time, self.wake.notified()).await;
    }
}

/// The events of a chunk whose tenant is wanted. One that cannot be read stops the pump with a
/// clear error; here it is left out.
fn seen(lane: Lane, chunk: &store::Chunk, wanted: impl Fn(&str) -> bool) -> Vec<Seen> {
    let decoded = chunk.events.iter().filter_map(|incoming| {
        let view = EventView::decode_trusted(&chunk.buffer[incoming.range.clone()]).ok()?;
        let event = if wanted(view.tenant) { view.to_event().ok()? } else { return None };
        let (at, bytes) = (At { lane, position: incoming.position }, incoming.range.len());
        Some(Seen { at, event, bytes, written: OnceLock::new() })
    });
    decoded.collect()
}
