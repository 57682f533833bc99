//! Making keys, and the one form in which they are kept.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::{CatalogError, KeyKind};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Characters of a made key behind its prefix: 24 of 62 kinds are 142 bits.
const RANDOM_CHARS: usize = 24;
/// Characters of the token of a session or a link.
const TOKEN_CHARS: usize = 32;
/// Characters of a key that is not made but chosen.
const CHARS_MAX: usize = 64;

/// SHA-256 of a key's text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyHash([u8; 32]);

impl KeyHash {
    /// The hash of a key.
    pub fn of(key: &str) -> Self {
        Self(Sha256::digest(key.as_bytes()).into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl KeyHash {
    /// Its first 48 bits, by which lists and addresses name a key.
    pub fn id(&self) -> KeyId {
        let mut id = [0; 6];
        id.copy_from_slice(&self.0[..6]);
        KeyId(id)
    }
}

/// What a key is called in lists: the first 12 hex digits of its hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; 6]);

impl KeyId {
    /// Reads 12 hex digits; None when it is anything else.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 12 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let number = u64::from_str_radix(text, 16).ok()?;
        let mut id = [0; 6];
        id.copy_from_slice(&number.to_be_bytes()[2..]);
        Some(Self(id))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("..")
    }
}

/// A fresh key: `tf_w_` or `tf_s_` and 24 characters of base62.
pub(crate) fn make(kind: KeyKind) -> Result<String, CatalogError> {
    let prefix = match kind {
        KeyKind::Write => "tf_w_",
        KeyKind::Secret => "tf_s_",
    };
    Ok(format!("{prefix}{}", token(RANDOM_CHARS)?))
}

/// A fresh token of a session or a link.
pub(crate) fn make_token() -> Result<String, CatalogError> {
    token(TOKEN_CHARS)
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], CatalogError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| CatalogError::Random(error.to_string()))?;
    Ok(bytes)
}

fn token(chars: usize) -> Result<String, CatalogError> {
    let mut text = String::with_capacity(chars);
    while text.len() < chars {
        let bytes: [u8; 32] = random()?;
        // 248 is the largest multiple of 62 in a byte: what lies above would favour some letters.
        let fair = bytes.iter().filter(|byte| **byte < 248);
        text.extend(fair.map(|byte| char::from(BASE62[usize::from(byte % 62)])));
        text.truncate(chars);
    }
    Ok(text)
}

/// Checks a key that a person chose.
pub(crate) fn check_chosen(key: &str) -> Result<(), CatalogError> {
    let fits = (1..=CHARS_MAX).contains(&key.len());
    let plain = key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits && plain { Ok(()) } else { Err(CatalogError::KeyText) }
}

/// What a list shows of a key: enough to tell keys apart, too little to be one.
pub(crate) fn hint(key: &str) -> String {
    let shown = if key.len() >= 20 { 9 } else { key.len() / 3 };
    format!("{}..", &key[..shown])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_keys_are_prefixed_random_base62() {
        let key = make(KeyKind::Secret).unwrap();
        let random = key.strip_prefix("tf_s_").unwrap();
        assert_eq!(random.len(), 24);
        assert!(random.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert!(f64::from(RANDOM_CHARS as u32) * 62f64.log2() >= 128.0);
        assert_ne!(key, make(KeyKind::Secret).unwrap());
    }

    #[test]
    fn the_id_of_a_key_is_read_again() {
        let id = KeyHash::of("abc").id();
        assert_eq!(id.to_string(), "ba7816bf8f01");
        assert_eq!(KeyId::parse("ba7816bf8f01"), Some(id));
        for wrong in ["", "ba7816bf8f0", "ba7816bf8f01a", "+a7816bf8f01", "za7816bf8f01"] {
            assert_eq!(KeyId::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn chosen_keys_are_short_plain_text() {
        assert!(check_chosen("your-api-key").is_ok());
        assert!(check_chosen(&"a".repeat(64)).is_ok());
        for key in ["", "a b", "naïve", "a\n", &"a".repeat(65)] {
            assert!(check_chosen(key).is_err(), "{key:?}");
        }
    }

    #[test]
    fn a_hint_is_not_the_key() {
        assert_eq!(hint("tf_s_0123456789abcdefghijklmn"), "tf_s_0123..");
        assert_eq!(hint("abc"), "a..");
        assert_eq!(hint("a"), "..");
    }
}
