//! Which distinct ids are one person: the rules of [`insight::Identity`], for millions of ids.
//!
//! Each linked id is a *node*, numbered as it comes. Groups are trees: of two that are joined the
//! smaller is hung under the larger one's root, which knows who the person is. The members of a
//! group are also a ring, so joining two groups swaps two numbers and touches few nodes.

use std::sync::atomic::{AtomicU64, Ordering};

use super::cow::{ByKey, Chunks, TextAt, Texts};

const NONE: u32 = u32::MAX;

/// A linked id.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// Its key.
    key: u64,
    /// Position of its first link.
    first: u64,
    text: TextAt,
    /// The node it hangs under; itself at the root.
    parent: u32,
    /// The next one in the ring of the group.
    next: u32,
    /// The next one with the same key.
    same: u32,
    /// At the root: who is the person.
    best: u32,
    /// At the root: how many there are.
    size: u32,
    identified: bool,
    /// Taken out: nothing leads here any more, and the number is not used again.
    gone: bool,
}

/// Groups of linked ids.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    nodes: Chunks<Node>,
    texts: Texts,
    /// Per key its first node.
    by_key: ByKey<u32>,
    text_bytes: u64,
    /// Changes whenever an id came to another person.
    generation: u64,
    /// Ids that are not their own person.
    moved: u64,
}

/// Never given twice in a process, so that groups made anew are not taken for those before them.
fn next_generation() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

impl Groups {
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.len() == 0
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// Ids that are not their own person.
    pub(super) fn moved_count(&self) -> u64 {
        self.moved
    }

    pub(super) fn bytes(&self) -> u64 {
        let index = self.by_key.len() * 2 * size_of::<(u64, u32)>();
        self.text_bytes + (self.nodes.len() * size_of::<Node>() + index) as u64
    }

    /// The node of an id.
    pub(super) fn find(&self, key: u64, id: &str) -> Option<u32> {
        let mut at = *self.by_key.get(key)?;
        while self.text(at) != id {
            at = self.nodes.at(at).same;
            if at == NONE {
                return None;
            }
        }
        Some(at)
    }

    /// The node of an id, made when there is none.
    pub(super) fn enter(&mut self, position: u64, key: u64, id: &str) -> u32 {
        if let Some(at) = self.find(key, id) {
            return at;
        }
        let at = self.nodes.len() as u32;
        let text = self.texts.push(id);
        self.text_bytes += id.len() as u64;
        let mut node = Node {
            key,
            first: position,
            text,
            parent: at,
            next: at,
            same: NONE,
            best: at,
            size: 1,
            identified: false,
            gone: false,
        };
        match self.by_key.get(key) {
            // The first of a key stays the one that is found by it.
            Some(&first) => {
                node.same = self.nodes.at(first).same;
                self.nodes.at_mut(first).same = at;
            }
            None => {
                self.by_key.insert(key, at);
            }
        }
        self.nodes.push(node);
        at
    }

    pub(super) fn is_identified(&self, node: u32) -> bool {
        self.nodes.at(node).identified
    }

    /// An id was seen as a user id.
    pub(super) fn identify(&mut self, node: u32) {
        self.nodes.at_mut(node).identified = true;
        let root = self.root(node);
        let best = self.nodes.at(root).best;
        if self.is_before(node, best) {
            self.nodes.at_mut(root).best = node;
            self.generation = next_generation();
        }
    }

    /// Two ids are one person, unless both are of identified users and these differ; `force` joins
    /// those too. False when they were one already or stay apart.
    pub(super) fn join(&mut self, a: u32, b: u32, force: bool) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        let identified = |root: u32| self.is_identified(self.nodes.at(root).best);
        if a == b || (!force && identified(a) && identified(b)) {
            return false;
        }
        let (small, large) = match self.nodes.at(a).size <= self.nodes.at(b).size {
            true => (a, b),
            false => (b, a),
        };
        let Node { best, size, next, .. } = *self.nodes.at(small);
        self.nodes.at_mut(small).parent = large;
        let root = self.nodes.at_mut(large);
        root.size += size;
        let other = std::mem::replace(&mut root.next, next);
        let so_far = root.best;
        self.nodes.at_mut(small).next = other;
        if self.is_before(best, so_far) {
            self.nodes.at_mut(large).best = best;
        }
        self.generation = next_generation();
        self.moved += 1;
        true
    }

    /// The linked ids of the person of an id; none when it is not linked.
    pub(super) fn ids_of(&self, key: u64, id: &str) -> impl Iterator<Item = &str> {
        self.ring(self.find(key, id)).map(|at| self.text(at))
    }

    /// Takes the person of an id out with all of its ids; their nodes.
    pub(super) fn remove(&mut self, key: u64, id: &str) -> Vec<u32> {
        let ring: Vec<u32> = self.ring(self.find(key, id)).collect();
        for at in &ring {
            self.unlist(*at);
            self.nodes.at_mut(*at).gone = true;
        }
        if !ring.is_empty() {
            self.generation = next_generation();
            self.moved -= ring.len() as u64 - 1;
        }
        ring
    }

    /// No key leads to a node any more.
    fn unlist(&mut self, node: u32) {
        let Node { key, same, .. } = *self.nodes.at(node);
        let Some(&first) = self.by_key.get(key) else { return };
        if first == node {
            match same {
                NONE => self.by_key.remove(key),
                next => self.by_key.insert(key, next),
            };
            return;
        }
        let mut at = first;
        while self.nodes.at(at).same != NONE {
            let next = self.nodes.at(at).same;
            if next == node {
                self.nodes.at_mut(at).same = same;
                return;
            }
            at = next;
        }
    }

    fn ring(&self, start: Option<u32>) -> impl Iterator<Item = u32> {
        let next =
            move |at: &u32| Some(self.nodes.at(*at).next).filter(|next| Some(*next) != start);
        std::iter::successors(start, next)
    }

    /// Whether of two ids of a group the first one is rather its person.
    fn is_before(&self, a: u32, b: u32) -> bool {
        let rank = |at: u32| {
            let node = self.nodes.at(at);
            (!node.identified, node.first, self.texts.get(node.text))
        };
        rank(a) < rank(b)
    }

    fn root(&self, mut node: u32) -> u32 {
        loop {
            let parent = self.nodes.at(node).parent;
            if parent == node {
                return node;
            }
            node = parent;
        }
    }

    fn text(&self, node: u32) -> &str {
        self.texts.get(self.nodes.at(node).text)
    }

    fn person(&self, node: u32) -> u32 {
        self.nodes.at(self.root(node)).best
    }

    /// The key of the person of a key.
    pub(super) fn canonical(&self, key: u64) -> u64 {
        self.by_key.get(key).map_or(key, |node| self.nodes.at(self.person(*node)).key)
    }

    /// The text of a linked id.
    pub(super) fn id_of(&self, key: u64) -> Option<&str> {
        self.by_key.get(key).map(|node| self.text(*node))
    }

    /// Keys whose person has another key, with that one.
    pub(super) fn moved(&self) -> impl Iterator<Item = (u64, u64)> {
        let keys = self.by_key.iter();
        let keys = keys.map(|(key, node)| (key, self.nodes.at(self.person(*node)).key));
        keys.filter(|(own, canonical)| own != canonical)
    }

    /// All linked ids of the person of a key, with their keys; none when it is not linked.
    pub(super) fn members(&self, key: u64) -> impl Iterator<Item = (u64, &str)> {
        let ring = self.ring(self.by_key.get(key).copied());
        ring.map(|at| (self.nodes.at(at).key, self.text(at)))
    }

    /// Per linked id, in the order of their first links: that position, the id, whether it is
    /// identified, and the first id of its group.
    pub(super) fn told(&self) -> Vec<(u64, &str, bool, &str)> {
        let mut order: Vec<u32> = (0..self.nodes.len() as u32).collect();
        order.retain(|at| !self.nodes.at(*at).gone);
        order.sort_by_key(|at| self.nodes.at(*at).first);
        let mut leaders = std::collections::HashMap::new();
        let told = order.into_iter().map(|at| {
            let leader = *leaders.entry(self.root(at)).or_insert(at);
            let Node { first, identified, .. } = *self.nodes.at(at);
            (first, self.text(at), identified, self.text(leader))
        });
        told.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_made_anew_are_never_taken_for_those_before_them() {
        let made = || {
            let mut groups = Groups::default();
            let (a, b) = (groups.enter(1, 10, "a"), groups.enter(1, 20, "b"));
            assert!(groups.join(a, b, false));
            groups.generation()
        };
        assert_ne!(made(), made());
    }
}
