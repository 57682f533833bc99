//! A blocked Bloom filter: each id sets 6 bits in one block of 64 bytes, so that a look-up touches
//! one cache line. The hashes are keyed and uniform already; their bits are used as they are.

const BLOCK_BYTES: usize = 64;
const BLOCK_BITS: u64 = 512;
/// Bits per entry: about 1 % of absent ids pass.
const BITS_PER_ENTRY: usize = 10;
const PROBES: u32 = 6;

/// The filter, in its stored form.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    bytes: Vec<u8>,
}

impl Filter {
    /// A filter for that many ids.
    pub(crate) fn for_entries(entries: u64) -> Self {
        let blocks = (entries as usize * BITS_PER_ENTRY).div_ceil(BLOCK_BITS as usize).max(1);
        Self { bytes: vec![0; blocks * BLOCK_BYTES] }
    }

    /// From its stored form.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let fits = !bytes.is_empty() && bytes.len().is_multiple_of(BLOCK_BYTES);
        fits.then_some(Self { bytes })
    }

    /// Its stored form.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Adds an id.
    pub(crate) fn insert(&mut self, id: u128) {
        let block = self.block(id);
        for bit in bits(id) {
            self.bytes[block + bit / 8] |= 1 << (bit % 8);
        }
    }

    /// Whether the id may have been added.
    pub(crate) fn may_contain(&self, id: u128) -> bool {
        let block = self.block(id);
        bits(id).all(|bit| self.bytes[block + bit / 8] & 1 << (bit % 8) != 0)
    }

    /// Offset of the block of an id: the high 64 bits, scaled.
    fn block(&self, id: u128) -> usize {
        let blocks = (self.bytes.len() / BLOCK_BYTES) as u128;
        (((id >> 64) * blocks) >> 64) as usize * BLOCK_BYTES
    }
}

/// Six groups of nine bits of the low half.
fn bits(id: u128) -> impl Iterator<Item = usize> {
    (0..PROBES).map(move |probe| ((id as u64 >> (probe * 9)) & (BLOCK_BITS - 1)) as usize)
}
