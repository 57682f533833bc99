//! A fuzz target: the client behind proxies.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::{HeaderMap, HeaderValue, header};

use super::{HOPS_MAX, Network, X_FORWARDED_FOR, client};

/// Lines of headers: those that begin with `f` are `Forwarded`, the others `X-Forwarded-For`. What
/// the client wrote before an address that is not trusted changes nothing, and a peer that is not
/// trusted is believed nothing.
pub fn forwarded(data: &[u8]) {
    let trusted: Vec<Network> = ["loopback", "10.0.0.0/8"]
        .iter()
        .filter_map(|name| Network::named(name).ok())
        .flatten()
        .collect();
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n').take(8) {
        let (name, line) = match line.split_first() {
            Some((b'f', line)) => (header::FORWARDED, line),
            _ => (X_FORWARDED_FOR, line),
        };
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(name, value);
        }
    }
    let stranger = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));
    assert_eq!(client(&trusted, stranger, &headers), stranger);
    let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let found = client(&trusted, peer, &headers);
    assert_eq!(found, found.to_canonical());
    if trusted.iter().any(|network| network.has(found)) || headers.contains_key(header::FORWARDED) {
        return;
    }
    let mut before = HeaderMap::new();
    before.append(X_FORWARDED_FOR, HeaderValue::from_static("198.51.100.1, nonsense, 10.0.0.1"));
    for value in headers.get_all(X_FORWARDED_FOR) {
        before.append(X_FORWARDED_FOR, value.clone());
    }
    assert_eq!(client(&trusted, peer, &before), found, "at most {HOPS_MAX} entries are read");
}
