//! A small load generator: keep-alive connections on one thread, prepared requests, answers read
//! by their length. It costs a few microseconds a request, so that what is measured is the server.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{body, histogram::Histogram};

/// What to send where.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// Address of the server.
    #[arg(long)]
    pub(crate) addr: String,
    /// Events per request; 1 sends single events.
    #[arg(long, default_value_t = 1)]
    pub(crate) batch: usize,
    /// Open connections.
    #[arg(long, default_value_t = 256)]
    pub(crate) connections: usize,
    /// Seconds to measure.
    #[arg(long, default_value_t = 5.0)]
    pub(crate) seconds: f64,
    /// Requests per second in all; as many as go when absent.
    #[arg(long)]
    pub(crate) rate: Option<f64>,
}

/// What came of it.
pub(crate) struct Load {
    pub(crate) requests: u64,
    /// 503 answers: asked to come back, nothing lost.
    pub(crate) refused: u64,
    pub(crate) events_per_request: usize,
    pub(crate) seconds: f64,
    pub(crate) latency: Histogram,
}

impl Load {
    pub(crate) fn requests_per_second(&self) -> f64 {
        self.requests as f64 / self.seconds
    }

    pub(crate) fn events_per_second(&self) -> f64 {
        self.requests_per_second() * self.events_per_request as f64
    }

    pub(crate) fn line(&self) -> String {
        format!(
            "{:.0} requests/s, {:.0} events/s, p50 {:.2} ms, p99 {:.2} ms, {} refused",
            self.requests_per_second(),
            self.events_per_second(),
            self.latency.percentile(0.5),
            self.latency.percentile(0.99),
            self.refused,
        )
    }
}

/// Sends for the given time and waits for the last answers.
pub(crate) fn run(options: &Options) -> anyhow::Result<Load> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(drive(options))
}

async fn drive(options: &Options) -> anyhow::Result<Load> {
    let path = if options.batch == 1 { "/apiv1/events" } else { "/apiv1/events/batch" };
    let requests: Vec<Vec<u8>> = body::bodies(options.batch, 7)
        .iter()
        .map(|body| body::request(path, &options.addr, body))
        .collect();
    let requests = Arc::new(requests);
    let sent = Arc::new(AtomicU64::new(0));
    let start = Instant::now();
    let end = start + Duration::from_secs_f64(options.seconds);
    let local = tokio::task::LocalSet::new();
    let mut tasks = Vec::new();
    for number in 0..options.connections {
        let (options, requests, sent) = (options.clone(), requests.clone(), sent.clone());
        tasks.push(local.spawn_local(async move {
            connection(&options, &requests, &sent, number, start, end).await
        }));
    }
    local.await;
    let mut latency = Histogram::new();
    let (mut answered, mut refused) = (0, 0);
    for task in tasks {
        let (taken, turned_away, times) = task.await??;
        answered += taken;
        refused += turned_away;
        latency.merge(&times);
    }
    Ok(Load {
        requests: answered,
        refused,
        events_per_request: options.batch,
        seconds: start.elapsed().as_secs_f64(),
        latency,
    })
}

/// One connection; with a rate it takes the next slot of the common timetable. When an answer came
/// too late for a slot, latency counts from the slot, so that a server that stalls cannot hide it.
async fn connection(
    options: &Options,
    requests: &[Vec<u8>],
    sent: &AtomicU64,
    number: usize,
    start: Instant,
    end: Instant,
) -> anyhow::Result<(u64, u64, Histogram)> {
    let mut stream = TcpStream::connect(&options.addr).await.context("connect")?;
    stream.set_nodelay(true)?;
    let mut latency = Histogram::new();
    let mut buffer = vec![0; 256 * 1024];
    let (mut answered, mut refused, mut index) = (0, 0, number * 7);
    loop {
        let mut from = Instant::now();
        if let Some(rate) = options.rate {
            let slot = sent.fetch_add(1, Ordering::Relaxed);
            from = start + Duration::from_secs_f64(slot as f64 / rate);
            if from > Instant::now() {
                tokio::time::sleep_until(from.into()).await;
                // The timer of this program is a millisecond late; that is not the server's.
                from = Instant::now();
            }
        }
        if from >= end {
            return Ok((answered, refused, latency));
        }
        stream.write_all(&requests[index % requests.len()]).await?;
        index += 1;
        match answer(&mut stream, &mut buffer).await? {
            200..300 => {
                answered += 1;
                latency.add(from.elapsed());
            }
            503 => {
                refused += 1;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            status => bail!("the server answered {status}"),
        }
    }
}

/// Reads one answer; its status.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> anyhow::Result<u16> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        ensure!(read > 0, "the server closed the connection");
        filled += read;
        if let Some((status, _, bytes)) = head(&buffer[..filled])?
            && filled >= bytes
        {
            return Ok(status);
        }
        ensure!(filled < buffer.len(), "an answer is larger than {} bytes", buffer.len());
    }
}

/// Status, length of the head and whole length, once the head is there.
pub(crate) fn head(bytes: &[u8]) -> anyhow::Result<Option<(u16, usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&bytes[..end])?;
    let status = text.split(' ').nth(1).context("no status")?.parse()?;
    let length = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .context("no content-length")?
        .1;
    Ok(Some((status, end + 4, end + 4 + length.trim().parse::<usize>()?)))
}
