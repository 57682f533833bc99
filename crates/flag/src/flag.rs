//! A flag: plain data, as people write it.

use event::Timestamp;
use serde_json::Value as Json;

use crate::{Rule, Subject};

/// A named switch that answers differently for different people.
#[derive(Clone, Debug, PartialEq)]
pub struct Flag {
    /// Its number, stable for life; 0 until it is kept somewhere.
    pub id: u64,
    /// The name in code; part of the hash, so it never changes.
    pub key: String,
    /// The name for people.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether it is on, before its schedule is asked ([`Flag::is_active`]).
    pub active: bool,
    /// Put away: never on, kept for its history.
    pub archived: bool,
    /// Counts its changes, from 1.
    pub version: u64,
    /// Conditions in the order they are asked; the first that matches decides.
    pub groups: Vec<Condition>,
    /// Asked before everything else, of people who have one of its properties (enrolment).
    pub super_groups: Vec<Condition>,
    /// People kept out of every experiment that names it.
    pub holdout: Option<Holdout>,
    /// Variants in the order in which they share the people; none for a plain flag.
    pub variants: Vec<Variant>,
    /// What is handed out with a variant.
    pub payloads: Vec<Payload>,
    /// The kind of group that is bucketed in place of the person, as an index.
    pub aggregation: Option<u8>,
    /// Whether a condition that matched and fell outside its percentage ends the search.
    pub early_exit: bool,
    /// Which id is hashed.
    pub bucketing: Bucketing,
    /// Whether a person keeps what was seen before logging in.
    pub ensure_experience_continuity: bool,
    /// When it goes on and off by itself, in order of time.
    pub schedule: Vec<Turn>,
}

/// One set of rules with the share of people it is for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    /// All must hold.
    pub rules: Vec<Rule>,
    /// Of those for whom they hold, 0 to 100; none means all.
    pub rollout_percentage: Option<f64>,
    /// The variant everybody gets who comes in here.
    pub variant: Option<String>,
    /// Who is bucketed here.
    pub aggregation: Aggregation,
}

/// Who is bucketed by a condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aggregation {
    /// As the flag says.
    #[default]
    Inherited,
    /// The person.
    Person,
    /// The group of this kind.
    Group(u8),
}

/// A share of people that sees no experiment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Holdout {
    /// Names the variant: `holdout-<id>`.
    pub id: i64,
    /// 0 to 100.
    pub exclusion_percentage: f64,
}

/// One of the things a flag can answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// What code compares with.
    pub key: String,
    /// The name for people.
    pub name: String,
    /// Its share, 0 to 100; those of a flag sum to 100.
    pub rollout_percentage: f64,
}

/// What is handed out with an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Payload {
    /// The variant, or `true` where there is none.
    pub variant: String,
    /// As it was written: JSON text stays text.
    pub value: Json,
}

/// Which id of a person is hashed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bucketing {
    /// The distinct id.
    #[default]
    DistinctId,
    /// The device id; the distinct id where there is none.
    DeviceId,
}

impl Bucketing {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DistinctId => "distinct_id",
            Self::DeviceId => "device_id",
        }
    }
}

/// One entry of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// From when, this moment included.
    pub at: Timestamp,
    /// On or off.
    pub active: bool,
}

impl Flag {
    /// The cohorts its rules name, each once.
    pub fn cohorts(&self) -> Vec<String> {
        let rules = self.groups.iter().chain(&self.super_groups).flat_map(|group| &group.rules);
        let of_cohorts = rules.filter(|rule| rule.subject == Subject::Cohort);
        let mut names: Vec<String> = of_cohorts.map(Rule::cohort).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// A flag that is on for everybody.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            id: 0,
            key: key.into(),
            name: String::new(),
            description: String::new(),
            active: true,
            archived: false,
            version: 1,
            groups: vec![Condition::default()],
            super_groups: Vec::new(),
            holdout: None,
            variants: Vec::new(),
            payloads: Vec::new(),
            aggregation: None,
            early_exit: false,
            bucketing: Bucketing::default(),
            ensure_experience_continuity: false,
            schedule: Vec::new(),
        }
    }

    /// Whether it is on at a moment: as the last turn before it says, else as it is set.
    pub fn is_active(&self, now: Timestamp) -> bool {
        let turn = self.schedule.iter().rev().find(|turn| turn.at <= now);
        !self.archived && turn.map_or(self.active, |turn| turn.active)
    }

    /// Lets the turns that have passed become its setting, and forgets them. Done before a flag
    /// is changed by hand: otherwise a turn of last week would undo what is set today.
    pub fn settle(&mut self, now: Timestamp) {
        let passed = self.schedule.partition_point(|turn| turn.at <= now);
        if let Some(last) = self.schedule.drain(..passed).next_back() {
            self.active = last.active;
        }
    }

    /// What is handed out with an answer.
    pub fn payload(&self, variant: Option<&str>) -> Option<&Json> {
        let variant = variant.unwrap_or("true");
        self.payloads.iter().find(|payload| payload.variant == variant).map(|p| &p.value)
    }

    /// Every condition with the path of its field.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = (String, &Condition)> {
        let path = |name: &'static str| {
            move |(index, condition)| (format!("filters.{name}[{index}]"), condition)
        };
        let groups = self.groups.iter().enumerate().map(path("groups"));
        groups.chain(self.super_groups.iter().enumerate().map(path("super_groups")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheduled() -> Flag {
        let turn = |at, active| Turn { at: Timestamp(at), active };
        let schedule = vec![turn(10, false), turn(20, true)];
        Flag { schedule, ..Flag::new("beta") }
    }

    #[test]
    fn the_last_turn_that_has_passed_decides() {
        let flag = scheduled();
        let states = [9, 10, 19, 20, 99].map(|now| flag.is_active(Timestamp(now)));
        assert_eq!(states, [true, false, false, true, true]);
        assert!(!Flag { archived: true, ..flag }.is_active(Timestamp(99)));
    }

    #[test]
    fn settling_keeps_the_state_and_what_is_to_come() {
        let mut flag = scheduled();
        flag.settle(Timestamp(15));
        assert!(!flag.active);
        assert_eq!(flag.schedule.len(), 1);
        assert!(flag.is_active(Timestamp(20)));
    }
}
