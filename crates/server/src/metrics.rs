//! `/metrics`: what Prometheus reads.
//!
//! The recorder is a part, not a global: two applications in one process (tests) count apart.
//! What every request counts is looked up once, when the routes are built.

mod figures;
mod table;

use std::{fmt, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use catalog::Scope;
use metrics::{Counter, Gauge, Histogram, with_local_recorder};
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

use crate::{auth, error, router, state::AppState};

pub use table::{METRICS, MetricInfo};

/// Upper ends of the buckets of request times, seconds.
const SECONDS: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// The recorder and what renders it.
pub struct Metrics {
    recorder: Arc<PrometheusRecorder>,
    handle: PrometheusHandle,
}

impl Metrics {
    /// A recorder without a single figure.
    pub fn new() -> Self {
        let builder = PrometheusBuilder::new();
        let suffix = Matcher::Suffix("_seconds".into());
        // The only error is an empty list of buckets.
        let builder = builder
            .set_buckets_for_metric(suffix, &SECONDS)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = Arc::new(builder.build_recorder());
        let handle = recorder.handle();
        with_local_recorder(&recorder, table::describe);
        Self { recorder, handle }
    }

    /// Runs `work`; figures that it registers with the macros of `metrics` land here.
    pub fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        with_local_recorder(&self.recorder, work)
    }

    /// Folds what was recorded into histograms; to be called every few seconds, or the raw values
    /// pile up between two scrapes.
    pub fn upkeep(&self) {
        self.handle.run_upkeep();
    }

    /// What every request counts, for each route.
    pub(crate) fn of_routes(&self, paths: impl Iterator<Item = &'static str>) -> RouteMetrics {
        self.within(|| RouteMetrics {
            routes: paths.chain(["other"]).map(OneRoute::new).collect(),
            panics: metrics::counter!("trackflow_http_panics_total"),
        })
    }

    /// A counter per code, in the order of the table.
    pub(crate) fn rejections(&self) -> Vec<Counter> {
        let of = |code: &event::Code| metrics::counter!("trackflow_rejected_total", "code" => code.as_str());
        self.within(|| event::Code::ALL.iter().map(of).collect())
    }

    pub(crate) fn connections(&self) -> Gauge {
        self.within(|| metrics::gauge!("trackflow_http_connections"))
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

/// Handles for each route; the last is for paths that are none.
pub(crate) struct RouteMetrics {
    routes: Vec<OneRoute>,
    pub(crate) panics: Counter,
}

/// By class of status: 1xx to 5xx.
struct OneRoute([(Counter, Histogram); 5]);

impl OneRoute {
    fn new(path: &'static str) -> Self {
        Self(["1xx", "2xx", "3xx", "4xx", "5xx"].map(|class| {
            let labels = [("route", path), ("status", class)];
            let counter = metrics::counter!("trackflow_http_requests_total", &labels);
            (counter, metrics::histogram!("trackflow_http_request_seconds", &labels))
        }))
    }
}

impl RouteMetrics {
    pub(crate) fn record(&self, route: Option<usize>, status: StatusCode, elapsed: Duration) {
        let one = route.and_then(|number| self.routes.get(number)).or(self.routes.last());
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        if let Some((counter, histogram)) = one.and_then(|route| route.0.get(class)) {
            counter.increment(1);
            histogram.record(elapsed.as_secs_f64());
        }
    }
}

/// `GET /metrics`. Names of tenants are only for the holder of an admin key of the default tenant.
pub(crate) async fn render(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let access = match auth::caller(&app, &parts) {
        Ok(access) => access,
        Err(problem) => return router::refuse(&parts, router::Shape::Problem, &problem),
    };
    let by_tenant = access.is_some_and(|access| {
        access.may(Scope::Admin) && access.tenant == event::TenantId::default_tenant()
    });
    let worker = app.clone();
    let rendered = tokio::task::spawn_blocking(move || {
        let metrics = &worker.parts.metrics;
        metrics.within(|| figures::update(&worker));
        let mut text = metrics.handle.render();
        if by_tenant {
            text.push_str(&figures::by_tenant(&worker));
        }
        text
    });
    match rendered.await {
        Ok(text) => {
            let mut response = Response::new(Body::from(text));
            let plain = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, plain);
            response
        }
        Err(_) => router::refuse(&parts, router::Shape::Problem, &error::Problem::internal()),
    }
}

#[cfg(test)]
mod tests;
