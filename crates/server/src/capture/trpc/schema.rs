//! The schema of an event, checked as zod 3 checks it: every issue, in the order of the fields.

use std::borrow::Cow;

use event::json::{entries, unescape};

use super::{
    super::wire::name,
    formats,
    issue::{Issue, What},
};

/// Where events may come from.
const SOURCES: &[&str] = &["web", "api", "mobile", "system", "webhook"];
/// What events may be about.
const ENTITY_TYPES: &[&str] = &[
    "project", "asset", "license", "creator", "brand", "user", "royalty", "payout", "post",
    "category",
];
/// UTF-16 units of an event type.
const EVENT_TYPE_MAX: usize = 100;
/// UTF-16 units of a campaign's texts.
const UTM_MAX: usize = 255;

/// Properties that events of a type must have.
const REQUIRED: &[(&str, &[&str])] = &[
    ("asset_viewed", &["view_duration_ms"]),
    ("license_signed", &["license_id"]),
    ("payout_completed", &["amount_cents", "payment_method"]),
    ("post_viewed", &["post_id"]),
    ("post_cta_clicked", &["cta_type", "cta_url"]),
];

/// The fields of one event, raw; of a key that is there twice the last counts.
#[derive(Default)]
pub(super) struct Input<'a> {
    pub(super) event_type: Option<&'a str>,
    pub(super) source: Option<&'a str>,
    pub(super) entity_id: Option<&'a str>,
    pub(super) entity_type: Option<&'a str>,
    pub(super) session_id: Option<&'a str>,
    pub(super) props: Option<&'a str>,
    pub(super) attribution: Option<&'a str>,
    pub(super) idempotency_key: Option<&'a str>,
}

impl<'a> Input<'a> {
    fn of(event: &'a str) -> Self {
        let mut input = Self::default();
        for (key, value) in entries(event) {
            let slot = match &*name(key) {
                "eventType" => &mut input.event_type,
                "source" => &mut input.source,
                "entityId" => &mut input.entity_id,
                "entityType" => &mut input.entity_type,
                "sessionId" => &mut input.session_id,
                "props" => &mut input.props,
                "attribution" => &mut input.attribution,
                "idempotencyKey" => &mut input.idempotency_key,
                _ => continue,
            };
            *slot = Some(value);
        }
        input
    }
}

/// The texts of an attribution, raw.
#[derive(Default)]
pub(super) struct Attribution<'a> {
    /// Source, medium, campaign, term, content.
    pub(super) utm: [Option<&'a str>; 5],
    pub(super) referrer: Option<&'a str>,
    pub(super) landing_page: Option<&'a str>,
}

/// The names of [`Attribution::utm`].
const UTM: [&str; 5] = ["utmSource", "utmMedium", "utmCampaign", "utmTerm", "utmContent"];

impl<'a> Attribution<'a> {
    pub(super) fn of(raw: &'a str) -> Self {
        let mut attribution = Self::default();
        for (key, value) in entries(raw) {
            let key = name(key);
            match &*key {
                "referrer" => attribution.referrer = Some(value),
                "landingPage" => attribution.landing_page = Some(value),
                key => {
                    if let Some(at) = UTM.iter().position(|name| *name == key) {
                        attribution.utm[at] = Some(value);
                    }
                }
            }
        }
        attribution
    }
}

/// The array of events of a `trackBatch`, raw; what they are is checked one by one.
pub(super) fn batch(input: Option<&str>, events_max: usize) -> Result<&str, Issue> {
    let Some(input) = input else { return Err(Issue::required("object")) };
    if !input.starts_with('{') {
        return Err(Issue::new(&[], What::Type("object", kind(input))));
    }
    let events = entries(input).filter(|(key, _)| name(key) == "events").last();
    let path = &["events"];
    match events.map(|(_, value)| value) {
        None => Err(Issue::new(path, What::Type("array", "undefined"))),
        Some(events) if !events.starts_with('[') => {
            Err(Issue::new(path, What::Type("array", kind(events))))
        }
        Some(events) => match event::json::elements(events).take(events_max + 1).count() {
            0 => Err(Issue::new(path, What::TooFew)),
            count if count > events_max => Err(Issue::new(path, What::TooMany(events_max))),
            _ => Ok(events),
        },
    }
}

/// The fields of an event, or everything that is wrong with it; the rules only where nothing else
/// is.
pub(super) fn read(event: &str) -> Result<Input<'_>, Vec<Issue>> {
    if !event.starts_with('{') {
        return Err(vec![Issue::new(&[], What::Type("object", kind(event)))]);
    }
    let input = Input::of(event);
    let mut found = Found::default();
    found.event_type(input.event_type);
    found.choice(&["source"], input.source, SOURCES);
    found.format("entityId", input.entity_id, "cuid", formats::is_cuid);
    found.choice(&["entityType"], input.entity_type, ENTITY_TYPES);
    found.format("sessionId", input.session_id, "uuid", formats::is_uuid);
    found.object("props", input.props);
    if found.object("attribution", input.attribution) {
        found.attribution(&Attribution::of(input.attribution.unwrap_or("{}")));
    }
    found.format("idempotencyKey", input.idempotency_key, "uuid", formats::is_uuid);
    // As in zod: a rule over the whole is looked at unless a field is of a wrong type.
    let has_entity = input.entity_id.is_some_and(|id| id != "\"\"");
    if !found.aborted && has_entity && input.entity_type.is_none() {
        found.custom(&[], "entityType is required when entityId is provided");
    }
    if found.issues.is_empty() {
        found.rules(&input);
    }
    if found.issues.is_empty() { Ok(input) } else { Err(found.issues) }
}

#[derive(Default)]
struct Found {
    issues: Vec<Issue>,
    /// A field has a wrong type.
    aborted: bool,
}

impl Found {
    fn add(&mut self, path: &[&'static str], what: What) {
        self.issues.push(Issue::new(path, what));
    }

    fn abort(&mut self, path: &[&'static str], what: What) {
        self.aborted = true;
        self.add(path, what);
    }

    fn custom(&mut self, path: &[&'static str], message: &str) {
        self.add(path, What::Custom(message.to_owned()));
    }

    /// The text of a field; None when it is absent, or no text, which is an issue.
    fn text<'a>(&mut self, path: &[&'static str], raw: Option<&'a str>) -> Option<Cow<'a, str>> {
        let raw = raw?;
        if !raw.starts_with('"') {
            self.abort(path, What::Type("string", kind(raw)));
            return None;
        }
        let text = unescape(raw);
        if text.is_none() {
            let field = path.join(".");
            let message = format!("{field} has a \\u escape that is half of a surrogate pair");
            self.custom(path, &message);
        }
        text
    }

    fn event_type(&mut self, raw: Option<&str>) {
        let path = &["eventType"];
        if raw.is_none() {
            return self.abort(path, What::Type("string", "undefined"));
        }
        match self.text(path, raw) {
            Some(text) if text.is_empty() => self.add(path, What::Empty),
            Some(text) => self.at_most(path, &text, EVENT_TYPE_MAX),
            None => {}
        }
    }

    fn at_most(&mut self, path: &[&'static str], text: &str, limit: usize) {
        // A text has at most as many UTF-16 units as bytes.
        if text.len() > limit && text.encode_utf16().count() > limit {
            self.add(path, What::TooLong(limit));
        }
    }

    fn choice(
        &mut self,
        path: &[&'static str],
        raw: Option<&str>,
        choices: &'static [&'static str],
    ) {
        let Some(raw) = raw else { return };
        if !raw.starts_with('"') {
            return self.abort(path, What::NoChoice(choices, kind(raw)));
        }
        let is_one = unescape(raw).is_some_and(|text| choices.contains(&&*text));
        if !is_one {
            self.abort(path, What::Choice(choices, raw.to_owned()));
        }
    }

    fn format(
        &mut self,
        field: &'static str,
        raw: Option<&str>,
        format: &'static str,
        is: fn(&str) -> bool,
    ) {
        if let Some(text) = self.text(&[field], raw)
            && !is(&text)
        {
            self.add(&[field], What::Format(format));
        }
    }

    /// Whether it is there, and an object.
    fn object(&mut self, field: &'static str, raw: Option<&str>) -> bool {
        match raw {
            None => false,
            Some(raw) if raw.starts_with('{') => true,
            Some(raw) => {
                self.abort(&[field], What::Type("object", kind(raw)));
                false
            }
        }
    }

    fn attribution(&mut self, attribution: &Attribution<'_>) {
        for (field, raw) in UTM.into_iter().zip(attribution.utm) {
            let path = &["attribution", field];
            if let Some(text) = self.text(path, raw) {
                self.at_most(path, &text, UTM_MAX);
            }
        }
        let urls = [("referrer", attribution.referrer), ("landingPage", attribution.landing_page)];
        for (field, raw) in urls {
            let path = &["attribution", field];
            match raw {
                Some(raw) if !raw.starts_with('"') => {
                    self.abort(path, What::NeitherUrl(kind(raw), raw.to_owned()));
                }
                raw => {
                    let text = self.text(path, raw);
                    if text.is_some_and(|text| !text.is_empty() && !formats::is_url(&text)) {
                        self.add(path, What::Format("url"));
                    }
                }
            }
        }
    }

    /// What events of some types must have.
    fn rules(&mut self, input: &Input<'_>) {
        let event_type = input.event_type.and_then(unescape).unwrap_or_default();
        let Some((_, required)) = REQUIRED.iter().find(|(name, _)| *name == event_type) else {
            return;
        };
        for prop in *required {
            let is_there =
                input.props.is_some_and(|props| entries(props).any(|(key, _)| name(key) == *prop));
            if !is_there {
                let message = format!("{event_type} requires props.{prop}");
                self.custom(&["props", prop], &message);
            }
        }
    }
}

/// What zod calls the type of a raw value.
fn kind(raw: &str) -> &'static str {
    match raw.as_bytes().first() {
        Some(b'{') => "object",
        Some(b'[') => "array",
        Some(b'"') => "string",
        Some(b't' | b'f') => "boolean",
        Some(b'n') => "null",
        _ => "number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The client libraries have the same lists, and are tested with the same file.
    #[test]
    fn the_vocabulary_is_the_one_clients_have() {
        let text = include_str!("../../../../../testdata/wire/trpc-vocabulary.json");
        let required: serde_json::Map<_, _> = REQUIRED
            .iter()
            .map(|(event_type, props)| ((*event_type).to_owned(), serde_json::json!(props)))
            .collect();
        let ours = serde_json::json!({
            "sources": SOURCES,
            "entityTypes": ENTITY_TYPES,
            "requiredProps": required,
            "lengths": {"eventType": EVENT_TYPE_MAX, "utm": UTM_MAX},
        });
        assert_eq!(ours, serde_json::from_str::<serde_json::Value>(text).unwrap());
    }
}
