//! The other end of a connection.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::http::{HeaderName, header, request::Parts};
use ingest::Connection;

use crate::{proxies, state::AppState};

/// The address a connection came from; an extension of every request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Whether a connection carries a live stream, which does not end by itself; an extension of every
/// request, too.
#[derive(Clone, Debug, Default)]
pub(crate) struct Streaming(Arc<AtomicBool>);

impl Streaming {
    /// It does, from now on.
    pub(crate) fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it does.
    pub(crate) fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// User agents beyond this are cut: nobody's is longer.
const USER_AGENT_BYTES_MAX: usize = 1_024;

/// The address of the client of a request; None where there is no connection, as in tests.
pub(crate) fn address(app: &AppState, parts: &Parts) -> Option<IpAddr> {
    let peer = parts.extensions.get::<Peer>()?.0.ip();
    Some(proxies::client(&app.config.trusted_proxies, peer, &parts.headers))
}

/// Headers of a browser that sends for a page: the origin of whatever goes elsewhere or changes
/// something, and, newer, for which site it is. A library sends neither unless it is told to.
const OF_PAGES: [HeaderName; 2] = [header::ORIGIN, HeaderName::from_static("sec-fetch-site")];

/// Where a request came from.
pub(crate) fn of(app: &AppState, parts: &Parts) -> Connection {
    let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let agent = agent.filter(|agent| !agent.is_empty());
    Connection {
        ip: address(app, parts),
        // A header that is text is ASCII, so it can be cut anywhere.
        user_agent: agent.map(|agent| agent[..agent.len().min(USER_AGENT_BYTES_MAX)].into()),
        is_page: OF_PAGES.iter().any(|name| parts.headers.contains_key(name)),
    }
}
