//! What is known of persons from before what is stored: when their ids first sent each event type.

use std::collections::HashMap;

use event::Timestamp;

use super::{LocalSource, links::Linked, roster::Roster};
use crate::AskError;

/// First times of what is no longer stored.
pub(super) type Before = [(Box<str>, Timestamp)];

/// The same by the key of the person.
pub(super) type FirstTimes = HashMap<u64, Vec<(Box<str>, Timestamp)>>;

impl LocalSource<'_> {
    /// Reads the first times, once and only where something was removed. What is removed while
    /// the question runs may be in both: in the snapshot and among the first times.
    pub(super) fn look_back(&self) -> Result<(), AskError> {
        let removed = self.snapshot.disk.horizons.contains_key(self.tenant());
        if !removed || self.before.get().is_some() {
            return Ok(());
        }
        let mut all = FirstTimes::new();
        let (mut rows, mut bytes) = (0, 0);
        for (distinct_id, event_type, at) in
            self.scanner.store.first_seen(&self.scanner.asking.tenant)?
        {
            let person = self.links.canonical(self.scanner.person_key(&distinct_id));
            rows += 1;
            bytes += distinct_id.len() + event_type.len() + size_of::<Timestamp>();
            all.entry(person).or_default().push((event_type, at));
        }
        self.scanner.count_read(rows, bytes as u64);
        self.before.get_or_init(|| all);
        Ok(())
    }

    /// The first times of a person, if they were asked for.
    pub(super) fn first_seen(&self, roster: &Roster, number: u32) -> &Before {
        let Some(all) = self.before.get() else { return &[] };
        all.get(&roster.key(number)).map_or(&[], Vec::as_slice)
    }
}
