//! Small numbers, as narrow as the largest allows.

/// A list of codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Codes {
    /// All below 2^8.
    U8(Vec<u8>),
    /// All below 2^16.
    U16(Vec<u16>),
    /// Any.
    U32(Vec<u32>),
}

impl Codes {
    /// Of a list whose entries are all below `count`.
    pub(crate) fn new(codes: Vec<u32>, count: usize) -> Self {
        if count <= 1 << 8 {
            Self::U8(codes.iter().map(|code| *code as u8).collect())
        } else if count <= 1 << 16 {
            Self::U16(codes.iter().map(|code| *code as u16).collect())
        } else {
            Self::U32(codes)
        }
    }

    /// One of them.
    #[inline(always)]
    pub(crate) fn get(&self, row: usize) -> usize {
        match self {
            Self::U8(codes) => usize::from(codes[row]),
            Self::U16(codes) => usize::from(codes[row]),
            Self::U32(codes) => codes[row] as usize,
        }
    }

    /// How many.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::U8(codes) => codes.len(),
            Self::U16(codes) => codes.len(),
            Self::U32(codes) => codes.len(),
        }
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::U8(codes) => codes.len(),
            Self::U16(codes) => codes.len() * 2,
            Self::U32(codes) => codes.len() * 4,
        }
    }
}
