//! The bounds of the embedded store.

/// Bounds and sizes; the defaults fit a machine of 2 cores and 2 GB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalConfig {
    /// Bytes the head may hold (records and their index) before `apply` asks for a flush.
    pub head_bytes_max: u64,
    /// Rows of one Parquet row group; a flush holds about 24 bytes per value of one group.
    pub row_group_rows: usize,
    /// Level of zstd for part files, 1 to 22.
    pub zstd_level: i32,
    /// How long an id is remembered after its receipt.
    pub dedup_window_ms: i64,
    /// Bytes of filters over `.ids` files kept in memory; files beyond it are searched on disk.
    pub dedup_filter_bytes_max: usize,
    /// Bytes of decoded Parquet footers kept in memory.
    pub footer_bytes_max: usize,
    /// Bytes of columns kept in memory in the form that questions read.
    pub column_bytes_max: usize,
    /// Bytes of columns one question may look at at once.
    pub question_bytes_max: u64,
    /// Threads that answer questions.
    pub query_threads: usize,
    /// Questions answered at the same time; further ones wait.
    pub questions_max: usize,
    /// Bits of the person key that are used; 64, and fewer only to test collisions.
    pub person_key_bits: u32,
}

impl Default for LocalConfig {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            head_bytes_max: 256 * 1024 * 1024,
            row_group_rows: 128 * 1024,
            zstd_level: 1,
            dedup_window_ms: 24 * 60 * 60 * 1000,
            dedup_filter_bytes_max: 64 * 1024 * 1024,
            footer_bytes_max: 32 * 1024 * 1024,
            column_bytes_max: 512 * 1024 * 1024,
            question_bytes_max: 2 * 1024 * 1024 * 1024,
            query_threads: cores,
            questions_max: 4,
            person_key_bits: u64::BITS,
        }
    }
}
