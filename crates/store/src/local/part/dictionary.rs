//! Texts of a column that were written as a dictionary, read as numbers.
//!
//! The general reader gives every row its text again; here a row costs a few bits. Only for
//! columns all of whose pages refer to the dictionary: long or ever different texts do not.

#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;

use bytes::Bytes;
use parquet::{
    basic::Encoding,
    column::page::{Page, PageReader},
    errors::ParquetError,
};

/// A column as numbers.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    /// Per row 1 + the index of its text, 0 for none.
    pub(crate) codes: Vec<u32>,
    /// The texts.
    pub(crate) texts: Vec<Bytes>,
}

/// Reads all pages of a column of so many rows; None when some do not refer to a dictionary.
pub(super) fn read(
    pages: &mut dyn PageReader,
    rows: usize,
    optional: bool,
) -> Result<Option<Dictionary>, ParquetError> {
    let mut found = Dictionary { codes: Vec::with_capacity(rows), texts: Vec::new() };
    while let Some(page) = pages.get_next_page()? {
        match page {
            Page::DictionaryPage { buf, num_values, .. } => {
                found.texts =
                    texts(&buf, num_values as usize).ok_or_else(|| cut("a dictionary"))?;
            }
            Page::DataPage { buf, num_values, encoding, def_level_encoding, .. }
                if is_dictionary(encoding)
                    && (!optional || def_level_encoding == Encoding::RLE) =>
            {
                // What a page says of itself is believed only as far as memory is set aside for it.
                let own = num_values as usize;
                if own > rows.saturating_sub(found.codes.len()) {
                    return Err(cut("a column"));
                }
                let read = data(&buf, own, optional, &mut found.codes);
                read.ok_or_else(|| cut("a page"))?;
            }
            _ => return Ok(None),
        }
    }
    let known = found.texts.len() as u32;
    match found.codes.len() == rows && found.codes.iter().all(|code| *code <= known) {
        true => Ok(Some(found)),
        false => Err(cut("a column")),
    }
}

fn is_dictionary(encoding: Encoding) -> bool {
    encoding == Encoding::RLE_DICTIONARY || encoding.to_string() == "PLAIN_DICTIONARY"
}

fn cut(what: &str) -> ParquetError {
    ParquetError::EOF(format!("{what} is cut short or does not add up"))
}

/// Texts with their lengths before them.
fn texts(page: &Bytes, count: usize) -> Option<Vec<Bytes>> {
    let mut at = 0;
    let mut texts = Vec::with_capacity(count.min(page.len()));
    for _ in 0..count {
        let len = u32::from_le_bytes(*page.get(at..)?.first_chunk()?) as usize;
        let end = at.checked_add(4)?.checked_add(len)?;
        std::str::from_utf8(page.get(at + 4..end)?).ok()?;
        texts.push(page.slice(at + 4..end));
        at = end;
    }
    Some(texts)
}

/// The rows of a page: which have a text, and the indexes of those.
fn data(page: &[u8], rows: usize, optional: bool, codes: &mut Vec<u32>) -> Option<()> {
    let (levels, values) = match optional {
        true => {
            let (len, rest) = page.split_first_chunk::<4>()?;
            let (levels, values) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
            let mut own = Vec::with_capacity(rows);
            runs(levels, 1, rows, &mut own)?;
            (Some(own), values)
        }
        false => (None, page),
    };
    let (width, values) = values.split_first().unwrap_or((&0, &[]));
    let before = codes.len();
    let Some(levels) = levels else {
        runs(values, *width, rows, codes)?;
        for code in &mut codes[before..] {
            *code = code.checked_add(1)?;
        }
        return Some(());
    };
    let set = levels.iter().filter(|level| **level != 0).count();
    let mut indexes = Vec::with_capacity(set);
    runs(values, *width, set, &mut indexes)?;
    let mut rest = indexes.into_iter();
    for level in levels {
        codes.push(match level {
            0 => 0,
            _ => rest.next().map_or(Some(0), |index| index.checked_add(1))?,
        });
    }
    Some(())
}

/// Numbers of `width` bits as Parquet's mixture of runs and packed groups of eight.
fn runs(mut bytes: &[u8], width: u8, count: usize, out: &mut Vec<u32>) -> Option<()> {
    if width > 32 {
        return None;
    }
    let mut left = count;
    while left > 0 {
        let (header, rest) = varint(bytes)?;
        bytes = rest;
        let many = usize::try_from(header >> 1).ok()?;
        if header & 1 == 0 {
            let (value, rest) = bytes.split_at_checked(usize::from(width.div_ceil(8)))?;
            let value = value.iter().rev().fold(0, |all, byte| all << 8 | u32::from(*byte));
            let many = many.min(left);
            if many == 0 {
                return None;
            }
            out.resize(out.len() + many, value);
            (bytes, left) = (rest, left - many);
        } else {
            let len = many.checked_mul(usize::from(width))?;
            // The last group may be cut where the page ends.
            let (packed, rest) = bytes.split_at(len.min(bytes.len()));
            let many = many.checked_mul(8)?.min(left);
            if packed.len() * 8 < many * usize::from(width) || many == 0 {
                return None;
            }
            unpack(packed, width, many, out);
            (bytes, left) = (rest, left - many);
        }
    }
    Some(())
}

/// Numbers one behind the other, lowest bit first.
fn unpack(packed: &[u8], width: u8, count: usize, out: &mut Vec<u32>) {
    if width == 0 {
        out.resize(out.len() + count, 0);
        return;
    }
    let mask = (1u64 << width) - 1;
    let (mut held, mut bits) = (0u64, 0);
    let mut bytes = packed.iter();
    for _ in 0..count {
        while bits < width {
            held |= bytes.next().map_or(0, |byte| u64::from(*byte)) << bits;
            bits += 8;
        }
        out.push((held & mask) as u32);
        held >>= width;
        bits -= width;
    }
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(9) {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_and_packed_groups_come_back() {
        // A run of five 3s in 2 bits, then eight packed numbers 0 1 2 3 0 1 2 3.
        let bytes = [10, 3, 3, 0b1110_0100, 0b1110_0100];
        let mut out = Vec::new();
        assert_eq!(runs(&bytes, 2, 12, &mut out), Some(()));
        assert_eq!(out, [3, 3, 3, 3, 3, 0, 1, 2, 3, 0, 1, 2]);
        for len in 0..bytes.len() {
            assert_eq!(runs(&bytes[..len], 2, 12, &mut Vec::new()), None, "{len}");
        }
        assert_eq!(runs(&[0], 2, 1, &mut Vec::new()), None, "an empty run has no end");
        let mut wide = Vec::new();
        assert_eq!(runs(&[3, 1, 2, 3, 4, 5, 6, 7, 8, 9], 9, 8, &mut wide), Some(()));
        assert_eq!(wide[..2], [1, 385]);
    }

    #[test]
    fn rows_without_a_text_have_code_0() {
        // Levels 1 0 1 as one packed group, then two indexes of one bit: 1, 0.
        let page = [2, 0, 0, 0, 3, 0b101, 1, 3, 0b01];
        let mut codes = Vec::new();
        assert_eq!(data(&page, 3, true, &mut codes), Some(()));
        assert_eq!(codes, [2, 0, 1]);
        let page = Bytes::from_static(&[1, 0, 0, 0, b'x', 0, 0, 0, 0]);
        assert_eq!(texts(&page, 2), Some(vec![Bytes::from_static(b"x"), Bytes::new()]));
        assert_eq!(texts(&page, 3), None);
    }

    #[test]
    fn an_index_beyond_every_dictionary_is_refused() {
        let page = [32, 2, 0xff, 0xff, 0xff, 0xff];
        assert_eq!(data(&page, 1, false, &mut Vec::new()), None);
        let with_levels = [&[2, 0, 0, 0, 2, 1][..], &page].concat();
        assert_eq!(data(&with_levels, 1, true, &mut Vec::new()), None);
    }
}
