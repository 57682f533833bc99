//! What the context of a call says about the fields of its event. The context of the batch stands
//! in for what the call's own does not have.

use std::borrow::Cow;

use event::{
    Field, Fields, Source,
    json::{entries, find, unescape},
};
use ingest::Withheld;

/// The context of a call over that of its batch: raw JSON objects.
#[derive(Clone, Copy, Default)]
pub(super) struct Context<'a> {
    pub(super) own: Option<&'a str>,
    pub(super) shared: Option<&'a str>,
}

impl<'a> Context<'a> {
    /// The raw value at a path.
    pub(super) fn find(&self, path: &str) -> Option<&'a str> {
        let head = path.split('.').next().unwrap_or(path);
        // What a call says itself replaces the whole of that name.
        match self.own.and_then(|own| find(own, head)) {
            Some(_) => self.own.and_then(|own| find(own, path)),
            None => self.shared.and_then(|shared| find(shared, path)),
        }
    }

    /// The text or number at a path; None where it is empty.
    pub(super) fn text(&self, path: &str) -> Option<Cow<'a, str>> {
        text_of(self.find(path)?)
    }

    /// Both in one raw object; None where there is neither.
    pub(super) fn merged(&self) -> Option<Cow<'a, str>> {
        match (self.own, self.shared) {
            (own, None) => own.map(Cow::Borrowed),
            (None, shared) => shared.map(Cow::Borrowed),
            (Some(own), Some(shared)) => {
                let missing = entries(shared).filter(|(key, _)| {
                    unescape(key).is_none_or(|name| !entries(own).any(|(own, _)| same(own, &name)))
                });
                let all = entries(own).chain(missing).map(|(key, value)| format!("{key}:{value}"));
                Some(Cow::Owned(format!("{{{}}}", all.collect::<Vec<_>>().join(","))))
            }
        }
    }

    /// Sets the fields that the context tells; `own` of the call win over it. `page` and `track`
    /// calls name some of them among their properties as well.
    pub(super) fn set_fields(&self, fields: &mut Fields, properties: &str) {
        let named = |name: &str| find(properties, name).and_then(text_of);
        let set = |fields: &mut Fields, field: Field, text: Option<Cow<'_, str>>| {
            fields.set_some(field, text.as_deref());
        };
        for (field, path) in [
            (Field::SessionId, "sessionId"),
            (Field::Platform, "app.platform"),
            (Field::AppVersion, "app.version"),
            (Field::Os, "os.name"),
            (Field::OsVersion, "os.version"),
        ] {
            set(fields, field, self.text(path));
        }
        let platform = ["app.name", "library.name"].iter().find_map(|path| self.text(path));
        if fields.get(Field::Platform).is_none() {
            set(fields, Field::Platform, platform);
        }
        let device = self.text("device.type").map(|kind| match &*kind {
            "ios" | "iOS" | "android" | "Android" => Cow::Borrowed("mobile"),
            _ => kind,
        });
        set(fields, Field::DeviceType, device);
        for (field, path, name) in [
            (Field::PageUrl, "page.url", "url"),
            (Field::PagePath, "page.path", "path"),
            (Field::PageTitle, "page.title", "title"),
            (Field::Referrer, "page.referrer", "referrer"),
        ] {
            set(fields, field, self.text(path).or_else(|| named(name)));
        }
        for (field, path) in [
            (Field::UtmSource, "campaign.source"),
            (Field::UtmMedium, "campaign.medium"),
            (Field::UtmCampaign, "campaign.name"),
            (Field::UtmTerm, "campaign.term"),
            (Field::UtmContent, "campaign.content"),
            (Field::Ip, "ip"),
        ] {
            set(fields, field, self.text(path));
        }
    }

    /// The kind of sender: by its library, else by its channel; None when neither is told.
    pub(super) fn source(&self, channel: Option<&str>) -> Option<Source> {
        match self.text("library.name") {
            Some(library) => Some(source_of(&library)),
            None => match text_of(channel.or_else(|| self.find("channel"))?)?.as_ref() {
                "browser" | "web" => Some(Source::Web),
                "mobile" => Some(Source::Mobile),
                "server" => Some(Source::Server),
                _ => None,
            },
        }
    }

    /// What the connection says nothing about: all, when it is that of a server of the sender.
    pub(super) fn withheld(source: Option<Source>) -> Withheld {
        if source == Some(Source::Server) { Withheld::ALL } else { Withheld::default() }
    }
}

fn same(raw_key: &str, name: &str) -> bool {
    unescape(raw_key).is_some_and(|key| key == name)
}

fn source_of(library: &str) -> Source {
    let library = library.to_ascii_lowercase();
    let mut words = library.split(|c: char| !c.is_ascii_alphanumeric());
    let mobile = ["android", "ios", "swift", "kotlin", "flutter", "native"];
    let web = ["js", "next", "javascript", "browser", "web"];
    if words.clone().any(|word| mobile.contains(&word)) {
        Source::Mobile
    } else if words.clone().all(|word| word != "node") && words.any(|word| web.contains(&word)) {
        Source::Web
    } else {
        Source::Server
    }
}

/// A raw JSON text or number as a text; None for others, and for an empty one.
pub(super) fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    match raw.as_bytes().first()? {
        b'"' => unescape(raw).filter(|text| !text.is_empty()),
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(raw)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_tells_the_kind_of_sender() {
        for (library, expected) in [
            ("analytics.js", Source::Web),
            ("@segment/analytics-next", Source::Web),
            ("RudderLabs JavaScript SDK", Source::Web),
            ("analytics-ios", Source::Mobile),
            ("analytics-kotlin", Source::Mobile),
            ("@segment/analytics-react-native", Source::Mobile),
            ("com.rudderstack.android.sdk.core", Source::Mobile),
            ("@segment/analytics-node", Source::Server),
            ("analytics-node", Source::Server),
            ("analytics-python", Source::Server),
        ] {
            assert_eq!(source_of(library), expected, "{library}");
        }
    }

    #[test]
    fn a_call_says_more_than_its_batch() {
        let context = Context {
            own: Some(r#"{"device":{"id":"d"},"ip":"1.1.1.1"}"#),
            shared: Some(r#"{"ip":"2.2.2.2","device":{"type":"ios"},"app":{"version":2}}"#),
        };
        assert_eq!(context.text("ip").as_deref(), Some("1.1.1.1"));
        assert_eq!(context.text("app.version").as_deref(), Some("2"));
        assert_eq!(context.text("device.type"), None);
        let merged = r#"{"device":{"id":"d"},"ip":"1.1.1.1","app":{"version":2}}"#;
        assert_eq!(context.merged().as_deref(), Some(merged));
        assert_eq!(Context::default().merged(), None);
    }
}
