//! The paths of one person.

use super::{
    super::{
        Mark, Person, Plan, Values, Wanted,
        session::{self, Cutter},
    },
    names::{Namer, Names, Shared},
};
use crate::{Anchor, Dimension, PathUnit, Paths, Selector};

/// Any event: it makes a session go on.
const ANY: usize = 0;
/// The column of session ids.
const IDS: usize = 1;

/// Paths as a walk asks for them.
pub(super) struct Rules {
    /// The selector of the events that make a path.
    selector: usize,
    /// The column of session ids, where they count.
    ids: Option<usize>,
    start: Option<u32>,
    end: Option<u32>,
    depth: usize,
}

impl Rules {
    pub(super) fn new(q: &Paths, names: &mut Names) -> Self {
        let (start, end) = match &q.anchor {
            Anchor::Free => (None, None),
            Anchor::Start(name) => (Some(names.number(name)), None),
            Anchor::End(name) => (None, Some(names.number(name))),
        };
        let selector = if q.selector == Selector::default() { ANY } else { ANY + 1 };
        let ids = (q.unit == PathUnit::Session).then_some(IDS);
        Self { selector, ids, start, end, depth: q.depth }
    }

    pub(super) fn plan(q: &Paths) -> Plan {
        let mut selectors = vec![Selector::default()];
        if q.selector != selectors[ANY] {
            selectors.push(q.selector.clone());
        }
        let mut columns = vec![Wanted::Value(Dimension::Value(q.by.clone()))];
        if q.unit == PathUnit::Session {
            columns.push(session::id_column());
        }
        let times = (q.range.from.0, q.range.to.0);
        Plan { times, selectors, columns, ..Plan::default() }
    }
}

/// A node of a path.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) name: u32,
    /// When it was come to, ms.
    pub(super) at: i64,
}

/// What walks, with its buffers.
#[derive(Default)]
pub(super) struct Walker {
    cutter: Cutter,
    namer: Namer,
    nodes: Vec<Node>,
}

impl Walker {
    /// Gives every path of a person, at least one node long, with the position of its first node.
    pub(super) fn each<V: Values>(
        &mut self,
        rules: &Rules,
        names: &Shared,
        person: &Person<'_>,
        values: &V,
        mut then: impl FnMut(usize, &[Node]),
    ) {
        let Self { cutter, namer, nodes } = self;
        if rules.selector != ANY && !person.marks.iter().any(|mark| mark.is(rules.selector)) {
            return;
        }
        for unit in cutter.cut(person.marks, ANY, rules.ids, values) {
            nodes.clear();
            collect(rules, unit.marks, nodes, |mark| namer.of(mark, values, names));
            let (first, nodes) = ended(rules, nodes);
            if !nodes.is_empty() {
                then(first, nodes);
            }
        }
    }
}

/// The nodes of a unit, from the start asked for, equal neighbours once; no more than are shown
/// unless it is the end that counts.
fn collect(
    rules: &Rules,
    marks: &[Mark],
    nodes: &mut Vec<Node>,
    mut name: impl FnMut(&Mark) -> Option<u32>,
) {
    for mark in marks.iter().filter(|mark| mark.is(rules.selector)) {
        let Some(name) = name(mark) else { continue };
        let repeats = match nodes.last() {
            Some(last) => last.name == name,
            None => rules.start.is_some_and(|start| start != name),
        };
        if !repeats {
            nodes.push(Node { name, at: mark.at });
            if rules.end.is_none() && nodes.len() == rules.depth {
                return;
            }
        }
    }
}

/// What is shown of a path, and the position of its first node: an end is at the last position,
/// however short the path is.
fn ended<'a>(rules: &Rules, nodes: &'a [Node]) -> (usize, &'a [Node]) {
    let Some(name) = rules.end else { return (1, nodes) };
    let Some(end) = nodes.iter().rposition(|node| node.name == name) else { return (1, &[]) };
    let start = (end + 1).saturating_sub(rules.depth);
    let kept = &nodes[start..=end];
    (rules.depth + 1 - kept.len(), kept)
}
