//! The operating system and the kind of device of a user agent.

use super::after;

/// A system, and the text its version begins.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct System<'a> {
    pub(super) os: Option<&'static str>,
    pub(super) version: Option<&'a str>,
}

/// Windows says the version of its kernel.
const WINDOWS: [(&str, &str); 8] = [
    ("10.0", "10"),
    ("6.3", "8.1"),
    ("6.2", "8"),
    ("6.1", "7"),
    ("6.0", "6.0"),
    ("5.2", "5.2"),
    ("5.1", "5.1"),
    ("5.0", "5.0"),
];

/// Systems whose version follows a token, the most particular first.
const TOKENS: [(&str, &str); 12] = [
    ("Windows Phone OS ", "Windows Phone"),
    ("Windows Phone ", "Windows Phone"),
    ("Tizen ", "Tizen"),
    ("Web0S", "webOS"),
    ("webOS/", "webOS"),
    ("KAIOS/", "KaiOS"),
    ("HarmonyOS ", "HarmonyOS"),
    ("Android ", "Android"),
    ("Android", "Android"),
    ("CrOS ", "Chrome OS"),
    ("Mac OS X ", "macOS"),
    ("Macintosh", "macOS"),
];

/// The system.
pub(super) fn of(text: &str) -> System<'_> {
    if let Some(system) = apple_mobile(text) {
        return system;
    }
    let named = TOKENS.iter().find_map(|(token, name)| {
        let rest = after(text, token)?;
        // `CrOS x86_64 14541.0.0`: the architecture stands in between.
        let rest = if *name == "Chrome OS" { after(rest, " ").unwrap_or("") } else { rest };
        Some(System { os: Some(name), version: Some(rest) })
    });
    if let Some(system) = named {
        return system;
    }
    if let Some(rest) = after(text, "Windows NT ") {
        let known = WINDOWS.iter().find(|(kernel, _)| rest.starts_with(kernel));
        return System { os: Some("Windows"), version: known.map(|(_, version)| *version) };
    }
    for (token, name) in [
        ("Windows", "Windows"),
        ("PlayStation", "PlayStation"),
        ("Nintendo", "Nintendo"),
        ("FreeBSD", "FreeBSD"),
        ("OpenBSD", "OpenBSD"),
        ("Linux", "Linux"),
        ("X11", "Linux"),
    ] {
        if text.contains(token) {
            return System { os: Some(name), version: None };
        }
    }
    System::default()
}

fn apple_mobile(text: &str) -> Option<System<'_>> {
    let os = if text.contains("iPad") {
        "iPadOS"
    } else if text.contains("iPhone") || text.contains("iPod") {
        "iOS"
    } else if text.contains("AppleTV") || text.contains("Apple TV") {
        "tvOS"
    } else {
        return None;
    };
    let version = after(text, " OS ").or_else(|| after(text, "iOS "));
    Some(System { os: Some(os), version })
}

const TV: [&str; 14] = [
    "AppleTV",
    "Apple TV",
    "SmartTV",
    "SMART-TV",
    "Smart-TV",
    "Web0S",
    "GoogleTV",
    "Google TV",
    "Android TV",
    "BRAVIA",
    "HbbTV",
    "NetCast",
    "Roku",
    "CrKey",
];
const CONSOLE: [&str; 3] = ["PlayStation", "Xbox", "Nintendo"];
const TABLET: [&str; 5] = ["iPad", "Tablet", "PlayBook", "Kindle", "Silk/"];
const MOBILE: [&str; 7] =
    ["Mobile", "iPhone", "iPod", "Windows Phone", "BlackBerry", "Opera Mini", "KAIOS"];

/// `tv`, `console`, `tablet`, `mobile` or `desktop`.
pub(super) fn device_type(text: &str, os: Option<&str>) -> Option<&'static str> {
    let any = |tokens: &[&str]| tokens.iter().any(|token| text.contains(token));
    // Fire TV names its model only, `AFT` and letters.
    if any(&TV) || text.contains("; AFT") {
        return Some("tv");
    }
    if any(&CONSOLE) {
        return Some("console");
    }
    if any(&TABLET) {
        return Some("tablet");
    }
    if any(&MOBILE) {
        return Some("mobile");
    }
    match os? {
        // A browser of an Android phone says `Mobile`, one of a tablet does not. An app's library
        // says neither, and is no browser.
        "Android" => text.contains("Mozilla/").then_some("tablet"),
        "Windows" | "macOS" | "Linux" | "Chrome OS" | "FreeBSD" | "OpenBSD" => {
            text.contains("Mozilla/").then_some("desktop")
        }
        _ => None,
    }
}
