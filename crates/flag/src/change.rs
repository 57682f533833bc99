//! What changed between two states of a flag: one line of its history.

use serde_json::{Map, Value as Json};

use crate::{Flag, write};

/// One field that changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which, e.g. `filters.groups[0].rollout_percentage`.
    pub field: String,
    /// What it was; none if it was not there.
    pub before: Option<Json>,
    /// What it is; none if it is gone.
    pub after: Option<Json>,
}

/// Every field in which two states of a flag differ, its version aside.
pub fn changes(before: &Flag, after: &Flag) -> Vec<Change> {
    let mut changes = Vec::new();
    let (before, after) = (write::flag(before), write::flag(after));
    compare(String::new(), Some(&before), Some(&after), &mut changes);
    changes.retain(|change| change.field != "version");
    changes
}

fn compare(path: String, before: Option<&Json>, after: Option<&Json>, into: &mut Vec<Change>) {
    match (before, after) {
        (Some(Json::Object(before)), Some(Json::Object(after))) => {
            objects(&path, before, after, into);
        }
        (Some(Json::Array(before)), Some(Json::Array(after))) => {
            for index in 0..before.len().max(after.len()) {
                let path = format!("{path}[{index}]");
                compare(path, before.get(index), after.get(index), into);
            }
        }
        _ if before == after => {}
        _ => into.push(Change { field: path, before: before.cloned(), after: after.cloned() }),
    }
}

fn objects(
    path: &str,
    before: &Map<String, Json>,
    after: &Map<String, Json>,
    into: &mut Vec<Change>,
) {
    let added = after.keys().filter(|name| !before.contains_key(*name));
    for name in before.keys().chain(added) {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        compare(path, before.get(name), after.get(name), into);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_names_its_field() {
        let before = Flag::new("beta");
        let mut after = before.clone();
        after.version = 2;
        after.active = false;
        after.groups[0].rollout_percentage = Some(25.0);
        after.groups.push(crate::Condition::default());
        let changes = changes(&before, &after);
        let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
        let expected = ["active", "filters.groups[0].rollout_percentage", "filters.groups[1]"];
        assert_eq!(fields, expected);
        assert_eq!(
            (&changes[0].before, &changes[0].after),
            (&Some(json!(true)), &Some(json!(false)))
        );
        assert_eq!(changes[2].before, None);
    }
}
