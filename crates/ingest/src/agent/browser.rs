//! The browser of a user agent. Most call themselves by the names of others too, so the list goes
//! from the particular to the common.

use super::after;

/// Tokens whose version follows, the most particular first.
const TOKENS: [(&str, &str); 31] = [
    ("FBAV/", "Facebook"),
    ("Instagram ", "Instagram"),
    ("MicroMessenger/", "WeChat"),
    (" Line/", "Line"),
    ("musical_ly_", "TikTok"),
    ("GSA/", "Google"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edg/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPiOS/", "Opera"),
    ("OPT/", "Opera"),
    ("Opera Mini/", "Opera Mini"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex Browser"),
    ("Vivaldi/", "Vivaldi"),
    ("Brave/", "Brave"),
    ("UCBrowser/", "UC Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("MiuiBrowser/", "MIUI Browser"),
    ("Whale/", "Whale"),
    ("QQBrowser/", "QQ Browser"),
    ("Silk/", "Silk"),
    ("SeaMonkey/", "SeaMonkey"),
    ("Seamonkey/", "SeaMonkey"),
    ("FxiOS/", "Firefox"),
    ("Focus/", "Firefox Focus"),
    ("Firefox/", "Firefox"),
];

/// The browser, and the text its version begins.
pub(super) fn of<'a>(text: &'a str, os: Option<&str>) -> Option<(&'static str, &'a str)> {
    let named = TOKENS.iter().find_map(|(token, name)| Some((*name, after(text, token)?)));
    named.or_else(|| chrome(text)).or_else(|| old(text)).or_else(|| safari(text, os))
}

fn chrome(text: &str) -> Option<(&'static str, &str)> {
    if let Some(rest) = after(text, "CriOS/") {
        return Some(("Chrome Mobile", rest));
    }
    if let Some(rest) = after(text, "HeadlessChrome/") {
        return Some(("Headless Chrome", rest));
    }
    let rest = after(text, "Chrome/").or_else(|| after(text, "Chromium/"))?;
    // A frame of an app says `; wv)`.
    let name = match (text.contains("Android"), text.contains("; wv)")) {
        (true, true) => "Android WebView",
        (true, false) => "Chrome Mobile",
        _ => "Chrome",
    };
    Some((name, rest))
}

fn old(text: &str) -> Option<(&'static str, &str)> {
    if let Some(rest) = after(text, "MSIE ") {
        return Some(("Internet Explorer", rest));
    }
    if text.contains("Trident/") {
        return Some(("Internet Explorer", after(text, "rv:").unwrap_or("")));
    }
    let opera = after(text, "Opera/").or_else(|| after(text, "Opera "))?;
    Some(("Opera", after(text, "Version/").unwrap_or(opera)))
}

fn safari<'a>(text: &'a str, os: Option<&str>) -> Option<(&'static str, &'a str)> {
    let rest = after(text, "Version/")?;
    if !text.contains("Safari/") {
        return None;
    }
    match os {
        Some("Android") => Some(("Android Browser", rest)),
        Some("iOS" | "iPadOS") => Some(("Mobile Safari", rest)),
        _ => Some(("Safari", rest)),
    }
}
