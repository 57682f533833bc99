//! Stretches of rows of one tenant, and which of them a question needs.

use std::{ops::Range, sync::Arc};

use crate::local::{
    columns::UnitId,
    head::Run,
    snapshot::{Part, Snapshot},
};

/// Rows of one tenant, sorted by (person, time, id).
#[derive(Clone, Debug)]
pub(crate) enum Unit {
    /// Of a run of the head.
    Head {
        /// The run.
        run: Arc<Run>,
        /// Its rows of the tenant.
        rows: Range<usize>,
        /// Earliest and latest event.
        times: (i64, i64),
    },
    /// One row group of a part.
    Group {
        /// The part.
        part: Arc<Part>,
        /// The row group of its file.
        group: usize,
    },
}

impl Unit {
    /// What tells it from every other unit.
    pub(crate) fn id(&self) -> UnitId {
        match self {
            Self::Head { run, rows, .. } => UnitId::Run { serial: run.serial, first: rows.start },
            Self::Group { part, group } => UnitId::Group { file: part.file, group: *group },
        }
    }

    /// About how many rows it has: those of a part are shared evenly between its groups.
    pub(crate) fn rows(&self) -> u64 {
        match self {
            Self::Head { rows, .. } => rows.len() as u64,
            Self::Group { part, .. } => {
                part.meta.rows.div_ceil(part.meta.groups.len().max(1) as u64)
            }
        }
    }

    /// Earliest and latest event there may be.
    pub(crate) fn times(&self) -> (i64, i64) {
        match self {
            Self::Head { times, .. } => *times,
            Self::Group { part, .. } => (part.meta.time_min, part.meta.time_max),
        }
    }
}

/// The units of a tenant that may hold events of `[from, to)` of one of the types (None: any).
pub(crate) fn units(
    snapshot: &Snapshot,
    tenant: &str,
    (from, to): (i64, i64),
    types: &[Option<&str>],
) -> Vec<Unit> {
    let touches = |min: i64, max: i64| min < to && max >= from;
    let runs = snapshot.runs.iter().filter_map(|run| {
        let of = run.tenant(tenant).filter(|of| touches(of.time_min, of.time_max))?;
        let times = (of.time_min, of.time_max);
        Some(Unit::Head { run: run.clone(), rows: of.rows.clone(), times })
    });
    let parts = snapshot.disk.parts.iter().filter(|part| {
        let meta = &part.meta;
        *meta.tenant == *tenant && touches(meta.time_min, meta.time_max) && may_hold(part, types)
    });
    let groups = parts.flat_map(|part| {
        part.meta.groups.clone().map(|g| Unit::Group { part: part.clone(), group: g as usize })
    });
    runs.chain(groups).collect()
}

fn may_hold(part: &Part, types: &[Option<&str>]) -> bool {
    let Some(events) = &part.meta.events else { return true };
    let lists = |name: &str| events.binary_search_by(|(event, _)| (**event).cmp(name)).is_ok();
    types.iter().any(|name| name.is_none_or(lists))
}
