//! What is left of an event that must not name a person any more. The lists are in
//! `docs/privacy.md`.

use event::{Field, TenantId, json};

use super::whom::{ID_FIELDS, Whom};
use crate::{
    IdKind,
    local::{part::RowMut, secret::Secret},
};

/// Addresses that may carry names behind `?` or `#`.
const ADDRESSES: [Field; 3] = [Field::PageUrl, Field::Referrer, Field::LandingPage];
/// Fields that go from events of the person.
const DROPPED: [Field; 2] = [Field::Ip, Field::IdempotencyKey];
/// An id this short is replaced only where it is the whole text: it is in other words, too.
const PART_BYTES_MIN: usize = 4;

/// Keys of properties that go, letters and digits of them in lower case.
const KEYS: &[&str] = &[
    "set",
    "setonce",
    "unset",
    "traits",
    "anondistinctid",
    "alias",
    "distinctid",
    "userid",
    "anonymousid",
    "deviceid",
    "sessionid",
    "visitorid",
    "customerid",
    "clientid",
    "accountid",
    "email",
    "emailaddress",
    "mail",
    "phone",
    "phonenumber",
    "telephone",
    "mobile",
    "name",
    "firstname",
    "lastname",
    "middlename",
    "fullname",
    "surname",
    "givenname",
    "familyname",
    "nickname",
    "displayname",
    "username",
    "login",
    "handle",
    "address",
    "street",
    "zip",
    "zipcode",
    "postcode",
    "postalcode",
    "birthday",
    "birthdate",
    "dateofbirth",
    "dob",
    "age",
    "gender",
    "avatar",
    "photo",
    "ip",
    "ipaddress",
    "useragent",
    "rawuseragent",
    "latitude",
    "longitude",
    "ssn",
    "passport",
    "iban",
    "taxid",
    "token",
    "password",
];

/// Replaces the ids of a person.
#[derive(Debug)]
pub(super) struct Mask<'a> {
    pub(super) whom: &'a Whom,
    pub(super) tenant: &'a TenantId,
    /// Made for this erasure and kept nowhere, so nobody can find the ids again.
    pub(super) secret: Secret,
    /// Whom the events of the person belong to from now on.
    pub(super) replacement: &'a str,
    /// Its key.
    pub(super) key: u64,
}

impl Mask<'_> {
    /// The same random text for the same id.
    fn random(&self, id: &str) -> String {
        let hash = self.secret.id_hash(self.tenant.as_str(), IdKind::Person, id.as_bytes());
        format!("{:032x}", hash.0)
    }

    /// Takes the ids out of an event of somebody else.
    pub(super) fn other(&self, row: &mut RowMut<'_>) {
        for field in ID_FIELDS {
            let random = row.text(field).filter(|id| self.whom.is(id)).map(|id| self.random(id));
            if let Some(random) = random {
                row.set(field, Some(&random));
            }
        }
        let object = row.properties();
        if json::entries(object).any(|(key, value)| self.whom.is_link(key, value)) {
            let object = rebuilt(object, |key, value| match self.whom.is_link(key, value) {
                true => {
                    let id = json::unescape(value).unwrap_or_default();
                    Some(format!("\"{}\"", self.random(&id)))
                }
                false => Some(value.to_owned()),
            });
            row.set_properties(&object);
        }
    }

    /// Makes an event of the person one of nobody known.
    pub(super) fn own(&self, row: &mut RowMut<'_>) {
        for field in Field::ALL.iter().copied() {
            let Some(text) = row.text(field).filter(|text| !text.is_empty()) else { continue };
            let new = match field {
                Field::DistinctId | Field::UserId | Field::DeviceId | Field::ActorId => {
                    Some(self.replacement.to_owned())
                }
                Field::SessionId => Some(self.random(text)),
                field if DROPPED.contains(&field) => None,
                field if ADDRESSES.contains(&field) => {
                    let bare = text.split(['?', '#']).next().unwrap_or_default();
                    Some(self.without_ids(bare))
                }
                _ => Some(self.without_ids(text)),
            };
            row.set(field, new.as_deref());
        }
        row.set_id_key(self.key);
        let kept = |key: &str, value: &str| {
            (!is_identifying(key) && !self.names(value)).then(|| value.to_owned())
        };
        let object = rebuilt(row.properties(), kept);
        row.set_properties(&object);
    }

    fn without_ids(&self, text: &str) -> String {
        if self.whom.is(text) {
            return self.random(text);
        }
        let long = self.whom.ids().iter().filter(|id| id.len() >= PART_BYTES_MIN);
        long.filter(|id| text.contains(&***id))
            .fold(text.to_owned(), |text, id| text.replace(&**id, self.replacement))
    }

    /// Whether a raw JSON value has one of the ids in it.
    fn names(&self, value: &str) -> bool {
        let text = json::unescape(value);
        let shown = text.as_deref().unwrap_or(value);
        if self.whom.is(shown) {
            return true;
        }
        let mut long = self.whom.ids().iter().filter(|id| id.len() >= PART_BYTES_MIN);
        // In a nested value texts may be escaped: then it goes, whatever it says.
        let nested = text.is_none() && value.contains('\\');
        nested || long.any(|id| shown.contains(&**id))
    }
}

fn is_identifying(key: &str) -> bool {
    let key = json::unescape(key).unwrap_or_default();
    let bare: String = key.chars().filter(|c| c.is_alphanumeric()).collect();
    KEYS.contains(&bare.to_lowercase().as_str())
}

/// An object with the entries for which `keep` (raw key, raw value) gives a raw value.
fn rebuilt(object: &str, keep: impl Fn(&str, &str) -> Option<String>) -> String {
    let mut out = String::from("{");
    for (key, value) in json::entries(object) {
        let Some(value) = keep(key, value) else { continue };
        if out.len() > 1 {
            out.push(',');
        }
        out.push_str(key);
        out.push(':');
        out.push_str(&value);
    }
    out.push('}');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifying_properties_go_and_others_stay() {
        let whom = Whom::new("t", ["alice".to_owned(), "7".to_owned()]);
        let tenant = TenantId::new("t").unwrap();
        let (whom, tenant) = (&whom, &tenant);
        let mask = Mask { whom, tenant, secret: Secret([1; 16]), replacement: "anon", key: 1 };
        let keep = |key: &str, value: &str| {
            (!is_identifying(key) && !mask.names(value)).then(|| value.to_owned())
        };
        let object = r#"{ "plan":"pro", "E-Mail":"x@y", "$set":{"a":1}, "by":"alice", "n":7.50,
            "of":"7", "text":"hi alice!", "deep":{"a":["alice"]}, "esc":["\u0061lice"] }"#;
        assert_eq!(rebuilt(object, keep), r#"{"plan":"pro","n":7.50}"#);
        assert_eq!(mask.without_ids("/users/alice/7"), "/users/anon/7");
        assert_ne!(mask.without_ids("7"), "7");
    }
}
