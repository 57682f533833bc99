//! What a user agent tells: system, browser, kind of device, and whether a machine sends it.
//!
//! A short list of tokens in order, instead of the great tables of patterns there are: those cost
//! hundreds of milliseconds at the start and a millisecond each, and since browsers froze their
//! user agents most of what the tables tell apart is no longer sent. Nothing is guessed: what no
//! token says stays unknown.

mod browser;
mod cache;
mod crawler;
mod system;
#[cfg(test)]
mod tests;

pub(crate) use cache::Agents;
pub(crate) use crawler::{Sender, sender};

/// What a user agent tells; None where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Agent {
    pub(crate) os: Option<&'static str>,
    pub(crate) os_version: Option<Box<str>>,
    pub(crate) browser: Option<&'static str>,
    pub(crate) browser_version: Option<Box<str>>,
    pub(crate) device_type: Option<&'static str>,
    pub(crate) sender: Sender,
}

/// User agents beyond this are read up to here: nobody's is longer.
const BYTES_MAX: usize = 1_024;

impl Agent {
    /// Reads a user agent; any text.
    pub(crate) fn of(text: &str) -> Self {
        let text = &text[..text.floor_char_boundary(BYTES_MAX)];
        let sender = sender(text);
        let system = system::of(text);
        let browser = browser::of(text, system.os);
        let device_type = match &sender {
            Sender::Crawler(_) => Some("bot"),
            _ => system::device_type(text, system.os),
        };
        Self {
            os: system.os,
            os_version: system.version.and_then(version),
            browser: browser.map(|(name, _)| name),
            browser_version: browser.and_then(|(_, rest)| version(rest)),
            device_type,
            sender,
        }
    }
}

/// The text behind a token, where it is there.
fn after<'a>(text: &'a str, token: &str) -> Option<&'a str> {
    text.find(token).map(|at| &text[at + token.len()..])
}

/// Characters of a version.
const VERSION_CHARS_MAX: usize = 24;

/// The version at the start of a text: digits and points (or `_`), zeros at its end dropped.
fn version(text: &str) -> Option<Box<str>> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_');
    let digits = &text[..end.unwrap_or(text.len()).min(VERSION_CHARS_MAX)];
    let mut kept = digits.trim_matches(['.', '_']);
    while let Some(rest) = kept.strip_suffix(".0").or_else(|| kept.strip_suffix("_0")) {
        kept = rest;
    }
    (!kept.is_empty()).then(|| kept.replace('_', ".").into())
}
