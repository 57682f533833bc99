//! Where addresses are, from a file in MaxMind's format.
//!
//! The file is read into memory. When it is replaced the new one is taken within a minute; one that
//! cannot be read is reported and the old one stays.

use std::{
    fs, io,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::SystemTime,
};

use arc_swap::ArcSwap;
use event::Timestamp;
use maxminddb::{PathElement, Reader};

/// A place, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// ISO 3166.
    pub(crate) country: Option<Box<str>>,
    pub(crate) region: Option<Box<str>>,
    pub(crate) city: Option<Box<str>>,
}

/// Looks addresses up.
#[derive(Debug)]
pub(crate) struct Places {
    path: PathBuf,
    open: Arc<ArcSwap<Open>>,
    /// When to look again whether the file is another, milliseconds since 1970.
    look_at: AtomicI64,
}

struct Open {
    reader: Reader<Vec<u8>>,
    version: Version,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").field("version", &self.version).finish_non_exhaustive()
    }
}

/// Tells a file from the one that stood there before.
type Version = (SystemTime, u64);

/// How often a changed file is looked for.
const LOOK_EVERY_MS: i64 = 60_000;
/// A larger file is not one of places.
const FILE_BYTES_MAX: u64 = 2 << 30;
/// Characters of a region or city; the format has no limit.
const NAME_BYTES_MAX: usize = 200;

impl Places {
    /// Reads the file; the error is a sentence for the operator.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let open = Arc::new(ArcSwap::from_pointee(read(path)?));
        Ok(Self { path: path.to_owned(), open, look_at: AtomicI64::new(0) })
    }

    /// Where an address is; None where nobody knows.
    pub(crate) fn of(&self, address: IpAddr, now: Timestamp) -> Option<Place> {
        self.look(now);
        let open = self.open.load();
        // An IPv6 address in a file of IPv4 alone is unknown, as is one whose entry is broken.
        let found = open.reader.lookup(address.to_canonical()).ok()?;
        let text = |path: &[PathElement<'_>]| {
            let text: Option<&str> = found.decode_path(path).ok()?;
            let text = text?;
            let kept = &text[..text.floor_char_boundary(NAME_BYTES_MAX)];
            (!kept.is_empty()).then(|| Box::from(kept))
        };
        let (key, first) = (PathElement::Key, PathElement::Index(0));
        let names = [key("names"), key("en")];
        let place = Place {
            country: text(&[key("country"), key("iso_code")]),
            region: text(&[key("subdivisions"), first, names[0].clone(), names[1].clone()]),
            city: text(&[key("city"), names[0].clone(), names[1].clone()]),
        };
        (place != Place::default()).then_some(place)
    }

    /// Once a minute one caller looks; a changed file is read beside the requests.
    fn look(&self, now: Timestamp) {
        let due = self.look_at.load(Ordering::Relaxed);
        let next = now.0.saturating_add(LOOK_EVERY_MS);
        let swap =
            || self.look_at.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed);
        if now.0 < due || swap().is_err() {
            return;
        }
        let known = self.open.load().version;
        if version(&self.path).is_ok_and(|version| version == known) {
            return;
        }
        let (path, open) = (self.path.clone(), self.open.clone());
        let reading =
            std::thread::Builder::new().name("places".into()).spawn(move || match read(&path) {
                Ok(new) => {
                    open.store(Arc::new(new));
                    tracing::info!(path = %path.display(), "read the file of places again");
                }
                Err(error) => tracing::warn!("{error}; the one read before stays"),
            });
        if let Err(error) = reading {
            tracing::warn!(%error, "cannot read the file of places again");
        }
    }
}

fn version(path: &Path) -> io::Result<Version> {
    let meta = fs::metadata(path)?;
    Ok((meta.modified()?, meta.len()))
}

fn read(path: &Path) -> Result<Open, String> {
    let shown = path.display();
    let failed = |error: io::Error| format!("the file of places {shown} cannot be read: {error}");
    let version = version(path).map_err(failed)?;
    if version.1 > FILE_BYTES_MAX {
        let bytes = version.1;
        return Err(format!(
            "the file of places {shown} has {bytes} bytes, the limit is {FILE_BYTES_MAX}"
        ));
    }
    let bytes = fs::read(path).map_err(failed)?;
    let reader = Reader::from_source(bytes).map_err(|error| {
        format!("the file of places {shown} is not in MaxMind's format: {error}")
    })?;
    Ok(Open { reader, version })
}

#[cfg(test)]
mod tests;
