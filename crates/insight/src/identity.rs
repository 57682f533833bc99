//! Whose a distinct id is: links between ids, folded in the order in which they were told.
//!
//! Two ids that are linked belong to one person, and links are transitive. A link is refused when
//! one of the ids cannot stand for a person, or when both sides already belong to an identified
//! user and these differ (an administrator may still join them). What was refused once stays so;
//! links hold for all events, whenever these came in.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use event::{Event, Field, Value, json};

/// Ids that many people share by accident; compared without regard to case.
pub const NOBODY: &[&str] = &[
    "",
    "0",
    "-1",
    "anonymous",
    "anonymous_id",
    "distinct_id",
    "distinctid",
    "email",
    "false",
    "guest",
    "id",
    "nan",
    "nil",
    "none",
    "not_authenticated",
    "null",
    "[object object]",
    "true",
    "undefined",
    "unknown",
    "user",
    "user_id",
];

/// Whether an id may be linked to another.
pub fn is_linkable(id: &str) -> bool {
    let id = id.trim().to_ascii_lowercase();
    !NOBODY.contains(&id.as_str())
}

/// What one record says about ids.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// An id was seen as an explicit user id.
    User(String),
    /// Two ids are one person: an identify or alias call, or an event that carries both.
    Join(String, String),
    /// The same, said by an administrator: also joins two identified users.
    Force(String, String),
}

impl Link {
    /// What an event says: its user id is identified and takes the event's other ids along;
    /// `$identify` joins `$anon_distinct_id`, `$create_alias` joins `alias`, with the distinct id.
    /// An `$identify` whose `$anon_distinct_id` is its distinct id names nobody.
    pub fn of(event: &Event) -> Vec<Link> {
        let mut links = Vec::new();
        let field = |field| event.fields.get(field);
        let mut visit = |told: Told<'_>| links.push(told.into());
        Told::each(&event.event_type, field, &event.properties, &mut visit);
        links
    }
}

/// A link as an event tells it, its ids borrowed from the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told<'a> {
    /// [`Link::User`].
    User(&'a str),
    /// [`Link::Join`].
    Join(Cow<'a, str>, &'a str),
}

impl<'a> Told<'a> {
    /// Whether an event of that type tells links, if it has no user id.
    pub fn is_told_by(event_type: &str) -> bool {
        matches!(event_type, "$identify" | "$create_alias")
    }

    /// Gives every link of an event to `visit`, in their order; see [`Link::of`]. Of the fields
    /// only ids are asked for.
    pub fn each(
        event_type: &str,
        field: impl Fn(Field) -> Option<&'a str>,
        properties: &'a str,
        visit: &mut impl FnMut(Self),
    ) {
        let distinct = field(Field::DistinctId);
        let user = field(Field::UserId);
        let key = match event_type {
            "$identify" => Some("$anon_distinct_id"),
            "$create_alias" => Some("alias"),
            _ => None,
        };
        let other = key.and_then(|key| json::find(properties, key)).map(Value::from_json);
        let other = match other {
            Some(Value::Text(other)) => Some(other),
            _ => None,
        };
        let names_user = event_type == "$identify" && other.as_deref() != distinct;
        if let Some(user) = user.or(if names_user { distinct } else { None }) {
            visit(Self::User(user));
            for id in [distinct, field(Field::DeviceId), field(Field::SessionId)] {
                if let Some(id) = id.filter(|id| *id != user) {
                    visit(Self::Join(id.into(), user));
                }
            }
        }
        if let Some(other) = other
            && let Some(distinct) = distinct
            && other != distinct
        {
            visit(Self::Join(other, distinct));
        }
    }
}

impl From<Told<'_>> for Link {
    fn from(told: Told<'_>) -> Self {
        match told {
            Told::User(id) => Self::User(id.to_owned()),
            Told::Join(a, b) => Self::Join(a.into_owned(), b.to_owned()),
        }
    }
}

/// Why two ids were not joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// One of the ids stands for nobody.
    Nobody,
    /// Both are identified users, and different ones.
    BothIdentified,
}

/// Which ids are one person.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// Per id the group it is in.
    group: BTreeMap<String, usize>,
    /// Groups; an emptied one was joined to another.
    groups: Vec<BTreeSet<String>>,
    /// Per group its person.
    best: Vec<String>,
    /// Per id the position of its first link.
    first: BTreeMap<String, u64>,
    identified: BTreeSet<String>,
}

impl Identity {
    /// Folds records, ascending by position.
    pub fn fold<'a>(records: impl IntoIterator<Item = (u64, &'a Link)>) -> Self {
        let mut identity = Self::default();
        for (position, link) in records {
            // What a link comes to is asked by the writer of the record; here it only counts.
            let _refused = identity.apply(position, link);
        }
        identity
    }

    /// Folds one more record.
    pub fn apply(&mut self, position: u64, link: &Link) -> Result<(), Refusal> {
        match link {
            Link::User(id) if !is_linkable(id) => Err(Refusal::Nobody),
            Link::User(id) => {
                let group = self.enter(position, id);
                self.identified.insert(id.clone());
                self.prefer(group, id.clone());
                Ok(())
            }
            Link::Join(a, b) => self.join(position, a, b, false),
            Link::Force(a, b) => self.join(position, a, b, true),
        }
    }

    fn enter(&mut self, position: u64, id: &str) -> usize {
        self.first.entry(id.to_owned()).or_insert(position);
        if let Some(&group) = self.group.get(id) {
            return group;
        }
        self.groups.push(BTreeSet::from([id.to_owned()]));
        self.best.push(id.to_owned());
        self.group.insert(id.to_owned(), self.groups.len() - 1);
        self.groups.len() - 1
    }

    fn join(&mut self, position: u64, a: &str, b: &str, force: bool) -> Result<(), Refusal> {
        if !is_linkable(a) || !is_linkable(b) {
            return Err(Refusal::Nobody);
        }
        let (from, into) = (self.enter(position, a), self.enter(position, b));
        if from == into {
            return Ok(());
        }
        // An identified id comes before all others.
        let identified = |group: usize| self.identified.contains(&self.best[group]);
        if !force && identified(from) && identified(into) {
            return Err(Refusal::BothIdentified);
        }
        let moved = std::mem::take(&mut self.groups[from]);
        for id in moved {
            self.group.insert(id.clone(), into);
            self.groups[into].insert(id);
        }
        let best = std::mem::take(&mut self.best[from]);
        self.prefer(into, best);
        Ok(())
    }

    /// Makes an id of a group its person when it comes before the one so far.
    fn prefer(&mut self, group: usize, id: String) {
        let rank = |id: &String| (!self.identified.contains(id), self.first.get(id).copied());
        if (rank(&id), &id) < (rank(&self.best[group]), &self.best[group]) {
            self.best[group] = id;
        }
    }

    /// The person of an id: the identified one of its ids, else the one linked first, else the
    /// smaller one; an id without links is its own person.
    pub fn person<'a>(&'a self, id: &'a str) -> &'a str {
        self.group.get(id).map_or(id, |group| &self.best[*group])
    }

    /// The ids that are linked to an id, itself included, ascending; none without links.
    pub fn members(&self, id: &str) -> impl Iterator<Item = &str> {
        self.group.get(id).into_iter().flat_map(|group| &self.groups[*group]).map(String::as_str)
    }
}
