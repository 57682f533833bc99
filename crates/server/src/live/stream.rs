//! One stream: the task that writes messages, and the body that hands them on.

use std::{
    convert::Infallible,
    fmt::Write,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::http::request::Parts;
use bytes::Bytes;
use event::{Event, TenantId};
use hyper::body::Frame;
use ingest::tail::{At, Following, Heard, Seen};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval_at},
};

use super::{streams::Place, wanted::Wanted};
use crate::{auth, error::to_json, query::EventJson, state::AppState};

/// How often a stream says that it is there, and looks whether its caller still may.
const PING: Duration = Duration::from_secs(15);
/// What a client reads first: after which time to come back when the stream breaks.
const HELLO: &str = "retry: 2000\n: ready\n\n";

/// What a stream hands on.
pub(super) struct LiveBody {
    pieces: mpsc::Receiver<Bytes>,
    /// A stream counts for as long as its connection has not let it go.
    _place: Place,
}

impl LiveBody {
    pub(super) fn new(pieces: mpsc::Receiver<Bytes>, place: Place) -> Self {
        Self { pieces, _place: place }
    }
}

impl hyper::body::Body for LiveBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.pieces.poll_recv(cx).map(|piece| piece.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// What a stream tells, to whom.
pub(super) struct Telling {
    pub(super) app: AppState,
    pub(super) parts: Parts,
    pub(super) tenant: TenantId,
    pub(super) wanted: Wanted,
    pub(super) out: mpsc::Sender<Bytes>,
}

impl Telling {
    /// Ends when the client leaves, the caller may not read any more, or the server stops.
    pub(super) async fn run(self, mut following: Following) {
        let mut pings = interval_at(Instant::now() + PING, PING);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut piece = HELLO.to_owned();
        let stopped = self.app.streams.stopped();
        let mut stopped = std::pin::pin!(stopped);
        loop {
            if !piece.is_empty() {
                tokio::select! {
                    sent = self.out.send(Bytes::from(std::mem::take(&mut piece))) => {
                        if sent.is_err() { return }
                    }
                    () = &mut stopped => return,
                }
            }
            tokio::select! {
                () = self.out.closed() => return,
                () = &mut stopped => return,
                heard = following.next() => match heard {
                    Some(heard) => piece = self.written(&heard),
                    None => return,
                },
                _ = pings.tick() => {
                    if !self.may_read() { return }
                    piece = ping(following.reached());
                }
            }
            tokio::task::consume_budget().await;
        }
    }

    fn may_read(&self) -> bool {
        auth::reader(&self.app, &self.parts).is_ok_and(|tenant| tenant == self.tenant)
    }

    fn written(&self, heard: &Heard) -> String {
        let mut piece = String::new();
        match heard {
            Heard::Events(events) => {
                for seen in events.iter().filter(|seen| self.wanted.takes(&seen.event)) {
                    message(seen, &mut piece);
                }
            }
            Heard::Missed(count) => {
                piece = format!("event: missed\ndata: {{\"count\":{count}}}\n\n");
            }
        }
        piece
    }
}

fn message(seen: &Seen, out: &mut String) {
    let json = seen.written(canonical);
    let Ok(json) = std::str::from_utf8(json) else { return };
    // Writing to a string does not fail.
    let _ = write!(out, "id: {}\ndata: {json}\n\n", seen.at);
}

/// The event in one line: line ends can only stand between the tokens of its properties.
fn canonical(event: &Event) -> Bytes {
    let mut json = to_json(&EventJson(event), false);
    json.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    Bytes::from(json)
}

/// Says that the stream is there, and what the client need not ask for again. An id without data is
/// remembered and makes no message.
fn ping(reached: Option<At>) -> String {
    match reached {
        Some(last) => format!(": ping\nid: {last}\n\n"),
        None => ": ping\n\n".to_owned(),
    }
}
