//! `kind: paths`: what follows what.

use super::{Range, Selector};
use crate::Subject;

/// `kind: paths`.
#[derive(Clone, Debug, PartialEq)]
pub struct Paths {
    /// When.
    pub range: Range,
    /// Which events make a path.
    pub selector: Selector,
    /// What names a node; events without it are left out.
    pub by: Subject,
    /// What makes one path.
    pub unit: PathUnit,
    /// Where paths start or end.
    pub anchor: Anchor,
    /// Nodes of a path, 2 to 10.
    pub depth: usize,
    /// Edges shown, 1 to 50.
    pub edges: usize,
}

/// What makes one path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PathUnit {
    /// A session.
    #[default]
    Session,
    /// A person's events up to a gap of more than 30 minutes, whatever their session ids.
    Person,
}

/// Where paths start or end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// At the first event.
    #[default]
    Free,
    /// At the first node of this name.
    Start(String),
    /// At the last node of this name.
    End(String),
}
