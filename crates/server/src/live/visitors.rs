//! `GET /api/v1/live/visitors`: how many persons did something in the last five minutes.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use event::{TenantId, Timestamp};
use insight::{Answer, Counts, Question, Range, Selector, Span, WeekStart};
use jiff::tz::TimeZone;
use serde_json::json;

use crate::{
    Problem, auth,
    query::Asker,
    reply::{self, Answered},
    state::AppState,
};

/// How long somebody counts as being there.
const WINDOW_MS: i64 = 5 * 60_000;
/// How long an answer is good for.
const FRESH: Duration = Duration::from_secs(1);

/// The last answer per tenant.
#[derive(Debug, Default)]
pub(crate) struct Visitors(Mutex<BTreeMap<TenantId, (Instant, u64)>>);

impl Visitors {
    fn known(&self, tenant: &TenantId) -> Option<u64> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(tenant).filter(|(at, _)| at.elapsed() < FRESH).map(|(_, count)| *count)
    }

    /// Only fresh ones are kept, so there are no more than tenants that ask within a second.
    fn learn(&self, tenant: TenantId, count: u64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (at, _)| at.elapsed() < FRESH);
        known.insert(tenant, (Instant::now(), count));
    }
}

/// Tells how many persons are there.
pub(crate) async fn visitors(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = counted(&app, &parts).await;
    reply::answer(&parts, answered)
}

async fn counted(app: &AppState, parts: &Parts) -> Answered {
    let tenant = auth::reader(app, parts)?;
    let count = match app.visitors.known(&tenant) {
        Some(count) => count,
        None => {
            let asker = Asker::new(app, parts, tenant.clone());
            let (answer, _) = asker.answer(last_minutes(asker.now)).await?;
            let Answer::Counts(counts) = answer else { return Err(Problem::internal()) };
            app.visitors.learn(tenant, counts.unique_persons);
            counts.unique_persons
        }
    };
    Ok((StatusCode::OK, json!({ "visitors": count })))
}

fn last_minutes(now: Timestamp) -> Question {
    // What happened at this very moment counts.
    let (from, to) = (Timestamp(now.0 - WINDOW_MS), Timestamp(now.0 + 1));
    let (zone, week_start) = (TimeZone::UTC, WeekStart::default());
    let range = Range { from, to, zone, week_start, span: Span::Fixed };
    Question::Counts(Counts { range, selector: Selector::default() })
}
