//! Listening and answering.

use std::time::Duration;

use super::{Listen, Settings, setting::Value};

/// The HTTP side.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// One listener each.
    pub listen: Vec<Listen>,
    /// Origins whose pages may read.
    pub origins: Vec<String>,
    /// Proxies whose word is taken for the address of a client.
    pub trusted_proxies: Vec<server::Network>,
    /// Bounds of connections and bodies.
    pub limits: server::LimitsConfig,
}

impl HttpConfig {
    pub(super) fn of(settings: &Settings) -> Self {
        let listen = match settings.get("http.listen") {
            (Value::Addresses(listen), _) => listen.clone(),
            (other, _) => panic!("http.listen is {other:?}, not addresses"),
        };
        let origins = match settings.get("http.origins") {
            (Value::Origins(origins), _) => origins.clone(),
            (other, _) => panic!("http.origins is {other:?}, not origins"),
        };
        let trusted_proxies = match settings.get("http.trusted_proxies") {
            // Checked when they were read.
            (Value::Networks(names), _) => names
                .iter()
                .filter_map(|name| server::Network::named(name).ok())
                .flatten()
                .collect(),
            (other, _) => panic!("http.trusted_proxies is {other:?}, not networks"),
        };
        let rate = |key| u32::try_from(settings.whole(key)).unwrap_or(u32::MAX);
        let millis = |key| Duration::from_millis(settings.whole(key));
        let limits = server::LimitsConfig {
            connections: settings.size("http.connections_max"),
            header_timeout: millis("http.header_timeout_ms"),
            body_timeout: millis("http.body_timeout_ms"),
            bodies_bytes: settings.size("http.bodies_bytes_max"),
            live_streams: settings.size("http.live_streams_max"),
            grace: millis("http.drain_timeout_ms"),
            requests_per_second_per_key: rate("limits.requests_per_second_per_key"),
            requests_per_second_per_address: rate("limits.requests_per_second_per_address"),
        };
        Self { listen, origins, trusted_proxies, limits }
    }
}
