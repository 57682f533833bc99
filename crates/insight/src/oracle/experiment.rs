//! What persons did after they first saw a variant of a flag.

use std::collections::BTreeMap;

use super::world::{People, Seen, World};
use crate::{
    AnswerError, Experiment, ExperimentAnswer, Goal, GoalFigures, GoalMeasure, VariantFigures,
    exact::{self, Spread},
    filter::number_of,
};

/// By person its first exposure, of those that saw one variant; by variant. And how many saw several.
struct Exposed<'a> {
    by_variant: Vec<BTreeMap<&'a str, Seen<'a>>>,
    multiple: u64,
}

fn exposed<'a>(q: &Experiment, world: &World<'a>) -> Result<Exposed<'a>, AnswerError> {
    let mut by_variant = Vec::new();
    let mut variants: BTreeMap<&str, u64> = BTreeMap::new();
    for variant in &q.variants {
        let mut first: BTreeMap<&str, Seen<'_>> = BTreeMap::new();
        for seen in world.within(&q.range, &q.exposure(variant))? {
            first.extend(seen.person.filter(|id| !first.contains_key(id)).map(|id| (id, seen)));
        }
        first.keys().for_each(|person| *variants.entry(person).or_default() += 1);
        by_variant.push(first);
    }
    by_variant.iter_mut().for_each(|first| first.retain(|person, _| variants[person] == 1));
    let multiple = variants.values().filter(|count| **count > 1).count() as u64;
    Ok(Exposed { by_variant, multiple })
}

/// The numbers of each person of a variant that has one, and those that achieved the goal.
fn achieved<'a>(
    goal: &Goal,
    persons: &BTreeMap<&'a str, Seen<'a>>,
    q: &Experiment,
    world: &World<'a>,
) -> Result<(People<'a>, Vec<i128>), AnswerError> {
    let mut of: BTreeMap<&str, Vec<i128>> = persons.keys().map(|id| (*id, Vec::new())).collect();
    for seen in world.within(&q.range, &goal.selector)? {
        let Some((person, first)) = seen.person.and_then(|id| persons.get_key_value(id)) else {
            continue;
        };
        let number = match goal.measure.subject() {
            None => Some(0),
            Some(subject) => {
                let number = world.ask(seen, |row| number_of(&subject.value(row)));
                number.and_then(exact::scaled)
            }
        };
        if seen.at() >= first.at() {
            of.entry(person).or_default().extend(number);
        }
    }
    let number = |numbers: &Vec<i128>| match goal.measure {
        GoalMeasure::Conversion => None,
        GoalMeasure::Count => exact::scaled(numbers.len() as f64),
        GoalMeasure::Sum(_) => Some(numbers.iter().sum()),
        GoalMeasure::Mean(_) => {
            exact::mean(numbers.iter().sum(), numbers.len() as u64).and_then(exact::scaled)
        }
    };
    let numbers = of.values().filter_map(number).collect();
    let achieved = of.into_iter().filter(|(_, numbers)| !numbers.is_empty());
    Ok((achieved.map(|(person, _)| person).collect(), numbers))
}

pub(super) fn answer(q: &Experiment, world: &World<'_>) -> Result<ExperimentAnswer, AnswerError> {
    let exposed = exposed(q, world)?;
    let mut variants = Vec::new();
    for (variant, persons) in q.variants.iter().zip(&exposed.by_variant) {
        let mut goals = Vec::new();
        for goal in &q.goals {
            let (achieved, numbers) = achieved(goal, persons, q, world)?;
            let mut spread = Spread::default();
            numbers.into_iter().for_each(|number| spread.add(number));
            let spread = (goal.measure != GoalMeasure::Conversion).then_some(spread);
            goals.push(GoalFigures { achieved: achieved.len() as u64, spread });
        }
        let persons = persons.len() as u64;
        variants.push(VariantFigures { variant: variant.clone(), persons, goals });
    }
    let single: u64 = variants.iter().map(|variant| variant.persons).sum();
    let multiple = exposed.multiple;
    Ok(ExperimentAnswer { exposed: single + multiple, multiple, variants })
}

pub(super) fn people<'a>(
    q: &Experiment,
    variant: Option<&str>,
    goal: Option<usize>,
    world: &World<'a>,
) -> Result<People<'a>, AnswerError> {
    let wrong = AnswerError::Coordinate("experiment");
    if variant.is_some_and(|variant| !q.variants.iter().any(|one| one == variant)) {
        return Err(wrong);
    }
    let exposed = exposed(q, world)?;
    let named = q.variants.iter().zip(exposed.by_variant);
    let wanted = named.filter(|(one, _)| variant.is_none_or(|variant| *one == variant));
    let persons: BTreeMap<&str, Seen<'a>> = wanted.flat_map(|(_, persons)| persons).collect();
    match goal {
        None => Ok(persons.into_keys().collect()),
        Some(goal) => Ok(achieved(q.goals.get(goal).ok_or(wrong)?, &persons, q, world)?.0),
    }
}
