//! Identifiers.

use std::{fmt, str::FromStr, sync::Arc};

use uuid::Uuid;

/// The id of an event: 128 bits, compared in byte order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(u128);

/// Namespace of ids made from a client's own, non-UUID id.
const CLIENT_IDS: Uuid = Uuid::from_u128(0x3f1d_6c1e_8f0a_5b6d_9a53_7472_6163_6b66);

impl EventId {
    /// From the 128 bits, most significant byte first.
    pub const fn from_u128(bits: u128) -> Self {
        Self(bits)
    }

    /// The 128 bits, most significant byte first.
    pub const fn as_u128(self) -> u128 {
        self.0
    }

    /// The stored form, byte order of the text form.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// The reverse of [`Self::to_bytes`].
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }

    /// A fresh version 7 id for an event received at `received_ms` (milliseconds since 1970).
    /// `random` gives the other 74 bits.
    pub fn v7(received_ms: i64, random: u128) -> Self {
        let millis = (received_ms.max(0) as u128) & 0xffff_ffff_ffff;
        let high = ((random >> 64) as u16 & 0x0fff) as u128;
        let low = (random as u64 & 0x3fff_ffff_ffff_ffff) as u128;
        Self(millis << 80 | 0x7 << 76 | high << 64 | 0x8000_0000_0000_0000 | low)
    }

    /// What a version 7 id holds beside its time.
    pub fn tail(self) -> [u8; 10] {
        let [_, _, _, _, _, _, tail @ ..] = self.to_bytes();
        tail
    }

    /// The version 7 id with the same tail and another time.
    pub fn with_millis(self, received_ms: i64) -> Self {
        let millis = (received_ms.max(0) as u128) & 0xffff_ffff_ffff;
        Self(millis << 80 | self.0 & (u128::MAX >> 48))
    }

    /// The id of an event whose client names it `client_id`: a UUID is taken as it is, anything
    /// else becomes a version 5 UUID of tenant and text, so that a retry is the same event.
    pub fn from_client(tenant: &TenantId, client_id: &str) -> Self {
        if let Ok(id) = client_id.parse() {
            return id;
        }
        let space = Uuid::new_v5(&CLIENT_IDS, tenant.as_str().as_bytes());
        Self(Uuid::new_v5(&space, client_id.as_bytes()).as_u128())
    }
}

impl FromStr for EventId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(text).map(|id| Self(id.as_u128()))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Uuid::from_u128(self.0).as_hyphenated().fmt(f)
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The id of a tenant: 1 to 64 of `a-z A-Z 0-9 _ - .`; cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantId(Arc<str>);

impl TenantId {
    /// The longest tenant id, in bytes.
    pub const BYTES_MAX: usize = 64;

    /// The tenant that exists from the first start on.
    pub fn default_tenant() -> Self {
        Self("default".into())
    }

    /// A checked id, or None when it is empty, too long or has other characters.
    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=Self::BYTES_MAX).contains(&text.len());
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
        (fits && text.bytes().all(plain)).then(|| Self(text.into()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as shared text.
    pub fn shared(&self) -> Arc<str> {
        self.0.clone()
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_id_that_is_no_uuid_gives_the_same_id_again_but_not_to_another_tenant() {
        let (a, b) = (TenantId::new("a").unwrap(), TenantId::new("b").unwrap());
        assert_eq!(EventId::from_client(&a, "order-1"), EventId::from_client(&a, "order-1"));
        assert_ne!(EventId::from_client(&a, "order-1"), EventId::from_client(&b, "order-1"));
    }

    #[test]
    fn v7_sorts_by_time_and_says_its_version() {
        let early = EventId::v7(1_700_000_000_000, u128::MAX);
        let late = EventId::v7(1_700_000_000_001, 0);
        assert!(early < late);
        let id = Uuid::from_u128(early.as_u128());
        assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
        assert_eq!(
            (late.tail(), late.with_millis(5)),
            (EventId::v7(5, 0).tail(), EventId::v7(5, 0))
        );
    }

    #[test]
    fn tenant_ids_are_plain_and_bounded() {
        assert!(TenantId::new("").is_none());
        assert!(TenantId::new("a b").is_none());
        assert!(TenantId::new(&"a".repeat(65)).is_none());
        assert!(TenantId::new(&"a".repeat(64)).is_some());
    }
}
