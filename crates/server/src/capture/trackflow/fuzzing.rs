//! A fuzz target: the browser tracker.

use event::json::elements;

use super::{item, parse};
use crate::fuzzing::{EVENTS_MAX, same, whole};

/// A batch.
pub fn trackflow(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let is_ours = parse::is_ours(data);
    let Ok(batch) = parse::batch(text, EVENTS_MAX) else { return };
    assert!(is_ours, "{text} is read and is not ours");
    assert!((1..=EVENTS_MAX).contains(&batch.items.len()), "{text}");
    let mut nameless = 0;
    for (raw, inside) in elements(batch.raw).zip(&batch.items) {
        whole(raw, inside);
        let (tenant, alone) = parse::item(raw);
        // Only tenants that differ are told by the whole batch alone.
        if tenant.is_none() || tenant == batch.tenant {
            same(raw, inside, &alone);
        }
        nameless += usize::from(tenant.is_none() && alone.is_ok());
        same(raw, &alone, &item(raw));
    }
    assert!(nameless <= batch.nameless.len(), "{text}");
}
