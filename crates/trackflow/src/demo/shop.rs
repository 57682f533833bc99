//! The shop and the world around it: plain lists with weights.

/// Where someone lives.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) country: &'static str,
    pub(super) city: &'static str,
    pub(super) currency: &'static str,
    pub(super) utc_offset_hours: i64,
}

const fn place(
    country: &'static str,
    city: &'static str,
    currency: &'static str,
    utc_offset_hours: i64,
) -> Place {
    Place { country, city, currency, utc_offset_hours }
}

pub(super) const PLACES: &[(u32, Place)] = &[
    (26, place("US", "New York", "USD", -5)),
    (10, place("US", "San Francisco", "USD", -8)),
    (15, place("DE", "Berlin", "EUR", 1)),
    (6, place("DE", "Munich", "EUR", 1)),
    (11, place("GB", "London", "GBP", 0)),
    (8, place("FR", "Paris", "EUR", 1)),
    (6, place("IN", "Bengaluru", "INR", 5)),
    (6, place("BR", "São Paulo", "BRL", -3)),
    (5, place("NL", "Amsterdam", "EUR", 1)),
    (4, place("JP", "Tokyo", "JPY", 9)),
    (3, place("AU", "Sydney", "AUD", 10)),
];

/// What someone uses.
#[derive(Debug)]
pub(super) struct Device {
    pub(super) kind: &'static str,
    pub(super) os: &'static str,
    pub(super) os_version: &'static str,
    pub(super) browser: &'static str,
    pub(super) browser_version: &'static str,
    /// Small screens sell less.
    pub(super) buys: f64,
}

const fn device(
    kind: &'static str,
    (os, os_version): (&'static str, &'static str),
    (browser, browser_version): (&'static str, &'static str),
    buys: f64,
) -> Device {
    Device { kind, os, os_version, browser, browser_version, buys }
}

pub(super) const DEVICES: &[(u32, Device)] = &[
    (24, device("mobile", ("iOS", "18.6"), ("Mobile Safari", "18.6"), 0.7)),
    (26, device("mobile", ("Android", "15"), ("Chrome Mobile", "141"), 0.6)),
    (23, device("desktop", ("Windows", "11"), ("Chrome", "141"), 1.15)),
    (6, device("desktop", ("Windows", "11"), ("Edge", "141"), 1.1)),
    (8, device("desktop", ("macOS", "15.6"), ("Safari", "18.6"), 1.3)),
    (6, device("desktop", ("macOS", "15.6"), ("Chrome", "141"), 1.3)),
    (3, device("desktop", ("Linux", ""), ("Firefox", "143"), 0.9)),
    (4, device("tablet", ("iPadOS", "18.6"), ("Mobile Safari", "18.6"), 0.95)),
];

/// Where someone came from.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) referrer: Option<&'static str>,
    pub(super) source: &'static str,
    /// Source, medium and name of a campaign.
    pub(super) campaign: Option<(&'static str, &'static str, &'static str)>,
}

const fn channel(
    referrer: Option<&'static str>,
    source: &'static str,
    campaign: Option<(&'static str, &'static str, &'static str)>,
) -> Channel {
    Channel { referrer, source, campaign }
}

pub(super) const CHANNELS: &[(u32, Channel)] = &[
    (34, channel(None, "direct", None)),
    (30, channel(Some("https://www.google.com/"), "search", None)),
    (5, channel(Some("https://duckduckgo.com/"), "search", None)),
    (9, channel(Some("https://www.google.com/"), "search", Some(("google", "cpc", "autumn_sale")))),
    (
        7,
        channel(
            Some("https://www.instagram.com/"),
            "social",
            Some(("instagram", "social", "new_in")),
        ),
    ),
    (6, channel(None, "email", Some(("newsletter", "email", "weekly")))),
    (5, channel(Some("https://news.ycombinator.com/"), "social", None)),
    (4, channel(Some("https://blog.example.org/best-lamps"), "referral", None)),
];

/// Something to buy.
#[derive(Debug)]
pub(super) struct Product {
    pub(super) slug: &'static str,
    pub(super) category: &'static str,
    pub(super) price_cents: u64,
}

const fn product(slug: &'static str, category: &'static str, price_cents: u64) -> Product {
    Product { slug, category, price_cents }
}

pub(super) const PRODUCTS: &[(u32, Product)] = &[
    (14, product("desk-lamp", "lamps", 4_900)),
    (9, product("floor-lamp", "lamps", 12_900)),
    (6, product("pendant-light", "lamps", 8_900)),
    (13, product("oak-chair", "chairs", 15_900)),
    (7, product("lounge-chair", "chairs", 44_900)),
    (8, product("bar-stool", "chairs", 9_900)),
    (6, product("dining-table", "tables", 59_900)),
    (8, product("side-table", "tables", 11_900)),
    (10, product("wool-blanket", "textiles", 7_900)),
    (11, product("linen-cushion", "textiles", 2_900)),
    (8, product("ceramic-vase", "decor", 3_900)),
];

pub(super) const SEARCHES: &[(u32, &str)] = &[
    (12, "lamp"),
    (9, "chair"),
    (8, "oak"),
    (6, "sale"),
    (5, "table small"),
    (5, "blanket"),
    (3, "gift"),
    (2, "sofa"),
];

pub(super) const BUTTONS: &[(u32, &str)] =
    &[(9, "show_reviews"), (7, "size_guide"), (6, "newsletter"), (5, "share"), (3, "chat")];

pub(super) const PLANS: &[(u32, &str)] = &[(70, "free"), (22, "plus"), (8, "pro")];

pub(super) const ERRORS: &[(u32, &str)] = &[
    (5, "NetworkError when attempting to fetch resource"),
    (3, "Cannot read properties of undefined (reading 'price')"),
    (1, "ResizeObserver loop limit exceeded"),
];

pub(super) const HOST: &str = "shop.example.com";
pub(super) const APP_VERSION: &str = "3.14.0";
