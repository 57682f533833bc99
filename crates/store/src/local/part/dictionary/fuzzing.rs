//! What a fuzz target calls: it takes any bytes, and panics when a promise is broken.

use bytes::Bytes;

use super::{data, texts};

/// Pages of a column: a byte of flags, rows or texts in two bytes, the page. A page that can be
/// read has the rows it should, and texts are within it.
pub fn dictionary(input: &[u8]) {
    let Some(([flags, low, high], page)) = input.split_first_chunk::<3>() else { return };
    let rows = usize::from(u16::from_le_bytes([*low, *high]));
    let mut codes = vec![7];
    if data(page, rows, flags & 1 == 1, &mut codes).is_some() {
        assert_eq!(codes.len(), 1 + rows, "rows of {page:?}");
    }
    let whole = Bytes::copy_from_slice(page);
    if let Some(found) = texts(&whole, rows) {
        assert_eq!(found.len(), rows);
        let bytes: usize = found.iter().map(|text| text.len() + 4).sum();
        assert!(bytes <= page.len(), "texts of {page:?}");
    }
}

#[cfg(test)]
#[path = "../../../../../../fuzz/replay.rs"]
mod replay;

/// Every target by its name.
#[cfg(test)]
const TARGETS: &[replay::Target] = &[("dictionary", dictionary)];

#[cfg(test)]
mod tests {
    #[test]
    fn the_corpus_is_replayed() {
        super::replay::replay(super::TARGETS);
    }
}
