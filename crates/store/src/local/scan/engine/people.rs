//! What is known of persons by name: their ids, properties, and whose an id is.

use std::{collections::BTreeMap, sync::Arc};

use event::{Event, Field, Value};
use insight::{Filter, Matcher, Predicate, Row, kernel::Mark};

use super::{LocalSource, Unit, fetch, links::Linked, units};
use crate::{
    AskError,
    local::{
        columns::Base,
        part::{ColumnName, Selection},
    },
};

/// A unit and its base columns.
type Met = (Unit, Arc<Base>);

impl LocalSource<'_> {
    /// Events by their marks.
    pub(super) fn events_of(&self, marks: &[Mark]) -> Result<Vec<Event>, AskError> {
        let mut places: BTreeMap<u32, Vec<(usize, usize)>> = BTreeMap::new();
        for (place, mark) in marks.iter().enumerate() {
            places.entry(mark.unit).or_default().push((mark.row as usize, place));
        }
        let mut found: Vec<Option<Event>> = vec![None; marks.len()];
        for (number, mut rows) in places {
            rows.sort_unstable();
            let unit = self.met_unit(number);
            if let Unit::Head { rows: of_tenant, .. } = &unit {
                rows.iter_mut().for_each(|(row, _)| *row += of_tenant.start);
            }
            let mut asked = rows.clone();
            asked.dedup_by_key(|(row, _)| *row);
            let events = fetch::of_unit(self.scanner, &unit, &asked)?;
            for (row, place) in rows {
                let at = asked.partition_point(|(other, _)| *other < row);
                found[place] = events.get(at).cloned();
            }
        }
        let all: Option<Vec<Event>> = found.into_iter().collect();
        all.ok_or_else(|| AskError::Invalid {
            field: "kind".into(),
            problem: "lost an event".into(),
        })
    }

    /// The ids of persons by number.
    pub(super) fn ids_of(&self, persons: &[u32]) -> Result<Vec<String>, AskError> {
        let roster = self.known_roster();
        let mut wanted: Vec<Option<String>> = vec![None; roster.len()];
        let mut open = vec![false; roster.len()];
        for person in persons {
            let known = self.links.id_of(roster.key(*person)).map(str::to_owned);
            open[*person as usize] = known.is_none();
            wanted[*person as usize] = known;
        }
        for (unit, base) in self.everywhere()? {
            let Some(numbers) = roster.unit(unit.id()) else { continue };
            let mut rows = Vec::new();
            for stretch in 0..base.keys.len() {
                let person = numbers.person(stretch) as usize;
                if open.get(person) == Some(&true) {
                    open[person] = false;
                    rows.push((base.starts[stretch] as usize, person));
                }
            }
            for (text, (_, person)) in
                self.distinct_ids(&unit, &base, &rows)?.into_iter().zip(&rows)
            {
                wanted[*person] = Some(text);
            }
        }
        let id = |person: &u32| wanted[*person as usize].clone().unwrap_or_default();
        Ok(persons.iter().map(id).collect())
    }

    /// The distinct ids of rows, ascending; of each row its second half is the caller's.
    pub(super) fn distinct_ids(
        &self,
        unit: &Unit,
        base: &Base,
        rows: &[(usize, usize)],
    ) -> Result<Vec<String>, AskError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        match unit {
            Unit::Head { run, rows: of_tenant, .. } => {
                let id = |(row, _): &(usize, usize)| {
                    text(run.view(&run.rows[of_tenant.start + row]).fields.get(Field::DistinctId))
                };
                Ok(rows.iter().map(id).collect())
            }
            Unit::Group { part, group } => {
                let reader = self.scanner.open(part)?;
                let column = ColumnName::Text(Field::DistinctId);
                let few: Vec<usize> = rows.iter().map(|(row, _)| *row).collect();
                // Skipping rows one by one costs more than decoding all when many are wanted.
                if few.len() * 16 > base.rows() {
                    let texts = reader.texts(*group, column, Selection::All)?;
                    Ok(few.iter().map(|row| text(texts.get(*row))).collect())
                } else {
                    let texts = reader.texts(*group, column, Selection::Rows(&few))?;
                    Ok((0..few.len()).map(|at| text(texts.get(at))).collect())
                }
            }
        }
    }

    /// The properties of persons, JSON objects.
    pub(super) fn properties_of(&self, persons: &[u32]) -> Vec<String> {
        let roster = self.known_roster();
        let known = self.properties.get_or_init(|| self.links.properties());
        let of = |person: &u32| known.get(&roster.key(*person)).cloned();
        persons.iter().map(|person| of(person).unwrap_or_else(|| "{}".into())).collect()
    }

    /// The person of an id, if it has events.
    pub(super) fn number_of_id(&self, distinct_id: &str) -> Result<Option<u32>, AskError> {
        let key = self.links.canonical(self.scanner.person_key(distinct_id));
        let everywhere = self.everywhere()?;
        let roster = self.known_roster();
        let Some(number) = roster.number(key) else { return Ok(None) };
        let has = |(unit, base): &Met| {
            let Some(numbers) = roster.unit(unit.id()) else { return false };
            let lives = |stretch: usize| self.lives(base, stretch);
            let settled = base.find(key).is_some_and(|s| numbers.person(s) == number && lives(s));
            settled || numbers.strays_of(number, number + 1).iter().any(|(_, s)| lives(*s as usize))
        };
        Ok(everywhere.iter().any(has).then_some(number))
    }

    /// Persons with events whose properties fulfil a predicate, ascending.
    pub(super) fn holding_of(&self, predicate: &Predicate) -> Result<Vec<u32>, AskError> {
        let matcher = Matcher::new(&Filter::Is(predicate.clone()))
            .map_err(|problem| AskError::Invalid { field: "filter".into(), problem })?;
        let everywhere = self.everywhere()?;
        let roster = self.known_roster();
        let known = self.properties.get_or_init(|| self.links.properties());
        let holds = |object: &str| matcher.matches(&Properties(object));
        let others = holds("{}");
        let mut has_events = vec![false; roster.len()];
        for (unit, base) in &everywhere {
            let Some(numbers) = roster.unit(unit.id()) else { continue };
            for stretch in (0..base.keys.len()).filter(|at| self.lives(base, *at)) {
                if let Some(seen) = has_events.get_mut(numbers.person(stretch) as usize) {
                    *seen = true;
                }
            }
        }
        let held = |person: &u32| match known.get(&roster.key(*person)) {
            Some(object) => holds(object),
            None => others,
        };
        let persons = (0..roster.len() as u32).filter(|person| has_events[*person as usize]);
        Ok(persons.filter(held).collect())
    }

    /// All units of the tenant with events that are seen, in the roster.
    pub(super) fn everywhere(&self) -> Result<Vec<Met>, AskError> {
        let all = units(self.snapshot, self.tenant(), (self.horizon, i64::MAX), &[None]);
        let bases = self.bases(&all)?;
        self.roster(&all, &bases);
        Ok(all.into_iter().zip(bases).collect())
    }

    fn met_unit(&self, number: u32) -> Unit {
        let met = self.met.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        met.units[number as usize].clone()
    }
}

/// A person as a predicate on its properties sees it.
struct Properties<'a>(&'a str);

impl Row for Properties<'_> {
    fn column(&self, _: insight::Column) -> Value<'_> {
        Value::Missing
    }

    fn properties(&self) -> &str {
        "{}"
    }

    fn person_properties(&self) -> &str {
        self.0
    }
}
