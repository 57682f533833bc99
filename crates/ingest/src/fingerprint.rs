//! The same happening, sent twice without an id of its own.
//!
//! What makes it the same: type, user, entity, session, and the time to the nearest second. The id
//! of such an event is made of its receipt and a keyed hash of these, so that the id of the first
//! one is known wherever its receipt is.

use event::{Field, Timestamp};

use crate::Draft;

/// Stands for the user where nobody is logged in.
const NOBODY: &str = "anonymous";

/// The bytes a fingerprint is a hash of; `at` is the time of the event.
pub(crate) fn parts(draft: &Draft<'_>, at: Timestamp) -> Vec<u8> {
    let text = |field| draft.fields.get(field).filter(|text| !text.is_empty());
    let parts = [
        draft.event_type.as_deref().unwrap_or_default(),
        text(Field::UserId).unwrap_or(NOBODY),
        text(Field::EntityType).unwrap_or_default(),
        text(Field::EntityId).unwrap_or_default(),
        text(Field::SessionId).unwrap_or_default(),
    ];
    let bytes: usize = parts.iter().map(|part| part.len() + 4).sum();
    let mut out = Vec::with_capacity(bytes + 8);
    for part in parts {
        out.extend_from_slice(&(part.len() as u32).to_le_bytes());
        out.extend_from_slice(part.as_bytes());
    }
    out.extend_from_slice(&at.0.saturating_add(500).div_euclid(1_000).to_le_bytes());
    out
}

#[cfg(test)]
mod tests {
    use event::Fields;

    use super::*;

    fn of(event_type: &str, fields: &[(Field, &str)], at: i64) -> Vec<u8> {
        let mut all = Fields::new();
        fields.iter().for_each(|(field, text)| all.set(*field, text));
        let event_type = Some(event_type.to_owned().into());
        parts(&Draft { event_type, fields: all, ..Draft::default() }, Timestamp(at))
    }

    #[test]
    fn what_differs_is_not_the_same() {
        let session = [(Field::SessionId, "s")];
        let one = of("a", &session, 10_400);
        assert_eq!(of("a", &session, 9_500), one, "the nearest second");
        assert_eq!(of("a", &[(Field::UserId, "anonymous"), session[0]], 10_000), one);
        assert_ne!(of("a", &session, 10_500), one);
        assert_ne!(of("b", &session, 10_400), one);
        assert_ne!(of("a", &[(Field::UserId, "s")], 10_400), one);
        assert_ne!(of("a", &[(Field::EntityId, "s")], 10_400), one);
        assert_ne!(
            of("a", &[(Field::EntityType, "x"), (Field::EntityId, "yz")], 0),
            of("a", &[(Field::EntityType, "xy"), (Field::EntityId, "z")], 0)
        );
    }
}
