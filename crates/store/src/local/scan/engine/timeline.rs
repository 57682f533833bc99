//! One person with its timeline.

use std::collections::BTreeSet;

use event::Timestamp;
use insight::{Person, PersonAnswer, Profile, kernel::Mark};

use super::{LocalSource, links::Linked, list};
use crate::{AskError, local::scan::control};

impl LocalSource<'_> {
    /// All that is known of one person. Keys are hashes, so the text of each id is compared, too.
    pub(in crate::local::scan) fn timeline(&self, q: &Person) -> Result<PersonAnswer, AskError> {
        let of = self.checked(&q.selector(), insight::Order::Newest, q.after)?;
        let own = self.scanner.person_key(&q.id);
        let person = self.links.canonical(own);
        let members = self.links.members(person);
        let mut ids: BTreeSet<&str> = members.iter().map(|(_, id)| *id).collect();
        ids.insert(&q.id);
        let mut keys: BTreeSet<u64> = members.iter().map(|(key, _)| *key).collect();
        keys.extend([own, person]);
        let mut found: Vec<(i64, u128, Mark)> = Vec::new();
        let mut distinct_ids: BTreeSet<String> = BTreeSet::new();
        for (unit, base) in self.everywhere()? {
            control::check(self.scanner.asking)?;
            let met = self.meet(std::slice::from_ref(&unit))[0];
            let stretches = keys.iter().filter_map(|key| base.find(*key));
            let rows = stretches.flat_map(|at| base.stretch(at));
            let seen = rows.filter(|row| base.time(*row) >= self.horizon);
            let mut rows: Vec<(usize, usize)> = seen.map(|row| (row, 0)).collect();
            rows.sort_unstable();
            let texts = self.distinct_ids(&unit, &base, &rows)?;
            let mut mine = Vec::new();
            for ((row, _), text) in rows.into_iter().zip(texts) {
                if ids.contains(text.as_str()) {
                    mine.push(row);
                    distinct_ids.insert(text);
                }
            }
            let event_ids = self.scanner.ids_at(&unit, &mine)?;
            found.extend(mine.into_iter().zip(event_ids).map(|(row, id)| {
                let at = base.time(row);
                (at, id, Mark { at, bits: 0, unit: met, row: row as u32 })
            }));
        }
        found.sort_unstable_by_key(|(at, id, _)| std::cmp::Reverse((*at, *id)));
        let (Some((last, ..)), Some((first, ..))) = (found.first(), found.last()) else {
            return Ok(PersonAnswer::default());
        };
        let profile = Profile {
            person: self.links.id_of(person).unwrap_or(&q.id).to_owned(),
            distinct_ids: distinct_ids.into_iter().collect(),
            properties: self.links.properties_of(person).unwrap_or_else(|| "{}".into()),
            first_seen: Timestamp(*first),
            last_seen: Timestamp(*last),
            events: found.len() as u64,
        };
        let behind = |(at, id, _): &&(i64, u128, Mark)| {
            let after = q.after.map(|after| (after.timestamp.0, after.id.as_u128()));
            after.is_none_or(|after| (*at, *id) < after)
        };
        let inside = |(at, ..): &&(i64, u128, Mark)| q.range.contains(Timestamp(*at));
        let shown: Vec<Mark> =
            found.iter().filter(inside).filter(behind).take(q.limit + 1).map(|f| f.2).collect();
        let more = shown.len() > q.limit;
        let events = self.events_of(&shown[..shown.len().min(q.limit)])?;
        let next = list::next(&events, more, of);
        Ok(PersonAnswer { profile: Some(profile), events, next })
    }
}
