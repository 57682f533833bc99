//! Answers about a site: sessions, web overview, speed, errors and money.

use event::Timestamp;

use crate::{BreakdownValue, Cursor, Metric};

/// Visits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionsAnswer {
    /// Over the range.
    pub all: SessionFigures,
    /// Per bucket of the start: start, figures, unfinished.
    pub data: Option<Vec<(Timestamp, SessionFigures, bool)>>,
    /// Single ones.
    pub list: Option<Vec<SessionLine>>,
    /// Present when there are more.
    pub next: Option<Cursor>,
}

/// Figures over sessions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SessionFigures {
    /// Sessions.
    pub sessions: u64,
    /// Distinct persons that have one.
    pub persons: u64,
    /// Those with one page view and nothing interactive.
    pub bounced: u64,
    /// Their share.
    pub bounce_rate: Option<f64>,
    /// Mean length.
    pub avg_seconds: Option<f64>,
    /// Median length.
    pub median_seconds: Option<f64>,
    /// Mean number of events.
    pub events_per_session: Option<f64>,
}

/// One session.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionLine {
    /// The id its events carry.
    pub session_id: Option<String>,
    /// Whose.
    pub person: String,
    /// Its first event.
    pub start: Timestamp,
    /// Its last.
    pub end: Timestamp,
    /// Its events.
    pub events: u64,
    /// Of them those that only say that it starts or ends.
    pub marks: u64,
    /// Its page views.
    pub views: u64,
    /// Path of the first page view.
    pub entry_page: Option<String>,
    /// Path of the last.
    pub exit_page: Option<String>,
    /// One page view and nothing interactive.
    pub bounced: bool,
    /// Whether it goes on at the moment of asking.
    pub active: bool,
    /// Of its first event, like all that follow.
    pub distinct_id: Option<String>,
    /// The device.
    pub device_id: Option<String>,
    /// Version of the app.
    pub app_version: Option<String>,
    /// Name of the system.
    pub os: Option<String>,
    /// Its version.
    pub os_version: Option<String>,
}

/// A site at one glance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WebAnswer {
    /// Of the range.
    pub all: WebFigures,
    /// Of the period before.
    pub previous: Option<WebFigures>,
    /// Persons seen in the last 5 minutes.
    pub live_visitors: u64,
    /// Name of the table and its lines.
    pub tables: Vec<(&'static str, Vec<WebLine>)>,
}

/// Headline figures.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WebFigures {
    /// Distinct persons with a view.
    pub visitors: u64,
    /// Sessions with a view.
    pub visits: u64,
    /// Page and screen views.
    pub views: u64,
    /// Share of visits that bounced.
    pub bounce_rate: Option<f64>,
    /// Mean length of a visit.
    pub avg_seconds: Option<f64>,
}

/// One line of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct WebLine {
    /// Of what.
    pub value: BreakdownValue,
    /// Distinct persons.
    pub visitors: u64,
    /// Views; visits in the tables of entry pages, exit pages and sources.
    pub count: u64,
}

/// How fast pages are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PerformanceAnswer {
    /// Over all pages.
    pub all: Vec<MetricFigures>,
    /// Per path, most measured first, then by value.
    pub pages: Vec<(BreakdownValue, u64, Vec<MetricFigures>)>,
}

/// The percentiles of one metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetricFigures {
    /// Which.
    pub metric: Metric,
    /// Numbers seen.
    pub count: u64,
    /// 50th, 75th, 90th, 95th and 99th percentile.
    pub percentiles: [Option<f64>; 5],
}

/// What goes wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorsAnswer {
    /// All errors.
    pub total: u64,
    /// Distinct persons that met one.
    pub persons: u64,
    /// Largest first, ties by fingerprint.
    pub groups: Vec<ErrorGroup>,
    /// Groups that are not shown.
    pub dropped_groups: u64,
}

/// Errors that look alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorGroup {
    /// 16 hex digits of name, message and frame.
    pub fingerprint: String,
    /// Kind of the error.
    pub name: String,
    /// Message, numbers and ids masked.
    pub message: String,
    /// Top frame of the stack, numbers and ids masked.
    pub frame: String,
    /// Errors.
    pub count: u64,
    /// Distinct persons.
    pub persons: u64,
    /// The first in the range.
    pub first_seen: Timestamp,
    /// The last.
    pub last_seen: Timestamp,
}

/// Money by currency, largest number of orders first, then by currency.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RevenueAnswer {
    /// One per currency.
    pub currencies: Vec<CurrencyFigures>,
}

/// Money in one currency.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CurrencyFigures {
    /// ISO 4217, as sent.
    pub currency: Option<String>,
    /// Sum.
    pub sum: f64,
    /// Events with revenue.
    pub orders: u64,
    /// Distinct persons among them.
    pub persons: u64,
    /// Sum per order.
    pub average_order: Option<f64>,
    /// Sum of persons' orders per person.
    pub per_person: Option<f64>,
    /// Sum per bucket.
    pub data: Option<Vec<super::Point>>,
}
