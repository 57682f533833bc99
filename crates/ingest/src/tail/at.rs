//! Where an event stands, as followers name it.

use std::{fmt, str::FromStr};

use journal::{Lane, Position};
use thiserror::Error;

/// A lane and a position in it; as text `lane:position`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// The lane.
    pub lane: Lane,
    /// The position.
    pub position: Position,
}

/// Not two whole numbers with a colon between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("must be a lane and a position, like 0:1042")]
pub struct NoPlace;

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.lane.0, self.position)
    }
}

impl FromStr for At {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let (lane, position) = text.split_once(':').ok_or(NoPlace)?;
        let lane = Lane(lane.parse().map_err(|_| NoPlace)?);
        Ok(Self { lane, position: position.parse().map_err(|_| NoPlace)? })
    }
}
