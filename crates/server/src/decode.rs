//! Unpacking bodies: gzip, deflate, br, zstd, each bounded by size and by ratio.

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;

use std::io::{self, Read};

use axum::http::{HeaderMap, header};
use event::Code;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::{
    Problem,
    extract::{Share, too_large},
};

/// A body may unpack to so many times its size ..
const RATIO_MAX: usize = 200;
/// .. beyond the first megabyte.
const RATIO_FREE_BYTES: usize = 1024 * 1024;
const STEP_BYTES: usize = 64 * 1024;
/// The largest window of zstd, as a power of two: 8 MB, what every encoder uses by default.
const ZSTD_WINDOW_LOG_MAX: u32 = 23;

/// A way a body is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Encoding {
    /// What the headers say; None for a body as it is.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let Some(value) = headers.get(header::CONTENT_ENCODING) else { return Ok(None) };
        let name = value.to_str().unwrap_or("?").trim();
        let known = [
            ("gzip", Some(Self::Gzip)),
            ("x-gzip", Some(Self::Gzip)),
            ("deflate", Some(Self::Deflate)),
            ("br", Some(Self::Brotli)),
            ("zstd", Some(Self::Zstd)),
            ("identity", None),
            ("", None),
        ];
        let several = headers.get_all(header::CONTENT_ENCODING).iter().nth(1).is_some();
        match known.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)) {
            Some((_, encoding)) if !several => Ok(*encoding),
            _ => {
                let shown: String = name.chars().take(40).collect();
                let detail = format!(
                    "content-encoding {shown:?} is not supported, use one of gzip, deflate, br, zstd"
                );
                Err(Problem::new(Code::Unsupported, detail))
            }
        }
    }

    /// Gzip is seen by its first bytes also where nothing says so.
    pub(crate) fn by_magic(bytes: &[u8]) -> Option<Self> {
        bytes.starts_with(&[0x1f, 0x8b]).then_some(Self::Gzip)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }
}

/// Unpacks `packed` to at most `bytes_max` bytes.
pub(crate) fn unpack(
    encoding: Encoding,
    packed: &[u8],
    bytes_max: usize,
    share: &mut Share,
) -> Result<Vec<u8>, Problem> {
    let broken = |error: io::Error| {
        let detail = format!("body is not valid {}: {error}", encoding.name());
        Problem::new(Code::MalformedJson, detail)
    };
    let mut reader = reader(encoding, packed).map_err(broken)?;
    let by_ratio = RATIO_FREE_BYTES.max(packed.len().saturating_mul(RATIO_MAX));
    let mut unpacked = Vec::with_capacity((packed.len() * 4).min(bytes_max.min(STEP_BYTES)));
    let held = packed.len();
    loop {
        let before = unpacked.len();
        let step = (&mut reader).take(STEP_BYTES as u64).read_to_end(&mut unpacked);
        step.map_err(broken)?;
        if unpacked.len() > bytes_max {
            return Err(too_large(unpacked.len(), bytes_max));
        }
        if unpacked.len() > by_ratio {
            let detail = format!("body unpacks to more than {RATIO_MAX} times its {held} bytes");
            return Err(Problem::new(Code::BodyTooLarge, detail));
        }
        if unpacked.len() == before {
            return Ok(unpacked);
        }
        // Vec grows by doubling, so this is what it may really hold.
        share.grow(held + unpacked.capacity())?;
    }
}

fn reader<'a>(encoding: Encoding, packed: &'a [u8]) -> io::Result<Box<dyn Read + 'a>> {
    Ok(match encoding {
        Encoding::Gzip => Box::new(MultiGzDecoder::new(packed)),
        // By the standard zlib; some clients send the bare stream.
        Encoding::Deflate if is_zlib(packed) => Box::new(ZlibDecoder::new(packed)),
        Encoding::Deflate => Box::new(DeflateDecoder::new(packed)),
        Encoding::Brotli => Box::new(brotli::Decompressor::new(packed, 4096)),
        Encoding::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(packed)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
            Box::new(decoder)
        }
    })
}

fn is_zlib(packed: &[u8]) -> bool {
    match packed {
        [method, flags, ..] => {
            method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*flags)).is_multiple_of(31)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write, sync::Arc};

    use flate2::{
        Compression,
        write::{DeflateEncoder, GzEncoder, ZlibEncoder},
    };
    use tokio::sync::Semaphore;

    use super::*;

    fn unpacked(encoding: Encoding, packed: &[u8], max: usize) -> Result<Vec<u8>, Problem> {
        let budget = Arc::new(Semaphore::new(1 << 20));
        unpack(encoding, packed, max, &mut Share::new(&budget))
    }

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn packed(encoding: Encoding, plain: &[u8]) -> Vec<u8> {
        match encoding {
            Encoding::Gzip => gzip(plain),
            Encoding::Deflate => {
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
                encoder.write_all(plain).unwrap();
                encoder.finish().unwrap()
            }
            Encoding::Brotli => {
                let mut out = Vec::new();
                brotli::CompressorWriter::new(&mut out, 4096, 5, 20).write_all(plain).unwrap();
                out
            }
            Encoding::Zstd => zstd::encode_all(plain, 3).unwrap(),
        }
    }

    const ALL: [Encoding; 4] =
        [Encoding::Gzip, Encoding::Deflate, Encoding::Brotli, Encoding::Zstd];

    #[test]
    fn every_encoding_comes_back_whole() {
        let plain: Vec<u8> = (0..300_000u32).flat_map(|n| n.to_string().into_bytes()).collect();
        for encoding in ALL {
            let packed = packed(encoding, &plain);
            assert_eq!(unpacked(encoding, &packed, plain.len()).unwrap(), plain, "{encoding:?}");
            let refused = unpacked(encoding, &packed, plain.len() - 1).unwrap_err();
            assert_eq!(refused.code, Code::BodyTooLarge, "{encoding:?}");
        }
        let mut bare = DeflateEncoder::new(Vec::new(), Compression::best());
        bare.write_all(b"hello").unwrap();
        assert_eq!(unpacked(Encoding::Deflate, &bare.finish().unwrap(), 5).unwrap(), b"hello");
    }

    #[test]
    fn a_cut_or_wrong_body_is_refused() {
        for encoding in ALL {
            let packed = packed(encoding, &[b'x'; 10_000]);
            for bad in [&packed[..packed.len() - 2], b"{\"a\": 1}", b""] {
                let refused = unpacked(encoding, bad, 1 << 20);
                let code = refused.map_err(|problem| problem.code);
                assert_eq!(code, Err(Code::MalformedJson), "{encoding:?} {}", bad.len());
            }
        }
    }

    #[test]
    fn a_bomb_is_stopped_early() {
        let bomb = gzip(&vec![b' '; 19 << 20]);
        let refused = unpacked(Encoding::Gzip, &bomb, 20 << 20).unwrap_err();
        assert_eq!(refused.code, Code::BodyTooLarge);
        assert!(refused.detail.contains("more than 200 times"), "{}", refused.detail);
    }
}
