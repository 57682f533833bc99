//! Running the server, as a recipe: take the folder, open the parts from the bottom up, serve,
//! stop them in reverse order.

use std::{future::Future, net, sync::Arc};

use anyhow::{Context, Result};
use catalog::FirstStart;
use ingest::Pipeline;
use server::{App, Metrics, Parts, QueryConfig, ServerConfig};
use tokio::{net::TcpListener, task::spawn_blocking};

use crate::{
    config::{Config, url_of},
    parts,
    schedule::{Runner, Scheduler, jobs},
};

/// What there is to tell when requests are answered.
#[derive(Debug)]
pub struct Ready {
    /// Where, one per listener.
    pub urls: Vec<String>,
    /// The keys made at the first start; they are shown once.
    pub first_start: Option<FirstStart>,
}

/// Serves on `listeners` until `shutdown` ends; then finishes what is running, moves everything
/// acknowledged to the store and returns. `ready` is called once, when requests are answered.
pub async fn run(
    config: Config,
    listeners: Vec<net::TcpListener>,
    ready: impl FnOnce(&Ready),
    shutdown: impl Future<Output = ()>,
) -> Result<()> {
    let (listeners, urls) = adopt(listeners)?;
    let (app, opened) = spawn_blocking(move || open(&config)).await??;
    let Opened { lock, pipeline, scheduler, first_start } = opened;

    tracing::info!(urls = urls.join(" "), "ready");
    ready(&Ready { urls, first_start });
    let running = scheduler.start();
    let served = server::run(listeners, app, shutdown).await;
    scheduler.stop(running).await;
    served.context("the server failed")?;

    tracing::info!("stopped the server, moving what is left to the store");
    let left = spawn_blocking(move || {
        pipeline.stop();
        pipeline.store().head().rows
    });
    match left.await? {
        0 => tracing::info!("stopped the pipeline"),
        events => tracing::warn!(
            events,
            "stopped the pipeline; the store could not write everything, the journal keeps the rest"
        ),
    }
    drop(lock);
    tracing::info!("stopped");
    Ok(())
}

/// What outlives the server.
struct Opened {
    lock: disk::DataLock,
    pipeline: Pipeline,
    scheduler: Scheduler,
    first_start: Option<FirstStart>,
}

/// Everything that blocks: locks, files, and the replay of what the store does not have yet.
fn open(config: &Config) -> Result<(App, Opened)> {
    let lock = parts::lock(&config.data.dir)?;
    let (catalog, first_start) = parts::open_catalog(config)?;
    let catalog = Arc::new(catalog);
    let (store, taken) = parts::open_store(config)?;
    let journal = parts::open_journal(config, taken)?;
    let metrics = Arc::new(Metrics::new());
    let pipeline =
        metrics.within(|| parts::start_pipeline(config, catalog.clone(), journal, store))?;
    let runner = Runner {
        process: format!("{}-{:08x}", std::process::id(), fastrand::u32(..)),
        folder: parts::folder(&**pipeline.store()),
    };
    let jobs = jobs::all(&pipeline, &catalog);
    let scheduler = Scheduler::new(catalog.clone(), jobs, Arc::new(parts::now), runner);
    let parts = Parts {
        pipeline: pipeline.clone(),
        jobs: Arc::new(scheduler.clone()),
        catalog,
        metrics,
        clock: Arc::new(parts::now),
        seed: fastrand::u64(..),
        backend: "local",
    };
    let opened = Opened { lock, pipeline, scheduler, first_start };
    Ok((App::new(parts, of_server(config)), opened))
}

fn of_server(config: &Config) -> ServerConfig {
    ServerConfig {
        capture: config.capture.clone(),
        trpc: config.trpc.clone(),
        service: config.service.clone(),
        query: QueryConfig {
            timeout: config.query.timeout,
            concurrent: config.query.concurrent_max,
            ..QueryConfig::default()
        },
        limits: config.http.limits.clone(),
        origins: config.http.origins.clone(),
        tokens: config.tokens.clone(),
        trusted_proxies: config.http.trusted_proxies.clone(),
    }
}

fn adopt(listeners: Vec<net::TcpListener>) -> Result<(Vec<TcpListener>, Vec<String>)> {
    let mut adopted = Vec::with_capacity(listeners.len());
    let mut urls = Vec::with_capacity(listeners.len());
    for listener in listeners {
        urls.push(url_of(listener.local_addr()?));
        adopted.push(TcpListener::from_std(listener)?);
    }
    Ok((adopted, urls))
}
