//! The text fields of an event, kept in one buffer.
//!
//! Most events carry a handful of some three dozen possible fields. One buffer of
//! `code, length, bytes` in ascending order of code costs one allocation, is the stored form
//! already, and is found by a short scan.

use std::fmt;

use crate::event::coded;

coded! {
    /// A text field of the canonical event. The code is stored; never reuse one.
    Field {
        /// The explicit user id the event carries.
        UserId = 1 "user_id",
        /// The identifier the event counts for; aliases turn it into a person.
        DistinctId = 2 "distinct_id",
        /// The device.
        DeviceId = 3 "device_id",
        /// The session.
        SessionId = 4 "session_id",
        /// Library or platform of the sender.
        Platform = 5 "platform",
        /// Version of the sending app.
        AppVersion = 6 "app_version",
        /// Operating system.
        Os = 7 "os",
        /// Its version.
        OsVersion = 8 "os_version",
        /// Browser.
        Browser = 9 "browser",
        /// Its version.
        BrowserVersion = 10 "browser_version",
        /// desktop, mobile, tablet ..
        DeviceType = 11 "device_type",
        /// Full address of the page.
        PageUrl = 12 "page_url",
        /// Its path.
        PagePath = 13 "page_path",
        /// Its host.
        PageHost = 14 "page_host",
        /// Its title.
        PageTitle = 15 "page_title",
        /// Where the visitor came from.
        Referrer = 16 "referrer",
        /// The same as a group: search, social ..
        ReferrerSource = 17 "referrer_source",
        /// Campaign source.
        UtmSource = 18 "utm_source",
        /// Campaign medium.
        UtmMedium = 19 "utm_medium",
        /// Campaign name.
        UtmCampaign = 20 "utm_campaign",
        /// Campaign term.
        UtmTerm = 21 "utm_term",
        /// Campaign content.
        UtmContent = 22 "utm_content",
        /// First page of the visit.
        LandingPage = 23 "landing_page",
        /// Address of the sender, as the tenant's privacy setting allows.
        Ip = 24 "ip",
        /// ISO 3166 country.
        Country = 25 "country",
        /// Region.
        Region = 26 "region",
        /// City.
        City = 27 "city",
        /// Type of the entity the event is about.
        EntityType = 28 "entity_type",
        /// Its id.
        EntityId = 29 "entity_id",
        /// Who acted.
        ActorId = 30 "actor_id",
        /// As what.
        ActorType = 31 "actor_type",
        /// Creator the actor belongs to.
        CreatorId = 32 "creator_id",
        /// Brand the actor belongs to.
        BrandId = 33 "brand_id",
        /// Version of the sender's schema.
        SchemaVersion = 34 "schema_version",
        /// ISO 4217 currency of `revenue`.
        Currency = 35 "currency",
        /// A second key for finding duplicates.
        IdempotencyKey = 36 "idempotency_key",
    }
}

impl Field {
    /// The field of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.as_str() == name)
    }
}

/// Text fields of one event, ascending by code; a field is there at most once.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields {
    bytes: Vec<u8>,
    last: u8,
}

/// A borrowed [`Fields`].
#[derive(Clone, Copy)]
pub struct FieldsRef<'a>(&'a [u8]);

impl Fields {
    /// No field.
    pub fn new() -> Self {
        Self::default()
    }

    /// No field, with room for `bytes` of text and headers.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), last: 0 }
    }

    /// Sets a field; fast when called in ascending order of code.
    pub fn set(&mut self, field: Field, text: &str) {
        if field.code() > self.last {
            push(&mut self.bytes, field, text);
            self.last = field.code();
            return;
        }
        let old = std::mem::take(&mut self.bytes);
        let mut placed = false;
        for (code, bytes) in Walk(&old) {
            if !placed && code >= field.code() {
                push(&mut self.bytes, field, text);
                placed = true;
            }
            if code != field.code() {
                push_raw(&mut self.bytes, code, bytes);
            }
        }
    }

    /// Sets a field when there is a text.
    pub fn set_some(&mut self, field: Field, text: Option<&str>) {
        if let Some(text) = text {
            self.set(field, text);
        }
    }

    /// The text of a field; an empty text is not a missing one.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.view().get(field)
    }

    /// The stored form.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A borrowed view.
    pub fn view(&self) -> FieldsRef<'_> {
        FieldsRef(&self.bytes)
    }
}

impl<'a> FieldsRef<'a> {
    /// A view of bytes made by [`Fields::as_bytes`]; None when they are not of that form.
    pub fn checked(bytes: &'a [u8]) -> Option<Self> {
        let mut last = 0;
        let mut seen = 0;
        for (code, text) in Walk(bytes) {
            if code <= last || std::str::from_utf8(text).is_err() {
                return None;
            }
            last = code;
            seen += 1 + length_bytes(text.len()) + text.len();
        }
        (seen == bytes.len()).then_some(Self(bytes))
    }

    /// The stored form.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// A view of bytes that were checked before.
    pub fn trusted(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The text of a field.
    pub fn get(&self, field: Field) -> Option<&'a str> {
        let (code, text) = Walk(self.0).find(|(code, _)| *code >= field.code())?;
        if code == field.code() { std::str::from_utf8(text).ok() } else { None }
    }

    /// All known fields with their texts, ascending by code.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &'a str)> + use<'a> {
        Walk(self.0).filter_map(|(code, text)| {
            Some((Field::from_code(code)?, std::str::from_utf8(text).ok()?))
        })
    }

    /// An owned copy.
    pub fn to_fields(&self) -> Fields {
        let last = Walk(self.0).last().map_or(0, |(code, _)| code);
        Fields { bytes: self.0.to_vec(), last }
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.view().iter().map(|(k, v)| (k.as_str(), v))).finish()
    }
}

fn push(out: &mut Vec<u8>, field: Field, text: &str) {
    push_raw(out, field.code(), text.as_bytes());
}

/// Code, length (one byte below 255, else 255 and four bytes), bytes.
fn push_raw(out: &mut Vec<u8>, code: u8, text: &[u8]) {
    out.push(code);
    match u8::try_from(text.len()) {
        Ok(short) if short < u8::MAX => out.push(short),
        _ => {
            out.push(u8::MAX);
            out.extend_from_slice(&(text.len() as u32).to_le_bytes());
        }
    }
    out.extend_from_slice(text);
}

fn length_bytes(len: usize) -> usize {
    if len < usize::from(u8::MAX) { 1 } else { 5 }
}

/// Walks the buffer; stops early where it is not of the form.
struct Walk<'a>(&'a [u8]);

impl<'a> Iterator for Walk<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (&code, rest) = self.0.split_first()?;
        let (&short, rest) = rest.split_first()?;
        let (len, rest) = if short == u8::MAX {
            let (len, rest) = rest.split_first_chunk::<4>()?;
            (u32::from_le_bytes(*len) as usize, rest)
        } else {
            (usize::from(short), rest)
        };
        let (text, rest) = rest.split_at_checked(len)?;
        self.0 = rest;
        Some((code, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_back_whatever_the_order_they_were_set_in() {
        let mut fields = Fields::new();
        let long = "x".repeat(300);
        fields.set(Field::SessionId, "s");
        fields.set(Field::Country, &long);
        fields.set(Field::UserId, "first");
        fields.set(Field::UserId, "u");
        fields.set(Field::Os, "");
        let got: Vec<_> = fields.view().iter().map(|(f, t)| (f.as_str(), t.len())).collect();
        assert_eq!(got, [("user_id", 1), ("session_id", 1), ("os", 0), ("country", 300)]);
        assert_eq!(fields.get(Field::UserId), Some("u"));
        assert_eq!(fields.get(Field::Os), Some(""));
        assert_eq!(fields.get(Field::DeviceId), None);
        assert!(FieldsRef::checked(fields.as_bytes()).is_some());
    }

    #[test]
    fn bytes_of_another_form_are_refused() {
        for bytes in [&[1u8, 5, b'a'][..], &[2, 0, 1, 0], &[1, 1, 0xff], &[1], &[1, 255, 1]] {
            assert!(FieldsRef::checked(bytes).is_none(), "{bytes:?}");
        }
    }

    #[test]
    fn names_and_codes_are_unique() {
        for field in Field::ALL {
            assert_eq!(Field::named(field.as_str()), Some(*field));
            assert_eq!(Field::from_code(field.code()), Some(*field));
        }
    }
}
