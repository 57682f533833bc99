//! Feature flags: kept in their canonical form, compiled per tenant in memory.
//!
//! Flags are few and asked all the time, so the compiled set of a tenant is exchanged as a whole
//! whenever one of its flags changes. A flag that is written has no turn of its schedule behind it:
//! turns that have passed become its setting first.

use std::{collections::HashMap, sync::Arc};

use event::{TenantId, Timestamp};
use flag::{Flag, Problem, Set};
use serde_json::{Value, json};

use crate::{Actor, Catalog, CatalogError, Settings, audit::Note, facts::Facts};

/// Flags of a tenant.
pub(crate) const FLAGS_MAX: usize = 1_000;
/// Lines of the history of a flag.
pub(crate) const HISTORY_MAX: usize = 200;
/// Bytes of a flag in its canonical form.
const FLAG_BYTES_MAX: usize = 256 * 1024;
/// Bytes of a line of history; of a longer one only the names of the fields are kept.
const CHANGES_BYTES_MAX: usize = 64 * 1024;
/// Names of fields in the audit trail, and in a line of history that is too long.
const FIELDS_MAX: usize = 100;

/// A flag as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptFlag {
    /// The flag, with its number.
    pub flag: Flag,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// The flags of a tenant.
#[derive(Debug)]
pub struct Flags {
    set: Set,
    /// When each was made and changed, by number.
    times: HashMap<u64, (Timestamp, Timestamp)>,
    version: u64,
}

impl Flags {
    fn new(kept: Vec<KeptFlag>, group_kinds: &[String], version: u64) -> Self {
        let times = |kept: &KeptFlag| (kept.flag.id, (kept.created_at, kept.updated_at));
        let times = kept.iter().map(times).collect();
        let flags = kept.into_iter().map(|kept| kept.flag).collect();
        Self { set: Set::new(flags, group_kinds.to_vec()), times, version }
    }

    /// The compiled flags.
    pub fn set(&self) -> &Set {
        &self.set
    }

    /// Counts the changes of the tenant's flags.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// When a flag was made and when it was changed last.
    pub fn times(&self, id: u64) -> (Timestamp, Timestamp) {
        self.times.get(&id).copied().unwrap_or((Timestamp(0), Timestamp(0)))
    }

    /// A flag by its number.
    pub fn by_id(&self, id: u64) -> Option<&Flag> {
        self.set.flags().find(|flag| flag.id == id)
    }
}

/// One change of a flag.
#[derive(Clone, Debug, PartialEq)]
pub struct FlagChange {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// `flag.new`, `flag.change` or `flag.remove`.
    pub action: String,
    /// The fields that changed: `field`, `before` and `after`.
    pub changes: Value,
}

/// The compiled flags in memory, by tenant.
pub(crate) type Compiled = HashMap<TenantId, Arc<Flags>>;

/// What a database does with flags. What changes one is written beside it: the note, and with it
/// as a line of history the changes.
pub(crate) trait FlagFacts {
    /// The tenants that ever had flags, and how often these changed.
    fn flag_versions(&mut self) -> Result<Vec<(TenantId, u64)>, CatalogError>;
    /// The flags of a tenant, oldest first.
    fn flags(&mut self, tenant: &TenantId) -> Result<Vec<KeptFlag>, CatalogError>;
    /// Adds a flag and gives it a number no other ever had, which is also the note's subject.
    fn add_flag(&mut self, flag: &Flag, changes: &str, note: &Note) -> Result<u64, CatalogError>;
    /// Writes a flag anew; `NoFlag` when it is not there.
    fn change_flag(&mut self, flag: &Flag, changes: &str, note: &Note) -> Result<(), CatalogError>;
    /// Removes a flag; `NoFlag` when it is not there.
    fn remove_flag(&mut self, id: u64, note: &Note) -> Result<(), CatalogError>;
    /// What became of a flag, newest first.
    fn flag_history(&mut self, tenant: &TenantId, id: u64)
    -> Result<Vec<FlagChange>, CatalogError>;
}

impl Catalog {
    /// The flags of a tenant, compiled. Memory only.
    pub fn flags(&self, tenant: &TenantId) -> Arc<Flags> {
        let memory = self.memory();
        let none = || Arc::new(Flags::new(Vec::new(), &[], 0));
        memory.flags.get(tenant).cloned().unwrap_or_else(none)
    }

    /// Keeps a new flag under a number of its own; `Flag` tells everything that is wrong with it. A
    /// tenant has at most 1,000. May block.
    pub fn new_flag(
        &self,
        tenant: &TenantId,
        mut flag: Flag,
        actor: &Actor,
    ) -> Result<u64, CatalogError> {
        if self.tenant(tenant).is_none() {
            return Err(CatalogError::NoTenant(tenant.to_string()));
        }
        flag.settle(self.now());
        (flag.id, flag.version) = (0, 1);
        self.change(|facts| {
            let others = flags_of(facts, tenant)?;
            check(&flag, &others)?;
            let (count, limit) = (others.len() + 1, FLAGS_MAX);
            if count > limit {
                return Err(CatalogError::TooMany { what: "flags", count, limit });
            }
            let detail = json!({"key": flag.key});
            let note = self.note(actor, tenant, "flag.new", "", &detail);
            facts.add_flag(&flag, "[]", &note)
        })
    }

    /// Changes a flag: `to` is given what it is and says what it shall be, or everything that is
    /// wrong with that. Its key stays. May block.
    pub fn change_flag(
        &self,
        tenant: &TenantId,
        id: u64,
        actor: &Actor,
        to: impl FnOnce(&Flag) -> Result<Flag, Vec<Problem>>,
    ) -> Result<(), CatalogError> {
        let now = self.now();
        self.change(|facts| {
            let others = flags_of(facts, tenant)?;
            let found = others.iter().find(|other| other.id == id);
            let mut before = found.cloned().ok_or(CatalogError::NoFlag(id))?;
            before.settle(now);
            let mut after = to(&before).map_err(CatalogError::Flag)?;
            (after.id, after.version) = (id, before.version + 1);
            after.settle(now);
            if after.key != before.key {
                let message = format!("key of the flag is {:?}, it must stay", before.key);
                return Err(CatalogError::Flag(vec![Problem::invalid("key", message)]));
            }
            check(&after, &others)?;
            let changes = flag::changes(&before, &after);
            let fields: Vec<&str> =
                changes.iter().take(FIELDS_MAX).map(|change| change.field.as_str()).collect();
            let detail = json!({"key": after.key, "fields": bounded_fields(&fields)});
            let note = self.note(actor, tenant, "flag.change", &id.to_string(), &detail);
            facts.change_flag(&after, &line(&changes), &note)
        })
    }

    /// Removes a flag; its history stays. `InUse` when another flag depends on it. May block.
    pub fn remove_flag(
        &self,
        tenant: &TenantId,
        id: u64,
        actor: &Actor,
    ) -> Result<(), CatalogError> {
        self.change(|facts| {
            let all = flags_of(facts, tenant)?;
            let found = all.iter().find(|other| other.id == id);
            let key = found.map(|flag| flag.key.clone()).ok_or(CatalogError::NoFlag(id))?;
            let set = Set::new(all, Vec::new());
            let mut others = set.flags().map(|flag| flag.key.as_str());
            if let Some(other) = others.find(|other| set.dependencies(other).contains(&&*key)) {
                return Err(CatalogError::FlagInUse { key, by: other.to_owned() });
            }
            let detail = json!({"key": key});
            let note = self.note(actor, tenant, "flag.remove", &id.to_string(), &detail);
            facts.remove_flag(id, &note)
        })
    }

    /// What became of a flag, newest first; the last 200 changes, also of one that was removed.
    /// Empty when there never was one. May block.
    pub fn flag_history(
        &self,
        tenant: &TenantId,
        id: u64,
    ) -> Result<Vec<FlagChange>, CatalogError> {
        self.facts().flag_history(tenant, id)
    }
}

fn flags_of(facts: &mut dyn Facts, tenant: &TenantId) -> Result<Vec<Flag>, CatalogError> {
    Ok(facts.flags(tenant)?.into_iter().map(|kept| kept.flag).collect())
}

fn check(flag: &Flag, others: &[Flag]) -> Result<(), CatalogError> {
    let mut problems = flag::check(flag, others);
    let bytes = flag::write::flag(flag).to_string().len();
    if bytes > FLAG_BYTES_MAX {
        let message = format!("the flag has {bytes} bytes, the limit is {FLAG_BYTES_MAX}");
        problems.push(Problem::invalid("", message));
    }
    if problems.is_empty() { Ok(()) } else { Err(CatalogError::Flag(problems)) }
}

/// Names of fields that fit into a row of the audit trail; keys of payloads may be long.
fn bounded_fields(fields: &[&str]) -> Vec<String> {
    fields.iter().map(|field| field.chars().take(100).collect()).collect()
}

/// A line of history.
fn line(changes: &[flag::Change]) -> String {
    let whole = |change: &flag::Change| json!({"field": change.field, "before": change.before, "after": change.after});
    let text = changes.iter().map(whole).collect::<Value>().to_string();
    if text.len() <= CHANGES_BYTES_MAX {
        return text;
    }
    let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
    let names = bounded_fields(&fields[..fields.len().min(FIELDS_MAX)]);
    names.iter().map(|name| json!({"field": name})).collect::<Value>().to_string()
}

/// The flags of the database, reading only what `known` does not have yet.
pub(crate) fn load<'a>(
    facts: &mut dyn Facts,
    known: &Compiled,
    settings: impl Fn(&TenantId) -> Option<&'a Settings>,
) -> Result<Compiled, CatalogError> {
    let mut all = Compiled::new();
    for (tenant, version) in facts.flag_versions()? {
        let kinds = settings(&tenant).map_or(&[][..], |settings| &settings.flags.group_kinds);
        let had = known.get(&tenant).filter(|had| had.version == version);
        let flags = match had.filter(|had| had.set.group_kinds() == kinds) {
            Some(had) => had.clone(),
            None => Arc::new(Flags::new(facts.flags(&tenant)?, kinds, version)),
        };
        all.insert(tenant, flags);
    }
    Ok(all)
}
