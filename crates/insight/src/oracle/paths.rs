//! What follows what.

use std::collections::{BTreeMap, BTreeSet};

use event::Timestamp;

use super::{
    session,
    world::{People, Seen, World},
};
use crate::{
    Anchor, AnswerError, BreakdownValue, PathEdge, PathNode, PathUnit, Paths, PathsAnswer, exact,
};

/// One path: positions, names and times.
struct Path<'a> {
    person: &'a str,
    nodes: Vec<(usize, String, Timestamp)>,
}

fn paths<'a>(q: &Paths, world: &World<'a>) -> Result<Vec<Path<'a>>, AnswerError> {
    let inside: Vec<Seen<'a>> =
        world.rows.iter().filter(|seen| q.range.contains(seen.at())).copied().collect();
    let mut found = Vec::new();
    for unit in session::cut(&inside, q.unit == PathUnit::Session) {
        let mut nodes: Vec<(String, Timestamp)> = Vec::new();
        for seen in world.select(&unit.rows, &q.selector)? {
            let value = world.ask(seen, |row| BreakdownValue::of(&q.by.value(row)));
            let name = match value {
                BreakdownValue::Text(text) | BreakdownValue::Json(text) => text,
                BreakdownValue::Number(number) => number.to_string(),
                BreakdownValue::Bool(truth) => truth.to_string(),
                BreakdownValue::Null | BreakdownValue::None | BreakdownValue::Other => continue,
            };
            if nodes.last().is_none_or(|(last, _)| *last != name) {
                nodes.push((name, seen.at()));
            }
        }
        let nodes = anchored(q, nodes);
        if !nodes.is_empty() {
            found.push(Path { person: unit.person, nodes });
        }
    }
    Ok(found)
}

/// The part of a path that is shown. Positions count from 1; a path to an end has its end at the
/// last position, however short it is.
fn anchored(q: &Paths, nodes: Vec<(String, Timestamp)>) -> Vec<(usize, String, Timestamp)> {
    let (nodes, first) = match &q.anchor {
        Anchor::Free => (nodes, 1),
        Anchor::Start(name) => match nodes.iter().position(|(node, _)| node == name) {
            Some(start) => (nodes[start..].to_vec(), 1),
            None => return Vec::new(),
        },
        Anchor::End(name) => match nodes.iter().rposition(|(node, _)| node == name) {
            Some(end) => {
                let start = (end + 1).saturating_sub(q.depth);
                let kept = nodes[start..=end].to_vec();
                let first = q.depth + 1 - kept.len();
                (kept, first)
            }
            None => return Vec::new(),
        },
    };
    let numbered = nodes.into_iter().take(q.depth).enumerate();
    numbered.map(|(index, (name, at))| (first + index, name, at)).collect()
}

pub(super) fn answer(q: &Paths, world: &World<'_>) -> Result<PathsAnswer, AnswerError> {
    let paths = paths(q, world)?;
    let mut nodes: BTreeMap<(usize, &str), u64> = BTreeMap::new();
    let mut edges: BTreeMap<(usize, &str, &str), (u64, i128)> = BTreeMap::new();
    for path in &paths {
        for (depth, name, _) in &path.nodes {
            *nodes.entry((*depth, name)).or_default() += 1;
        }
        for pair in path.nodes.windows(2) {
            let edge = edges.entry((pair[0].0, &pair[0].1, &pair[1].1)).or_default();
            edge.0 += 1;
            edge.1 += i128::from(pair[1].2.0 - pair[0].2.0);
        }
    }
    let mut edges: Vec<_> = edges.into_iter().collect();
    edges.sort_by(|(a, (count_a, _)), (b, (count_b, _))| count_b.cmp(count_a).then(a.cmp(b)));
    let dropped_edges = edges.len().saturating_sub(q.edges) as u64;
    edges.truncate(q.edges);
    let ends: BTreeSet<(usize, &str)> =
        edges.iter().flat_map(|((d, from, to), _)| [(*d, *from), (*d + 1, *to)]).collect();
    let node = |(depth, name): &(usize, &str)| PathNode {
        depth: *depth,
        name: (*name).to_owned(),
        count: nodes[&(*depth, *name)],
    };
    let edge = |((depth, from, to), (count, ms)): ((usize, &str, &str), (u64, i128))| PathEdge {
        depth,
        from: from.to_owned(),
        to: to.to_owned(),
        count,
        avg_seconds: exact::mean_seconds(ms, count),
    };
    Ok(PathsAnswer {
        paths: paths.len() as u64,
        nodes: ends.iter().map(node).collect(),
        edges: edges.into_iter().map(edge).collect(),
        dropped_edges,
    })
}

/// The persons of a node, or of the edge from it to the next.
pub(super) fn people<'a>(
    q: &Paths,
    depth: usize,
    names: &[&str],
    world: &World<'a>,
) -> Result<People<'a>, AnswerError> {
    let paths = paths(q, world)?;
    let goes = |path: &&Path<'a>| {
        path.nodes.windows(names.len()).any(|part| {
            part[0].0 == depth
                && part.iter().map(|(_, name, _)| name.as_str()).eq(names.iter().copied())
        })
    };
    Ok(paths.iter().filter(goes).map(|path| path.person).collect())
}
