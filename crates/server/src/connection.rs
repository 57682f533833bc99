//! The other end of a connection.

use std::net::SocketAddr;

use axum::http::{header, request::Parts};
use ingest::Connection;

/// The address a connection came from; an extension of every request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// User agents beyond this are cut: nobody's is longer.
const USER_AGENT_BYTES_MAX: usize = 1_024;

/// Where a request came from.
pub(crate) fn of(parts: &Parts) -> Connection {
    let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let agent = agent.filter(|agent| !agent.is_empty());
    Connection {
        ip: parts.extensions.get::<Peer>().map(|peer| peer.0.ip().to_canonical()),
        // A header that is text is ASCII, so it can be cut anywhere.
        user_agent: agent.map(|agent| agent[..agent.len().min(USER_AGENT_BYTES_MAX)].into()),
    }
}
