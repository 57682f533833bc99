//! Writing the rows of part files anew: the one way in which rows move from file to file.
//!
//! Merging, retention and erasure differ in which files they take and which rows they keep; a
//! [`Judge`] says the latter. Rows are read column by column and written column by column, texts
//! are not copied. The output has the order of a flush: (day, tenant, person, time, id).
//!
//! **Memory.** For one (day, tenant) at a time, the sort key of every row (48 bytes); where a judge
//! looks, 16 bytes for each row of the inputs; for one row group of the output, all columns (about
//! 500 bytes a row and its texts). The files of one rewrite hold at most [`ROWS_MAX`] rows, unless
//! it is a single file. So a rewrite takes some 300 MB when a tenant has four million rows of one
//! day in its input, and mostly far less.

mod judge;
mod order;

use std::{collections::BTreeMap, sync::Arc};

use disk::PartFile;
use event::Field;

pub(crate) use judge::{Judge, Keep, KeepAll, RowInfo};
use order::{Ordered, judged, ordered};

use super::{
    LocalStore,
    files::io_error,
    head::{AllBooks, Filled},
    part::{
        ColumnName, Coverage, FileMeta, Group, LaneRange, PartMeta, PartReader, PartWriter,
        PropertyColumns, Rows, Selection, WriterOptions, told,
    },
};
use crate::{AskError, Cancel, FlushError};

/// Rows of the inputs of one rewrite at most.
pub(crate) const ROWS_MAX: u64 = 1 << 22;

/// One row group of an input.
#[derive(Debug)]
struct Source<'a> {
    reader: &'a PartReader,
    part: &'a PartMeta,
    group: usize,
    /// What becomes of each row; None keeps all as they are.
    keeps: Option<Vec<Keep>>,
}

/// By (day, tenant) the row groups that hold its rows.
type Units<'a> = BTreeMap<(i64, Arc<str>), Vec<Source<'a>>>;

/// What a rewrite is made of.
pub(crate) struct Rewrite<'a> {
    /// The files; only the parts they list are read.
    pub(crate) inputs: &'a [Arc<FileMeta>],
    /// The number of the output.
    pub(crate) number: u64,
    /// Ends it early.
    pub(crate) cancel: &'a Cancel,
}

impl LocalStore {
    /// Writes the rows of some files into one new file, durable and not yet listed. None when no
    /// row is left, or when it was cancelled: then nothing is left behind either.
    pub(super) fn rewrite(
        &self,
        what: &Rewrite<'_>,
        judge: &mut dyn Judge,
    ) -> Result<Option<FileMeta>, FlushError> {
        let readers = self.open_inputs(what.inputs)?;
        let units = units(what.inputs, &readers, judge)?;
        let own = property_columns(&units, what.cancel)?;
        let options = WriterOptions {
            filled: filled(&readers),
            zstd_level: self.config.zstd_level,
            group_rows: self.config.row_group_rows,
            keyed_at: 0,
        };
        let path = self.dir.part(PartFile { number: what.number });
        let mut writer = PartWriter::with_properties(&self.fs, &path, options, own)?;
        match write_units(&mut writer, &units, &*judge, what.cancel) {
            Ok(rows) if rows > 0 && !what.cancel.is_cancelled() => {
                let (lanes, books) = (lanes(what.inputs), books(&readers)?);
                writer.finish(what.number, lanes, &books, &self.poison).map(Some)
            }
            Ok(_) => {
                writer.abandon();
                Ok(None)
            }
            Err(error) => {
                writer.abandon();
                Err(error)
            }
        }
    }

    /// Whether a judge changes anything in a file. It is asked about all rows.
    pub(super) fn concerns(
        &self,
        file: &Arc<FileMeta>,
        judge: &mut dyn Judge,
    ) -> Result<bool, FlushError> {
        let inputs = [file.clone()];
        let readers = self.open_inputs(&inputs)?;
        let units = units(&inputs, &readers, judge)?;
        let judged = units.values().flatten().filter_map(|source| source.keeps.as_ref());
        Ok(judged.flatten().any(|keep| *keep != Keep::Yes))
    }

    fn open_inputs(&self, inputs: &[Arc<FileMeta>]) -> Result<Vec<PartReader>, FlushError> {
        let open = |file: &Arc<FileMeta>| {
            let part = PartFile { number: file.number };
            PartReader::open(&self.fs, self.dir.part(part), part, &self.footers).map_err(unread)
        };
        inputs.iter().map(open).collect()
    }
}

fn units<'a>(
    inputs: &'a [Arc<FileMeta>],
    readers: &'a [PartReader],
    judge: &mut dyn Judge,
) -> Result<Units<'a>, FlushError> {
    let mut units = Units::new();
    for (file, reader) in inputs.iter().zip(readers) {
        for part in &file.parts {
            let concerned = judge.concerns(part);
            let sources = units.entry((part.day, part.tenant.clone())).or_default();
            for group in part.groups.clone() {
                let mut source = Source { reader, part, group: group as usize, keeps: None };
                if concerned {
                    source.keeps = Some(judged(&source, judge).map_err(unread)?);
                }
                sources.push(source);
            }
        }
    }
    Ok(units)
}

/// An input that cannot be read.
fn unread(error: AskError) -> FlushError {
    match error {
        AskError::Read { path, problem } => io_error(&path, std::io::Error::other(problem)),
        other => FlushError::Encode(other.to_string()),
    }
}

/// Optional columns any of the files has.
fn filled(readers: &[PartReader]) -> Filled {
    let mut filled = Filled::default();
    for reader in readers {
        filled.add(reader.has(ColumnName::Revenue), None);
        let fields = Field::ALL.iter().filter(|field| reader.has(ColumnName::Text(**field)));
        fields.for_each(|field| filled.add(false, Some(*field)));
    }
    filled
}

/// The properties that get columns of their own: those most rows of the inputs have.
fn property_columns(units: &Units<'_>, cancel: &Cancel) -> Result<PropertyColumns, FlushError> {
    let mut coverage = Coverage::default();
    for source in units.values().flatten() {
        if cancel.is_cancelled() {
            break;
        }
        let read = source.reader.texts(source.group, ColumnName::Properties, Selection::All);
        let objects = read.map_err(unread)?;
        // The key of a property that only rows have that go, or lose it, must go with them.
        let goes = |keep: Keep| matches!(keep, Keep::No | Keep::Masked(_));
        let stays = |row: usize| source.keeps.as_ref().is_none_or(|keeps| !goes(keeps[row]));
        (0..objects.values().len())
            .filter(|row| stays(*row))
            .for_each(|row| coverage.add(objects.get(row).unwrap_or_default()));
    }
    Ok(coverage.top())
}

/// Every stretch of a lane that any of the files holds.
fn lanes(inputs: &[Arc<FileMeta>]) -> Vec<LaneRange> {
    let mut all: Vec<_> = inputs.iter().flat_map(|file| file.lanes.iter().copied()).collect();
    all.sort_unstable_by_key(|range| (range.lane, range.from));
    let mut union: Vec<LaneRange> = Vec::new();
    for range in all {
        match union.last_mut() {
            Some(last) if last.lane == range.lane && range.from <= last.to => {
                last.to = last.to.max(range.to);
            }
            _ => union.push(range),
        }
    }
    union
}

/// The newest books any of the files tells: they only grow.
fn books(readers: &[PartReader]) -> Result<AllBooks, FlushError> {
    let mut all = AllBooks::new();
    for reader in readers {
        let told = told(reader.footer()).map_err(|e| unread(reader.failed(e)))?;
        told.books.into_iter().for_each(|(tenant, books)| {
            let known = all.entry(tenant).or_default();
            *known = known.newest(&books);
        });
    }
    Ok(all)
}

/// Writes everything; the number of rows written.
fn write_units(
    writer: &mut PartWriter,
    units: &Units<'_>,
    judge: &dyn Judge,
    cancel: &Cancel,
) -> Result<u64, FlushError> {
    let mut rows = 0;
    for ((day, tenant), sources) in units {
        let ordered = ordered(sources).map_err(unread)?;
        writer.set_keyed_at(sources.iter().map(|s| s.part.keyed_at).min().unwrap_or(0));
        for stretch in ordered.chunks(writer.group_rows()) {
            if cancel.is_cancelled() {
                return Ok(rows);
            }
            write_group(writer, (sources, judge), stretch, tenant, *day)?;
            rows += stretch.len() as u64;
        }
    }
    Ok(rows)
}

/// Reads the rows of one row group of the output, from wherever they are, and writes it.
fn write_group(
    writer: &mut PartWriter,
    (sources, judge): (&[Source<'_>], &dyn Judge),
    stretch: &[Ordered],
    tenant: &Arc<str>,
    day: i64,
) -> Result<(), FlushError> {
    let mut wanted: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for row in stretch {
        wanted.entry(row.source).or_default().push(row.row as usize);
    }
    let mut read = BTreeMap::new();
    for (at, rows) in &mut wanted {
        // In order already, but for rows whose person changed.
        rows.sort_unstable();
        let source = &sources[*at as usize];
        let (reader, group) = (source.reader, source.group);
        let all = rows.len() == reader.rows(group);
        let selection = if all { Selection::All } else { Selection::Rows(rows) };
        let mut texts = Rows::read(reader, group, selection).map_err(unread)?;
        if let Some(keeps) = &source.keeps {
            let masked = |row: &usize| matches!(keeps[*row], Keep::Masked(_));
            let places = rows.iter().enumerate().filter(|(_, row)| masked(row));
            places.for_each(|(place, _)| judge.mask(&mut texts.row_mut(place)));
        }
        read.insert(*at, texts);
    }
    let own = writer.property_columns().clone();
    let mut group = Group::new();
    for row in stretch {
        let (rows, places) = (&read[&row.source], &wanted[&row.source]);
        let place = places.partition_point(|place| *place < row.row as usize);
        group.push_read(rows, place, row.person, &own);
    }
    writer.write(&group, tenant, day)
}

#[cfg(test)]
mod tests;
