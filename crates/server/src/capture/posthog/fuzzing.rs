//! A fuzz target: PostHog's shapes.

use std::sync::Arc;

use axum::http::{HeaderValue, header};
use event::Timestamp;
use tokio::sync::Semaphore;

use super::{
    Bounds, Context, Envelope, context, decode, item, lz,
    parse::{alone, read},
    v1,
};
use crate::{
    capture::Parsed,
    fuzzing::{EVENTS_MAX, is_json, post, whole},
};

const NOW: Timestamp = Timestamp(1_790_857_800_000);
const BYTES_MAX: usize = 64 * 1024;

/// A body without packing, on three routes.
pub fn posthog(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(envelope) = Envelope::of(text, EVENTS_MAX) else { return };
    assert!((1..=EVENTS_MAX).contains(&envelope.items.len()), "{text}");
    for uri in ["/e/", "/engage?ip=0&sent_at=1790857800000", "/s/"] {
        let Some(parts) = post(uri) else { return };
        let context = context(None, &parts, &envelope);
        for raw in &envelope.items {
            let parsed = read(raw, &context);
            whole(raw, &parsed);
            if context.refused.is_none() {
                kept_alone(raw, &parsed, &context);
            }
        }
    }
}

/// An event that is kept alone says what its request said about it.
fn kept_alone(raw: &str, parsed: &Parsed<'_>, context: &Context<'_>) {
    let alone = alone(raw, context, NOW);
    assert!(is_json(&alone), "{raw}\nalone is {alone}");
    let again = item(&alone);
    match (parsed, &again) {
        (Ok(first), Ok(again)) => {
            assert_eq!(first.event_type, again.event_type, "{raw}\nalone is {alone}");
            assert_eq!(first.event_id, again.event_id, "{raw}\nalone is {alone}");
            let (first, again) = (first.fields.as_bytes(), again.fields.as_bytes());
            assert_eq!(first, again, "{raw}\nalone is {alone}");
        }
        (Err(first), Err(again)) => assert_eq!(first.code(), again.code(), "{raw}\n{alone}"),
        _ => panic!("{raw}\nis {parsed:?}\nand alone {alone}\nis {again:?}"),
    }
}

/// A body of capture v1.
pub fn posthog_v1(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok((items, uuids)) = v1::batch(text, EVENTS_MAX) else { return };
    assert!(items.len() == uuids.len() && (1..=EVENTS_MAX).contains(&items.len()), "{text}");
    for raw in &items {
        assert!(is_json(raw), "{text}\nin the older form is {raw}");
        let _ = v1::wrong(raw);
        let parsed = read(raw, &Context::default());
        whole(raw, &parsed);
        kept_alone(raw, &parsed, &Context::default());
    }
}

/// All packings: the first byte says what query and headers do, the rest is the body.
pub fn posthog_body(data: &[u8]) {
    let Some((flags, body)) = data.split_first() else { return };
    let uri = ["/e/", "/e/?compression=lz64", "/e/?compression=gzip-js", "/e/?compression=base64"];
    let Some(mut parts) = post(uri[usize::from(flags & 3)]) else { return };
    if flags & 4 != 0 {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        parts.headers.insert(header::CONTENT_TYPE, form);
    }
    let hint = (flags & 8 != 0).then_some("lz64");
    let budget = Arc::new(Semaphore::new(1_024));
    let bounds = Bounds { bytes_max: BYTES_MAX, budget: &budget };
    if let Ok(unpacked) = decode::text(&parts, body, hint, &bounds) {
        let bytes = unpacked.text.len();
        assert!(bytes <= BYTES_MAX.max(body.len()), "{} bytes became {bytes}", body.len());
    }
    assert_eq!(budget.available_permits(), 1_024, "a share was not given back");
}

/// lz-string alone.
pub fn posthog_lz(data: &[u8]) {
    let Ok(text) = lz::unpack(data, BYTES_MAX) else { return };
    assert!(text.encode_utf16().count() <= BYTES_MAX);
}
