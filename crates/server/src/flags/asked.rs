//! For whom flags are asked, and the answers.

use catalog::Flags;
use event::{TenantId, Timestamp};
use flag::{Answer, Context, Group};
use serde_json::{Map, Value};

use crate::{extract::aside, reply, state::AppState};

/// About how many bytes of work it is to ask one flag.
const FLAG_BYTES: usize = 1024;

/// For whom, as a request tells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Asked {
    pub(crate) distinct_id: String,
    pub(crate) device_id: Option<String>,
    /// The anonymous id the person had until now.
    pub(crate) anon_distinct_id: Option<String>,
    pub(crate) person_properties: Map<String, Value>,
    /// Kind and id of the groups the person acts in.
    pub(crate) groups: Map<String, Value>,
    /// Properties of groups, by kind.
    pub(crate) group_properties: Map<String, Value>,
    /// The flags that are asked for; all without.
    pub(crate) keys: Option<Vec<String>>,
}

impl Asked {
    /// The id the person was first bucketed by: the one that is kept, or the anonymous one, which
    /// is kept from now on. Nothing is kept of persons who said no, nor of an id that stands for
    /// nobody, nor where no flag asks for it.
    pub(crate) async fn first_id(
        &self,
        app: &AppState,
        tenant: &TenantId,
        flags: &Flags,
    ) -> Option<String> {
        let mut all = flags.set().flags();
        if !all.any(|flag| flag.ensure_experience_continuity && !flag.archived)
            || !insight::is_linkable(&self.distinct_id)
        {
            return None;
        }
        let (tenant, id) = (tenant.clone(), self.distinct_id.clone());
        let anon = self.anon_distinct_id.clone();
        let anon = anon.filter(|anon| *anon != id && insight::is_linkable(anon));
        let anon = anon.filter(|_| may_keep(app, &tenant, &id));
        let kept = reply::blocking(app, "the first id of a person is not known", move |app| {
            let catalog = &app.parts.catalog;
            match anon {
                Some(anon) => catalog.keep_flag_override(&tenant, &id, &anon),
                None => catalog.flag_override(&tenant, &id),
            }
        });
        // A flag that may flip is better than none.
        kept.await.ok().flatten()
    }

    /// What the flags answer; archived ones are not asked.
    pub(crate) fn answers<'s>(
        &self,
        flags: &'s Flags,
        first_id: Option<&str>,
        now: Timestamp,
    ) -> Vec<Answer<'s>> {
        let (set, none) = (flags.set(), Map::new());
        let ids: Vec<(&str, String)> =
            self.groups.iter().filter_map(|(kind, id)| Some((kind.as_str(), text(id)?))).collect();
        let properties = |kind: &str| self.group_properties.get(kind).and_then(Value::as_object);
        let groups: Vec<Group<'_>> = ids
            .iter()
            .map(|(kind, key)| {
                let properties = properties(kind).unwrap_or(&none);
                Group { kind, key, properties }
            })
            .collect();
        let context = Context {
            distinct_id: &self.distinct_id,
            device_id: self.device_id.as_deref(),
            anon_distinct_id: self.anon_distinct_id.as_deref(),
            hash_key_override: first_id,
            person_properties: &self.person_properties,
            groups: &groups,
            cohorts: &|_: &str| None,
            now,
        };
        let answers = match &self.keys {
            Some(keys) => keys.iter().filter_map(|key| set.evaluate(key, &context)).collect(),
            None => aside(set.flags().len() * FLAG_BYTES, || set.evaluate_all(&context)),
        };
        answers.into_iter().filter(|answer| !answer.flag.archived).collect()
    }
}

fn may_keep(app: &AppState, tenant: &TenantId, distinct_id: &str) -> bool {
    let catalog = &app.parts.catalog;
    let required = catalog.settings(tenant).capture.consent_required;
    catalog.consent(tenant, distinct_id).unwrap_or(!required)
}

/// An id: a text or a number.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
