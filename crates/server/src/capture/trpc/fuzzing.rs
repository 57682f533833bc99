//! A fuzz target: calls over tRPC.

use std::borrow::Cow;

use axum::http::Method;
use event::json::elements;

use super::{
    BATCH_EVENTS_MAX, Part,
    call::{Calls, Procedure},
    input, item, part, schema,
};
use crate::fuzzing::{EVENTS_MAX, is_json, keeps, post, whole};

/// A request: the path with its query in the first line, the body in what follows. A path that
/// begins with `GET ` is asked by that.
pub fn trpc(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (uri, body) = text.split_once('\n').unwrap_or((text, ""));
    let (is_get, uri) = uri.strip_prefix("GET ").map_or((false, uri), |uri| (true, uri));
    let Some(mut parts) = post(uri) else { return };
    if is_get {
        parts.method = Method::GET;
    }
    let Ok(calls) = Calls::read(&parts, body, false, EVENTS_MAX) else { return };
    assert!((1..=EVENTS_MAX).contains(&calls.items.len()), "{text}");
    assert!(calls.is_batch || calls.items.len() == 1, "{text}");
    for call in &calls.items {
        if let Some(raw) = &call.input {
            assert!(is_json(raw), "the input {raw} of {text}");
            unpacked(raw);
        }
        let Part::Events(events) = part(call) else { continue };
        assert!(matches!(call.procedure, Ok(Procedure::Track | Procedure::TrackBatch)));
        assert!(events.len() <= BATCH_EVENTS_MAX, "{text}");
        for raw in events {
            let parsed = item(raw);
            whole(raw, &parsed);
            keeps(raw, "props", &parsed);
            assert_eq!(parsed.is_ok(), schema::read(raw).is_ok_and(|_| parsed.is_ok()), "{raw}");
        }
    }
}

/// What is packed once more comes out the same, whoever owns the text.
fn unpacked(raw: &str) {
    let packed = format!("{{\"json\":{raw}}}");
    let (plain, is_packed) = input::unpack(Cow::Borrowed(&packed));
    assert!(is_packed && plain.as_deref() == Some(raw), "{packed}");
    let borrowed = input::unpack(Cow::Borrowed(raw));
    let owned = input::unpack(Cow::Owned(raw.to_owned()));
    assert_eq!(borrowed, owned, "{raw}");
    if let Some(plain) = borrowed.0 {
        assert!(is_json(&plain), "{raw}\nis unpacked as {plain}");
        assert!(elements(&plain).count() <= plain.len());
    }
}
