//! Who is erased, and by what an event is told to be of that person or to name it.

use std::collections::HashSet;

use event::{Field, codec::EventView, json};
use insight::Told;

/// Fields that say who somebody is. An id of the person in one of them is replaced, in events of
/// others too.
pub(super) const ID_FIELDS: [Field; 9] = [
    Field::UserId,
    Field::DistinctId,
    Field::DeviceId,
    Field::SessionId,
    Field::EntityId,
    Field::ActorId,
    Field::CreatorId,
    Field::BrandId,
    Field::IdempotencyKey,
];

/// Properties that name a second id of a person.
pub(super) const LINKING: [&str; 2] = ["$anon_distinct_id", "alias"];

/// The ids of one person.
#[derive(Clone, Debug)]
pub struct Whom {
    tenant: String,
    ids: HashSet<String>,
}

impl Whom {
    /// Of a tenant.
    pub fn new(tenant: &str, ids: impl IntoIterator<Item = String>) -> Self {
        Self { tenant: tenant.to_owned(), ids: ids.into_iter().collect() }
    }

    pub(super) fn ids(&self) -> &HashSet<String> {
        &self.ids
    }

    /// Whether a text is one of the ids.
    pub(super) fn is(&self, text: &str) -> bool {
        self.ids.contains(text)
    }

    /// Whether an event is the person's, or names one of its ids where ids stand.
    pub fn is_in(&self, view: &EventView<'_>) -> bool {
        *view.tenant == *self.tenant
            && (ID_FIELDS.iter().any(|field| view.fields.get(*field).is_some_and(|t| self.is(t)))
                || self.is_linked_by(view.event_type, view.properties))
    }

    /// Whether the properties of an event that links ids name one of them.
    pub(super) fn is_linked_by(&self, event_type: &str, properties: &str) -> bool {
        Told::is_told_by(event_type)
            && json::entries(properties).any(|(key, value)| self.is_link(key, value))
    }

    /// Whether a property (raw) links one of the ids.
    pub(super) fn is_link(&self, key: &str, value: &str) -> bool {
        let named = json::unescape(key).is_some_and(|key| LINKING.contains(&&*key));
        named && json::unescape(value).is_some_and(|text| self.is(&text))
    }
}
