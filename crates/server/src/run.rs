//! Connections: accepting, bounding and ending them.

use std::{convert::Infallible, future::Future, io, sync::Arc, time::Duration};

use axum::body::Body;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use metrics::Gauge;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{interval, sleep, timeout},
};

use crate::{
    App,
    connection::{Peer, Streaming},
};

/// How often what piles up is folded and what others changed is looked for.
const UPKEEP: Duration = Duration::from_secs(1);
/// How long a live stream may take to end when the server stops.
const STREAM_GRACE: Duration = Duration::from_millis(500);
/// Pause after an accept that failed for want of file descriptors or memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` ends; then takes no new connections, lets requests in flight finish
/// within the grace time, and returns. Connections beyond the bound wait in the system's queue.
pub async fn run(
    listeners: Vec<TcpListener>,
    app: App,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let limits = &app.state().config.limits;
    let slots = Arc::new(Semaphore::new(limits.connections));
    let graceful = Arc::new(GracefulShutdown::new());
    let gauge = app.state().parts.metrics.connections();
    let mut tasks = JoinSet::new();
    for listener in listeners {
        let door = Door {
            app: app.clone(),
            slots: slots.clone(),
            graceful: graceful.clone(),
            open: gauge.clone(),
        };
        tasks.spawn(async move { door.accept(&listener).await });
    }
    tasks.spawn(upkeep(app.clone()));
    shutdown.await;
    app.state().stop();
    // Ends the accept loops, so that theirs are no longer holders of the graceful part.
    tasks.shutdown().await;
    let Some(graceful) = Arc::into_inner(graceful) else { return Ok(()) };
    let open = || limits.connections - slots.available_permits();
    if timeout(limits.grace, graceful.shutdown()).await.is_err() {
        let cut = open();
        tracing::warn!(
            connections = cut,
            grace_s = limits.grace.as_secs_f64(),
            "connections did not finish within the grace time and are cut"
        );
    }
    Ok(())
}

/// Ends when a connection whose client does not read its live stream is to be cut: some time after
/// the server stops.
async fn stream_is_over(app: &App, streaming: &Streaming) {
    app.state().streams.stopped().await;
    sleep(STREAM_GRACE).await;
    if !streaming.is_on() {
        std::future::pending::<()>().await;
    }
}

/// What accepting connections needs.
struct Door {
    app: App,
    slots: Arc<Semaphore>,
    graceful: Arc<GracefulShutdown>,
    open: Gauge,
}

impl Door {
    async fn accept(&self, listener: &TcpListener) {
        loop {
            // Never closed, so this is never an error.
            let Ok(slot) = self.slots.clone().acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, peer)) => self.serve(stream, Peer(peer), slot),
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "cannot accept connections, trying again");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn serve(&self, stream: TcpStream, peer: Peer, slot: OwnedSemaphorePermit) {
        // Answers are small and whole: waiting to fill a packet would only cost time.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        let (app, streaming) = (self.app.clone(), Streaming::default());
        let (of_app, begun) = (app.clone(), streaming.clone());
        let header_timeout = app.state().config.limits.header_timeout;
        let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            let app = of_app.clone();
            request.extensions_mut().insert(peer);
            request.extensions_mut().insert(begun.clone());
            async move { Ok::<_, Infallible>(app.handle(request.map(Body::new)).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(header_timeout)
            .serve_connection(TokioIo::new(stream), service);
        let connection = self.graceful.watch(connection);
        let open = self.open.clone();
        open.increment(1.0);
        tokio::spawn(async move {
            tokio::select! {
                ended = connection => {
                    // A connection that breaks is the client's affair.
                    if let Err(error) = ended {
                        tracing::trace!(%error, "connection ended early");
                    }
                }
                () = stream_is_over(&app, &streaming) => {}
            }
            open.decrement(1.0);
            drop(slot);
        });
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Folds histograms, and takes over keys that another process made.
async fn upkeep(app: App) {
    let mut tick = interval(UPKEEP);
    loop {
        tick.tick().await;
        let state = app.state();
        state.figures.sample(&state.parts.pipeline, std::time::Instant::now());
        let parts = state.parts.clone();
        let work = tokio::task::spawn_blocking(move || {
            parts.metrics.upkeep();
            parts.catalog.refresh()
        });
        if let Ok(Err(error)) = work.await {
            tracing::warn!(%error, "cannot look for changes of the catalog");
        }
    }
}
