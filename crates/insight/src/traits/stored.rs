//! Person traits as bytes, for backends that keep them; see `docs/formats/manifest.md`.
//!
//! ```text
//! u8 version (1)
//! n moments, each i64 time in ms, u128 event id, little-endian
//! n entries of $set, n entries of $set_once, each: moment, key, value
//! ```
//!
//! Counts, lengths and moments (numbers of their place in the list) are LEB128. Keys and values
//! are the JSON text that was sent, keys with their quotes, ascending.

use std::collections::BTreeMap;

use event::{EventId, Timestamp};

use super::{At, PersonTraits};

const VERSION: u8 = 1;
const MOMENT_BYTES: usize = 24;

type Entries = BTreeMap<String, (At, String)>;

impl PersonTraits {
    /// The stored form.
    pub fn to_bytes(&self) -> Vec<u8> {
        let maps = [&self.latest, &self.earliest];
        let mut moments: Vec<At> =
            maps.iter().flat_map(|map| map.values().map(|(at, _)| *at)).collect();
        moments.sort_unstable();
        moments.dedup();
        let mut out = vec![VERSION];
        put_number(&mut out, moments.len());
        for (time, id) in &moments {
            out.extend_from_slice(&time.0.to_le_bytes());
            out.extend_from_slice(&id.as_u128().to_le_bytes());
        }
        for map in maps {
            put_number(&mut out, map.len());
            for (key, (at, value)) in map {
                put_number(&mut out, moments.partition_point(|moment| moment < at));
                put_text(&mut out, key);
                put_text(&mut out, value);
            }
        }
        out
    }

    /// Reads the stored form; None when the bytes are not that.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let (version, behind) = rest.split_first()?;
        rest = behind;
        let count = number(&mut rest).filter(|count| *count <= bytes.len() / MOMENT_BYTES)?;
        if *version != VERSION {
            return None;
        }
        let moments: Vec<At> = (0..count).map(|_| moment(&mut rest)).collect::<Option<_>>()?;
        let (latest, earliest) = (entries(&mut rest, &moments)?, entries(&mut rest, &moments)?);
        rest.is_empty().then_some(Self { latest, earliest })
    }
}

fn entries(rest: &mut &[u8], moments: &[At]) -> Option<Entries> {
    let count = number(rest)?;
    let mut entries = Entries::new();
    for _ in 0..count {
        let at = *moments.get(number(rest)?)?;
        let key = text(rest)?;
        entries.insert(key.to_owned(), (at, text(rest)?.to_owned()));
    }
    Some(entries)
}

fn moment(rest: &mut &[u8]) -> Option<At> {
    let (time, behind) = rest.split_first_chunk()?;
    let (id, behind) = behind.split_first_chunk()?;
    *rest = behind;
    Some((Timestamp(i64::from_le_bytes(*time)), EventId::from_u128(u128::from_le_bytes(*id))))
}

fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let len = number(rest)?;
    let (text, behind) = rest.split_at_checked(len)?;
    *rest = behind;
    std::str::from_utf8(text).ok()
}

fn number(rest: &mut &[u8]) -> Option<usize> {
    let mut number = 0u64;
    for shift in (0..63).step_by(7) {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return usize::try_from(number).ok();
        }
    }
    None
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> PersonTraits {
        let mut traits = PersonTraits::default();
        let mut add = |at, id, kind, properties: &str| {
            traits.add(Timestamp(at), EventId::from_u128(id), kind, properties);
        };
        add(5, 2, "x", r#"{"$set":{"name":"é","n":1.50},"$set_once":{"first":[1, 2]}}"#);
        add(-7, 3, "$identify", r#"{"traits":{"plan":{"a":null}},"$set_once":{"first":"x"}}"#);
        traits
    }

    #[test]
    fn traits_come_back_as_they_went() {
        for traits in [PersonTraits::default(), sample()] {
            assert_eq!(PersonTraits::from_bytes(&traits.to_bytes()), Some(traits));
        }
    }

    #[test]
    fn every_cut_is_found_and_no_byte_brings_it_down() {
        let bytes = sample().to_bytes();
        for len in 0..bytes.len() {
            assert_eq!(PersonTraits::from_bytes(&bytes[..len]), None, "cut at {len}");
        }
        for at in 0..bytes.len() {
            for byte in 0..=255 {
                let mut changed = bytes.clone();
                changed[at] = byte;
                let _survived = PersonTraits::from_bytes(&changed);
            }
        }
    }

    /// The bytes are on disk: they must not change.
    #[test]
    fn version_1_is_frozen() {
        let mut traits = PersonTraits::default();
        traits.add(Timestamp(3), EventId::from_u128(9), "x", r#"{"$set":{"a":1}}"#);
        let hex: String = traits.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let expected = concat!(
            "0101",
            "0300000000000000",
            "09000000000000000000000000000000",
            "01000322612201",
            "3100"
        );
        assert_eq!(hex, expected);
    }
}
