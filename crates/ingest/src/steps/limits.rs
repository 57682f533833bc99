//! Bounds: of the event as a whole, its type, its ids and its properties.

use std::borrow::Cow;

use event::{Field, Marks, Reason, json};

use super::Work;
use crate::scene::Scene;

/// The event as a whole is not too large.
pub(super) fn size(work: &mut Work<'_, '_>, scene: &Scene<'_>) -> Result<(), Reason> {
    let (bytes, limit) = (work.draft.bytes, scene.tools.limits.event_bytes);
    if bytes > limit { Err(Reason::EventTooLarge { bytes, limit }) } else { Ok(()) }
}

/// The type is there and bounded.
pub(super) fn event_type(work: &mut Work<'_, '_>, scene: &Scene<'_>) -> Result<(), Reason> {
    let field = scene.request.rules.names.event_type;
    let Some(name) = work.draft.event_type.as_deref().filter(|name| !name.is_empty()) else {
        return Err(Reason::missing(field));
    };
    if name.trim().is_empty() {
        return Err(Reason::invalid(field, "is blank"));
    }
    bounded(name, field, scene.tools.limits.event_type_chars)
}

/// Fields that identify something, and so have a limit and no control characters.
const IDS: [Field; 11] = [
    Field::UserId,
    Field::DistinctId,
    Field::DeviceId,
    Field::SessionId,
    Field::EntityType,
    Field::EntityId,
    Field::ActorId,
    Field::ActorType,
    Field::CreatorId,
    Field::BrandId,
    Field::IdempotencyKey,
];

/// Ids are bounded; where the dialect wants it they are cut instead of refused.
pub(super) fn ids(work: &mut Work<'_, '_>, scene: &Scene<'_>) -> Result<(), Reason> {
    let (rules, limit) = (scene.request.rules, scene.tools.limits.id_chars);
    if let Some(id) = &mut work.draft.event_id {
        if let Some(end) = rules.cut_ids.then(|| too_long(id, limit)).flatten() {
            *id = match id {
                Cow::Borrowed(text) => Cow::Borrowed(&text[..end]),
                Cow::Owned(text) => Cow::Owned(text[..end].to_owned()),
            };
            work.draft.marks.insert(Marks::TRUNCATED);
        }
        bounded(id, rules.names.event_id, limit)?;
    }
    for (field, text) in work.draft.fields.view().iter() {
        if !IDS.contains(&field) {
            continue;
        }
        let mut text = text;
        if let Some(end) = rules.cut_ids.then(|| too_long(text, limit)).flatten() {
            text = &text[..end];
            work.derived.set(field, text);
            work.draft.marks.insert(Marks::TRUNCATED);
        }
        bounded(text, (rules.names.text)(field), limit)?;
    }
    Ok(())
}

/// Properties are an object within its bounds.
pub(super) fn properties(work: &mut Work<'_, '_>, scene: &Scene<'_>) -> Result<(), Reason> {
    match &work.draft.properties {
        Some(raw) => json::check(raw, scene.request.rules.names.properties, &scene.tools.limits),
        None => {
            work.draft.properties = Some(Cow::Borrowed("{}"));
            Ok(())
        }
    }
}

/// Where to cut a text of more characters than `limit`.
fn too_long(text: &str, limit: usize) -> Option<usize> {
    // A text has at most as many characters as bytes, so most are never counted.
    if text.len() <= limit { None } else { text.char_indices().nth(limit).map(|(end, _)| end) }
}

fn bounded(text: &str, field: &'static str, limit: usize) -> Result<(), Reason> {
    if too_long(text, limit).is_some() {
        let chars = text.chars().count();
        return Err(Reason::TooLong { field: field.into(), chars, limit });
    }
    if text.chars().any(char::is_control) {
        return Err(Reason::invalid(field, "has control characters"));
    }
    Ok(())
}
