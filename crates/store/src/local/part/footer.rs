//! What a part file says about itself in its footer, and the cache of decoded footers.

use std::{
    collections::HashMap,
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
};

use parquet::file::metadata::ParquetMetaData;

use super::{LaneRange, PartMeta, VERSION};
use crate::{Books, local::head::AllBooks};

const FORMAT: &str = "trackflow.format";
const LANES: &str = "trackflow.lanes";
const PARTS: &str = "trackflow.parts";
const BOOKS: &str = "trackflow.books";

/// The key-value entries of a footer.
pub(crate) fn entries(
    lanes: &[LaneRange],
    parts: &[PartMeta],
    books: &AllBooks,
) -> [(&'static str, String); 4] {
    let (mut lane_lines, mut part_lines, mut book_lines) = Default::default();
    lanes
        .iter()
        .for_each(|l| line(&mut lane_lines, format_args!("{} {} {}", l.lane, l.from, l.to)));
    for part in parts {
        let PartMeta { groups, tenant, day, rows, keyed_at, .. } = part;
        let (from, to) = (groups.start, groups.end);
        line(&mut part_lines, format_args!("{from} {to} {tenant} {day} {rows} {keyed_at}"));
    }
    for (tenant, b) in books {
        let Books { received, duplicate, rejected, stored, .. } = b;
        let text = format_args!("{tenant} {received} {duplicate} {rejected} {stored}");
        line(&mut book_lines, text);
    }
    [(FORMAT, VERSION.to_string()), (LANES, lane_lines), (PARTS, part_lines), (BOOKS, book_lines)]
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("writing to a string");
}

/// What a footer says, read back. Row counts, times, persons and event types of the parts are not
/// in it; they are counted again from the columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Told {
    /// Stretches of lanes.
    pub(crate) lanes: Vec<LaneRange>,
    /// Per part: its groups, tenant, day, rows, position of its keys.
    pub(crate) parts: Vec<PartMeta>,
    /// The books when it was written.
    pub(crate) books: AllBooks,
}

/// Reads the entries of a footer; the error says what is wrong with it.
pub(crate) fn told(metadata: &ParquetMetaData) -> Result<Told, String> {
    let entries = metadata.file_metadata().key_value_metadata();
    let value = |key: &str| {
        let entry = entries.and_then(|all| all.iter().find(|entry| entry.key == key));
        entry.and_then(|entry| entry.value.as_deref()).ok_or_else(|| format!("has no {key}"))
    };
    let version = value(FORMAT)?;
    if version != VERSION.to_string() {
        return Err(format!("has part format {version}, this program reads {VERSION}"));
    }
    let bad = |key: &'static str| move || format!("has an unreadable {key}");
    let mut told = Told::default();
    for text in value(LANES)?.lines() {
        told.lanes.push(lane(text).ok_or_else(bad(LANES))?);
    }
    for text in value(PARTS)?.lines() {
        told.parts.push(part(text).ok_or_else(bad(PARTS))?);
    }
    for text in value(BOOKS)?.lines() {
        let (tenant, books) = book(text).ok_or_else(bad(BOOKS))?;
        told.books.insert(tenant, books);
    }
    Ok(told)
}

fn lane(text: &str) -> Option<LaneRange> {
    let mut words = text.split(' ');
    Some(LaneRange {
        lane: words.next()?.parse().ok()?,
        from: words.next()?.parse().ok()?,
        to: words.next()?.parse().ok()?,
    })
}

fn part(text: &str) -> Option<PartMeta> {
    let mut words = text.split(' ');
    Some(PartMeta {
        groups: words.next()?.parse().ok()?..words.next()?.parse().ok()?,
        tenant: words.next()?.into(),
        day: words.next()?.parse().ok()?,
        rows: words.next()?.parse().ok()?,
        keyed_at: words.next()?.parse().ok()?,
        time_min: i64::MAX,
        time_max: i64::MIN,
        person_min: u64::MAX,
        person_max: 0,
        events: None,
    })
}

fn book(text: &str) -> Option<(Arc<str>, Books)> {
    let mut words = text.split(' ');
    let tenant = words.next()?.into();
    let mut number = || words.next()?.parse().ok();
    let (received, duplicate) = (number()?, number()?);
    let (rejected, stored) = (number()?, number()?);
    Some((tenant, Books { received, duplicate, rejected, stored, removed: 0 }))
}

/// Decoded footers by file number, bounded in bytes; the one used longest ago goes first.
#[derive(Debug)]
pub(crate) struct Footers {
    bytes_max: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    footers: HashMap<u64, (Arc<ParquetMetaData>, u64)>,
    bytes: usize,
    uses: u64,
}

impl Footers {
    /// An empty cache.
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self { bytes_max, kept: Mutex::default() }
    }

    /// The footer of a file, read by `read` unless it is kept.
    pub(crate) fn get(
        &self,
        number: u64,
        read: impl FnOnce() -> Result<ParquetMetaData, String>,
    ) -> Result<Arc<ParquetMetaData>, String> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut kept = kept();
            kept.uses += 1;
            let now = kept.uses;
            if let Some((footer, used)) = kept.footers.get_mut(&number) {
                *used = now;
                return Ok(footer.clone());
            }
        }
        let footer = Arc::new(read()?);
        let mut kept = kept();
        let now = kept.uses;
        if kept.footers.insert(number, (footer.clone(), now)).is_none() {
            kept.bytes += footer.memory_size();
        }
        while kept.bytes > self.bytes_max && kept.footers.len() > 1 {
            let oldest = kept.footers.iter().min_by_key(|(_, (_, used))| *used).map(|(n, _)| *n);
            let gone = oldest.and_then(|number| kept.footers.remove(&number));
            kept.bytes -= gone.map_or(0, |(footer, _)| footer.memory_size());
        }
        Ok(footer)
    }
}
