//! Making keys, and the one form in which they are kept.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::{CatalogError, KeyKind};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Characters of a made key behind its prefix: 24 of 62 kinds are 142 bits.
const RANDOM_CHARS: usize = 24;
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

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("..")
    }
}

/// A fresh key: `tf_w_` or `tf_s_` and 24 characters of base62.
pub(crate) fn make(kind: KeyKind) -> Result<String, CatalogError> {
    let mut text = String::with_capacity(5 + RANDOM_CHARS);
    text.push_str(match kind {
        KeyKind::Write => "tf_w_",
        KeyKind::Secret => "tf_s_",
    });
    let full = text.len() + RANDOM_CHARS;
    let mut bytes = [0u8; 32];
    while text.len() < full {
        getrandom::fill(&mut bytes).map_err(|error| CatalogError::Random(error.to_string()))?;
        // 248 is the largest multiple of 62 in a byte: what lies above would favour some letters.
        let fair = bytes.iter().filter(|byte| **byte < 248);
        text.extend(fair.map(|byte| char::from(BASE62[usize::from(byte % 62)])));
        text.truncate(full);
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
