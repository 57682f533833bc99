//! Machines among the senders.
//!
//! Nearly every crawler that says what it is has `bot`, `crawl` or `spider` in its name, as the
//! public lists show (crawler-user-agents, and what the operators document themselves); the names
//! of those that do not are listed here.

use std::borrow::Cow;

/// Who sends, as far as the user agent says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sender {
    /// Nothing speaks against a person.
    #[default]
    Person,
    /// A library, or a browser without a window: tests and tools, maybe a crawler.
    Suspect,
    /// A crawler that says so; its name.
    Crawler(Cow<'static, str>),
}

/// Crawlers whose names do not say so, in small letters.
const CRAWLERS: [&str; 44] = [
    "google-inspectiontool",
    "google-read-aloud",
    "google-site-verification",
    "google favicon",
    "googleother",
    "google-extended",
    "mediapartners-google",
    "feedfetcher-google",
    "apis-google",
    "googleimageproxy",
    "chrome-lighthouse",
    "google page speed",
    "facebookexternalhit",
    "facebookcatalog",
    "meta-externalagent",
    "meta-externalfetcher",
    "whatsapp/",
    "skypeuripreview",
    "slack-imgproxy",
    "embedly",
    "bingpreview",
    "yahoo! slurp",
    "duckduckgo-favicons",
    "baiduspider",
    "ia_archiver",
    "archive.org_bot",
    "heritrix",
    "nutch",
    "chatgpt-user",
    "claude-web",
    "claude-user",
    "perplexity-user",
    "anthropic-ai",
    "cohere-ai",
    "bytespider",
    "pingdom",
    "statuscake",
    "site24x7",
    "gtmetrix",
    "ptst/",
    "newrelicpinger",
    "datadogsynthetics",
    "screaming frog",
    "w3c_validator",
];

/// What stands in the name of a crawler; it must end there or be followed by no letter.
const WORDS: [&str; 7] = ["bot", "bots", "crawl", "crawler", "spider", "scraper", "monitoring"];

/// Names of phones that end like a crawler.
const PHONES: [&str; 2] = ["cubot", "talkabot"];

/// Libraries and browsers without a window, in small letters.
const SUSPECTS: [&str; 32] = [
    "curl/",
    "wget/",
    "python-requests",
    "python-urllib",
    "python-httpx",
    "python/",
    "aiohttp",
    "go-http-client",
    "okhttp",
    "java/",
    "apache-httpclient",
    "libwww-perl",
    "node-fetch",
    "undici",
    "axios/",
    "got (",
    "guzzlehttp",
    "faraday",
    "ruby",
    "postmanruntime",
    "insomnia/",
    "httpie/",
    "reqwest/",
    "headlesschrome",
    "phantomjs",
    "slimerjs",
    "puppeteer",
    "playwright",
    "selenium",
    "cypress",
    "jsdom",
    "scrapy",
];

/// Who sends a user agent.
pub(crate) fn sender(text: &str) -> Sender {
    let small = text.to_ascii_lowercase();
    if let Some(name) = CRAWLERS.iter().find(|name| small.contains(*name)) {
        return Sender::Crawler(Cow::Borrowed(name.trim_end_matches('/')));
    }
    if let Some(name) = named(text, &small) {
        return Sender::Crawler(Cow::Owned(name.to_owned()));
    }
    if SUSPECTS.iter().any(|name| small.contains(name)) {
        return Sender::Suspect;
    }
    Sender::Person
}

/// Characters of a name that is told.
const NAME_BYTES_MAX: usize = 60;

/// The name that has one of the words in it, as it is written.
fn named<'a>(text: &'a str, small: &str) -> Option<&'a str> {
    let of_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'!');
    for word in WORDS {
        for (at, _) in small.match_indices(word) {
            let end = at + word.len();
            if small.as_bytes().get(end).is_some_and(u8::is_ascii_alphabetic) {
                continue;
            }
            let bytes = text.as_bytes();
            let start = bytes[..at].iter().rposition(|b| !of_name(*b)).map_or(0, |at| at + 1);
            let rest = bytes[end..].iter().position(|b| !of_name(*b));
            let stop = rest.map_or(text.len(), |rest| end + rest);
            let name = text.get(start..stop)?;
            let is_phone = PHONES.iter().any(|phone| small[start..stop].starts_with(phone));
            if !is_phone {
                return Some(&name[..name.floor_char_boundary(NAME_BYTES_MAX)]);
            }
        }
    }
    None
}
