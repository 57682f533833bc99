//! Stopping on a signal: the first asks, the second does not ask again.

use std::{future::Future, io};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
};

/// Exit code after a second signal: 128 + SIGINT, as a shell would say it.
const HURRIED: i32 = 130;

/// A future that ends with the first SIGINT or SIGTERM. A second one ends the process at once:
/// everything acknowledged is durable already, so nothing is lost by it.
pub(crate) fn on_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let (ask, asked) = oneshot::channel();
    // Its own task, so that signals count while the parts are still being opened.
    tokio::spawn(async move {
        let name = either(&mut interrupt, &mut terminate).await;
        tracing::info!(signal = name, "stopping; a second signal stops at once");
        let _ = ask.send(());
        let name = either(&mut interrupt, &mut terminate).await;
        tracing::warn!(signal = name, "stopped at once");
        std::process::exit(HURRIED);
    });
    Ok(async move {
        let _ = asked.await;
    })
}

async fn either(interrupt: &mut Signal, terminate: &mut Signal) -> &'static str {
    tokio::select! {
        _ = interrupt.recv() => "SIGINT",
        _ = terminate.recv() => "SIGTERM",
    }
}
