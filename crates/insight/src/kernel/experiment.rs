//! What persons did after they first saw a variant of a flag.
//!
//! A person's first exposure is found first: a goal may lie before it in the order of events and
//! at the same moment, and that one counts.

use super::{Fold, Person, Plan, Source, Values, Wanted, gather};
use crate::{
    AnswerError, Experiment, ExperimentAnswer, GoalFigures, GoalMeasure, VariantFigures,
    exact::{self, Spread},
};

/// Whether an experiment is small enough; what [`crate::read`] lets through is.
pub(super) fn fits(q: &Experiment) -> bool {
    (1..=Experiment::VARIANTS_MAX).contains(&q.variants.len())
        && (1..=Experiment::GOALS_MAX).contains(&q.goals.len())
}

/// The answer.
pub(super) fn answer<S: Source>(q: &Experiment, source: &S) -> Result<ExperimentAnswer, S::Error> {
    let fold = Arms { q, columns: columns(q) };
    let found = source.fold(&plan(q), &fold)?;
    let figures = |(measure, sums): (&GoalMeasure, &Sums)| GoalFigures {
        achieved: sums.achieved,
        spread: (*measure != GoalMeasure::Conversion).then_some(sums.spread),
    };
    let measures = || q.goals.iter().map(|goal| &goal.measure);
    let variants = q.variants.iter().zip(&found.arms).map(|(variant, arm)| VariantFigures {
        variant: variant.clone(),
        persons: arm.persons,
        goals: measures().zip(&arm.goals).map(figures).collect(),
    });
    Ok(ExperimentAnswer {
        exposed: found.multiple + found.arms.iter().map(|arm| arm.persons).sum::<u64>(),
        multiple: found.multiple,
        variants: variants.collect(),
    })
}

/// The persons of a variant, or of all, that achieved a goal (from 0), or all of them.
pub(super) fn behind<S: Source>(
    q: &Experiment,
    variant: Option<&str>,
    goal: Option<usize>,
    source: &S,
) -> Result<Vec<u32>, S::Error> {
    let index = variant.map(|variant| q.variants.iter().position(|one| one == variant));
    if index == Some(None) || goal.is_some_and(|goal| goal >= q.goals.len()) {
        return Err(AnswerError::Coordinate("experiment").into());
    }
    let wanted = index.flatten();
    let Some(goal) = goal else {
        return gather::persons(source, &plan(q), |_: &mut (), person| {
            exposed(q, &person).is_some_and(|(arm, _)| wanted.is_none_or(|wanted| arm == wanted))
        });
    };
    let fold = Achieved { arms: Arms { q, columns: columns(q) }, wanted, goal };
    source.fold(&plan(q), &fold)
}

/// One selector per variant, then one per goal.
fn plan(q: &Experiment) -> Plan {
    let exposures = q.variants.iter().map(|variant| q.exposure(variant));
    let goals = q.goals.iter().map(|goal| goal.selector.clone());
    let subjects = q.goals.iter().filter_map(|goal| goal.measure.subject());
    Plan {
        times: (q.range.from.0, q.range.to.0),
        selectors: exposures.chain(goals).collect(),
        columns: subjects.cloned().map(Wanted::Number).collect(),
        ..Plan::default()
    }
}

/// By goal the column of its number.
fn columns(q: &Experiment) -> Vec<Option<usize>> {
    let mut next = 0;
    let column = |goal: &crate::Goal| {
        goal.measure.subject().map(|_| {
            next += 1;
            next - 1
        })
    };
    q.goals.iter().map(column).collect()
}

/// The variant a person saw, and when first; None where it saw none, and several.
fn exposed(q: &Experiment, person: &Person<'_>) -> Option<(usize, i64)> {
    let variants = (1_u64 << q.variants.len()) - 1;
    let seen = person.marks.iter().fold(0, |seen, mark| seen | mark.bits) & variants;
    let first = person.marks.iter().find(|mark| mark.bits & variants != 0)?;
    (seen.count_ones() == 1).then(|| (seen.trailing_zeros() as usize, first.at))
}

struct Arms<'q> {
    q: &'q Experiment,
    columns: Vec<Option<usize>>,
}

#[derive(Default)]
struct Found {
    multiple: u64,
    arms: Vec<Arm>,
}

#[derive(Clone)]
struct Arm {
    persons: u64,
    goals: Vec<Sums>,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    achieved: u64,
    spread: Spread,
}

/// What a person did of one goal.
struct Did {
    /// Events, or numbers in them.
    times: u64,
    /// The sum of the numbers, in millionths.
    sum: i128,
}

impl Arms<'_> {
    fn did<V: Values>(&self, goal: usize, since: i64, person: &Person<'_>, values: &V) -> Did {
        let bit = self.q.variants.len() + goal;
        let marks = person.marks.iter().filter(|mark| mark.at >= since && mark.is(bit));
        let Some(column) = self.columns[goal] else {
            return Did { times: marks.count() as u64, sum: 0 };
        };
        let numbers = marks.filter_map(|mark| exact::scaled(values.number(column, mark)?));
        let add = |did: Did, number| Did { times: did.times + 1, sum: did.sum + number };
        numbers.fold(Did { times: 0, sum: 0 }, add)
    }
}

/// The number of a person in millionths, if it has one.
pub(crate) fn of_person(measure: &GoalMeasure, times: u64, sum: i128) -> Option<i128> {
    match measure {
        GoalMeasure::Conversion => None,
        GoalMeasure::Count => Some(i128::from(times) * 1_000_000),
        GoalMeasure::Sum(_) => Some(sum),
        GoalMeasure::Mean(_) => exact::mean(sum, times).and_then(exact::scaled),
    }
}

impl Fold for Arms<'_> {
    type Part = Found;

    fn start(&self) -> Found {
        let arm = Arm { persons: 0, goals: vec![Sums::default(); self.q.goals.len()] };
        Found { multiple: 0, arms: vec![arm; self.q.variants.len()] }
    }

    fn person<V: Values>(&self, part: &mut Found, person: Person<'_>, values: &V) {
        let variants = (1_u64 << self.q.variants.len()) - 1;
        let Some((index, since)) = exposed(self.q, &person) else {
            part.multiple += u64::from(person.marks.iter().any(|mark| mark.bits & variants != 0));
            return;
        };
        let arm = &mut part.arms[index];
        arm.persons += 1;
        for (goal, sums) in arm.goals.iter_mut().enumerate() {
            let did = self.did(goal, since, &person, values);
            sums.achieved += u64::from(did.times > 0);
            let number = of_person(&self.q.goals[goal].measure, did.times, did.sum);
            number.into_iter().for_each(|number| sums.spread.add(number));
        }
    }

    fn merge(&self, mut a: Found, b: Found) -> Found {
        a.multiple += b.multiple;
        for (arm, other) in a.arms.iter_mut().zip(b.arms) {
            arm.persons += other.persons;
            for (sums, other) in arm.goals.iter_mut().zip(other.goals) {
                sums.achieved += other.achieved;
                sums.spread.merge(other.spread);
            }
        }
        a
    }
}

struct Achieved<'q> {
    arms: Arms<'q>,
    wanted: Option<usize>,
    goal: usize,
}

impl Fold for Achieved<'_> {
    type Part = Vec<u32>;

    fn start(&self) -> Vec<u32> {
        Vec::new()
    }

    fn person<V: Values>(&self, part: &mut Vec<u32>, person: Person<'_>, values: &V) {
        if let Some((arm, since)) = exposed(self.arms.q, &person)
            && self.wanted.is_none_or(|wanted| arm == wanted)
            && self.arms.did(self.goal, since, &person, values).times > 0
        {
            part.extend(person.number);
        }
    }

    fn merge(&self, mut a: Vec<u32>, b: Vec<u32>) -> Vec<u32> {
        a.extend(b);
        a
    }
}
