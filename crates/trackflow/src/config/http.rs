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
        let millis = |key| Duration::from_millis(settings.whole(key));
        let limits = server::LimitsConfig {
            connections: settings.size("http.connections_max"),
            header_timeout: millis("http.header_timeout_ms"),
            body_timeout: millis("http.body_timeout_ms"),
            bodies_bytes: settings.size("http.bodies_bytes_max"),
            grace: millis("http.drain_timeout_ms"),
        };
        Self { listen, origins, limits }
    }
}
