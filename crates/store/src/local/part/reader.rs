//! Reads columns of a part file, only those asked for.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::{Buf, Bytes};
use disk::{File, PartFile, SharedFs};
use parquet::{
    column::reader::{ColumnReaderImpl, get_column_reader, get_typed_column_reader},
    data_type::{ByteArray, ByteArrayType, DataType, FixedLenByteArrayType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{
        metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader},
        reader::{ChunkReader, Length},
        serialized_reader::SerializedPageReader,
    },
};

use super::{ColumnName, Dictionary, Footers, NumberColumn, TextColumn, dictionary, property};
use crate::AskError;

/// Which rows of a row group.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Selection<'a> {
    /// All.
    All,
    /// These, ascending.
    Rows(&'a [usize]),
}

/// A part file opened for reading.
#[derive(Debug)]
pub(crate) struct PartReader {
    path: PathBuf,
    file: Box<dyn File>,
    footer: Arc<ParquetMetaData>,
}

impl PartReader {
    /// Opens a file; its footer comes from the cache when it is there.
    pub(crate) fn open(
        fs: &SharedFs,
        path: PathBuf,
        part: PartFile,
        footers: &Footers,
    ) -> Result<Self, AskError> {
        let failed = |problem: String| AskError::Read { path: path.clone(), problem };
        let file = fs.open_read(&path).map_err(|e| failed(e.to_string()))?;
        let footer = footers.get(part.number, || read_footer(&*file)).map_err(failed)?;
        Ok(Self { path, file, footer })
    }

    /// The footer.
    pub(crate) fn footer(&self) -> &ParquetMetaData {
        &self.footer
    }

    /// Rows of a group.
    pub(crate) fn rows(&self, group: usize) -> usize {
        self.footer.row_group(group).num_rows() as usize
    }

    /// Texts of a column; a file without the column has none.
    pub(crate) fn texts(
        &self,
        group: usize,
        column: ColumnName,
        rows: Selection<'_>,
    ) -> Result<TextColumn, AskError> {
        let (levels, values) = self.read::<ByteArrayType>(group, column, rows)?;
        Ok(TextColumn::new(&levels, values))
    }

    /// Numbers of a column that may have none.
    pub(crate) fn numbers(
        &self,
        group: usize,
        column: ColumnName,
        rows: Selection<'_>,
    ) -> Result<NumberColumn, AskError> {
        let (levels, values) = self.read::<Int64Type>(group, column, rows)?;
        Ok(NumberColumn::new(&levels, &values))
    }

    /// Numbers of a column that always has one.
    pub(crate) fn longs(
        &self,
        group: usize,
        column: ColumnName,
        rows: Selection<'_>,
    ) -> Result<Vec<i64>, AskError> {
        Ok(self.read::<Int64Type>(group, column, rows)?.1)
    }

    /// Small numbers of a column that always has one.
    pub(crate) fn ints(
        &self,
        group: usize,
        column: ColumnName,
        rows: Selection<'_>,
    ) -> Result<Vec<i32>, AskError> {
        Ok(self.read::<Int32Type>(group, column, rows)?.1)
    }

    /// Whether the file has a column.
    pub(crate) fn has(&self, column: ColumnName) -> bool {
        self.index(column).is_some()
    }

    /// Whether a top-level property has a column of its own. If not, it is in the JSON text only.
    pub(crate) fn has_property(&self, key: &str) -> bool {
        self.property_index(key).is_some()
    }

    /// The raw JSON of a top-level property per row, none where the row lacks it. Only for a
    /// property with a column of its own.
    pub(crate) fn property(
        &self,
        group: usize,
        key: &str,
        rows: Selection<'_>,
    ) -> Result<TextColumn, AskError> {
        let at = self.property_index(key);
        let at = at.ok_or_else(|| self.failed(format!("has no column for property {key:?}")))?;
        let read = self.read_at::<ByteArrayType>(group, at, rows);
        let (levels, values) = read.map_err(|e| self.failed(e))?;
        Ok(TextColumn::new(&levels, values))
    }

    fn property_index(&self, key: &str) -> Option<usize> {
        let schema = self.footer.file_metadata().schema_descr();
        schema.columns().iter().position(|c| property::name_of(c.name()) == Some(key))
    }

    /// Person keys; 0 for none.
    pub(crate) fn keys(&self, group: usize, column: ColumnName) -> Result<Vec<u64>, AskError> {
        self.keys_of(group, column, Selection::All)
    }

    /// Person keys of some rows; 0 for none.
    pub(crate) fn keys_of(
        &self,
        group: usize,
        column: ColumnName,
        rows: Selection<'_>,
    ) -> Result<Vec<u64>, AskError> {
        let (levels, values) = self.read::<Int64Type>(group, column, rows)?;
        let mut rest = values.iter().map(|key| *key as u64);
        let key = |level: &i16| if *level != 0 { rest.next().unwrap_or(0) } else { 0 };
        Ok(levels.iter().map(key).collect())
    }

    /// Event ids.
    pub(crate) fn ids(&self, group: usize, rows: Selection<'_>) -> Result<Vec<u128>, AskError> {
        let (_, values) = self.read::<FixedLenByteArrayType>(group, ColumnName::EventId, rows)?;
        let id = |value: &parquet::data_type::FixedLenByteArray| {
            let bytes: &[u8] = ByteArray::data(value);
            <[u8; 16]>::try_from(bytes).map(u128::from_be_bytes).unwrap_or(0)
        };
        Ok(values.iter().map(id).collect())
    }

    /// A column of texts as numbers; None when it was not written so, or is not there.
    pub(crate) fn dictionary(
        &self,
        group: usize,
        column: ColumnName,
    ) -> Result<Option<Dictionary>, AskError> {
        let Some(at) = self.index(column) else { return Ok(None) };
        self.dictionary_at(group, at).map_err(|e| self.failed(e))
    }

    /// The same of a property with a column of its own.
    pub(crate) fn property_dictionary(
        &self,
        group: usize,
        key: &str,
    ) -> Result<Option<Dictionary>, AskError> {
        let Some(at) = self.property_index(key) else { return Ok(None) };
        self.dictionary_at(group, at).map_err(|e| self.failed(e))
    }

    fn dictionary_at(&self, group: usize, at: usize) -> Result<Option<Dictionary>, ParquetError> {
        let row_group = self.footer.row_group(group);
        let chunk = row_group.column(at);
        if chunk.dictionary_page_offset().is_none() {
            return Ok(None);
        }
        let count = row_group.num_rows() as usize;
        let mut pages = SerializedPageReader::new(self.chunk(chunk)?, chunk, count, None)?;
        let optional = chunk.column_descr().max_def_level() > 0;
        dictionary::read(&mut pages, count, optional)
    }

    /// The bytes of a column.
    fn chunk(&self, chunk: &ColumnChunkMetaData) -> Result<Arc<Slice>, ParquetError> {
        let (start, len) = chunk.byte_range();
        let mut bytes = vec![0; len as usize];
        self.file.read_exact_at(&mut bytes, start)?;
        Ok(Arc::new(Slice { start, bytes: bytes.into() }))
    }

    /// An error of this file.
    #[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
    pub(crate) fn failed(&self, problem: impl ToString) -> AskError {
        AskError::Read { path: self.path.clone(), problem: problem.to_string() }
    }

    fn index(&self, column: ColumnName) -> Option<usize> {
        let schema = self.footer.file_metadata().schema_descr();
        schema.columns().iter().position(|c| c.name() == column.as_str())
    }

    /// Levels (of optional columns) and packed values.
    fn read<T: DataType>(
        &self,
        group: usize,
        column: ColumnName,
        rows: Selection<'_>,
    ) -> Result<(Vec<i16>, Vec<T::T>), AskError> {
        let Some(at) = self.index(column) else { return Ok(Default::default()) };
        self.read_at::<T>(group, at, rows).map_err(|e| self.failed(e))
    }

    fn read_at<T: DataType>(
        &self,
        group: usize,
        at: usize,
        rows: Selection<'_>,
    ) -> Result<(Vec<i16>, Vec<T::T>), ParquetError> {
        let row_group = self.footer.row_group(group);
        let chunk = row_group.column(at);
        let count = row_group.num_rows() as usize;
        let pages = SerializedPageReader::new(self.chunk(chunk)?, chunk, count, None)?;
        let reader = get_column_reader(chunk.column_descr_ptr(), Box::new(pages));
        let mut reader: ColumnReaderImpl<T> = get_typed_column_reader(reader);
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        let optional = chunk.column_descr().max_def_level() > 0;
        let mut take = |reader: &mut ColumnReaderImpl<T>, rows| {
            let levels = optional.then_some(&mut levels);
            reader.read_records(rows, levels, None, &mut values).map(drop)
        };
        match rows {
            Selection::All => take(&mut reader, count)?,
            Selection::Rows(rows) => {
                let mut next = 0;
                for stretch in rows.chunk_by(|a, b| a + 1 == *b) {
                    reader.skip_records(stretch[0] - next)?;
                    take(&mut reader, stretch.len())?;
                    next = stretch[0] + stretch.len();
                }
            }
        }
        Ok((levels, values))
    }
}

fn read_footer(file: &dyn File) -> Result<ParquetMetaData, String> {
    let chunks = FsChunks::new(file).map_err(|e| e.to_string())?;
    ParquetMetaDataReader::new().parse_and_finish(&chunks).map_err(|e| e.to_string())
}

/// The footer of the file at `path`.
pub(crate) fn footer_of(fs: &SharedFs, path: &Path) -> Result<ParquetMetaData, String> {
    read_footer(&*fs.open_read(path).map_err(|e| e.to_string())?)
}

/// A whole file as Parquet wants it.
pub(crate) struct FsChunks<'a> {
    file: &'a dyn File,
    bytes: u64,
}

impl<'a> FsChunks<'a> {
    fn new(file: &'a dyn File) -> io::Result<Self> {
        Ok(Self { file, bytes: file.bytes()? })
    }
}

impl Length for FsChunks<'_> {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for FsChunks<'_> {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        let len = self.bytes.saturating_sub(start) as usize;
        Ok(self.get_bytes(start, len)?.reader())
    }

    fn get_bytes(&self, start: u64, len: usize) -> Result<Bytes, ParquetError> {
        if start + len as u64 > self.bytes {
            return Err(ParquetError::EOF("file is cut short".into()));
        }
        let mut bytes = vec![0; len];
        self.file.read_exact_at(&mut bytes, start)?;
        Ok(bytes.into())
    }
}

/// One column chunk, read at once, addressed by offsets in the file.
struct Slice {
    start: u64,
    bytes: Bytes,
}

impl Length for Slice {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Slice {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(self.bytes.slice(self.offset(start, 0)?..).reader())
    }

    fn get_bytes(&self, start: u64, len: usize) -> Result<Bytes, ParquetError> {
        let at = self.offset(start, len)?;
        Ok(self.bytes.slice(at..at + len))
    }
}

impl Slice {
    fn offset(&self, start: u64, len: usize) -> Result<usize, ParquetError> {
        let at = start.checked_sub(self.start).map(|at| at as usize);
        at.filter(|at| at + len <= self.bytes.len())
            .ok_or_else(|| ParquetError::EOF("a page lies outside of its column".into()))
    }
}
