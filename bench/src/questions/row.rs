//! One generated event, small enough that a day of them is held in memory; its texts are made
//! from it on the way out, so that store and peers get the same ones.

use std::fmt::Write;

/// 2026-09-01T00:00:00Z.
pub(crate) const START: i64 = 1_788_220_800_000;
/// A day, ms.
pub(crate) const DAY: i64 = 86_400_000;
/// Days of events.
pub(crate) const DAYS: i64 = 30;

/// Event types with their share in 1000.
pub(crate) const TYPES: [(&str, u32); 10] = [
    ("page_view", 430),
    ("view_item", 180),
    ("click", 130),
    ("search", 95),
    ("add_to_cart", 45),
    ("login", 40),
    ("checkout", 30),
    ("purchase", 15),
    ("signup", 15),
    ("logout", 20),
];
pub(crate) const PAGE_VIEW: u8 = 0;
pub(crate) const VIEW_ITEM: u8 = 1;
pub(crate) const ADD_TO_CART: u8 = 4;
pub(crate) const PURCHASE: u8 = 7;
/// Only in rows: links an anonymous id to a user. Not a thing that somebody did, so that no
/// question about any event counts it, and the peers, who know the person, do not get it.
pub(crate) const IDENTIFY: u8 = 10;

const COUNTRIES: [&str; 20] = [
    "US", "DE", "GB", "FR", "IN", "BR", "JP", "CA", "ES", "IT", "NL", "PL", "SE", "AU", "MX", "KR",
    "CH", "AT", "BE", "PT",
];
const BROWSERS: [&str; 5] = ["Chrome", "Safari", "Firefox", "Edge", "Samsung Internet"];
const DEVICES: [&str; 3] = ["mobile", "desktop", "tablet"];
const BUTTONS: [&str; 12] = [
    "buy-now", "add", "menu", "close", "next", "back", "share", "wishlist", "apply", "filter",
    "sort", "help",
];
const PLANS: [&str; 3] = ["free", "pro", "team"];
const VARIANTS: [&str; 3] = ["control", "a", "b"];

/// Under which id a row is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// The id of a user, alone.
    User,
    /// An id from before the login.
    Anonymous,
    /// The id of a user, with the anonymous one beside it: the event itself is the link.
    Both,
}

/// One event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) person: u32,
    pub(crate) visit: u32,
    /// When it happened, ms; no two of one person are equal.
    pub(crate) at: i64,
    /// When it comes in, ms.
    pub(crate) arrival: i64,
    pub(crate) id: u128,
    /// What its properties are made of.
    pub(crate) dice: u64,
    pub(crate) kind: u8,
    pub(crate) who: Who,
}

/// A bijection of 64 bits: different numbers stay different.
pub(crate) fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One of a list, the first ones more often.
fn skewed(list: &[&'static str], dice: u64) -> &'static str {
    let share = (dice % 10_000) as f64 / 10_000.0;
    list[(share * share * list.len() as f64) as usize]
}

impl Row {
    pub(crate) fn event_type(&self) -> &'static str {
        TYPES.get(usize::from(self.kind)).map_or("$identify", |(name, _)| name)
    }

    /// The person as a number that a hash of its id would give.
    pub(crate) fn person_key(&self) -> u64 {
        mix(u64::from(self.person))
    }

    /// The person's id: the user's, whatever the event was sent under.
    pub(crate) fn user(&self, out: &mut String) {
        out.clear();
        let _ = write!(out, "user-{}", self.person);
    }

    pub(crate) fn anonymous(&self, out: &mut String) {
        out.clear();
        let _ = write!(out, "anon-{:016x}", mix(u64::from(self.person) << 1 | 1 << 40));
    }

    pub(crate) fn session(&self, out: &mut String) {
        out.clear();
        let _ = write!(out, "session-{}", self.visit);
    }

    pub(crate) fn country(&self) -> &'static str {
        skewed(&COUNTRIES, mix(u64::from(self.person) ^ 1 << 33))
    }

    pub(crate) fn browser(&self) -> &'static str {
        skewed(&BROWSERS, mix(u64::from(self.person) ^ 1 << 34))
    }

    pub(crate) fn device(&self) -> &'static str {
        skewed(&DEVICES, mix(u64::from(self.person) ^ 1 << 35))
    }

    fn product(&self) -> u64 {
        let share = (self.dice >> 8 & 0xffff) as f64 / 65_536.0;
        (share * share * 2_000.0) as u64
    }

    pub(crate) fn page_path(&self, out: &mut String) {
        out.clear();
        let _ = match self.kind {
            PAGE_VIEW => write!(out, "/c/{}", self.product() % 60),
            VIEW_ITEM | ADD_TO_CART => write!(out, "/p/{}", self.product()),
            kind => write!(out, "/{}", TYPES.get(usize::from(kind)).map_or("login", |t| t.0)),
        };
    }

    /// The button, which three of four events have.
    pub(crate) fn button(&self) -> Option<&'static str> {
        (!self.dice.is_multiple_of(4)).then(|| skewed(&BUTTONS, self.dice >> 24))
    }

    /// Cents.
    pub(crate) fn amount(&self) -> Option<u64> {
        let share = (self.dice >> 40 & 0xffff) as f64 / 65_536.0;
        (self.kind == PURCHASE).then_some(199 + (share * share * share * 50_000.0) as u64)
    }

    pub(crate) fn properties(&self, out: &mut String) {
        out.clear();
        if self.kind == IDENTIFY {
            let mut id = String::new();
            self.anonymous(&mut id);
            let _ = write!(out, r#"{{"$anon_distinct_id":"{id}"}}"#);
            return;
        }
        out.push('{');
        if let Some(button) = self.button() {
            let _ = write!(out, r#""button":"{button}","#);
        }
        let plan = skewed(&PLANS, mix(u64::from(self.person) ^ 1 << 36));
        let variant = VARIANTS[(mix(u64::from(self.person)) % 3) as usize];
        let _ = write!(
            out,
            r#""plan":"{plan}","url":"https://shop.example/p/{}?ref={}","position":{},"variant":"{variant}""#,
            self.product(),
            self.dice >> 56 & 31,
            self.dice >> 50 & 63,
        );
        if let Some(cents) = self.amount() {
            let _ = write!(out, r#","amount":{}.{:02}"#, cents / 100, cents % 100);
        }
        out.push('}');
    }
}
