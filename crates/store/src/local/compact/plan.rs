//! Which files become one.
//!
//! **Size-tiered by rows.** The class of a file is the logarithm of its rows to the base of
//! [`FAN_IN`]; when a class has `FAN_IN` files they become one. Rows add up exactly, so the output
//! is of a higher class than each input: a row is written again at most once per class, seven
//! times in its life, and at most seven files of each class wait. A file of `FINAL_ROWS` or
//! `FINAL_BYTES` is never an input again.
//!
//! Inputs are taken in the order of their positions, so that a file holds events that came
//! together, and as many as the bounds of a rewrite allow.

use std::sync::Arc;

use crate::local::{part::FileMeta, rewrite::ROWS_MAX};

/// Files of one class that become one.
const FAN_IN: u64 = 8;
/// Classes of files that are not final.
const CLASSES: u32 = FINAL_ROWS.ilog(FAN_IN);
/// Rows from which on a file is left alone.
const FINAL_ROWS: u64 = ROWS_MAX / 2;
/// Bytes from which on a file is left alone.
const FINAL_BYTES: u64 = OUTPUT_BYTES / 2;
/// Bytes of the inputs of one output.
const OUTPUT_BYTES: u64 = 256 << 20;

/// The files to make one of now, none when there is nothing to do.
pub(crate) fn to_compact(files: &[Arc<FileMeta>]) -> Vec<Arc<FileMeta>> {
    let open = |file: &&Arc<FileMeta>| file.rows() < FINAL_ROWS && file.bytes < FINAL_BYTES;
    let mut classes = vec![Vec::new(); CLASSES as usize + 1];
    for file in files.iter().filter(open) {
        classes[file.rows().max(1).ilog(FAN_IN) as usize].push(file.clone());
    }
    let full = classes.into_iter().find(|class| class.len() as u64 >= FAN_IN);
    let mut full = full.unwrap_or_default();
    full.sort_by_key(|file| (file.lanes.first().map(|range| range.from), file.number));
    let (mut rows, mut bytes) = (0, 0);
    let fits = |file: &Arc<FileMeta>| {
        rows += file.rows();
        bytes += file.bytes;
        rows <= ROWS_MAX && bytes <= OUTPUT_BYTES
    };
    full.into_iter().take(FAN_IN as usize).take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::part::{LaneRange, PartMeta};

    fn file(number: u64, rows: u64, bytes: u64) -> Arc<FileMeta> {
        let part = PartMeta {
            groups: 0..1,
            tenant: "a".into(),
            day: 0,
            rows,
            time_min: 0,
            time_max: 0,
            person_min: 0,
            person_max: 0,
            keyed_at: 0,
            events: None,
        };
        let lanes = vec![LaneRange { lane: 0, from: number, to: number + 1 }];
        Arc::new(FileMeta { number, bytes, crc: 0, lanes, parts: vec![part] })
    }

    /// Adds files and compacts as long as there is something to do; how often a row was written
    /// at most, and the files left.
    fn run(rows_of: impl Fn(u64) -> u64, count: u64, bytes_per_row: u64) -> (u64, usize) {
        let mut files: Vec<Arc<FileMeta>> = Vec::new();
        let mut written = std::collections::HashMap::new();
        let mut most = 0;
        for number in 0..count {
            let rows = rows_of(number);
            files.push(file(number, rows, rows * bytes_per_row));
            loop {
                let inputs = to_compact(&files);
                if inputs.is_empty() {
                    break;
                }
                assert!(inputs.len() >= 2 && inputs.len() <= FAN_IN as usize);
                let rows: u64 = inputs.iter().map(|file| file.rows()).sum();
                let times = inputs.iter().filter_map(|file| written.get(&file.number)).max();
                let times = times.copied().unwrap_or(0) + 1;
                most = most.max(times);
                files.retain(|file| inputs.iter().all(|input| input.number != file.number));
                let number = 1_000_000 + written.len() as u64;
                written.insert(number, times);
                assert!(rows <= ROWS_MAX && rows * bytes_per_row <= OUTPUT_BYTES);
                files.push(file(number, rows, rows * bytes_per_row));
            }
        }
        (most, files.len())
    }

    #[test]
    fn many_small_files_become_few_and_no_row_is_written_often() {
        // 961 is 1701 to the base of eight: nine files are left.
        assert_eq!(run(|_| 1, 961, 100), (3, 9));
        assert_eq!(run(|_| 10_000, 961, 60).0, 3);
        let (most, files) = run(|number| 1 + number * 7919 % 5000, 3000, 100);
        assert!(most <= 7 && files <= 7 * 8, "{most} times, {files} files");
        let (most, files) = run(|_| 300_000, 400, 100);
        assert!(most <= 2 && files <= 400 * 300_000 / 2_000_000 * 2 + 7, "{most}, {files}");
    }

    #[test]
    fn few_files_and_large_ones_are_left_alone() {
        let few: Vec<_> = (0..7).map(|number| file(number, 5, 5)).collect();
        assert!(to_compact(&few).is_empty());
        let large: Vec<_> = (0..20).map(|number| file(number, FINAL_ROWS, 5)).collect();
        assert!(to_compact(&large).is_empty());
        let heavy: Vec<_> = (0..20).map(|number| file(number, 5, FINAL_BYTES)).collect();
        assert!(to_compact(&heavy).is_empty());
    }
}
