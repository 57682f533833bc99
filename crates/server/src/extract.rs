//! Reading a body: bounded in bytes, in time, and over all requests together.

use std::{
    future::{Future, poll_fn},
    ops::Deref,
    pin::Pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use axum::{
    body::{Body, HttpBody},
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use bytes::{Bytes, BytesMut};
use event::Code;
use tokio::{
    sync::Semaphore,
    time::{Sleep, sleep},
};

use crate::{Problem, decode, state::AppState};

/// Bodies up to this size are not counted: the bound on connections bounds them.
const SMALL_BYTES: usize = 64 * 1024;
/// Above this size a body is worked on where it cannot hold up other connections.
const HEAVY_BYTES: usize = 256 * 1024;

/// A whole body, unpacked. Its share of the budget is given back when it is dropped.
#[derive(Debug)]
pub(crate) struct ReadBody {
    bytes: Bytes,
    _share: Share,
}

impl Deref for ReadBody {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl ReadBody {
    /// The body as text.
    pub(crate) fn text(&self) -> Result<&str, Problem> {
        std::str::from_utf8(&self.bytes).map_err(|error| {
            let at = error.valid_up_to();
            Problem::new(Code::MalformedJson, format!("body is not utf-8 at byte {at}"))
        })
    }
}

/// Reads and unpacks a body of at most `bytes_max` bytes, before and after unpacking.
pub(crate) async fn body(
    app: &AppState,
    headers: &HeaderMap,
    body: Body,
    bytes_max: usize,
) -> Result<ReadBody, Problem> {
    let encoding = decode::Encoding::of(headers)?;
    let mut share = Share::new(&app.body_budget);
    let declared = content_length(headers);
    if let Some(bytes) = declared.filter(|bytes| *bytes > bytes_max) {
        return Err(too_large(bytes, bytes_max));
    }
    share.grow(declared.unwrap_or(0))?;
    let bytes = collect(body, bytes_max, app.config.limits.body_timeout, &mut share).await?;
    let Some(encoding) = encoding.or_else(|| decode::Encoding::by_magic(&bytes)) else {
        return Ok(ReadBody { bytes, _share: share });
    };
    let unpacked =
        aside(bytes.len() * 4, || decode::unpack(encoding, &bytes, bytes_max, &mut share))?;
    Ok(ReadBody { bytes: unpacked.into(), _share: share })
}

/// Runs work over `bytes` bytes; when that is much, without holding up other connections.
pub(crate) fn aside<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    let flavor = || Handle::try_current().map(|handle| handle.runtime_flavor());
    let many = || matches!(flavor(), Ok(RuntimeFlavor::MultiThread));
    if bytes > HEAVY_BYTES && many() { tokio::task::block_in_place(work) } else { work() }
}

pub(crate) fn too_large(bytes: usize, limit: usize) -> Problem {
    Problem::new(Code::BodyTooLarge, format!("body has {bytes} bytes, the limit is {limit}"))
}

fn content_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH).map(HeaderValue::to_str)?.ok()?.parse().ok()
}

/// Puts the frames together; a body of one frame is not copied.
async fn collect(
    mut body: Body,
    bytes_max: usize,
    timeout: Duration,
    share: &mut Share,
) -> Result<Bytes, Problem> {
    let mut timer = None;
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(data) = next_frame(&mut body, timeout, &mut timer).await? {
        let held = if rest.is_empty() { first.len() } else { rest.len() };
        if held + data.len() > bytes_max {
            let limit = format!("body has more than {bytes_max} bytes");
            return Err(Problem::new(Code::BodyTooLarge, limit));
        }
        share.grow(held + data.len())?;
        if held == 0 {
            first = data;
            continue;
        }
        if rest.is_empty() {
            rest.reserve(body.size_hint().lower() as usize + held + data.len());
            rest.extend_from_slice(&first);
        }
        rest.extend_from_slice(&data);
    }
    Ok(if rest.is_empty() { first } else { rest.freeze() })
}

/// The next data of a body. The timer runs from the first wait to the end of the body, so that a
/// body that is there already costs none.
async fn next_frame(
    body: &mut Body,
    timeout: Duration,
    timer: &mut Option<Pin<Box<Sleep>>>,
) -> Result<Option<Bytes>, Problem> {
    poll_fn(|cx| {
        loop {
            match Pin::new(&mut *body).poll_frame(cx) {
                Poll::Ready(None) => return Poll::Ready(Ok(None)),
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) if data.is_empty() => {}
                    Ok(data) => return Poll::Ready(Ok(Some(data))),
                    // Trailers say nothing to us.
                    Err(_) => {}
                },
                Poll::Ready(Some(Err(_))) => return Poll::Ready(Err(cut())),
                Poll::Pending => {
                    let timer = timer.get_or_insert_with(|| Box::pin(sleep(timeout)));
                    let late = |()| Err(too_slow(timeout));
                    return timer.as_mut().poll(cx).map(late);
                }
            }
        }
    })
    .await
}

/// The connection broke, or the framing of the body is wrong.
fn cut() -> Problem {
    Problem::new(Code::MalformedJson, "body ended before its end")
}

fn too_slow(timeout: Duration) -> Problem {
    let detail = format!("body did not arrive within {} seconds", timeout.as_secs_f64());
    Problem::new(Code::Unavailable, detail).with_status(StatusCode::REQUEST_TIMEOUT)
}

/// What one request holds of the budget for large bodies.
#[derive(Debug)]
pub(crate) struct Share {
    budget: Arc<Semaphore>,
    kilobytes: usize,
}

impl Share {
    pub(crate) fn new(budget: &Arc<Semaphore>) -> Self {
        Self { budget: budget.clone(), kilobytes: 0 }
    }

    /// Holds enough for `bytes` in all, or says that there is no more.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), Problem> {
        let wanted = if bytes <= SMALL_BYTES { 0 } else { bytes.div_ceil(1024) };
        let more = wanted.saturating_sub(self.kilobytes);
        if more == 0 {
            return Ok(());
        }
        let full = || Problem::overloaded("too many large bodies are being read");
        let permits = u32::try_from(more).map_err(|_| full())?;
        self.budget.try_acquire_many(permits).map_err(|_| full())?.forget();
        self.kilobytes += more;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.add_permits(self.kilobytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_bounded_and_given_back() {
        let budget = Arc::new(Semaphore::new(100));
        let mut share = Share::new(&budget);
        share.grow(SMALL_BYTES).unwrap();
        assert_eq!(budget.available_permits(), 100);
        share.grow(SMALL_BYTES + 1).unwrap();
        assert_eq!(budget.available_permits(), 35);
        share.grow(80 * 1024).unwrap();
        let refused = share.grow(101 * 1024).unwrap_err();
        assert_eq!((refused.code, refused.retry_after), (Code::Overloaded, Some(1)));
        drop(share);
        assert_eq!(budget.available_permits(), 100);
    }
}
