//! `admin/sessions/`.

use axum::{
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use event::{Code, Field, Timestamp};
use insight::{
    Answer, Cursor, Filter, Question, Selector, SessionLine, Sessions, SessionsAnswer, exact, write,
};
use serde_json::{Value, json};

use super::{answer, fields, page::Page, range};
use crate::{
    Problem, auth, query::Asker, reply::Answered, report::parameters::given, state::AppState,
};

/// Sessions that are passed over at once.
const STEP: usize = 1_000;

/// `GET /api/v1/analytics/admin/sessions/`.
pub(crate) async fn sessions(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = listed(&app, &parts).await;
    answer(&parts, answered)
}

async fn listed(app: &AppState, parts: &Parts) -> Answered {
    let asker = Asker::new(app, parts, auth::reader(app, parts)?);
    let page = Page::read(parts, &asker.tenant)?;
    let after = page.cursor.as_deref().map(str::parse::<Cursor>).transpose();
    let after = after.map_err(|error| {
        Problem::new(Code::InvalidValue, format!("cursor {error}")).about("cursor")
    })?;
    let filter = Filter::All(fields(parts, &[("distinct_id", Field::DistinctId)]));
    let question = Sessions {
        range: range(&asker, parts, Timestamp::OLDEST)?,
        selector: Selector { event: None, filter },
        active: truth(parts, "is_active")?,
        interval: None,
        list: page.size,
        after,
        classes: asker.context().classes,
    };
    let mut found = ask(&asker, question.clone()).await?;
    let count = found.all.sessions;
    let mut skipped = page.skipped(count)?;
    if skipped > 0 {
        let mut after = None;
        while skipped > 0 {
            let list = skipped.min(STEP);
            after = ask(&asker, Sessions { list, after, ..question.clone() }).await?.next;
            skipped -= list;
        }
        found = ask(&asker, Sessions { after, ..question }).await?;
    }
    let next = found.next.map(|next| next.to_string());
    let results = found.list.unwrap_or_default().iter().map(shown).collect();
    Ok((StatusCode::OK, page.body(parts, count, next, results)))
}

async fn ask(asker: &Asker<'_>, question: Sessions) -> Result<SessionsAnswer, Problem> {
    match asker.answer(Question::Sessions(question)).await? {
        (Answer::Sessions(answer), _) => Ok(answer),
        _ => Err(Problem::internal()),
    }
}

fn truth(parts: &Parts, name: &'static str) -> Result<Option<bool>, Problem> {
    match given(parts, name).as_deref() {
        None => Ok(None),
        Some("true" | "True" | "1") => Ok(Some(true)),
        Some("false" | "False" | "0") => Ok(Some(false)),
        Some(_) => {
            let detail = format!("{name} must be true or false");
            Err(Problem::new(Code::InvalidValue, detail).about(name))
        }
    }
}

/// The object that starting and ending a session answer with.
fn shown(session: &SessionLine) -> Value {
    let seconds = write::number(Some(exact::seconds(session.end.0 - session.start.0)));
    json!({
        "session_id": session.session_id,
        "distinct_id": session.distinct_id,
        "device_id": session.device_id,
        "started_at": session.start.to_string(),
        "ended_at": (!session.active).then(|| session.end.to_string()),
        "duration_seconds": if session.active { Value::Null } else { seconds },
        "event_count": session.events - session.marks,
        "is_active": session.active,
        "app_version": session.app_version,
        "os_name": session.os,
        "os_version": session.os_version,
    })
}
