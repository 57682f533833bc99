//! Refused events once more, as they were when they came.

use event::{Dialect, Outcome, Reason, TenantId};
use ingest::{Connection, RawTime, Withheld};
use store::rejected::Entry;

use super::{Actor, Kind, Parsed, mobile, posthog, segment, service, simple, trackflow, trpc};
use crate::{Problem, state::AppState};

/// Hands a refused event to the pipeline again.
pub(crate) async fn replay(
    app: &AppState,
    tenant: &TenantId,
    entry: &Entry,
) -> Result<Outcome, Problem> {
    let note = &entry.note;
    let (kind, item) = reader(note.dialect);
    let draft = match note.payload.as_deref().filter(|_| !note.is_cut) {
        Some(raw) => item(raw),
        None => Err(Reason::Unsupported { what: "an event whose payload was not kept".into() }),
    };
    // Who did it then, not who sends it now.
    let actor = note.actor.as_deref().and_then(Actor::from_json).filter(|_| kind.tells_actor());
    let draft = trpc::acting(draft, actor.as_ref());
    // Whoever sends it now is not its person.
    let draft = draft.map(|mut draft| {
        draft.withheld = Withheld::ALL;
        draft.timestamp.get_or_insert(RawTime::Settled(note.received_at));
        draft
    });
    let request = ingest::Request {
        tenant: tenant.clone(),
        dialect: note.dialect,
        source: kind.source,
        received_at: app.now(),
        sent_at: None,
        rules: kind.rules,
        connection: Connection::default(),
    };
    let outcomes = app.parts.pipeline.admit(&request, vec![draft]).await?;
    outcomes.into_iter().next().ok_or_else(Problem::internal)
}

/// What reads one item of a dialect alone.
fn reader(dialect: Dialect) -> (&'static Kind, fn(&str) -> Parsed<'_>) {
    match dialect {
        Dialect::Simple => (&simple::KIND, simple::item),
        Dialect::Mobile => (&mobile::KIND, mobile::item),
        Dialect::Trackflow => (&trackflow::KIND, trackflow::item),
        Dialect::Posthog => (&posthog::KIND, posthog::item),
        Dialect::Segment => (&segment::KIND, segment::item),
        Dialect::Service => (&service::KIND, service::item),
        Dialect::Trpc => (&trpc::KIND, trpc::item),
    }
}
