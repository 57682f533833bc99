//! What depends on what, and in which order flags are asked.

use std::collections::{HashMap, VecDeque};

use serde_json::Value as Json;

use crate::{Flag, Problem, Rule, Subject};

/// Finds flags by what rules call them: the key, else the number.
pub(super) struct Names<'a> {
    by_key: HashMap<&'a str, usize>,
    by_id: HashMap<String, usize>,
}

impl<'a> Names<'a> {
    pub(super) fn new(flags: impl Iterator<Item = &'a Flag> + Clone) -> Self {
        let by_key = flags.clone().enumerate().map(|(at, flag)| (flag.key.as_str(), at)).collect();
        let known = flags.enumerate().filter(|(_, flag)| flag.id != 0);
        Self { by_key, by_id: known.map(|(at, flag)| (flag.id.to_string(), at)).collect() }
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.by_key.get(name).or_else(|| self.by_id.get(name)).copied()
    }
}

/// The rules of a flag on other flags: the path of the field, the name, the rule.
fn on_flags(flag: &Flag) -> impl Iterator<Item = (String, &str, &Rule)> {
    flag.conditions().flat_map(|(path, condition)| {
        condition.rules.iter().enumerate().filter_map(move |(index, rule)| match &rule.subject {
            Subject::Flag(name) => Some((format!("{path}.properties[{index}]"), &**name, rule)),
            _ => None,
        })
    })
}

/// An order of flags.
pub(super) struct Order {
    /// Positions; what a flag depends on stands before it.
    pub(super) sequence: Vec<usize>,
    /// Of every flag, whether it depends on one that is not there or on itself.
    pub(super) is_missing: Vec<bool>,
    /// Of every flag, those its own rules name.
    pub(super) edges: Vec<Vec<usize>>,
}

/// Orders flags (Kahn's algorithm); those in or behind a circle come last.
pub(super) fn order(flags: &[Flag]) -> Order {
    let names = Names::new(flags.iter());
    let mut is_missing = vec![false; flags.len()];
    let mut edges = vec![Vec::new(); flags.len()];
    let mut dependants = vec![Vec::new(); flags.len()];
    for (at, flag) in flags.iter().enumerate() {
        for (_, name, _) in on_flags(flag) {
            match names.find(name) {
                Some(other) if !edges[at].contains(&other) => {
                    edges[at].push(other);
                    dependants[other].push(at);
                }
                Some(_) => {}
                None => is_missing[at] = true,
            }
        }
    }
    let mut waits: Vec<usize> = edges.iter().map(Vec::len).collect();
    let mut ready: VecDeque<usize> = (0..flags.len()).filter(|at| waits[*at] == 0).collect();
    let mut sequence = Vec::with_capacity(flags.len());
    while let Some(at) = ready.pop_front() {
        sequence.push(at);
        for dependant in &dependants[at] {
            is_missing[*dependant] |= is_missing[at];
            waits[*dependant] -= 1;
            if waits[*dependant] == 0 {
                ready.push_back(*dependant);
            }
        }
    }
    for at in (0..flags.len()).filter(|at| waits[*at] > 0) {
        is_missing[at] = true;
        sequence.push(at);
    }
    Order { sequence, is_missing, edges }
}

/// What is wrong with a flag beside the others of its tenant: a key that is taken, flags and
/// variants that are not there, a flag that depends on itself through others.
pub fn check(flag: &Flag, others: &[Flag]) -> Vec<Problem> {
    let others = || others.iter().filter(|other| other.id != flag.id || flag.id == 0);
    let mut problems = Vec::new();
    if let Some(other) = others().find(|other| other.key == flag.key) {
        let message = format!("key {:?} is taken by flag {}", flag.key, other.id);
        let code = event::Code::Conflict;
        problems.push(Problem { field: "key".to_owned(), code, message });
        return problems;
    }
    let all: Vec<&Flag> = others().chain([flag]).collect();
    let names = Names::new(all.iter().copied());
    for (path, name, rule) in on_flags(flag) {
        match names.find(name) {
            None => {
                let message = format!("there is no flag {name:?}");
                problems.push(Problem::invalid(format!("{path}.key"), message));
            }
            Some(other) => {
                problems.extend(unknown_variant(&path, rule, all[other]));
                problems.extend(circle(&path, other, &all, &names));
            }
        }
    }
    problems
}

fn unknown_variant(path: &str, rule: &Rule, other: &Flag) -> Option<Problem> {
    let Json::String(variant) = &rule.value else { return None };
    let keys: Vec<&str> = other.variants.iter().map(|variant| variant.key.as_str()).collect();
    if keys.contains(&variant.as_str()) {
        return None;
    }
    let allowed = match keys.as_slice() {
        [] => "true or false".to_owned(),
        keys => format!("true, false, {}", keys.join(", ")),
    };
    let message = format!("flag {:?} has no variant {variant:?}, use {allowed}", other.key);
    Some(Problem::invalid(format!("{path}.value"), message))
}

/// The way from a flag back to the last one of the list.
fn circle(path: &str, from: usize, all: &[&Flag], names: &Names<'_>) -> Option<Problem> {
    let goal = all.len() - 1;
    let mut came_from: HashMap<usize, usize> = HashMap::new();
    let mut queue = VecDeque::from([from]);
    while let Some(at) = queue.pop_front() {
        if at == goal {
            let mut keys = vec![all[goal].key.as_str()];
            let mut step = goal;
            while step != from {
                step = came_from[&step];
                keys.push(&all[step].key);
            }
            keys.push(&all[goal].key);
            keys.reverse();
            return Some(told(path, &keys));
        }
        for (_, name, _) in on_flags(all[at]) {
            let Some(next) = names.find(name).filter(|next| *next != from) else { continue };
            came_from.entry(next).or_insert_with(|| {
                queue.push_back(next);
                at
            });
        }
    }
    None
}

fn told(path: &str, keys: &[&str]) -> Problem {
    let message = format!("a flag must not depend on itself: {}", keys.join(" -> "));
    Problem::invalid(format!("{path}.key"), message)
}
