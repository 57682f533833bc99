//! What the properties of an event say about its fields. Nothing in here refuses an event:
//! properties are the client's own, and one of a strange type is only a property.

use std::borrow::Cow;

use event::{Field, Fields, Micros, Source, json::entries};
use ingest::Withheld;

use super::{
    super::wire,
    envelope::{is_true, text_of},
};

/// Raw values of the properties that mean something to us.
#[derive(Default)]
pub(super) struct Facts<'a> {
    /// In the order of the properties.
    fields: Vec<(Field, &'a str)>,
    pub(super) distinct_id: Option<&'a str>,
    pub(super) user_id: Option<&'a str>,
    pub(super) is_identified: Option<&'a str>,
    pub(super) user_agent: Option<&'a str>,
    pub(super) set: Option<&'a str>,
    pub(super) set_once: Option<&'a str>,
    pub(super) ignore_sent_at: Option<&'a str>,
    pub(super) has_key: bool,
    process_person: Option<&'a str>,
    cookieless: Option<&'a str>,
    geoip_disable: Option<&'a str>,
    is_server: Option<&'a str>,
    revenue: Option<&'a str>,
}

/// The distinct id of all visitors that are not to be told apart.
const COOKIELESS: &str = "$posthog_cookieless";

impl<'a> Facts<'a> {
    /// Walks over the properties once. `is_key` knows the key of the request.
    pub(super) fn of(properties: &'a str, is_key: impl Fn((&str, &str)) -> bool) -> Self {
        let mut facts = Self::default();
        for (key, value) in entries(properties) {
            facts.take(&wire::name(key), value);
            facts.has_key |= is_key((key, value));
        }
        // Of two equal ones the last counts, and they are set fastest in order.
        facts.fields.sort_by_key(|(field, _)| field.code());
        facts
    }

    fn take(&mut self, name: &str, value: &'a str) {
        let slot = match name {
            "distinct_id" | "$distinct_id" => &mut self.distinct_id,
            "$user_id" => &mut self.user_id,
            "$is_identified" => &mut self.is_identified,
            "$raw_user_agent" => &mut self.user_agent,
            "$set" => &mut self.set,
            "$set_once" => &mut self.set_once,
            "$ignore_sent_at" => &mut self.ignore_sent_at,
            "$process_person_profile" => &mut self.process_person,
            "$cookieless_mode" => &mut self.cookieless,
            "$geoip_disable" => &mut self.geoip_disable,
            "$is_server" => &mut self.is_server,
            "$revenue" => &mut self.revenue,
            name => return self.fields.extend(field(name).map(|field| (field, value))),
        };
        *slot = Some(value);
    }

    /// Whether the event belongs to no person.
    pub(super) fn is_personless(&self, event_type: Option<&str>, distinct_id: &str) -> bool {
        event_type == Some("$groupidentify")
            || distinct_id == COOKIELESS
            || (matches!(self.process_person, Some("false" | "\"false\"")) && !self.is_visitor())
            || is_true(self.cookieless)
    }

    /// Whether the sender is a page or an app, whose every distinct id is a visitor: its library says
    /// that it wants no profile of all who are not identified yet. A server makes an id up for such
    /// an event, which is nobody's.
    fn is_visitor(&self) -> bool {
        matches!(self.source(), Some(Source::Web | Source::Mobile))
    }

    /// Money, where it is a number or the text of one.
    pub(super) fn revenue(&self) -> Option<Micros> {
        Micros::from_f64(text_of(self.revenue?)?.parse().ok()?)
    }

    /// Sets the fields that are texts or numbers; ids are cut.
    pub(super) fn set_fields(&self, fields: &mut Fields) {
        for &(field, raw) in &self.fields {
            let Some(text) = text_of(raw) else { continue };
            match field {
                // There was no page before, or it is not known.
                Field::Referrer if text.starts_with('$') => {}
                Field::Currency if self.revenue.is_none() => {}
                Field::DeviceId | Field::SessionId => fields.set(field, cut(&text)),
                _ => fields.set(field, &text),
            }
        }
        let first = self.set_once.into_iter().flat_map(entries);
        let mut first = first.filter(|(key, _)| *key == "\"$initial_current_url\"");
        if fields.get(Field::LandingPage).is_none()
            && let Some(url) = first.next().and_then(|(_, value)| text_of(value))
        {
            fields.set(Field::LandingPage, &url);
        }
    }

    /// The kind of sender, by its library; None when no library is named.
    pub(super) fn source(&self) -> Option<Source> {
        let lib = self.fields.iter().rfind(|(field, _)| *field == Field::Platform);
        let lib = lib.and_then(|(_, raw)| text_of(raw))?;
        Some(match &*lib {
            "web" | "js" | "posthog-js" | "posthog-js-lite" => Source::Web,
            "posthog-ios" | "posthog-android" | "posthog-react-native" | "posthog-flutter" => {
                Source::Mobile
            }
            _ => Source::Server,
        })
    }

    /// What the connection says nothing about.
    pub(super) fn withheld(&self, source: Option<Source>) -> Withheld {
        if source == Some(Source::Server) || is_true(self.is_server) {
            return Withheld::ALL;
        }
        let disabled = is_true(self.geoip_disable);
        Withheld { ip: false, geo: disabled, user_agent: disabled }
    }
}

/// The field a property is.
fn field(name: &str) -> Option<Field> {
    Some(match name {
        "$device_id" => Field::DeviceId,
        "$session_id" => Field::SessionId,
        "$lib" => Field::Platform,
        "$app_version" => Field::AppVersion,
        "$os" => Field::Os,
        "$os_version" => Field::OsVersion,
        "$browser" => Field::Browser,
        "$browser_version" => Field::BrowserVersion,
        "$device_type" => Field::DeviceType,
        "$current_url" => Field::PageUrl,
        "$pathname" => Field::PagePath,
        "$host" => Field::PageHost,
        "title" | "$title" => Field::PageTitle,
        "$referrer" => Field::Referrer,
        "$utm_source" | "utm_source" => Field::UtmSource,
        "$utm_medium" | "utm_medium" => Field::UtmMedium,
        "$utm_campaign" | "utm_campaign" => Field::UtmCampaign,
        "$utm_term" | "utm_term" => Field::UtmTerm,
        "$utm_content" | "utm_content" => Field::UtmContent,
        "$initial_current_url" => Field::LandingPage,
        "$ip" => Field::Ip,
        "$currency" | "currency" => Field::Currency,
        _ => return None,
    })
}

/// Characters of an id that count.
const ID_CHARS_MAX: usize = 200;

/// An id without what is beyond its limit.
pub(super) fn cut(id: &str) -> &str {
    // A text has at most as many characters as bytes, so most are never counted.
    if id.len() <= ID_CHARS_MAX {
        return id;
    }
    id.char_indices().nth(ID_CHARS_MAX).map_or(id, |(at, _)| &id[..at])
}

/// An id: a text, or the JSON of anything else; none where it is null or empty.
pub(super) fn id(raw: Option<&str>) -> Option<Cow<'_, str>> {
    match wire::present(raw)? {
        text if text.starts_with('"') => text_of(text),
        other => Some(Cow::Borrowed(other)),
    }
}
