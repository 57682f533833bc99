//! Flags to compiled flags.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value as Json;

use super::{
    Asked, CompiledCondition, CompiledFlag, CompiledRule, Expected, Source,
    order::{Names, Order, order},
};
use crate::{Aggregation, Condition, Flag, Operator, Rule, Subject, rule};

/// Compiles flags into the order in which they are asked.
pub(super) fn all(flags: Vec<Flag>) -> Vec<CompiledFlag> {
    let flags = without_doubles(flags);
    let Order { sequence, is_missing, edges } = order(&flags);
    let mut position = vec![0; flags.len()];
    for (at, original) in sequence.iter().enumerate() {
        position[*original] = at;
    }
    let names = Names::new(sequence.iter().map(|original| &flags[*original]));
    let mut needs: Vec<Vec<usize>> = Vec::with_capacity(flags.len());
    let mut compiled = Vec::with_capacity(flags.len());
    for original in &sequence {
        let flag = &flags[*original];
        let is_missing_a_dependency = is_missing[*original];
        let mut all: BTreeSet<usize> = BTreeSet::new();
        if !is_missing_a_dependency {
            for direct in edges[*original].iter().map(|other| position[*other]) {
                all.extend(&needs[direct]);
                all.insert(direct);
            }
        }
        needs.push(all.iter().copied().collect());
        let conditions = |list: &[Condition]| {
            list.iter().map(|condition| of_condition(condition, flag, &names)).collect()
        };
        compiled.push(CompiledFlag {
            groups: conditions(&flag.groups),
            super_groups: conditions(&flag.super_groups),
            holdout: flag.holdout.map(|h| (h.exclusion_percentage, format!("holdout-{}", h.id))),
            needs: all.into_iter().collect(),
            is_missing_a_dependency,
            flag: flag.clone(),
        });
    }
    compiled
}

fn without_doubles(flags: Vec<Flag>) -> Vec<Flag> {
    let positions = flags.iter().enumerate();
    let last: HashMap<String, usize> = positions.map(|(at, flag)| (flag.key.clone(), at)).collect();
    let numbered = flags.into_iter().enumerate();
    numbered.filter(|(at, flag)| last.get(&flag.key) == Some(at)).map(|(_, flag)| flag).collect()
}

fn of_condition(condition: &Condition, flag: &Flag, names: &Names<'_>) -> CompiledCondition {
    let own = condition.variant.as_ref();
    CompiledCondition {
        rules: condition.rules.iter().map(|rule| of_rule(rule, names)).collect(),
        rollout_percentage: condition.rollout_percentage.unwrap_or(100.0),
        variant: own.and_then(|own| flag.variants.iter().position(|v| v.key == *own)),
        group: match condition.aggregation {
            Aggregation::Inherited => flag.aggregation,
            Aggregation::Person => None,
            Aggregation::Group(index) => Some(index),
        },
    }
}

fn of_rule(rule: &Rule, names: &Names<'_>) -> CompiledRule {
    let asked = match &rule.subject {
        Subject::Person(key) => property(Source::Person, key, rule),
        Subject::Group(key, index) => property(Source::Group(*index), key, rule),
        Subject::Cohort => Asked::Cohort(rule.cohort(), rule.operator == Operator::In),
        Subject::Flag(name) => match (names.find(name), expected(&rule.value)) {
            (Some(position), Some(expected)) => Asked::Flag(position, expected),
            _ => Asked::Never,
        },
    };
    CompiledRule { asked, negation: rule.negation }
}

fn property(source: Source, key: &str, rule: &Rule) -> Asked {
    match rule::parse(rule.operator, &rule.value) {
        Ok(test) => Asked::Property(source, key.to_owned(), test),
        Err(_) => Asked::Never,
    }
}

fn expected(value: &Json) -> Option<Expected> {
    match value {
        Json::Bool(enabled) => Some(Expected::Any(*enabled)),
        Json::String(variant) => Some(Expected::Variant(variant.clone())),
        _ => None,
    }
}
