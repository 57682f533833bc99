//! What all events of one request share, found at most once.

use std::{
    cell::{OnceCell, RefCell},
    fmt::Write,
    net::IpAddr,
    sync::Arc,
};

use catalog::{ConsentChange, IpPolicy, Settings};
use event::Timestamp;
use siphasher::sip128::SipHasher13;

use crate::{Request, agent::Agent, cookieless::day, places::Place, tools::Tools};

/// A request as the steps see it.
#[derive(Debug)]
pub(crate) struct Scene<'r> {
    pub(crate) request: &'r Request,
    pub(crate) tools: &'r Tools,
    pub(crate) settings: Arc<Settings>,
    /// The moment before which events of the tenant are not kept.
    pub(crate) horizon: Option<Timestamp>,
    /// What persons said in this request; recorded before any of it is stored.
    pub(crate) said: RefCell<Vec<ConsentChange>>,
    agent: OnceCell<Option<Arc<Agent>>>,
    place: OnceCell<Option<Place>>,
    salt: OnceCell<Option<[u8; 16]>>,
    address: OnceCell<String>,
    kept_address: OnceCell<Option<String>>,
}

impl<'r> Scene<'r> {
    pub(crate) fn new(
        request: &'r Request,
        tools: &'r Tools,
        settings: Arc<Settings>,
        horizon: Option<Timestamp>,
    ) -> Self {
        Self {
            request,
            tools,
            settings,
            horizon,
            said: RefCell::default(),
            agent: OnceCell::new(),
            place: OnceCell::new(),
            salt: OnceCell::new(),
            address: OnceCell::new(),
            kept_address: OnceCell::new(),
        }
    }

    /// What the user agent of the connection tells.
    pub(crate) fn agent(&self) -> Option<&Arc<Agent>> {
        let read = || self.request.connection.user_agent.as_deref();
        self.agent.get_or_init(|| read().map(|text| self.tools.agents.of(text))).as_ref()
    }

    /// Where the connection comes from.
    pub(crate) fn place(&self) -> Option<&Place> {
        let find = || self.place_of(self.request.connection.ip?);
        self.place.get_or_init(find).as_ref()
    }

    /// Where an address is.
    pub(crate) fn place_of(&self, address: IpAddr) -> Option<Place> {
        self.tools.places.as_ref()?.of(address, self.request.received_at)
    }

    /// The key of today.
    pub(crate) fn salt(&self) -> Option<&[u8; 16]> {
        let today = || self.tools.policies.salt(day(self.request.received_at));
        self.salt.get_or_init(today).as_ref()
    }

    /// The address of the connection, as text.
    pub(crate) fn address(&self) -> Option<&str> {
        let ip = self.request.connection.ip?;
        Some(self.address.get_or_init(|| ip.to_string()))
    }

    /// What is kept of the address of the connection.
    pub(crate) fn kept_address(&self) -> Option<&str> {
        let keep = || self.request.connection.ip.and_then(|ip| self.keep(ip));
        self.kept_address.get_or_init(keep).as_deref()
    }

    /// What the tenant keeps of an address; None for nothing.
    pub(crate) fn keep(&self, ip: IpAddr) -> Option<String> {
        let ip = ip.to_canonical();
        match self.settings.privacy.ip {
            IpPolicy::Full => Some(ip.to_string()),
            IpPolicy::Truncated => Some(truncated(ip).to_string()),
            IpPolicy::Hashed => self.salt().map(|salt| hashed(salt, ip)),
            IpPolicy::None => None,
        }
    }
}

/// The network: 24 bits of IPv4, 48 bits of IPv6.
fn truncated(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) => IpAddr::V4((ip.to_bits() & !0xff).into()),
        IpAddr::V6(ip) => IpAddr::V6((ip.to_bits() & !(u128::MAX >> 48)).into()),
    }
}

/// SipHash-1-3-128 of the bytes of the address, in hexadecimal digits.
fn hashed(salt: &[u8; 16], ip: IpAddr) -> String {
    let hasher = SipHasher13::new_with_key(salt);
    let hash = match ip {
        IpAddr::V4(ip) => hasher.hash(&ip.octets()),
        IpAddr::V6(ip) => hasher.hash(&ip.octets()),
    };
    let mut text = String::with_capacity(32);
    let _ = write!(text, "{:032x}", hash.as_u128());
    text
}
