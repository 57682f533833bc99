//! The people, and the days they come on.
//!
//! A few persons do very much and most very little (a power law), some begin later and some stay
//! away after a while, so that retention has a shape. The same seed gives the same rows.

use super::{
    row::{DAY, DAYS, Row, START, mix},
    visit::Visits,
};

/// Persons per event: at 10M events some 440,000 of them are ever seen.
const PERSONS_PER_EVENT: f64 = 0.062;
/// How uneven persons are: 1 would be even.
const UNEVENNESS: f64 = 2.2;
/// Share of events that come late, and by how much at most.
const LATE_SHARE: f64 = 0.05;
const LATE_MS_MAX: i64 = 3 * DAY;

/// More than the longest visit: the last ones of a day may be cut to make their number right.
const VISIT_ROWS_MAX: usize = 200;

/// How the rows come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Set {
    /// In the order of time, each person under one id.
    Ordered,
    /// 5 % come up to three days late, 40 % of the people have an anonymous id before a login.
    Late,
}

/// Gives the rows in the order they come in, a day at a time.
pub(crate) struct World {
    set: Set,
    rows: u64,
    day: i64,
    random: fastrand::Rng,
    persons: u32,
    seen: Vec<bool>,
    visits: Visits,
    /// Rows that happened but have not come in.
    waiting: Vec<Row>,
}

impl World {
    pub(crate) fn new(set: Set, rows: u64, seed: u64) -> Self {
        let persons = ((rows as f64 * PERSONS_PER_EVENT) as u32).max(10);
        Self {
            set,
            rows,
            day: 0,
            random: fastrand::Rng::with_seed(seed),
            persons,
            seen: vec![false; persons as usize],
            visits: Visits::new(persons, set == Set::Late),
            waiting: Vec::new(),
        }
    }

    /// Persons with at least one row so far.
    pub(crate) fn persons_seen(&self) -> usize {
        self.seen.iter().filter(|seen| **seen).count()
    }

    /// All that comes in on the next day; None after the last one.
    pub(crate) fn next_day(&mut self) -> Option<Vec<Row>> {
        if self.day == DAYS {
            return None;
        }
        let end = START + (self.day + 1) * DAY;
        let mut rows = self.happen();
        self.day += 1;
        rows.append(&mut self.waiting);
        rows.sort_unstable_by_key(|row| (row.arrival, row.id));
        let first_later = rows.partition_point(|row| row.arrival < end);
        if self.day < DAYS {
            self.waiting = rows.split_off(first_later);
        }
        Some(rows)
    }

    /// What happens on the day.
    fn happen(&mut self) -> Vec<Row> {
        let share = |day: i64| self.rows * day as u64 / DAYS as u64;
        let quota = (share(self.day + 1) - share(self.day)) as usize;
        let mut rows = Vec::with_capacity(quota + 64);
        while rows.len() < quota {
            let person = self.somebody();
            self.seen[person as usize] = true;
            let may_be_cut = rows.len() + VISIT_ROWS_MAX > quota;
            let day = START + self.day * DAY;
            self.visits.one(person, day, may_be_cut, &mut self.random, &mut rows);
        }
        rows.truncate(quota);
        rows.sort_unstable_by_key(|row| (row.person, row.at, row.id));
        let (mut person, mut last) = (u32::MAX, 0);
        for row in &mut rows {
            if row.person == person && row.at <= last {
                row.at = last + 1;
            }
            (person, last) = (row.person, row.at);
            row.arrival = row.at + self.delay();
        }
        rows
    }

    fn delay(&mut self) -> i64 {
        match self.set {
            Set::Late if self.random.f64() < LATE_SHARE => self.random.i64(0..LATE_MS_MAX),
            _ => 5,
        }
    }

    /// A person that has begun and has not gone.
    fn somebody(&mut self) -> u32 {
        loop {
            let share = self.random.f64().powf(UNEVENNESS);
            // Numbers are shuffled, or the busiest would all be neighbours.
            let rank = (share * f64::from(self.persons)) as u64;
            let person = (rank.wrapping_mul(0x9e37_79b1) % u64::from(self.persons)) as u32;
            if self.is_there(person) {
                return person;
            }
        }
    }

    fn is_there(&self, person: u32) -> bool {
        let fate = mix(u64::from(person) ^ 1 << 37);
        let first = if fate.is_multiple_of(10) { (fate >> 8) as i64 & 31 } else { 0 };
        let first = if fate % 10 < 6 { (fate >> 8) as i64 & 31 } else { first };
        let stays = match fate >> 16 & 3 {
            0 => DAYS,
            1 => 20,
            2 => 9,
            _ => 3,
        };
        (first..first + stays).contains(&self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::row::{IDENTIFY, Who},
        *,
    };
    use std::collections::HashSet;

    fn all(set: Set) -> Vec<Row> {
        let mut world = World::new(set, 30_000, 7);
        let mut rows = Vec::new();
        while let Some(day) = world.next_day() {
            rows.extend(day);
        }
        rows
    }

    #[test]
    fn the_same_seed_gives_the_same_rows_and_a_persons_times_differ() {
        for set in [Set::Ordered, Set::Late] {
            let rows = all(set);
            assert_eq!(rows.len(), 30_000);
            let again = all(set);
            assert!(rows.iter().zip(&again).all(|(a, b)| (a.id, a.at) == (b.id, b.at)));
            let moments: HashSet<_> = rows.iter().map(|row| (row.person, row.at)).collect();
            assert_eq!(moments.len(), rows.len());
            let inside = |row: &Row| (START..START + DAYS * DAY).contains(&row.at);
            assert!(rows.iter().all(inside));
        }
    }

    #[test]
    fn every_login_leaves_a_link() {
        let mut rows = all(Set::Late);
        rows.sort_by_key(|row| (row.person, row.at));
        for one in rows.chunk_by(|a, b| a.person == b.person) {
            let ids: HashSet<bool> = one.iter().map(|r| r.who == Who::Anonymous).collect();
            let linked = one.iter().any(|r| r.who == Who::Both || r.kind == IDENTIFY);
            assert!(ids.len() == 1 || linked, "{one:?}");
        }
    }

    #[test]
    fn late_rows_come_late() {
        let in_order = |rows: &[Row]| rows.is_sorted_by_key(|row| row.at);
        assert!(in_order(&all(Set::Ordered)));
        let late = all(Set::Late);
        assert!(late.is_sorted_by_key(|row| row.arrival) && !in_order(&late));
        let share = late.iter().filter(|row| row.arrival - row.at > 5).count();
        assert!((1_200..1_800).contains(&share), "{share}");
    }
}
