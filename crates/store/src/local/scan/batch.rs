//! Columns of a few thousand rows, whatever they come from.

use std::{ops::Range, sync::Arc};

use event::Value;
use insight::{Column, Matcher, Row};

use super::{Scanner, control, file::FileColumns};
use crate::{
    AskError,
    local::head::{HeadRow, Run},
};

/// Rows given to a kernel at once; deadline and cancel are looked at once per batch.
pub(super) const BATCH_ROWS: usize = 4096;

/// Which columns a question reads. Time and person are always there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Needs {
    /// Event types.
    pub(crate) events: bool,
    /// Event ids.
    pub(crate) ids: bool,
    /// Columns of filters.
    pub(crate) columns: Vec<Column>,
    /// Properties, for filters.
    pub(crate) properties: bool,
}

impl Needs {
    /// Adds what a filter reads.
    pub(crate) fn filter(&mut self, matcher: &Matcher) {
        for column in matcher.columns() {
            self.events |= column == Column::EventType;
            self.ids |= column == Column::EventId;
            if !self.columns.contains(&column) {
                self.columns.push(column);
            }
        }
        self.properties |= matcher.needs_properties();
    }

    /// Whether rows are looked at beyond the fixed columns.
    pub(crate) fn rows(&self) -> bool {
        self.properties || !self.columns.is_empty()
    }
}

/// Columns of consecutive rows of a unit.
pub(crate) struct Batch<'a> {
    /// Number of the first row within its unit.
    pub(crate) first: usize,
    /// When, ms.
    pub(crate) times: &'a [i64],
    /// Who, 0 for nobody.
    pub(crate) persons: &'a [u64],
    /// Event ids; empty when not asked for.
    pub(crate) ids: &'a [u128],
    /// Indexes into `names`; empty when not asked for.
    pub(crate) events: &'a [u32],
    /// Names of event types.
    pub(crate) names: &'a [Arc<str>],
    pub(super) rest: Rest<'a>,
}

/// Where the other columns are.
#[derive(Clone, Copy)]
pub(super) enum Rest<'a> {
    /// In records.
    Run(&'a Run),
    /// In decoded columns.
    File(&'a FileColumns),
}

impl Batch<'_> {
    /// Whether the filter holds for a row of the batch.
    pub(crate) fn matches(&self, matcher: &Matcher, row: usize) -> bool {
        let at = self.first + row;
        match self.rest {
            Rest::Run(run) => matcher.matches(&run.view(&run.rows[at])),
            Rest::File(columns) => matcher.matches(&columns.row(at)),
        }
    }
}

/// Gives rows of a run to `visit`. Row numbers are those of the run.
pub(super) fn scan_run(
    scanner: &Scanner<'_>,
    run: &Run,
    rows: &Range<usize>,
    needs: &Needs,
    visit: &mut dyn FnMut(&Batch<'_>),
) -> Result<(), AskError> {
    let (mut times, mut persons) = (Vec::new(), Vec::new());
    let (mut ids, mut events) = (Vec::new(), Vec::new());
    for first in rows.clone().step_by(BATCH_ROWS) {
        control::check(scanner.asking)?;
        let rows = &run.rows[first..rows.end.min(first + BATCH_ROWS)];
        times.clear();
        times.extend(rows.iter().map(|row| row.time));
        persons.clear();
        persons.extend(rows.iter().map(|row| row.person));
        if needs.ids {
            ids.clear();
            ids.extend(rows.iter().map(|row| row.id));
        }
        if needs.events {
            events.clear();
            events.extend(rows.iter().map(|row| row.event));
        }
        let mut bytes = size_of_val(rows);
        if needs.rows() {
            bytes += rows.iter().map(HeadRow::record_bytes).sum::<usize>();
        }
        scanner.count_read(rows.len(), bytes as u64);
        visit(&Batch {
            first,
            times: &times,
            persons: &persons,
            ids: &ids,
            events: &events,
            names: &run.events,
            rest: Rest::Run(run),
        });
    }
    Ok(())
}

/// A value of a filter, for a row read from a file.
pub(super) struct FileRow<'a> {
    pub(super) columns: &'a FileColumns,
    pub(super) at: usize,
}

impl Row for FileRow<'_> {
    fn column(&self, column: Column) -> Value<'_> {
        self.columns.value(column, self.at)
    }

    fn properties(&self) -> &str {
        self.columns.properties(self.at)
    }
}
