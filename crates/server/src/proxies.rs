//! Proxies in front of us, and the client behind them.
//!
//! A header can be sent by anybody. Each proxy adds at the end the address it was called from, so
//! only what stands at the right of the list was added by proxies of ours: the client is the first
//! address from the right that is not one of them. What stands further left is hearsay.

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;

use std::{fmt, net::IpAddr, str::FromStr};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Addresses that share their first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

/// Ours alone, on any machine.
const LOOPBACK: [&str; 2] = ["127.0.0.0/8", "::1/128"];
/// Of the house, never on the internet.
const PRIVATE: [&str; 6] =
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"];
/// So many entries of a list are looked at.
const HOPS_MAX: usize = 32;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

impl Network {
    /// The networks of a word (`loopback`, `private`), or the one network or address written out.
    /// The error continues a sentence that begins with the option.
    pub fn named(text: &str) -> Result<Vec<Self>, String> {
        let texts: &[&str] = match text {
            "loopback" => &LOOPBACK,
            "private" => &PRIVATE,
            other => &[other],
        };
        texts.iter().map(|text| text.parse()).collect()
    }

    fn has(&self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let differ = first.to_bits() ^ address.to_bits();
                differ.checked_shr(32 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let differ = first.to_bits() ^ address.to_bits();
                differ.checked_shr(128 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "has {text:?}, it must be like 10.0.0.0/8, 2001:db8::/32, 192.0.2.1, loopback or \
                 private"
            )
        };
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let first: IpAddr = address.parse().map_err(|_| wrong())?;
        let all = if first.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => all,
            Some(bits) => bits.parse().map_err(|_| wrong())?,
        };
        if bits > all { Err(wrong()) } else { Ok(Self { first, bits }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.bits)
    }
}

/// The address of the client of a request that came from `peer`.
pub(crate) fn client(trusted: &[Network], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let peer = peer.to_canonical();
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.has(address));
    if trusted.is_empty() || !is_trusted(peer) {
        return peer;
    }
    let told = |name: &HeaderName, of: fn(&str) -> Option<IpAddr>| {
        headers.contains_key(name).then(|| {
            let lines = headers.get_all(name).iter().rev();
            behind(peer, lines.flat_map(|line| entries(line, of)), is_trusted)
        })
    };
    match (told(&X_FORWARDED_FOR, address), told(&header::FORWARDED, forwarded)) {
        (Some(client), None) | (None, Some(client)) => client,
        // A proxy adds to one of them and passes the other on as the client sent it. Which one is
        // not ours to guess.
        (Some(one), Some(other)) if one == other => one,
        _ => peer,
    }
}

/// The entries of a line from the right. Quotes are not heeded: an open one, sent by a client,
/// must not hide what a proxy adds behind it.
fn entries(
    line: &HeaderValue,
    of: fn(&str) -> Option<IpAddr>,
) -> impl Iterator<Item = Option<IpAddr>> {
    // A line that is no text has one entry, which is no address.
    line.to_str().unwrap_or("").rsplit(',').map(move |entry| of(entry.trim()))
}

fn behind(
    peer: IpAddr,
    hops: impl Iterator<Item = Option<IpAddr>>,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> IpAddr {
    let mut last = peer;
    for hop in hops.take(HOPS_MAX) {
        // Who hides, or is no address, ends what can be known.
        let Some(hop) = hop else { return last };
        last = hop;
        if !is_trusted(hop) {
            return hop;
        }
    }
    last
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        None => match text.split_once(':') {
            Some((host, port)) if !port.contains(':') => host,
            _ => text,
        },
    };
    bare.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// The address of `for=` in one element of `Forwarded`.
fn forwarded(element: &str) -> Option<IpAddr> {
    let value = element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then_some(value.trim())
    })?;
    address(value.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trusted(names: &[&str]) -> Vec<Network> {
        names.iter().flat_map(|name| Network::named(name).unwrap()).collect()
    }

    fn check(peer: &str, headers: &[(&'static str, &[u8])], expected: &str) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_bytes(value).unwrap());
        }
        let found = client(&trusted(&["loopback", "10.0.0.0/8"]), peer.parse().unwrap(), &map);
        assert_eq!(found.to_string(), expected, "{headers:?}");
    }

    const XFF: &str = "x-forwarded-for";

    #[test]
    fn the_client_is_the_first_from_the_right_that_is_no_proxy() {
        check("127.0.0.1", &[], "127.0.0.1");
        check("127.0.0.1", &[(XFF, b"203.0.113.7")], "203.0.113.7");
        check("127.0.0.1", &[(XFF, b"1.1.1.1, 203.0.113.7, 10.1.2.3")], "203.0.113.7");
        check("127.0.0.1", &[(XFF, b"1.1.1.1"), (XFF, b"203.0.113.7,10.1.2.3")], "203.0.113.7");
        check("127.0.0.1", &[(XFF, b"10.9.9.9, 10.1.2.3")], "10.9.9.9");
        check("::ffff:10.0.0.1", &[(XFF, b"203.0.113.7:4711")], "203.0.113.7");
        check("127.0.0.1", &[(XFF, b"[2001:db8::1]:443")], "2001:db8::1");
        check("127.0.0.1", &[(XFF, b"2001:db8::1")], "2001:db8::1");
        let forwarded = b"for=1.1.1.1, For=\"[2001:db8::7]:80\";proto=https;by=10.0.0.1";
        check("127.0.0.1", &[("forwarded", forwarded)], "2001:db8::7");
    }

    #[test]
    fn whoever_is_no_proxy_of_ours_is_the_client_whatever_it_says() {
        check("203.0.113.7", &[(XFF, b"1.1.1.1")], "203.0.113.7");
        check("::1", &[(XFF, b"198.51.100.1")], "198.51.100.1");
        let map = HeaderMap::from_iter([(X_FORWARDED_FOR, HeaderValue::from_static("1.1.1.1"))]);
        assert_eq!(client(&[], "127.0.0.1".parse().unwrap(), &map).to_string(), "127.0.0.1");
    }

    #[test]
    fn hostile_lists_end_what_can_be_known() {
        check("127.0.0.1", &[(XFF, b"1.1.1.1, unknown, 10.1.2.3")], "10.1.2.3");
        check("127.0.0.1", &[(XFF, b"1.1.1.1, ")], "127.0.0.1");
        check("127.0.0.1", &[(XFF, b"")], "127.0.0.1");
        check("127.0.0.1", &[(XFF, b"\xff\xfe")], "127.0.0.1");
        check("127.0.0.1", &[(XFF, b"999.1.1.1")], "127.0.0.1");
        check("127.0.0.1", &[(XFF, b"[2001:db8::1")], "127.0.0.1");
        check("127.0.0.1", &[("forwarded", b"for=\"open, for=203.0.113.7")], "203.0.113.7");
        check("127.0.0.1", &[("forwarded", b"for=_hidden")], "127.0.0.1");
        check("127.0.0.1", &[("forwarded", b"proto=https")], "127.0.0.1");
        let long = ["10.0.0.1"; 10_000].join(",");
        check("127.0.0.1", &[(XFF, long.as_bytes())], "10.0.0.1");
    }

    #[test]
    fn a_header_that_no_proxy_wrote_is_not_believed_beside_one_that_differs() {
        let both = |forwarded: &'static [u8], expected| {
            let headers = [(XFF, &b"203.0.113.7"[..]), ("forwarded", forwarded)];
            check("127.0.0.1", &headers, expected);
        };
        both(b"for=203.0.113.7", "203.0.113.7");
        both(b"for=6.6.6.6", "127.0.0.1");
    }

    #[test]
    fn networks_are_read_and_bounded() {
        let has = |name: &str, address: &str| {
            let address = address.parse().unwrap();
            Network::named(name).unwrap().iter().any(|network| network.has(address))
        };
        assert!(has("192.0.2.0/24", "192.0.2.255") && !has("192.0.2.0/24", "192.0.3.0"));
        assert!(has("0.0.0.0/0", "8.8.8.8") && !has("0.0.0.0/0", "::1"));
        assert!(has("::/0", "2001:db8::1") && has("2001:db8::/32", "2001:db8:ffff::"));
        assert!(has("192.0.2.1", "192.0.2.1") && !has("192.0.2.1", "192.0.2.2"));
        assert!(has("private", "172.31.0.1") && !has("private", "172.32.0.1"));
        for wrong in ["", "x", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/", "/8"] {
            assert!(Network::named(wrong).is_err(), "{wrong}");
        }
    }
}
