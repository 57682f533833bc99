//! What the oracle is told of one tenant.

use event::{Event, Timestamp};

use crate::Link;

/// One stored event.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The event.
    pub event: Event,
    /// Where it lies in its lane.
    pub position: u64,
}

/// When an id was first seen, kept when the events themselves are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstSeen {
    /// The distinct id.
    pub distinct_id: String,
    /// With which event type.
    pub event_type: String,
    /// When.
    pub at: Timestamp,
}

/// Everything that is known of one tenant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Events, in any order.
    pub events: Vec<Fact>,
    /// Links with their positions, ascending.
    pub links: Vec<(u64, Link)>,
    /// First times from before the horizon.
    pub first_seen: Vec<FirstSeen>,
    /// The moment of asking.
    pub now: Timestamp,
    /// Events before are no longer stored and are left out; links and person properties that
    /// they told stay.
    pub horizon: Option<Timestamp>,
}

impl Facts {
    /// Events whose links are those that they themselves tell, in the order of their positions.
    pub fn of(events: Vec<Fact>, now: Timestamp) -> Self {
        let mut ordered: Vec<&Fact> = events.iter().collect();
        ordered.sort_by_key(|fact| fact.position);
        let tell = |fact: &&Fact| {
            let position = fact.position;
            Link::of(&fact.event).into_iter().map(move |link| (position, link))
        };
        let links = ordered.iter().flat_map(tell).collect();
        Self { events, links, now, ..Self::default() }
    }
}
