//! Folding what events tell, and what a flush has to store of it.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    mem,
    sync::Arc,
};

use event::{EventId, Field, Timestamp, codec::EventView};
use insight::{Link, PersonTraits, Told, is_linkable, may_set_traits};

use super::AllPeople;
use crate::{
    Chunk,
    local::secret::{PersonHasher, Secret},
};

/// A link that was told, as the manifest keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkRow {
    pub(crate) tenant: Arc<str>,
    /// Of the event that told it first.
    pub(crate) position: u64,
    pub(crate) link: Link,
}

/// What is set under an id, as the manifest keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TraitsRow {
    pub(crate) tenant: Arc<str>,
    pub(crate) id: Box<str>,
    key: u64,
    /// See [`PersonTraits::to_bytes`].
    pub(crate) bytes: Arc<[u8]>,
}

/// What a commit changes of the person tables.
#[derive(Clone, Debug, Default)]
pub(crate) struct PeopleChange {
    /// New links, in their order.
    pub(crate) links: Vec<LinkRow>,
    /// What is set from now on.
    pub(crate) traits: Vec<TraitsRow>,
    /// Whether this is all there is: the tables are emptied first.
    pub(crate) whole: bool,
}

/// Told since the last flush.
#[derive(Debug, Default)]
struct Pending {
    links: Vec<LinkRow>,
    /// Ids under which something was set, with their keys.
    traits: BTreeMap<(Arc<str>, Box<str>), u64>,
}

/// What folding needs to know of a tenant beside its people.
#[derive(Debug)]
struct Tenant {
    name: Arc<str>,
    hasher: PersonHasher,
    /// Pairs of nodes that a link was told of. Told again, it changes nothing.
    pairs: HashSet<(u32, u32)>,
}

/// The fold over all events so far.
#[derive(Debug)]
pub(crate) struct Folding {
    secret: Secret,
    key_bits: u32,
    all: Arc<AllPeople>,
    tenants: Vec<Tenant>,
    /// Places in that list.
    places: HashMap<Arc<str>, usize>,
    /// The place that was asked for last: events of a tenant often come together.
    last: usize,
    pending: Pending,
    /// What the running flush stores.
    frozen: Arc<PeopleChange>,
}

/// Traits that are being changed, by the key of their id.
pub(super) type Changing = HashMap<u64, (Box<str>, PersonTraits)>;

/// Whether an event may tell of persons; false is certain.
pub(crate) fn may_tell(view: &EventView<'_>, has_user: bool) -> bool {
    let kind = view.event_type;
    has_user || Told::is_told_by(kind) || may_set_traits(kind, view.properties)
}

impl Folding {
    /// Of no events.
    pub(crate) fn new(secret: Secret, key_bits: u32) -> Self {
        Self {
            secret,
            key_bits,
            all: Arc::default(),
            tenants: Vec::new(),
            places: HashMap::new(),
            last: 0,
            pending: Pending::default(),
            frozen: Arc::default(),
        }
    }

    /// All persons now.
    pub(crate) fn all(&self) -> &Arc<AllPeople> {
        &self.all
    }

    /// Takes in the events of a chunk that may tell something (indexes, ascending). Their records
    /// are checked already.
    pub(crate) fn apply(&mut self, chunk: &Chunk, tellers: &[u32]) {
        let events = tellers.iter().map(|at| {
            let incoming = &chunk.events[*at as usize];
            let record = &chunk.buffer[incoming.range.clone()];
            let view = EventView::decode_trusted(record).expect("a record that was taken");
            (incoming.position, view)
        });
        self.take(events);
    }

    /// Takes in events with their positions, ascending.
    fn take<'a>(&mut self, events: impl Iterator<Item = (u64, EventView<'a>)>) {
        let mut changing: BTreeMap<Arc<str>, Changing> = BTreeMap::new();
        for (position, view) in events {
            let field = |field| view.fields.get(field);
            let mut tell = |told| self.tell(view.tenant, position, &told, false);
            Told::each(view.event_type, field, view.properties, &mut tell);
            if let Some(id) = field(Field::DistinctId).filter(|id| !id.is_empty())
                && may_set_traits(view.event_type, view.properties)
            {
                let tenant = self.tenant(view.tenant).name.clone();
                let changing = changing.entry(tenant).or_default();
                let at = (view.timestamp, view.id);
                self.set(view.tenant, changing, id, at, (view.event_type, view.properties));
            }
        }
        for (tenant, changing) in changing {
            self.keep(&tenant, changing);
        }
    }

    /// Takes in one link; `force` joins identified users too.
    pub(super) fn tell(&mut self, tenant: &str, position: u64, told: &Told<'_>, force: bool) {
        let place = self.place(tenant);
        let of = &mut self.tenants[place];
        let known = self.all.tenant(tenant).map(|people| &people.groups);
        match told {
            Told::User(id) => {
                let key = of.hasher.key(id);
                let node = known.and_then(|groups| groups.find(key, id));
                let identified = |node| known.is_some_and(|groups| groups.is_identified(node));
                if node.is_some_and(identified) || !is_linkable(id) {
                    return;
                }
                let groups = &mut Arc::make_mut(&mut self.all).tenant_mut(&of.name).groups;
                let node = groups.enter(position, key, id);
                groups.identify(node);
            }
            Told::Join(a, b) => {
                let keys = (of.hasher.key(a), of.hasher.key(b));
                let find = |key, id: &str| known.and_then(|groups| groups.find(key, id));
                let pair = find(keys.0, a).zip(find(keys.1, b)).map(ordered);
                let again = pair.is_some_and(|pair| of.pairs.contains(&pair)) && !force;
                if again || !is_linkable(a) || !is_linkable(b) {
                    return;
                }
                let groups = &mut Arc::make_mut(&mut self.all).tenant_mut(&of.name).groups;
                let (a, b) = (groups.enter(position, keys.0, a), groups.enter(position, keys.1, b));
                of.pairs.insert(ordered((a, b)));
                groups.join(a, b, force);
            }
        }
        let link = match (Link::from(told.clone()), force) {
            (Link::Join(a, b), true) => Link::Force(a, b),
            (link, _) => link,
        };
        self.pending.links.push(LinkRow { tenant: of.name.clone(), position, link });
    }

    /// Takes in what an event sets of its person.
    pub(super) fn set(
        &mut self,
        tenant: &str,
        changing: &mut Changing,
        id: &str,
        (time, event): (Timestamp, EventId),
        (event_type, properties): (&str, &str),
    ) {
        let key = self.tenant(tenant).hasher.key(id);
        let known = || self.all.tenant(tenant).and_then(|people| people.traits_of(key));
        let new = || (id.into(), known().unwrap_or_default());
        let (_, traits) = changing.entry(key).or_insert_with(new);
        traits.add(time, event, event_type, properties);
    }

    /// Keeps traits that were changed.
    pub(super) fn keep(&mut self, tenant: &Arc<str>, changing: Changing) {
        for (key, (id, traits)) in changing {
            if traits.is_empty() {
                continue;
            }
            let people = Arc::make_mut(&mut self.all).tenant_mut(tenant);
            if people.set_traits(key, traits.to_bytes().into()) {
                self.pending.traits.insert((tenant.clone(), id), key);
            }
        }
    }

    /// Takes in what the manifest has of an id.
    pub(crate) fn load_traits(
        &mut self,
        tenant: &str,
        id: &str,
        bytes: &[u8],
    ) -> Result<(), String> {
        let Tenant { name, hasher, .. } = self.tenant(tenant);
        let (name, key) = (name.clone(), hasher.key(id));
        let mut traits = PersonTraits::from_bytes(bytes)
            .ok_or_else(|| format!("the properties of {id:?} of tenant {tenant} are malformed"))?;
        let people = Arc::make_mut(&mut self.all).tenant_mut(&name);
        let bytes = match people.traits_of(key) {
            None => bytes.into(),
            // Two ids with one key count as one.
            Some(other) => {
                traits.merge(&other);
                traits.to_bytes().into()
            }
        };
        people.set_traits(key, bytes);
        Ok(())
    }

    /// Takes in what the manifest has of links.
    pub(crate) fn load_link(&mut self, tenant: &str, position: u64, told: &Told<'_>, force: bool) {
        self.tell(tenant, position, told, force);
        self.pending.links.clear();
    }

    pub(super) fn tenant_name(&mut self, tenant: &str) -> Arc<str> {
        self.tenant(tenant).name.clone()
    }

    fn tenant(&mut self, tenant: &str) -> &Tenant {
        let place = self.place(tenant);
        &self.tenants[place]
    }

    /// The place of a tenant in the list; it is added when it is new.
    fn place(&mut self, tenant: &str) -> usize {
        if self.tenants.get(self.last).is_none_or(|last| *last.name != *tenant) {
            self.last = match self.places.get(tenant) {
                Some(place) => *place,
                None => self.add(tenant),
            };
        }
        self.last
    }

    fn add(&mut self, tenant: &str) -> usize {
        let name: Arc<str> = tenant.into();
        let hasher = self.secret.persons(tenant, self.key_bits);
        self.tenants.push(Tenant { name: name.clone(), hasher, pairs: HashSet::new() });
        self.places.insert(name, self.tenants.len() - 1);
        self.tenants.len() - 1
    }

    /// Forgets a tenant, also what the next flush would have stored of it.
    pub(crate) fn forget(&mut self, tenant: &str) {
        self.pending.links.retain(|link| *link.tenant != *tenant);
        self.pending.traits.retain(|(of, _), _| **of != *tenant);
        if let Some(place) = self.places.get(tenant) {
            self.tenants[*place].pairs.clear();
            Arc::make_mut(&mut self.all).tenants.remove(tenant);
        }
    }

    /// Forgets a person, whose ids these are, all of them. Then takes in again what events that
    /// stay tell of them (with their positions, ascending): those belong to a new person.
    /// No flush may run.
    pub(crate) fn erase<'a>(
        &mut self,
        tenant: &str,
        ids: &HashSet<String>,
        stay: impl Iterator<Item = (u64, EventView<'a>)>,
    ) {
        let place = self.place(tenant);
        let of = &mut self.tenants[place];
        self.pending.links.retain(|row| *row.tenant != *tenant || !names(&row.link, ids));
        self.pending.traits.retain(|(of, id), _| **of != *tenant || !ids.contains(&**id));
        if let Some(people) = Arc::make_mut(&mut self.all).tenants.get_mut(tenant) {
            let people = Arc::make_mut(people);
            let mut gone = HashSet::new();
            for id in ids {
                let key = of.hasher.key(id);
                gone.extend(people.groups.remove(key, id));
                if let Some(bytes) = people.traits.remove(key) {
                    people.traits_bytes -= bytes.len() as u64;
                }
            }
            of.pairs.retain(|(a, b)| !gone.contains(a) && !gone.contains(b));
        }
        self.take(stay);
    }

    /// What a flush that starts now has to store.
    pub(crate) fn freeze(&mut self) -> Arc<PeopleChange> {
        self.thaw();
        let Pending { links, traits } = mem::take(&mut self.pending);
        let row = |((tenant, id), key): ((Arc<str>, Box<str>), u64)| {
            let bytes = self.all.tenant(&tenant)?.traits.get(key)?.clone();
            Some(TraitsRow { tenant, id, key, bytes })
        };
        let traits = traits.into_iter().filter_map(row).collect();
        self.frozen = Arc::new(PeopleChange { links, traits, whole: false });
        self.frozen.clone()
    }

    /// The flush is done.
    pub(crate) fn drop_frozen(&mut self) {
        self.frozen = Arc::default();
    }

    /// The flush failed: the next one stores its links too, before the newer ones.
    pub(crate) fn thaw(&mut self) {
        let frozen = mem::take(&mut self.frozen);
        self.pending.links.splice(0..0, frozen.links.iter().cloned());
        for TraitsRow { tenant, id, key, .. } in &frozen.traits {
            self.pending.traits.insert((tenant.clone(), id.clone()), *key);
        }
    }
}

/// Whether a link is about one of the ids.
fn names(link: &Link, ids: &HashSet<String>) -> bool {
    match link {
        Link::User(id) => ids.contains(id),
        Link::Join(a, b) | Link::Force(a, b) => ids.contains(a) || ids.contains(b),
    }
}

/// A pair, whichever way round.
fn ordered((a, b): (u32, u32)) -> (u32, u32) {
    (a.min(b), a.max(b))
}
