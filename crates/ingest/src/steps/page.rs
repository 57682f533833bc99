//! The page, its campaign, and where the visitor came from.

use std::borrow::Cow;

use event::{Dialect, Field, Reason, Value, json};

use super::Work;
use crate::{
    referrer::{Came, source},
    scene::Scene,
    url::Address,
};

/// Parameters of a page's address that tell its campaign.
const CAMPAIGN: [(Field, &str); 5] = [
    (Field::UtmSource, "utm_source"),
    (Field::UtmMedium, "utm_medium"),
    (Field::UtmCampaign, "utm_campaign"),
    (Field::UtmTerm, "utm_term"),
    (Field::UtmContent, "utm_content"),
];

/// Takes the address of the page apart and groups the referrer.
pub(super) fn page(work: &mut Work<'_, '_>, scene: &Scene<'_>) -> Result<(), Reason> {
    let Work { draft, derived, .. } = work;
    let fields = draft.fields.view();
    let has = |field| fields.get(field).is_some_and(|text| !text.is_empty());
    let own = fields.get(Field::PageUrl).filter(|text| !text.is_empty()).map(Cow::Borrowed);
    let in_properties = |dialect| {
        matches!(dialect, Dialect::Simple | Dialect::Mobile | Dialect::Trpc)
            && !has(Field::PagePath)
    };
    let url = match own {
        None if in_properties(scene.request.dialect) => draft.properties.as_deref().and_then(named),
        own => own,
    };
    let referrer = fields.get(Field::Referrer).filter(|text| !text.is_empty());
    if url.is_none() && referrer.is_none() {
        return Ok(());
    }
    let address = url.as_deref().map(Address::of).unwrap_or_default();
    if let Some(host) = &address.host {
        if !has(Field::PageUrl) {
            derived.set(Field::PageUrl, url.as_deref().unwrap_or_default().trim());
        }
        if !has(Field::PageHost) {
            derived.set(Field::PageHost, host);
        }
    }
    if !has(Field::PagePath) && !address.path.is_empty() {
        derived.set(Field::PagePath, address.path);
    }
    if !address.query.is_empty() {
        for (field, name) in CAMPAIGN {
            if !has(field)
                && let Some(value) = address.parameter(name)
            {
                derived.set(field, &value);
            }
        }
    }
    if !has(Field::ReferrerSource) {
        let came = Came {
            referrer,
            host: derived.get(fields, Field::PageHost),
            query: address.query,
            medium: derived.get(fields, Field::UtmMedium),
        };
        let source = source(&came);
        // Only browsers tell of every referrer there is: from others none means nothing.
        if source != "direct" || referrer.is_some() || scene.request.rules.browser {
            derived.set(Field::ReferrerSource, source);
        }
    }
    Ok(())
}

/// The page among the properties, by the first of these names it has.
fn named(properties: &str) -> Option<Cow<'_, str>> {
    const NAMES: [&str; 3] = [r#""$current_url""#, r#""url""#, r#""page""#];
    let mut found: [Option<&str>; 3] = [None; 3];
    for (key, value) in json::entries(properties) {
        if let Some(at) = NAMES.iter().position(|name| *name == key) {
            found[at] = Some(value);
        }
    }
    found.into_iter().flatten().find_map(|raw| match Value::from_json(raw) {
        Value::Text(text) if !text.trim().is_empty() => Some(text),
        _ => None,
    })
}
