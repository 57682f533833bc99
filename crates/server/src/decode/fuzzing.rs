//! A fuzz target: packed bodies.

use std::{io::Write, sync::Arc};

use flate2::{Compression, write::GzEncoder};
use tokio::sync::Semaphore;

use super::{Encoding, unpack};
use crate::extract::Share;

const BYTES_MAX: usize = 256 * 1024;
const KILOBYTES: usize = 2_048;

/// The first byte is the packing, the rest the body. What comes out is bounded, and what was packed
/// comes out as it was.
pub fn body(data: &[u8]) {
    let Some((kind, packed)) = data.split_first() else { return };
    let all = [Encoding::Gzip, Encoding::Deflate, Encoding::Brotli, Encoding::Zstd];
    let budget = Arc::new(Semaphore::new(KILOBYTES));
    let read = |encoding, packed: &[u8]| {
        unpack(encoding, packed, BYTES_MAX, &mut Share::new(&budget)).ok()
    };
    if let Some(plain) = read(all[usize::from(kind & 3)], packed) {
        assert!(plain.len() <= BYTES_MAX, "{} bytes became {}", packed.len(), plain.len());
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    if encoder.write_all(packed).is_ok()
        && let Ok(gzip) = encoder.finish()
    {
        assert_eq!(Encoding::by_magic(&gzip), Some(Encoding::Gzip));
        assert_eq!(read(Encoding::Gzip, &gzip).as_deref(), Some(packed));
    }
    assert_eq!(budget.available_permits(), KILOBYTES, "a share was not given back");
}
