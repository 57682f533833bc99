//! The folds: one counts paths, one lists whose they are.

use std::sync::PoisonError;

use super::{
    super::{Fold, Person, Values},
    edges::Edges,
    names::{Names, Shared},
    walk::{Node, Rules, Walker},
};

/// Counts.
pub(super) struct Count {
    pub(super) rules: Rules,
    pub(super) names: Shared,
}

impl Count {
    pub(super) fn into_names(self) -> Names {
        self.names.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was counted.
#[derive(Default)]
pub(super) struct Counted {
    walker: Walker,
    pub(super) edges: Edges,
}

impl Fold for Count {
    type Part = Counted;

    fn start(&self) -> Counted {
        Counted::default()
    }

    fn person<V: Values>(&self, part: &mut Counted, person: Person<'_>, values: &V) {
        let Counted { walker, edges } = part;
        let add = |first: usize, nodes: &[Node]| edges.add(first, nodes);
        walker.each(&self.rules, &self.names, &person, values, add);
    }

    fn merge(&self, mut a: Counted, b: Counted) -> Counted {
        a.edges.absorb(b.edges);
        a
    }
}

/// Lists the persons of a node or an edge.
pub(super) struct Who {
    pub(super) rules: Rules,
    pub(super) names: Shared,
    /// Position of the first of the wanted nodes, from 1.
    pub(super) depth: usize,
    /// Names, one behind the other.
    pub(super) wanted: Vec<u32>,
}

/// What was listed.
#[derive(Default)]
pub(super) struct Listed {
    walker: Walker,
    pub(super) persons: Vec<u32>,
}

impl Fold for Who {
    type Part = Listed;

    fn start(&self) -> Listed {
        Listed::default()
    }

    fn person<V: Values>(&self, part: &mut Listed, person: Person<'_>, values: &V) {
        let Listed { walker, persons } = part;
        let mut goes = false;
        walker.each(&self.rules, &self.names, &person, values, |first, nodes| {
            let wanted = self
                .depth
                .checked_sub(first)
                .and_then(|skipped| nodes.get(skipped..)?.get(..self.wanted.len()));
            goes |= wanted.is_some_and(|nodes| {
                nodes.iter().map(|node| node.name).eq(self.wanted.iter().copied())
            });
        });
        persons.extend(person.number.filter(|_| goes));
    }

    fn merge(&self, mut a: Listed, mut b: Listed) -> Listed {
        a.persons.append(&mut b.persons);
        a
    }
}
