//! Every metric there is.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// One metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricInfo {
    /// Its name.
    pub name: &'static str,
    /// counter, gauge or histogram.
    pub kind: &'static str,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
}

const fn counter(
    name: &'static str,
    labels: &'static [&'static str],
    help: &'static str,
) -> MetricInfo {
    MetricInfo { name, kind: "counter", labels, help }
}

const fn gauge(
    name: &'static str,
    labels: &'static [&'static str],
    help: &'static str,
) -> MetricInfo {
    MetricInfo { name, kind: "gauge", labels, help }
}

/// Every metric, in the order of the docs.
pub const METRICS: &[MetricInfo] = &[
    counter(
        "trackflow_events_total",
        &["outcome"],
        "events by outcome: received, stored, duplicate, rejected",
    ),
    gauge("trackflow_events_pending", &[], "events that are durable and not yet in answers"),
    counter(
        "trackflow_events_removed_total",
        &[],
        "events of those stored that are gone again, by retention or deletion",
    ),
    counter("trackflow_rejected_total", &["code"], "events refused, by code, since the start"),
    counter(
        "trackflow_tenant_events_total",
        &["tenant", "outcome"],
        "the same per tenant; only with an admin key",
    ),
    gauge(
        "trackflow_tenant_events_pending",
        &["tenant"],
        "the same per tenant; only with an admin key",
    ),
    counter(
        "trackflow_tenant_events_removed_total",
        &["tenant"],
        "the same per tenant; only with an admin key",
    ),
    counter(
        "trackflow_http_requests_total",
        &["route", "status"],
        "requests by route and class of status",
    ),
    MetricInfo {
        name: "trackflow_http_request_seconds",
        kind: "histogram",
        labels: &["route", "status"],
        help: "time from the headers of a request to its answer",
    },
    counter("trackflow_http_panics_total", &[], "requests that met a fault of ours"),
    gauge("trackflow_http_connections", &[], "open connections"),
    gauge("trackflow_http_body_budget_bytes", &[], "bytes of large bodies that may still be read"),
    gauge("trackflow_questions_open", &[], "questions being answered or waiting for it"),
    gauge("trackflow_journal_writable", &[], "1 when the journal takes writes, else 0"),
    gauge("trackflow_journal_queued_bytes", &[], "bytes accepted and not yet durable"),
    gauge("trackflow_journal_bytes", &[], "bytes of the journal on disk"),
    gauge("trackflow_dedup_entries", &[], "ids kept in memory to find duplicates"),
    gauge(
        "trackflow_pump_lag_positions",
        &[],
        "positions of the journal that the store does not have yet",
    ),
    gauge("trackflow_pump_trouble", &[], "1 while something fails and is tried again, else 0"),
    counter("trackflow_pump_moved_total", &[], "events moved from the journal to the store"),
    counter(
        "trackflow_entities_unknown_total",
        &[],
        "events that named an entity which its tenant's list does not have, since the start",
    ),
    counter(
        "trackflow_rejected_unlogged_total",
        &[],
        "refused events that came too fast for the rejected-events log, since the start",
    ),
    counter("trackflow_pump_flushes_total", &[], "flushes of the store's head to disk"),
    gauge("trackflow_store_rows", &[], "events in the store, head included"),
    gauge("trackflow_store_files", &[], "part files"),
    gauge("trackflow_store_parts", &[], "parts in them"),
    gauge("trackflow_store_bytes", &[], "bytes of the store on disk"),
    gauge("trackflow_store_head_rows", &[], "events in memory only (and in the journal)"),
    gauge("trackflow_store_head_bytes", &[], "bytes of memory they take"),
    gauge("trackflow_store_column_bytes", &[], "bytes of columns kept in memory for questions"),
    gauge(
        "trackflow_store_people_linked",
        &[],
        "distinct ids that belong to a person of another id",
    ),
    gauge(
        "trackflow_store_people_bytes",
        &[],
        "bytes of memory that links, person properties and first times take",
    ),
    gauge("trackflow_uptime_seconds", &[], "seconds since the start"),
    gauge("trackflow_build_info", &["version"], "always 1"),
];

/// Tells the recorder of the current scope what each metric is.
pub(super) fn describe() {
    for info in METRICS {
        match info.kind {
            "counter" => describe_counter!(info.name, info.help),
            "histogram" => describe_histogram!(info.name, Unit::Seconds, info.help),
            _ => describe_gauge!(info.name, info.help),
        }
    }
}
