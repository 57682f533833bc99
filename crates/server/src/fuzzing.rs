//! What fuzz targets call: each takes any bytes, and panics when a promise of this crate is broken.
//!
//! The targets stand beside what they are for; here is what they share. Bytes that are no text or
//! no request are left alone where the product refuses them before.

use std::collections::BTreeSet;

use axum::http::{Request, request::Parts};
use event::{FieldsRef, json};
use serde_json::value::RawValue;

use crate::capture::{Parsed, wire};

pub use crate::{
    auth::fuzzing::bearer,
    capture::{
        mobile::fuzzing::mobile,
        posthog::fuzzing::{posthog, posthog_body, posthog_lz, posthog_v1},
        segment::fuzzing::segment,
        service::fuzzing::service,
        simple::fuzzing::simple,
        trackflow::fuzzing::trackflow,
        trpc::fuzzing::trpc,
    },
    decode::fuzzing::body,
    proxies::fuzzing::forwarded,
};

/// Events of a batch.
pub(crate) const EVENTS_MAX: usize = 20;

/// Whether a text is JSON by its grammar.
pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<&RawValue>(text).is_ok()
}

/// What every draft is: properties that are an object, fields of their form.
pub(crate) fn whole(raw: &str, parsed: &Parsed<'_>) {
    let Ok(draft) = parsed else { return };
    if let Some(properties) = &draft.properties {
        let is_object = properties.trim_ascii_start().starts_with('{') && is_json(properties);
        assert!(is_object, "{raw}\nhas properties {properties}");
    }
    assert!(FieldsRef::checked(draft.fields.as_bytes()).is_some(), "{raw}");
}

/// What every draft keeps: the keys of the object `from` that was sent as its properties.
pub(crate) fn keeps(raw: &str, from: &str, parsed: &Parsed<'_>) {
    let Ok(draft) = parsed else { return };
    let sent = json::entries(raw).filter(|(key, _)| wire::name(key) == from).last();
    let Some((_, sent)) = sent.filter(|(_, sent)| *sent != "null") else { return };
    let kept = draft.properties.as_deref().unwrap_or("");
    assert!(names(sent).is_subset(&names(kept)), "{sent}\nis kept as {kept}");
}

fn names(object: &str) -> BTreeSet<String> {
    json::entries(object).map(|(key, _)| wire::name(key).into_owned()).collect()
}

/// An item of a batch is what it is alone; where it is refused, for the same reason.
pub(crate) fn same(raw: &str, inside: &Parsed<'_>, alone: &Parsed<'_>) {
    match (inside, alone) {
        (Ok(inside), Ok(alone)) => {
            let (mut inside, mut alone) = (inside.clone(), alone.clone());
            // White space counts where an event is a body.
            (inside.bytes, alone.bytes) = (0, 0);
            assert_eq!(format!("{inside:?}"), format!("{alone:?}"), "{raw}");
        }
        (Err(inside), Err(alone)) => assert_eq!(inside.code(), alone.code(), "{raw}"),
        _ => panic!("{raw}\nin a batch: {inside:?}\nalone: {alone:?}"),
    }
}

/// The head of a POST, where the text is an address.
pub(crate) fn post(uri: &str) -> Option<Parts> {
    Some(Request::post(uri).body(()).ok()?.into_parts().0)
}

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

/// Every target by its name.
#[cfg(test)]
const TARGETS: &[replay::Target] = &[
    ("simple", simple),
    ("mobile", mobile),
    ("trackflow", trackflow),
    ("service", service),
    ("trpc", trpc),
    ("posthog", posthog),
    ("posthog_v1", posthog_v1),
    ("posthog_body", posthog_body),
    ("posthog_lz", posthog_lz),
    ("segment", segment),
    ("body", body),
    ("bearer", bearer),
    ("forwarded", forwarded),
];

#[cfg(test)]
mod tests {
    #[test]
    fn the_corpus_is_replayed() {
        super::replay::replay(super::TARGETS);
    }
}
