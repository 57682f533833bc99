//! `trackflow serve`.

use std::{net::TcpListener, process::ExitCode};

use anyhow::{Context, Result};

use super::{output, welcome};
use crate::{
    config::{Config, HttpConfig, Sources},
    serve::{self, Ready},
    shutdown, telemetry,
};

pub(crate) fn run(sources: &Sources) -> Result<ExitCode> {
    let config = Config::load(sources)?;
    telemetry::start(&config.log);
    let runtime = tokio::runtime::Runtime::new().context("cannot start threads")?;
    runtime.block_on(async {
        let shutdown = shutdown::on_signal().context("cannot listen for signals")?;
        let listeners = bind(&config.http)?;
        serve::run(config, listeners, announce, shutdown).await
    })?;
    Ok(ExitCode::SUCCESS)
}

fn bind(http: &HttpConfig) -> Result<Vec<TcpListener>> {
    let bound = http
        .listen
        .iter()
        .map(|listen| listen.bind().with_context(|| format!("cannot listen on {listen}")));
    bound.collect()
}

/// One line per listener on stdout, for whoever started us; the keys of a first start on stderr,
/// so that they do not end in a pipe.
fn announce(ready: &Ready) {
    if let (Some(keys), Some(url)) = (&ready.first_start, ready.urls.first()) {
        output::tell(&welcome::first_start(keys, url));
    }
    for url in &ready.urls {
        // Nobody reads our stdout: that is no reason to stop.
        let _ = output::print(&format!("listening on {url}\n"));
    }
}
