//! A source over facts in memory: plain, for comparing kernels with the oracle.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use event::{Event, Field, Timestamp, Value};
use insight::{
    AnswerError, BreakdownValue, Column, Definition, Dimension, Filter, Identity, Matcher,
    PersonTraits, Predicate, Row, Subject,
    filter::number_of,
    kernel::{self, Before, Fold, MERGED, Mark, Person, Plan, Source, Values, Wanted},
    oracle::Facts,
};

pub(crate) struct FactsSource<'a> {
    /// By (time, id), with the number of the person.
    rows: Vec<(&'a Event, Option<u32>)>,
    persons: Vec<String>,
    traits: Vec<String>,
    /// Names of event types, and by person the moments of what is no longer stored.
    names: Vec<Arc<str>>,
    before: Vec<Vec<(u32, i64)>>,
    identity: Identity,
    facts: &'a Facts,
    codes: Mutex<Vec<(Dimension, Vec<BreakdownValue>)>>,
}

impl<'a> FactsSource<'a> {
    pub(crate) fn new(facts: &'a Facts) -> Self {
        let identity = Identity::fold(facts.links.iter().map(|(at, link)| (*at, link)));
        let mut events: Vec<&Event> = facts.events.iter().map(|fact| &fact.event).collect();
        events.sort_by_key(|event| (event.timestamp, event.id));
        // What is known of a person outlives its events.
        let mut traits: BTreeMap<&str, PersonTraits> = BTreeMap::new();
        for Event { timestamp, id, event_type, properties, fields, .. } in &events {
            let distinct = fields.get(Field::DistinctId).filter(|id| !id.is_empty());
            let Some(distinct) = distinct else { continue };
            let traits = traits.entry(identity.person(distinct)).or_default();
            traits.add(*timestamp, *id, event_type, properties);
        }
        events.retain(|event| facts.horizon.is_none_or(|horizon| event.timestamp >= horizon));
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let mut persons = Vec::new();
        let rows = events.into_iter().map(|event| {
            let distinct = event.fields.get(Field::DistinctId).filter(|id| !id.is_empty());
            let number = distinct.map(|id| {
                let person = identity.person(id).to_owned();
                *numbers.entry(person.clone()).or_insert_with(|| {
                    persons.push(person);
                    persons.len() as u32 - 1
                })
            });
            (event, number)
        });
        let rows = rows.collect();
        let (mut names, mut before) = (Vec::new(), vec![Vec::new(); persons.len()]);
        for first in &facts.first_seen {
            if let Some(number) = numbers.get(identity.person(&first.distinct_id)) {
                names.push(first.event_type.as_str().into());
                before[*number as usize].push((names.len() as u32 - 1, first.at.0));
            }
        }
        let json = |person: &String| traits.get(person.as_str()).map(PersonTraits::to_json);
        let traits = persons.iter().map(|person| json(person).unwrap_or_default()).collect();
        Self { rows, persons, traits, names, before, identity, facts, codes: Mutex::default() }
    }

    fn cohorts(&self, plan: &Plan) -> Result<Cohorts, AnswerError> {
        let mut cohorts = Vec::new();
        for selector in &plan.selectors {
            let matcher = Matcher::new(&selector.filter).map_err(AnswerError::Filter)?;
            for definition in matcher.cohorts() {
                cohorts.push((definition.clone(), kernel::members(definition, self)?));
            }
        }
        for wanted in &plan.columns {
            if let Wanted::Value(Dimension::Cohort(definition)) = wanted {
                cohorts.push(((**definition).clone(), kernel::members(definition, self)?));
            }
        }
        Ok(cohorts)
    }
}

type Cohorts = Vec<(Definition, Vec<u32>)>;

/// As few marks as a plan allows.
fn merged(plan: &Plan, marks: &[Mark]) -> Vec<Mark> {
    let mut merged: Vec<(usize, Mark)> = Vec::new();
    for mark in marks {
        let bucket = plan.edges.partition_point(|edge| *edge <= mark.at);
        let inside = 0 < bucket && bucket < plan.edges.len() && plan.columns.is_empty();
        match merged.last_mut() {
            Some((last, own)) if inside && *last == bucket => own.bits |= mark.bits,
            _ => {
                let at = if inside { plan.edges[bucket - 1].max(plan.times.0) } else { mark.at };
                let (unit, row) =
                    if inside { (MERGED, bucket as u32 - 1) } else { (mark.unit, mark.row) };
                merged.push((bucket, Mark { at, unit, row, ..*mark }));
            }
        }
    }
    merged.into_iter().map(|(_, mark)| mark).collect()
}

/// A row as filters see it.
struct Known<'a> {
    event: &'a Event,
    person: Option<u32>,
    traits: &'a [String],
    cohorts: &'a Cohorts,
}

impl Row for Known<'_> {
    fn column(&self, column: Column) -> Value<'_> {
        self.event.column(column)
    }

    fn properties(&self) -> &str {
        &self.event.properties
    }

    fn person_properties(&self) -> &str {
        self.person.map_or("{}", |person| &self.traits[person as usize])
    }

    fn in_cohort(&self, definition: &Definition) -> bool {
        let (_, members) = self.cohorts.iter().find(|(d, _)| d == definition).unwrap();
        self.person.is_some_and(|person| members.binary_search(&person).is_ok())
    }
}

struct Looked<'a> {
    source: &'a FactsSource<'a>,
    columns: &'a [Wanted],
    cohorts: &'a Cohorts,
}

impl Looked<'_> {
    fn row(&self, mark: &Mark) -> Known<'_> {
        let (event, person) = self.source.rows[mark.row as usize];
        Known { event, person, traits: &self.source.traits, cohorts: self.cohorts }
    }
}

impl Values for Looked<'_> {
    fn code(&self, column: usize, mark: &Mark) -> u32 {
        let Wanted::Value(dimension) = &self.columns[column] else { panic!("not a value") };
        let row = self.row(mark);
        let value = match dimension {
            Dimension::Value(subject) => BreakdownValue::of(&subject.value(&row)),
            Dimension::Cohort(cohort) => BreakdownValue::Bool(row.in_cohort(cohort)),
        };
        let mut all = self.source.codes.lock().unwrap();
        let at = all.iter().position(|(d, _)| d == dimension).unwrap_or_else(|| {
            all.push((dimension.clone(), Vec::new()));
            all.len() - 1
        });
        let values = &mut all[at].1;
        let code = values.iter().position(|v| *v == value).unwrap_or_else(|| {
            values.push(value);
            values.len() - 1
        });
        code as u32
    }

    fn value(&self, column: usize, code: u32) -> BreakdownValue {
        let Wanted::Value(dimension) = &self.columns[column] else { panic!("not a value") };
        self.source.value(dimension, code)
    }

    fn number(&self, column: usize, mark: &Mark) -> Option<f64> {
        let Wanted::Number(subject) = &self.columns[column] else { panic!("not a number") };
        number_of(&subject.value(&self.row(mark)))
    }

    fn hash(&self, column: usize, mark: &Mark) -> u64 {
        let Wanted::Hash(subject) = &self.columns[column] else { panic!("not a hash") };
        let row = self.row(mark);
        let Value::Text(text) = subject.value(&row) else { return 0 };
        let fnv = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        if text.is_empty() { 0 } else { text.bytes().fold(0xcbf2_9ce4_8422_2325, fnv).max(1) }
    }
}

impl Source for FactsSource<'_> {
    type Error = AnswerError;

    fn now(&self) -> Timestamp {
        self.facts.now
    }

    fn fold<F: Fold>(&self, plan: &Plan, fold: &F) -> Result<F::Part, AnswerError> {
        let cohorts = self.cohorts(plan)?;
        let matchers: Result<Vec<_>, _> =
            plan.selectors.iter().map(|selector| Matcher::new(&selector.filter)).collect();
        let matchers = matchers.map_err(AnswerError::Filter)?;
        let mut marks: BTreeMap<Option<u32>, Vec<Mark>> = BTreeMap::new();
        for (row, (event, person)) in self.rows.iter().enumerate() {
            if person.is_none() && !plan.nobody && !plan.anyone {
                continue;
            }
            let known = Known { event, person: *person, traits: &self.traits, cohorts: &cohorts };
            let mut bits = 0;
            for (i, selector) in plan.selectors.iter().enumerate() {
                let taken = selector.takes(&event.event_type) && matchers[i].matches(&known);
                bits |= u64::from(taken) << i;
            }
            let at = event.timestamp.0;
            if bits != 0 && plan.times.0 <= at && at < plan.times.1 {
                let mark = Mark { at, bits, unit: 0, row: row as u32 };
                let person = if plan.anyone { None } else { *person };
                marks.entry(person).or_default().push(mark);
            } else if plan.everyone && person.is_some() {
                marks.entry(*person).or_default();
            }
        }
        let looked = Looked { source: self, columns: &plan.columns, cohorts: &cohorts };
        // Two parts, so that merging is tried, and persons in no particular order.
        let mut parts = [fold.start(), fold.start()];
        for (number, marks) in marks.iter().rev() {
            let rows = match number {
                Some(number) if plan.before => &self.before[*number as usize][..],
                _ => &[],
            };
            let before = Before { names: &self.names, rows };
            let marks = &*merged(plan, marks);
            let part = &mut parts[number.unwrap_or(0) as usize % 2];
            fold.person(part, Person { number: *number, marks, before }, &looked);
        }
        let [a, b] = parts;
        Ok(fold.merge(a, b))
    }

    fn event_types(&self, _: (i64, i64)) -> Result<Vec<String>, AnswerError> {
        let names = self.rows.iter().map(|(event, _)| event.event_type.to_string());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names.dedup();
        Ok(names)
    }

    fn totals(
        &self,
        (from, to): (i64, i64),
        edges: &[i64],
    ) -> Result<Vec<(String, Vec<u64>)>, AnswerError> {
        let mut all: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for (event, _) in &self.rows {
            let at = event.timestamp.0;
            let interval = edges.windows(2).position(|pair| pair[0] <= at && at < pair[1]);
            if let Some(interval) = interval.filter(|_| from <= at && at < to) {
                let cells = all.entry(event.event_type.to_string()).or_default();
                cells.resize(edges.len() - 1, 0);
                cells[interval] += 1;
            }
        }
        Ok(all.into_iter().collect())
    }

    fn value(&self, dimension: &Dimension, code: u32) -> BreakdownValue {
        let all = self.codes.lock().unwrap();
        let (_, values) = all.iter().find(|(d, _)| d == dimension).unwrap();
        values[code as usize].clone()
    }

    fn events(&self, marks: &[Mark]) -> Result<Vec<Event>, AnswerError> {
        Ok(marks.iter().map(|mark| self.rows[mark.row as usize].0.clone()).collect())
    }

    fn ids(&self, persons: &[u32]) -> Result<Vec<String>, AnswerError> {
        Ok(persons.iter().map(|person| self.persons[*person as usize].clone()).collect())
    }

    fn properties(&self, persons: &[u32]) -> Result<Vec<String>, AnswerError> {
        Ok(persons.iter().map(|person| self.traits[*person as usize].clone()).collect())
    }

    fn number(&self, distinct_id: &str) -> Result<Option<u32>, AnswerError> {
        let person = self.identity.person(distinct_id);
        Ok(self.persons.iter().position(|p| p == person).map(|at| at as u32))
    }

    fn holding(&self, predicate: &Predicate) -> Result<Vec<u32>, AnswerError> {
        assert!(matches!(predicate.subject, Subject::Person(_)));
        let matcher = Matcher::new(&Filter::Is(predicate.clone())).map_err(AnswerError::Filter)?;
        let none = Vec::new();
        let Some((event, _)) = self.rows.first() else { return Ok(Vec::new()) };
        let holds = |number: &u32| {
            let row = Known { event, person: Some(*number), traits: &self.traits, cohorts: &none };
            matcher.matches(&row)
        };
        Ok((0..self.persons.len() as u32).filter(holds).collect())
    }
}
