//! Writes a part file.

use std::{path::Path, sync::Arc};

use bytes::{Bytes, BytesMut};
use disk::{Poison, SharedFs};
use parquet::{
    data_type::{ByteArray, ByteArrayType, DataType, FixedLenByteArray, Int32Type, Int64Type},
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
};

use super::{
    ColumnName, FileMeta, Group, LaneRange, PartMeta, PropertyColumns, footer,
    group::{Keys, Texts},
    schema,
};
use crate::{
    FlushError,
    local::{
        files::{FileWriter, Written, io_error},
        head::{AllBooks, Filled},
    },
};

/// Texts handed to Parquet at once; they stay in the processor's cache.
const TEXTS_AT_ONCE: usize = 4096;

/// What the writer must know before the first row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WriterOptions {
    /// Optional columns the file has.
    pub(crate) filled: Filled,
    /// Level of zstd.
    pub(crate) zstd_level: i32,
    /// Rows of a row group at most.
    pub(crate) group_rows: usize,
    /// Links told before this position of lane 0 are in the person keys.
    pub(crate) keyed_at: u64,
}

/// A part file on its way.
pub(crate) struct PartWriter {
    inner: SerializedFileWriter<FileWriter>,
    columns: Vec<ColumnName>,
    own: PropertyColumns,
    options: WriterOptions,
    parts: Vec<PartMeta>,
    groups: u32,
    path: std::path::PathBuf,
    fs: SharedFs,
}

impl PartWriter {
    /// Begins the file that will be `path`.
    pub(crate) fn create(
        fs: &SharedFs,
        path: &Path,
        options: WriterOptions,
    ) -> Result<Self, FlushError> {
        Self::with_properties(fs, path, options, PropertyColumns::default())
    }

    /// The same, with columns of their own for some properties.
    pub(crate) fn with_properties(
        fs: &SharedFs,
        path: &Path,
        options: WriterOptions,
        own: PropertyColumns,
    ) -> Result<Self, FlushError> {
        let columns = schema::columns(options.filled);
        let properties = Arc::new(schema::properties(&columns, options.zstd_level));
        let file = FileWriter::create(fs, path)?;
        let inner = SerializedFileWriter::new(file, schema::schema(&columns, &own), properties)
            .map_err(|e| encode_error(path, e))?;
        let path = path.into();
        let (parts, fs) = (Vec::new(), fs.clone());
        Ok(Self { inner, columns, own, options, parts, groups: 0, path, fs })
    }

    /// The properties that have columns of their own.
    pub(crate) fn property_columns(&self) -> &PropertyColumns {
        &self.own
    }

    /// The control position the person keys of the groups that follow were made at.
    pub(crate) fn set_keyed_at(&mut self, position: u64) {
        self.options.keyed_at = position;
    }

    /// Rows one call of [`Self::write`] takes at most.
    pub(crate) fn group_rows(&self) -> usize {
        self.options.group_rows.max(1)
    }

    /// Writes a row group of one tenant and day. Groups of the same tenant and day that follow
    /// each other are one part.
    pub(crate) fn write(
        &mut self,
        group: &Group<'_>,
        tenant: &Arc<str>,
        day: i64,
    ) -> Result<(), FlushError> {
        self.write_group(group, tenant).map_err(|e| encode_error(&self.path, e))?;
        let meta = group.meta(tenant, day, self.groups, self.options.keyed_at);
        self.groups += 1;
        match self.parts.last_mut() {
            Some(part) if part.tenant == *tenant && part.day == day => part.extend(meta),
            _ => self.parts.push(meta),
        }
        Ok(())
    }

    fn write_group(&mut self, group: &Group<'_>, tenant: &str) -> Result<(), ParquetError> {
        let tenant = Bytes::copy_from_slice(tenant.as_bytes());
        let mut row_group = self.inner.next_row_group()?;
        for column in &self.columns {
            write_column(&mut row_group, *column, group, &tenant)?;
        }
        let empty = Texts::new();
        for column in 0..self.own.len() {
            let own = group.property_columns.get(column).unwrap_or(&empty);
            texts(&mut row_group, own, group, true)?;
        }
        row_group.close().map(drop)
    }

    /// Writes the footer, syncs, renames, syncs the folder.
    pub(crate) fn finish(
        mut self,
        number: u64,
        lanes: Vec<LaneRange>,
        books: &AllBooks,
        poison: &Poison,
    ) -> Result<FileMeta, FlushError> {
        for (key, value) in footer::entries(&lanes, &self.parts, books) {
            self.inner.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
        }
        let file = match self.inner.into_inner() {
            Ok(file) => file,
            Err(error) => {
                discard(&self.fs, &self.path);
                return Err(encode_error(&self.path, error));
            }
        };
        let Written { bytes, crc } = file.finish(poison)?;
        Ok(FileMeta { number, bytes, crc, lanes, parts: self.parts })
    }

    /// Removes what was written.
    pub(crate) fn abandon(self) {
        discard(&self.fs, &self.path);
    }
}

/// Removes the unfinished file of `path`, as far as the disk allows; what stays is put into
/// quarantine at the next start.
pub(crate) fn discard(fs: &SharedFs, path: &Path) {
    let unfinished = disk::DataDir::unfinished(path);
    if let Err(error) = fs.remove(&unfinished) {
        tracing::warn!(path = %unfinished.display(), %error, "an unfinished file is left behind");
    }
}

/// The I/O error inside, when there is one: a full disk must be told from a fault of ours.
fn encode_error(path: &Path, error: ParquetError) -> FlushError {
    match error {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            Ok(source) => io_error(path, *source),
            Err(cause) => FlushError::Encode(cause.to_string()),
        },
        other => FlushError::Encode(other.to_string()),
    }
}

type RowGroup<'a> = SerializedRowGroupWriter<'a, FileWriter>;

fn write_column(
    out: &mut RowGroup<'_>,
    column: ColumnName,
    group: &Group<'_>,
    tenant: &Bytes,
) -> Result<(), ParquetError> {
    let person = |key: u64| (key != 0).then_some(key as i64);
    let ints = |f: fn(&Keys) -> i32| group.keys.iter().map(f).collect::<Vec<_>>();
    let longs = |f: fn(&Keys) -> i64| group.keys.iter().map(f).collect::<Vec<_>>();
    match column {
        ColumnName::EventId => ids(out, &group.ids),
        ColumnName::Tenant => same_text(out, tenant, group.len()),
        ColumnName::EventType => texts(out, &group.event_types, group, false),
        ColumnName::Timestamp => plain::<Int64Type>(out, &group.times),
        ColumnName::ReceivedAt => plain::<Int64Type>(out, &group.received),
        ColumnName::Dialect => plain::<Int32Type>(out, &group.dialects),
        ColumnName::Source => plain::<Int32Type>(out, &group.sources),
        ColumnName::Marks => plain::<Int32Type>(out, &group.marks),
        ColumnName::Revenue => optional(out, group.revenue.iter().copied()),
        ColumnName::IdKey => optional(out, group.keys.iter().map(|keys| person(keys.id))),
        ColumnName::PersonKey => optional(out, group.keys.iter().map(|keys| person(keys.person))),
        ColumnName::Lane => plain::<Int32Type>(out, &ints(|keys| keys.lane as i32)),
        ColumnName::Position => plain::<Int64Type>(out, &longs(|keys| keys.position as i64)),
        ColumnName::Text(field) => texts(out, &group.texts[usize::from(field.code())], group, true),
        ColumnName::Properties => texts(out, &group.properties, group, false),
    }
}

fn plain<T: DataType>(out: &mut RowGroup<'_>, values: &[T::T]) -> Result<(), ParquetError> {
    let mut column = next(out)?;
    column.typed::<T>().write_batch(values, None, None)?;
    column.close()
}

fn optional(
    out: &mut RowGroup<'_>,
    values: impl Iterator<Item = Option<i64>> + Clone,
) -> Result<(), ParquetError> {
    let levels: Vec<i16> = values.clone().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<i64> = values.flatten().collect();
    let mut column = next(out)?;
    column.typed::<Int64Type>().write_batch(&values, Some(&levels), None)?;
    column.close()
}

fn ids(out: &mut RowGroup<'_>, ids: &[u128]) -> Result<(), ParquetError> {
    let mut bytes = BytesMut::with_capacity(ids.len() * 16);
    ids.iter().for_each(|id| bytes.extend_from_slice(&id.to_be_bytes()));
    let bytes = bytes.freeze();
    let mut column = next(out)?;
    let mut values = Vec::with_capacity(TEXTS_AT_ONCE);
    for start in (0..bytes.len()).step_by(TEXTS_AT_ONCE * 16) {
        let end = bytes.len().min(start + TEXTS_AT_ONCE * 16);
        values.clear();
        values.extend(
            (start..end)
                .step_by(16)
                .map(|at| FixedLenByteArray::from(ByteArray::from(bytes.slice(at..at + 16)))),
        );
        let writer = column.typed::<parquet::data_type::FixedLenByteArrayType>();
        writer.write_batch(&values, None, None)?;
    }
    column.close()
}

fn same_text(out: &mut RowGroup<'_>, text: &Bytes, rows: usize) -> Result<(), ParquetError> {
    let mut column = next(out)?;
    let values = vec![ByteArray::from(text.clone()); rows.min(TEXTS_AT_ONCE)];
    for start in (0..rows).step_by(TEXTS_AT_ONCE) {
        let values = &values[..(rows - start).min(TEXTS_AT_ONCE)];
        column.typed::<ByteArrayType>().write_batch(values, None, None)?;
    }
    column.close()
}

/// Writes texts without copying them: each value is a slice of the buffer its record lies in.
fn texts(
    out: &mut RowGroup<'_>,
    texts: &Texts<'_>,
    group: &Group<'_>,
    may_be_null: bool,
) -> Result<(), ParquetError> {
    let mut column = next(out)?;
    let writer = column.typed::<ByteArrayType>();
    let mut values = Vec::with_capacity(TEXTS_AT_ONCE);
    let mut levels = Vec::with_capacity(TEXTS_AT_ONCE);
    let mut rest = texts.as_slice();
    for start in (0..group.len()).step_by(TEXTS_AT_ONCE) {
        let end = group.len().min(start + TEXTS_AT_ONCE);
        let (now, later) = rest.split_at(rest.partition_point(|(row, _)| (*row as usize) < end));
        rest = later;
        values.clear();
        values.extend(now.iter().map(|(row, text)| text.shared(|| group.owners[*row as usize])));
        if may_be_null {
            levels.clear();
            levels.resize(end - start, 0i16);
            now.iter().for_each(|(row, _)| levels[*row as usize - start] = 1);
        }
        writer.write_batch(&values, may_be_null.then_some(levels.as_slice()), None)?;
    }
    column.close()
}

fn next<'a>(
    out: &'a mut RowGroup<'_>,
) -> Result<parquet::file::writer::SerializedColumnWriter<'a>, ParquetError> {
    out.next_column()?.ok_or_else(|| ParquetError::General("the schema has too few columns".into()))
}
