//! Edges counted, and the answer made of them.

use super::{super::mix::CodeMap, names::Names, walk::Node};
use crate::{PathEdge, PathNode, Paths, PathsAnswer, exact};

/// Paths along an edge.
#[derive(Clone, Copy, Default)]
struct Flow {
    count: u64,
    /// Time from one node to the other, summed up, ms. No path lasts longer than a day, so the
    /// sum of 10^11 of them fits.
    ms: i64,
}

/// What was counted.
#[derive(Default)]
pub(super) struct Edges {
    paths: u64,
    /// Paths by the position and name of their first node.
    starts: CodeMap<(u32, u32), u64>,
    /// Per position of the first node, from 1: edges by both names.
    flows: Vec<CodeMap<u64, Flow>>,
}

/// An edge: position of its first node, names, and what flows.
type Edge = (usize, u32, u32, Flow);

impl Edges {
    /// Takes in one path whose first node is at a position, from 1.
    pub(super) fn add(&mut self, first: usize, nodes: &[Node]) {
        self.paths += 1;
        *self.starts.entry((first as u32, nodes[0].name)).or_default() += 1;
        self.reach(first + nodes.len() - 2);
        for (pair, flows) in nodes.windows(2).zip(&mut self.flows[first - 1..]) {
            let flow = flows.entry(key(pair[0].name, pair[1].name)).or_default();
            flow.count += 1;
            flow.ms += pair[1].at - pair[0].at;
        }
    }

    /// Makes room for edges of so many positions.
    fn reach(&mut self, positions: usize) {
        if self.flows.len() < positions {
            self.flows.resize_with(positions, CodeMap::default);
        }
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.paths += other.paths;
        for (start, count) in other.starts {
            *self.starts.entry(start).or_default() += count;
        }
        self.reach(other.flows.len());
        for (mine, theirs) in self.flows.iter_mut().zip(other.flows) {
            for (key, theirs) in theirs {
                let flow = mine.entry(key).or_default();
                flow.count += theirs.count;
                flow.ms += theirs.ms;
            }
        }
    }

    fn all(&self) -> impl Iterator<Item = Edge> {
        self.flows.iter().zip(1..).flat_map(|(flows, depth)| {
            flows.iter().map(move |(key, flow)| (depth, (key >> 32) as u32, *key as u32, *flow))
        })
    }

    pub(super) fn answer(&self, q: &Paths, names: &Names) -> PathsAnswer {
        let mut edges: Vec<Edge> = self.all().collect();
        let place = |edge: &Edge| (edge.0, names.name(edge.1), names.name(edge.2));
        let order =
            |a: &Edge, b: &Edge| b.3.count.cmp(&a.3.count).then_with(|| place(a).cmp(&place(b)));
        let dropped = edges.len().saturating_sub(q.edges);
        if dropped > 0 {
            edges.select_nth_unstable_by(q.edges, order);
        }
        edges.truncate(q.edges);
        edges.sort_unstable_by(order);
        let edge = |(depth, from, to, flow): &Edge| PathEdge {
            depth: *depth,
            from: names.name(*from).to_owned(),
            to: names.name(*to).to_owned(),
            count: flow.count,
            avg_seconds: exact::mean_seconds(i128::from(flow.ms), flow.count),
        };
        PathsAnswer {
            paths: self.paths,
            nodes: self.nodes(&edges, names),
            edges: edges.iter().map(edge).collect(),
            dropped_edges: dropped as u64,
        }
    }

    /// The ends of some edges with the paths through them: those that start there and those that
    /// come there.
    fn nodes(&self, shown: &[Edge], names: &Names) -> Vec<PathNode> {
        let ends =
            shown.iter().flat_map(|(depth, from, to, _)| [(*depth, *from), (depth + 1, *to)]);
        let mut counts: CodeMap<(usize, u32), u64> = ends.map(|end| (end, 0)).collect();
        for ((depth, name), started) in &self.starts {
            if let Some(count) = counts.get_mut(&(*depth as usize, *name)) {
                *count += started;
            }
        }
        for (depth, _, to, flow) in self.all() {
            if let Some(count) = counts.get_mut(&(depth + 1, to)) {
                *count += flow.count;
            }
        }
        let node = |((depth, name), count): ((usize, u32), u64)| PathNode {
            depth,
            name: names.name(name).to_owned(),
            count,
        };
        let mut nodes: Vec<PathNode> = counts.into_iter().map(node).collect();
        nodes.sort_unstable_by(|a, b| (a.depth, &a.name).cmp(&(b.depth, &b.name)));
        nodes
    }
}

fn key(from: u32, to: u32) -> u64 {
    u64::from(from) << 32 | u64::from(to)
}
