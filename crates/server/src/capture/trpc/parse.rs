//! An event of S4 to a draft. What zod would refuse is refused here with its first issue; the whole
//! list is made again where it is shown.

use std::borrow::Cow;

use event::{
    Field, Fields, Micros, Reason, Source, Value,
    json::{find, unescape},
};
use ingest::Draft;

use super::{
    super::{Actor, Parsed, wire},
    issue::Issue,
    schema::{self, Attribution, Input},
};

/// One event as it was sent, without who sent it.
pub(crate) fn item(raw: &str) -> Parsed<'_> {
    match schema::read(raw) {
        Ok(input) => draft(&input, raw.len()),
        Err(issues) => {
            let none = || Reason::wrong_type("event", "an object");
            Err(issues.first().map_or_else(none, Issue::to_reason))
        }
    }
}

/// The same, done by somebody.
pub(crate) fn acting<'a>(parsed: Parsed<'a>, actor: Option<&Actor>) -> Parsed<'a> {
    let mut draft = parsed?;
    if let Some(actor) = actor {
        let fields = &mut draft.fields;
        fields.set(Field::UserId, &actor.id);
        fields.set(Field::ActorId, &actor.id);
        fields.set_some(Field::ActorType, actor.role.as_deref());
        fields.set_some(Field::CreatorId, actor.creator_id.as_deref());
        fields.set_some(Field::BrandId, actor.brand_id.as_deref());
    }
    Ok(draft)
}

/// What S4 calls a field, where a reason may name it.
pub(super) fn name_of(field: Field) -> &'static str {
    match field {
        Field::EntityType => "entityType",
        Field::EntityId => "entityId",
        Field::SessionId | Field::DistinctId => "sessionId",
        Field::IdempotencyKey => "idempotencyKey",
        field => field.as_str(),
    }
}

/// An event without issues.
fn draft<'a>(input: &Input<'a>, bytes: usize) -> Parsed<'a> {
    let props = input.props.unwrap_or("{}");
    let event_type = text(input.event_type);
    let revenue = (event_type.as_deref() == Some("payout_completed")).then(|| paid(props));
    let (revenue, currency) = revenue.unwrap_or_default();
    Ok(Draft {
        timestamp: wire::time("props.occurred_at", find(props, "occurred_at"))?,
        fields: fields(input, currency.as_deref()),
        properties: input.props.map(Cow::Borrowed),
        source: Some(source(input.source)),
        revenue,
        event_type,
        fingerprint: true,
        bytes,
        ..Draft::default()
    })
}

fn fields(input: &Input<'_>, currency: Option<&str>) -> Fields {
    let from = Attribution::of(input.attribution.unwrap_or("{}"));
    let mut fields = Fields::with_capacity(128);
    let mut set = |field, raw| fields.set_some(field, text(raw).as_deref());
    set(Field::SessionId, input.session_id);
    set(Field::Referrer, from.referrer);
    let utm =
        [Field::UtmSource, Field::UtmMedium, Field::UtmCampaign, Field::UtmTerm, Field::UtmContent];
    for (field, raw) in utm.into_iter().zip(from.utm) {
        set(field, raw);
    }
    set(Field::LandingPage, from.landing_page);
    set(Field::EntityType, input.entity_type);
    set(Field::EntityId, input.entity_id);
    fields.set_some(Field::Currency, currency);
    fields.set_some(Field::IdempotencyKey, text(input.idempotency_key).as_deref());
    fields
}

/// A text that is there and not empty.
fn text(raw: Option<&str>) -> Option<Cow<'_, str>> {
    raw.and_then(unescape).filter(|text| !text.is_empty())
}

fn source(raw: Option<&str>) -> Source {
    match text(raw).as_deref() {
        Some("api") => Source::Api,
        Some("mobile") => Source::Mobile,
        Some("system") => Source::System,
        Some("webhook") => Source::Webhook,
        _ => Source::Web,
    }
}

/// What was paid out, and in which currency where the event tells it.
fn paid(props: &str) -> (Option<Micros>, Option<String>) {
    let amount = find(props, "amount_cents").map(Value::from_json);
    let revenue = match amount {
        Some(Value::Number(cents, _)) => Micros::from_f64(cents / 100.0),
        _ => None,
    };
    let is_code =
        |code: &Cow<'_, str>| code.len() == 3 && code.bytes().all(|b| b.is_ascii_alphabetic());
    let currency = text(find(props, "currency")).filter(is_code);
    (revenue, currency.filter(|_| revenue.is_some()).map(|code| code.to_ascii_uppercase()))
}
