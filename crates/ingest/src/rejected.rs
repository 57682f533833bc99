//! Writing refused events into their log, beside everything else: whoever sent them is answered
//! before.

use std::{sync::Arc, thread::JoinHandle, time::Duration};

use event::Reason;
use store::rejected::{Note, RejectedLog};

use crate::{
    Request, StartError,
    bell::{Bell, Woken},
};

/// After the first refused event others are waited for, so that many are written at once.
const GATHER: Duration = Duration::from_millis(50);

/// The log, and the thread that writes it.
#[derive(Debug)]
pub(crate) struct Rejections {
    pub(crate) log: Arc<RejectedLog>,
    bell: Bell,
    thread: Option<JoinHandle<()>>,
}

impl Rejections {
    /// Starts the thread.
    pub(crate) fn start(log: Arc<RejectedLog>) -> Result<Self, StartError> {
        let bell = Bell::default();
        let (own, written) = (bell.clone(), log.clone());
        let thread = std::thread::Builder::new().name("rejected".into());
        let thread = thread.spawn(move || write(&own, &written));
        let thread = thread.map_err(|error| StartError::System(error.to_string()))?;
        Ok(Self { log, bell, thread: Some(thread) })
    }

    /// Notes a refused event.
    pub(crate) fn note(
        &self,
        request: &Request,
        reason: &Reason,
        (raw, actor): (&str, Option<String>),
    ) {
        let Request { tenant, received_at, dialect, .. } = request;
        let note = Note::new(tenant, *received_at, *dialect, reason, raw).done_by(actor);
        if self.log.note(note) {
            self.bell.request();
        }
    }
}

impl Drop for Rejections {
    fn drop(&mut self) {
        self.bell.end();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread of the rejected-events log panicked");
        }
    }
}

fn write(bell: &Bell, log: &RejectedLog) {
    loop {
        let woken = bell.wait(None);
        bell.pause(GATHER);
        if let Err(error) = log.settle() {
            tracing::error!(%error, "refused events are not logged");
        }
        if woken == Woken::Ended {
            return;
        }
    }
}
