//! The steps every draft goes through, in this order.
//!
//! A step looks at one thing and either keeps the draft or says why not; what it finds out goes
//! into [`Derived`] and is written into the event behind the last step. Adding a step is adding a
//! function and a line to [`STEPS`]; `docs/pipeline.md` tells of each.

mod bots;
mod consent;
mod identity;
mod limits;
mod page;
mod place;
mod privacy;
mod timestamp;
mod user_agent;
mod visitor;

use std::sync::Arc;

use event::{Field, Reason, Timestamp};

use crate::{Draft, agent::Agent, derived::Derived, scene::Scene};

/// What a step works on: the draft, and what earlier steps found.
#[derive(Debug)]
pub(crate) struct Work<'a, 'd> {
    /// The draft.
    pub(crate) draft: &'a mut Draft<'d>,
    /// Its time, once the step `timestamp` has run.
    pub(crate) timestamp: Timestamp,
    /// Fields that were found.
    pub(crate) derived: &'a mut Derived,
    /// What the user agent tells, once the step `bots` has run.
    pub(crate) agent: Option<Arc<Agent>>,
}

impl Work<'_, '_> {
    /// The text of a field, the draft's own or found; None when it is absent or empty.
    pub(crate) fn get(&self, field: Field) -> Option<&str> {
        self.derived.get(self.draft.fields.view(), field)
    }
}

/// One step.
pub(crate) type Step = fn(&mut Work<'_, '_>, &Scene<'_>) -> Result<(), Reason>;

/// All steps, in order, by name.
pub(crate) const STEPS: &[(&str, Step)] = &[
    ("size", limits::size),
    ("event_type", limits::event_type),
    ("timestamp", timestamp::timestamp),
    ("retention", timestamp::retention),
    ("ids", limits::ids),
    ("properties", limits::properties),
    ("bots", bots::bots),
    ("user_agent", user_agent::user_agent),
    ("place", place::place),
    ("page", page::page),
    ("identity", identity::identity),
    ("consent", consent::consent),
    ("visitor", visitor::visitor),
    ("privacy", privacy::privacy),
];

/// Runs all steps; the time of the event, or the first reason against it.
pub(crate) fn run(
    draft: &mut Draft<'_>,
    scene: &Scene<'_>,
    derived: &mut Derived,
) -> Result<Timestamp, Reason> {
    derived.clear();
    let mut work = Work { draft, timestamp: scene.request.received_at, derived, agent: None };
    for (_, step) in STEPS {
        step(&mut work, scene)?;
    }
    let timestamp = work.timestamp;
    derived.apply(&mut draft.fields);
    Ok(timestamp)
}

#[cfg(test)]
mod tests;
