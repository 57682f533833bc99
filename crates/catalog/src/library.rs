//! What people keep: saved questions, dashboards, cohorts, annotations, goals.
//!
//! All of these are few, are asked for by people, and have the same life: they are made, listed,
//! changed by who saw their last version, and removed. So they stand on the shelves of one table
//! as JSON; what a thing of a shelf is, and when it is whole, stands in the file of its noun.
//! They are read from the database each time.

use event::{Code, TenantId, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{Actor, Catalog, CatalogError, audit::Note};

/// Bytes of a thing.
const ITEM_BYTES_MAX: usize = 64 * 1024;
const NAME_CHARS_MAX: usize = 200;
const DESCRIPTION_CHARS_MAX: usize = 2_000;
/// What stands in the place of an id that was erased.
const ERASED: &str = "(erased)";

/// Where things of one kind stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shelf {
    /// Saved questions.
    Questions,
    /// Dashboards.
    Dashboards,
    /// Cohorts.
    Cohorts,
    /// Annotations.
    Annotations,
    /// Goals.
    Goals,
}

impl Shelf {
    const ALL: [Self; 5] =
        [Self::Questions, Self::Dashboards, Self::Cohorts, Self::Annotations, Self::Goals];

    /// What one of its things is called, in the database, the audit trail and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Questions => "question",
            Self::Dashboards => "dashboard",
            Self::Cohorts => "cohort",
            Self::Annotations => "annotation",
            Self::Goals => "goal",
        }
    }

    /// The shelf of things that are called so.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shelf| shelf.as_str() == name)
    }

    /// How many a tenant may have, and what they are called together.
    fn limit(self) -> (usize, &'static str) {
        match self {
            Self::Questions => (5_000, "questions"),
            Self::Dashboards => (500, "dashboards"),
            Self::Cohorts => (500, "cohorts"),
            Self::Annotations => (10_000, "annotations"),
            Self::Goals => (100, "goals"),
        }
    }
}

/// A thing that can be kept.
pub trait Item: Serialize + DeserializeOwned + Clone + PartialEq {
    /// Where it stands.
    const SHELF: Shelf;

    /// What a search looks at, and the audit trail tells.
    fn name(&self) -> &str;

    /// The time it is about; None where it stands in lists by when it was made.
    fn at(&self) -> Option<Timestamp> {
        None
    }

    /// Whether it is whole by itself.
    fn check(&self) -> Result<(), CatalogError>;
}

/// A thing as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept<T> {
    /// Its number; no other thing of the shelf and tenant ever has it.
    pub id: u64,
    /// The thing.
    pub item: T,
    /// Who made it.
    pub owner: Actor,
    /// Counts its changes, from 1.
    pub version: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Sought {
    /// A part of the name, without regard to the case of a to z; empty: all.
    pub search: String,
    /// Only those about this time or later.
    pub from: Timestamp,
    /// Only those about an earlier time.
    pub to: Timestamp,
    /// So many are left out.
    pub skip: u64,
    /// At most so many.
    pub take: u64,
}

impl Default for Sought {
    fn default() -> Self {
        let (from, to) = (Timestamp(i64::MIN), Timestamp(i64::MAX));
        Self { search: String::new(), from, to, skip: 0, take: 1_000 }
    }
}

/// A row; the thing is JSON.
pub(crate) type Row = Kept<String>;

/// A row that is written.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) shelf: Shelf,
    pub(crate) name: String,
    pub(crate) json: String,
    pub(crate) at: Option<Timestamp>,
}

/// What a database does with the library. The tenant is that of the note.
pub(crate) trait LibraryFacts {
    /// How many are sought, and the page of them, newest first.
    fn library_page(
        &mut self,
        tenant: &TenantId,
        shelf: Shelf,
        sought: &Sought,
    ) -> Result<(u64, Vec<Row>), CatalogError>;
    /// One thing.
    fn library_row(
        &mut self,
        tenant: &TenantId,
        shelf: Shelf,
        id: u64,
    ) -> Result<Option<Row>, CatalogError>;
    /// All things of a tenant.
    fn library(&mut self, tenant: &TenantId) -> Result<Vec<(Shelf, u64, String)>, CatalogError>;
    /// Adds a thing of the note's actor, with a number no other ever had, which is also the note's
    /// subject; `TooMany` when there are `limit` already.
    fn add_to_library(
        &mut self,
        row: &Written,
        limit: (usize, &'static str),
        note: &Note,
    ) -> Result<u64, CatalogError>;
    /// Writes a thing anew; false, and nothing written, when it has another version or is gone.
    fn change_in_library(
        &mut self,
        id: u64,
        seen: u64,
        row: &Written,
        note: &Note,
    ) -> Result<bool, CatalogError>;
    /// Removes a thing with its ids and links; false, and nothing written, when it was gone.
    fn remove_from_library(
        &mut self,
        shelf: Shelf,
        id: u64,
        note: &Note,
    ) -> Result<bool, CatalogError>;
    /// Takes ids out of cohorts and puts rows anew, so that none of it is in a file any more; how
    /// many ids there were.
    fn forget_in_library(
        &mut self,
        tenant: &TenantId,
        ids: &[String],
        rows: &[(Shelf, u64, String)],
    ) -> Result<usize, CatalogError>;
}

impl Catalog {
    /// A page of a shelf, newest first, and how many there are on all pages. May block.
    pub fn kept_list<T: Item>(
        &self,
        tenant: &TenantId,
        sought: &Sought,
    ) -> Result<(u64, Vec<Kept<T>>), CatalogError> {
        let (count, rows) = self.facts().library_page(tenant, T::SHELF, sought)?;
        Ok((count, rows.into_iter().map(read).collect::<Result<_, _>>()?))
    }

    /// One thing; `NoThing` when it is not there. May block.
    pub fn kept<T: Item>(&self, tenant: &TenantId, id: u64) -> Result<Kept<T>, CatalogError> {
        let row = self.facts().library_row(tenant, T::SHELF, id)?;
        read(row.ok_or(CatalogError::NoThing { what: T::SHELF.as_str(), id })?)
    }

    /// Keeps a new thing, whose owner is the actor; its number. May block.
    pub fn keep<T: Item>(
        &self,
        tenant: &TenantId,
        item: &T,
        actor: &Actor,
    ) -> Result<u64, CatalogError> {
        if self.tenant(tenant).is_none() {
            return Err(CatalogError::NoTenant(tenant.to_string()));
        }
        let row = written(item)?;
        let action = format!("{}.new", T::SHELF.as_str());
        let note = self.note(actor, tenant, &action, "", &json!({"name": item.name()}));
        self.facts().add_to_library(&row, T::SHELF.limit(), &note)
    }

    /// Writes a thing anew whose version `seen` is known; `Stale` when it has another one by now.
    /// May block.
    pub fn change_kept<T: Item>(
        &self,
        tenant: &TenantId,
        seen: &Kept<T>,
        item: &T,
        actor: &Actor,
    ) -> Result<(), CatalogError> {
        let row = written(item)?;
        let action = format!("{}.change", T::SHELF.as_str());
        let detail = json!({"name": item.name(), "fields": changed(&seen.item, item)});
        let note = self.note(actor, tenant, &action, &seen.id.to_string(), &detail);
        if self.facts().change_in_library(seen.id, seen.version, &row, &note)? {
            return Ok(());
        }
        let now = self.kept::<T>(tenant, seen.id)?;
        Err(CatalogError::Stale { what: T::SHELF.as_str(), seen: seen.version, now: now.version })
    }

    /// Removes a thing for good, with its links. May block.
    pub fn remove_kept<T: Item>(
        &self,
        tenant: &TenantId,
        kept: &Kept<T>,
        actor: &Actor,
    ) -> Result<(), CatalogError> {
        let (what, id) = (T::SHELF.as_str(), kept.id);
        let detail = json!({"name": kept.item.name()});
        let note = self.note(actor, tenant, &format!("{what}.remove"), &id.to_string(), &detail);
        let gone = self.facts().remove_from_library(T::SHELF, id, &note)?;
        if gone { Ok(()) } else { Err(CatalogError::NoThing { what, id }) }
    }

    /// Takes ids whose person is erased out of static cohorts, and puts a mark where one stands in
    /// a question, a definition or a selector; from how many places. When this returns they are
    /// in no file of the catalog, free text aside. May block.
    pub fn forget_in_library(
        &self,
        tenant: &TenantId,
        distinct_ids: &[String],
    ) -> Result<usize, CatalogError> {
        let mut facts = self.facts();
        let mut rows = Vec::new();
        for (shelf, id, json) in facts.library(tenant)? {
            let mut value = parsed(&json)?;
            if mask(&mut value, distinct_ids) {
                rows.push((shelf, id, value.to_string()));
            }
        }
        let gone = facts.forget_in_library(tenant, distinct_ids, &rows)?;
        Ok(gone + rows.len())
    }
}

/// Puts a mark in the place of every text that is one of the ids; whether there was any.
fn mask(value: &mut Value, ids: &[String]) -> bool {
    match value {
        Value::String(text) if ids.contains(text) => {
            ERASED.clone_into(text);
            true
        }
        Value::Array(items) => items.iter_mut().fold(false, |any, item| mask(item, ids) | any),
        // What people wrote for people is not looked through.
        Value::Object(fields) => fields
            .iter_mut()
            .filter(|(name, _)| !matches!(name.as_str(), "name" | "description" | "text"))
            .fold(false, |any, (_, field)| mask(field, ids) | any),
        _ => false,
    }
}

fn written<T: Item>(item: &T) -> Result<Written, CatalogError> {
    item.check()?;
    let json = serde_json::to_string(item).map_err(|error| unreadable(&error))?;
    if json.len() > ITEM_BYTES_MAX {
        let (what, bytes) = (T::SHELF.as_str(), json.len());
        let message = format!("the {what} has {bytes} bytes, the limit is {ITEM_BYTES_MAX}");
        return Err(wrong(what, Code::TooLong, message));
    }
    Ok(Written { shelf: T::SHELF, name: item.name().to_owned(), json, at: item.at() })
}

fn read<T: Item>(row: Row) -> Result<Kept<T>, CatalogError> {
    let Kept { id, item, owner, version, created_at, updated_at } = row;
    let item = serde_json::from_str(&item).map_err(|error| unreadable(&error))?;
    Ok(Kept { id, item, owner, version, created_at, updated_at })
}

pub(crate) fn parsed(json: &str) -> Result<Value, CatalogError> {
    serde_json::from_str(json).map_err(|error| unreadable(&error))
}

fn unreadable(error: &serde_json::Error) -> CatalogError {
    CatalogError::Row { what: "thing of the library", value: error.to_string() }
}

/// The fields that are not what they were.
fn changed<T: Serialize>(before: &T, after: &T) -> Vec<String> {
    let fields = |item: &T| match serde_json::to_value(item) {
        Ok(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (before, after) = (fields(before), fields(after));
    let is_new = |(name, value): &(&String, &Value)| before.get(*name) != Some(value);
    after.iter().filter(is_new).map(|(name, _)| name.clone()).collect()
}

/// Something wrong with a field.
pub(crate) fn wrong(field: &str, code: Code, message: String) -> CatalogError {
    CatalogError::Field { field: field.to_owned(), code, message }
}

/// A name that is there, on one line.
pub(crate) fn check_name(name: &str) -> Result<(), CatalogError> {
    if name.trim().is_empty() {
        return Err(wrong("name", Code::MissingField, "name is required".into()));
    }
    if name.chars().any(char::is_control) {
        return Err(wrong("name", Code::InvalidValue, "name must be on one line".into()));
    }
    check_chars("name", name, NAME_CHARS_MAX)
}

pub(crate) fn check_description(text: &str) -> Result<(), CatalogError> {
    check_chars("description", text, DESCRIPTION_CHARS_MAX)
}

pub(crate) fn check_chars(field: &str, text: &str, limit: usize) -> Result<(), CatalogError> {
    let chars = text.chars().count();
    if chars <= limit {
        return Ok(());
    }
    let message = format!("{field} has {chars} characters, the limit is {limit}");
    Err(wrong(field, Code::TooLong, message))
}
