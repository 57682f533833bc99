//! What fuzz targets call: each takes any bytes, and panics when a promise of this crate is broken.

use event::Timestamp;
use serde_json::{Map, Value as Json, json};

use crate::{Context, Group, Set, check, read, write};

/// Flags: `{"flags": [..], "person": {..}, "group": {..}, "id": ".."}`. A flag that can be read is
/// written, and read as the same again; what all flags answer is what each answers alone.
pub fn flag(data: &[u8]) {
    let Ok(json) = serde_json::from_slice::<Json>(data) else { return };
    let alone = [json.clone()];
    let texts = json["flags"].as_array().map_or(&alone[..], Vec::as_slice);
    let mut flags = Vec::new();
    for text in texts {
        let Ok(flag) = read::flag(text) else { continue };
        let written = write::flag(&flag);
        let again = read::flag(&written);
        let again = again.unwrap_or_else(|problems| panic!("{text}\nas {written}: {problems:?}"));
        assert_eq!(again, flag, "{text}\nas {written}");
        flags.push(flag);
    }
    let object = |name: &str| json[name].as_object().cloned().unwrap_or_default();
    let (person, group) = (object("person"), object("group"));
    for flag in &flags {
        let _ = check(flag, &flags);
    }
    let set = Set::new(flags, vec!["company".into()]);
    let id = json["id"].as_str().unwrap_or("somebody");
    answers(&set, id, &person, &[Group { kind: "company", key: "c", properties: &group }]);
    let _ = write::definitions(&set, Timestamp(1_790_857_800_000));
}

fn answers(set: &Set, id: &str, person: &Map<String, Json>, groups: &[Group<'_>]) {
    let context = Context {
        distinct_id: id,
        device_id: None,
        anon_distinct_id: None,
        hash_key_override: None,
        person_properties: person,
        groups,
        cohorts: &|name: &str| (name != "unknown").then_some(name == "1"),
        now: Timestamp(1_790_857_800_000),
    };
    let all = set.evaluate_all(&context);
    assert_eq!(all.len(), set.flags().len());
    for (flag, answer) in set.flags().zip(&all) {
        let alone = set.evaluate(&flag.key, &context).expect("the flag is there");
        assert_eq!(format!("{answer:?}"), format!("{alone:?}"), "{}", json!(flag.key));
    }
}

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

/// Every target by its name.
#[cfg(test)]
const TARGETS: &[replay::Target] = &[("flag", flag)];

#[cfg(test)]
mod tests {
    #[test]
    fn the_corpus_is_replayed() {
        super::replay::replay(super::TARGETS);
    }
}
