//! Sets of persons, by number.

/// Some persons, or all persons but some.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Set {
    /// Whether it is everybody else.
    pub(super) inverted: bool,
    /// Ascending.
    pub(super) persons: Vec<u32>,
}

impl Set {
    /// These persons, ascending.
    pub(super) fn of(persons: Vec<u32>) -> Self {
        Self { inverted: false, persons }
    }

    pub(super) fn everybody() -> Self {
        Self { inverted: true, persons: Vec::new() }
    }

    pub(super) fn not(self) -> Self {
        Self { inverted: !self.inverted, ..self }
    }

    pub(super) fn and(self, other: Self) -> Self {
        let (a, b) = (&self.persons, &other.persons);
        let persons = match (self.inverted, other.inverted) {
            (false, false) => both(a, b),
            (false, true) => without(a, b),
            (true, false) => without(b, a),
            (true, true) => either(a, b),
        };
        Self { inverted: self.inverted && other.inverted, persons }
    }

    pub(super) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

/// Sorted, each once.
pub(super) fn ascending(mut persons: Vec<u32>) -> Vec<u32> {
    persons.sort_unstable();
    persons.dedup();
    persons
}

fn both(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut found = Vec::with_capacity(a.len().min(b.len()));
    let mut rest = b;
    for person in a {
        rest = behind(rest, *person);
        if rest.first() == Some(person) {
            found.push(*person);
        }
    }
    found
}

/// Those of `a` that are not in `b`.
pub(super) fn without(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut found = Vec::with_capacity(a.len());
    let mut rest = b;
    for person in a {
        rest = behind(rest, *person);
        if rest.first() != Some(person) {
            found.push(*person);
        }
    }
    found
}

fn either(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut found = Vec::with_capacity(a.len() + b.len());
    let mut rest = b;
    for person in a {
        let later = behind(rest, *person);
        found.extend_from_slice(&rest[..rest.len() - later.len()]);
        found.push(*person);
        rest = later.strip_prefix(&[*person]).unwrap_or(later);
    }
    found.extend_from_slice(rest);
    found
}

/// What of an ascending list is not smaller than `person`.
fn behind(list: &[u32], person: u32) -> &[u32] {
    let smaller = list.iter().take_while(|other| **other < person).count();
    &list[smaller..]
}

#[cfg(test)]
mod tests {
    use super::Set;

    fn set(inverted: bool, bits: u32) -> Set {
        Set { inverted, persons: (0..5).filter(|n| bits >> n & 1 == 1).collect() }
    }

    fn has(set: &Set, person: u32) -> bool {
        set.persons.contains(&person) != set.inverted
    }

    #[test]
    fn sets_and_their_complements_join_as_truth_does() {
        for a in 0..64 {
            for b in 0..64 {
                let (a, b) = (set(a & 1 == 1, a >> 1), set(b & 1 == 1, b >> 1));
                let (and, or) = (a.clone().and(b.clone()), a.clone().or(b.clone()));
                for person in 0..6 {
                    assert_eq!(
                        has(&and, person),
                        has(&a, person) && has(&b, person),
                        "{a:?} {b:?}"
                    );
                    assert_eq!(has(&or, person), has(&a, person) || has(&b, person), "{a:?} {b:?}");
                    assert_ne!(has(&a.clone().not(), person), has(&a, person));
                }
                assert!(and.persons.is_sorted_by(|a, b| a < b), "{and:?}");
            }
        }
    }
}
