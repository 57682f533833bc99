//! Keyed hashes. The key is made once per store: with a public one, anybody who can send events
//! could make ids or persons collide.

use std::hash::Hasher;

use siphasher::{sip::SipHasher13, sip128::Hasher128, sip128::SipHasher24};

use crate::{IdHash, IdKind};

/// The key of all hashes of a store.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) [u8; 16]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// A new one.
    pub(crate) fn random() -> Result<Self, String> {
        let mut key = [0; 16];
        getrandom::fill(&mut key).map_err(|e| format!("no random bytes: {e}"))?;
        Ok(Self(key))
    }

    /// The hasher of a tenant's persons.
    pub(crate) fn persons(&self, tenant: &str, bits: u32) -> PersonHasher {
        let mut start = SipHasher13::new_with_key(&self.0);
        start.write(tenant.as_bytes());
        start.write(&[0xff]);
        PersonHasher { start, mask: u64::MAX >> (u64::BITS - bits.clamp(1, u64::BITS)) }
    }

    /// SipHash-2-4-128 of `u8 kind, u8 length of tenant, tenant, id`.
    pub(crate) fn id_hash(&self, tenant: &str, kind: IdKind, id: &[u8]) -> IdHash {
        let mut hasher = SipHasher24::new_with_key(&self.0);
        hasher.write(&[kind as u8, tenant.len() as u8]);
        hasher.write(tenant.as_bytes());
        hasher.write(id);
        IdHash(hasher.finish128().as_u128())
    }
}

/// SipHash-1-3 of `tenant, 0xff, distinct id`, the tenant already taken in.
#[derive(Clone, Debug)]
pub(crate) struct PersonHasher {
    start: SipHasher13,
    mask: u64,
}

impl PersonHasher {
    /// The key of a person; never 0, which stands for "no person".
    pub(crate) fn key(&self, distinct_id: &str) -> u64 {
        let mut hasher = self.start;
        hasher.write(distinct_id.as_bytes());
        (hasher.finish() & self.mask).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_kinds_and_keys_are_told_apart() {
        let secret = Secret([7; 16]);
        let hash = |tenant, kind, id: &[u8]| secret.id_hash(tenant, kind, id);
        assert_eq!(hash("a", IdKind::Event, b"x"), hash("a", IdKind::Event, b"x"));
        assert_ne!(hash("a", IdKind::Event, b"x"), hash("b", IdKind::Event, b"x"));
        assert_ne!(hash("a", IdKind::Event, b"x"), hash("a", IdKind::Idempotency, b"x"));
        assert_ne!(hash("a", IdKind::Event, b"bx"), hash("ab", IdKind::Event, b"x"));
        let persons = |tenant| secret.persons(tenant, 64);
        assert_ne!(persons("a").key("b1"), persons("ab").key("1"));
        assert_ne!(Secret([8; 16]).persons("a", 64).key("1"), persons("a").key("1"));
        assert!((1..=255).contains(&secret.persons("a", 8).key("anyone")));
    }

    /// The hashes are on disk: they must not change.
    #[test]
    fn hashes_are_frozen() {
        let secret = Secret(*b"0123456789abcdef");
        expect_test::expect!["b6468909ffa67120"]
            .assert_eq(&format!("{:016x}", secret.persons("default", 64).key("user123")));
    }
}
