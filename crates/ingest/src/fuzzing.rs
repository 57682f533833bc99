//! What fuzz targets call: each takes any bytes, and panics when a promise of this crate is broken.

use crate::{
    agent::Agent,
    referrer::{Came, source},
    url::Address,
};

/// User agents: versions are short, plain texts.
pub fn user_agent(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let agent = Agent::of(text);
    for version in [&agent.os_version, &agent.browser_version].into_iter().flatten() {
        let is_plain = version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        assert!(is_plain && (1..=24).contains(&version.len()), "{version:?} of {text:?}");
    }
}

/// Addresses of pages: a host is one, and parts are what stands in the text.
pub fn page_url(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let address = Address::of(text);
    if let Some(host) = &address.host {
        assert!((1..=261).contains(&host.len()), "{host:?} of {text:?}");
        let is_wrong = |c: char| c.is_ascii_uppercase() || c.is_whitespace() || "/?#@".contains(c);
        assert!(!host.contains(is_wrong), "{host:?} of {text:?}");
        assert!(address.path.starts_with(['/', '\\']), "{:?} of {text:?}", address.path);
    }
    assert!(text.contains(address.path) && text.contains(address.query) || address.path == "/");
    assert!(!address.path.contains(['?', '#']) && !address.query.contains('#'), "{text:?}");
    for (name, _) in address.query.split('&').filter_map(|pair| pair.split_once('=')) {
        if let Some(value) = address.parameter(name) {
            assert!(!value.contains(char::is_control), "{name} is {value:?} in {text:?}");
        }
    }
}

/// Referrers: `referrer \n page \n medium`, in one of the six groups.
pub fn referrer(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.splitn(3, '\n');
    let (before, page, medium) = (lines.next(), lines.next(), lines.next());
    let page = Address::of(page.unwrap_or(""));
    let host = page.host.as_deref();
    let group = source(&Came { referrer: before, host, query: page.query, medium });
    let groups = ["search", "social", "mail", "paid", "direct", "referral"];
    assert!(groups.contains(&group), "{group} of {text:?}");
}

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

/// Every target by its name.
#[cfg(test)]
const TARGETS: &[replay::Target] =
    &[("user_agent", user_agent), ("page_url", page_url), ("referrer", referrer)];

#[cfg(test)]
mod tests {
    #[test]
    fn the_corpus_is_replayed() {
        super::replay::replay(super::TARGETS);
    }
}
