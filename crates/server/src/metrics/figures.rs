//! Figures that are read when someone asks, not counted on the way.

use std::fmt::Write;

use ingest::{Books, Health};
use metrics::{counter, gauge};

use crate::state::{AppState, QUESTIONS_OPEN_PER_PLACE};

/// Brings every figure up to date; within the recorder's scope.
pub(super) fn update(app: &AppState) {
    let pipeline = &app.parts.pipeline;
    let sum = sum(pipeline.books().into_iter().map(|(_, books)| books));
    for (outcome, count) in outcomes(&sum) {
        counter!("trackflow_events_total", "outcome" => outcome).absolute(count);
    }
    gauge!("trackflow_events_pending").set(sum.pending as f64);
    counter!("trackflow_events_removed_total").absolute(sum.removed);

    let status = pipeline.status();
    let writable = if status.health == Health::Good { 1.0 } else { 0.0 };
    gauge!("trackflow_journal_writable").set(writable);
    gauge!("trackflow_journal_queued_bytes").set(status.queued_bytes as f64);
    gauge!("trackflow_journal_bytes").set(status.journal_bytes as f64);
    gauge!("trackflow_dedup_entries").set(status.dedup_entries as f64);
    gauge!("trackflow_pump_lag_positions").set(status.pump.lag as f64);
    let trouble = if status.pump.trouble.is_some() { 1.0 } else { 0.0 };
    gauge!("trackflow_pump_trouble").set(trouble);
    counter!("trackflow_pump_moved_total").absolute(status.pump.moved);
    counter!("trackflow_entities_unknown_total").absolute(status.pump.unknown_entities);
    counter!("trackflow_rejected_unlogged_total").absolute(pipeline.rejected().unlogged());
    counter!("trackflow_pump_flushes_total").absolute(status.pump.flushes);

    let store = pipeline.store().status();
    gauge!("trackflow_store_rows").set(store.rows as f64);
    gauge!("trackflow_store_files").set(store.files as f64);
    gauge!("trackflow_store_parts").set(store.parts as f64);
    gauge!("trackflow_store_bytes").set(store.bytes as f64);
    gauge!("trackflow_store_head_rows").set(store.head.rows as f64);
    gauge!("trackflow_store_head_bytes").set(store.head.bytes as f64);

    let free = app.body_budget.available_permits() * 1024;
    gauge!("trackflow_http_body_budget_bytes").set(free as f64);
    let places = app.config.query.concurrent * QUESTIONS_OPEN_PER_PLACE;
    gauge!("trackflow_questions_open")
        .set((places - app.question_slots.available_permits()) as f64);
    gauge!("trackflow_store_column_bytes").set(store.column_bytes as f64);
    gauge!("trackflow_store_people_linked").set(store.linked as f64);
    gauge!("trackflow_store_people_bytes").set(store.people_bytes as f64);
    gauge!("trackflow_uptime_seconds").set(app.started.elapsed().as_secs_f64());
    gauge!("trackflow_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// The books of each tenant, written apart so that nobody else's recorder ever holds the names.
pub(super) fn by_tenant(app: &AppState) -> String {
    let mut text = String::from("# TYPE trackflow_tenant_events_total counter\n");
    let mut pending = String::from("# TYPE trackflow_tenant_events_pending gauge\n");
    let mut removed = String::from("# TYPE trackflow_tenant_events_removed_total counter\n");
    for (tenant, books) in app.parts.pipeline.books() {
        // Ids of tenants need no escaping. Writing to a String does not fail.
        for (outcome, count) in outcomes(&books) {
            let _ = writeln!(
                text,
                "trackflow_tenant_events_total{{tenant=\"{tenant}\",outcome=\"{outcome}\"}} {count}"
            );
        }
        let _ = writeln!(
            pending,
            "trackflow_tenant_events_pending{{tenant=\"{tenant}\"}} {}",
            books.pending
        );
        let _ = writeln!(
            removed,
            "trackflow_tenant_events_removed_total{{tenant=\"{tenant}\"}} {}",
            books.removed
        );
    }
    text + &pending + &removed
}

fn outcomes(books: &Books) -> [(&'static str, u64); 4] {
    [
        ("received", books.received),
        ("stored", books.stored),
        ("duplicate", books.duplicate),
        ("rejected", books.rejected),
    ]
}

fn sum(books: impl Iterator<Item = Books>) -> Books {
    books.fold(Books::default(), |a, b| Books {
        received: a.received + b.received,
        stored: a.stored + b.stored,
        duplicate: a.duplicate + b.duplicate,
        rejected: a.rejected + b.rejected,
        pending: a.pending + b.pending,
        removed: a.removed + b.removed,
    })
}
