//! Which period a moment lies in, for moments that ascend: an event mostly lies in the period of
//! the one before it, or in the next.

use event::Timestamp;

/// Periods between ascending edges.
#[derive(Debug)]
pub(super) struct Periods {
    edges: Vec<i64>,
}

impl Periods {
    /// Period i lies from edge i on, before edge i + 1.
    pub(super) fn new(edges: impl IntoIterator<Item = Timestamp>) -> Self {
        Self { edges: edges.into_iter().map(|edge| edge.0).collect() }
    }

    /// The start of the first period, ms; the end of time when there is none.
    pub(super) fn start(&self) -> i64 {
        self.edges.first().copied().unwrap_or(i64::MAX)
    }

    /// Begins anew, for one person.
    pub(super) fn walk(&self) -> Walk<'_> {
        Walk { edges: &self.edges, place: None, until: i64::MIN, passed: 0 }
    }
}

/// Goes through the periods, forward only.
pub(super) struct Walk<'p> {
    edges: &'p [i64],
    place: Option<usize>,
    /// Up to here `place` holds.
    until: i64,
    /// Edges that lie behind.
    passed: usize,
}

impl Walk<'_> {
    /// The period of a moment that is not before the last one asked for.
    pub(super) fn index(&mut self, at: i64) -> Option<usize> {
        if at >= self.until {
            self.search(at);
        }
        self.place
    }

    fn search(&mut self, at: i64) {
        let rest = &self.edges[self.passed..];
        // The next period or the one behind it are tried before the search by halves.
        let near = rest.iter().take(2).take_while(|edge| **edge <= at).count();
        self.passed += match near {
            2 => 2 + rest[2..].partition_point(|edge| *edge <= at),
            few => few,
        };
        let end = self.edges.get(self.passed);
        self.until = end.copied().unwrap_or(i64::MAX);
        self.place = end.and(self.passed.checked_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use event::Timestamp;

    use super::Periods;

    #[test]
    fn a_walk_finds_what_a_search_finds() {
        for edges in [&[][..], &[5], &[5, 9], &[0, 3, 4, 8, 20, 21, 30]] {
            let periods = Periods::new(edges.iter().map(|edge| Timestamp(*edge)));
            for from in 0..35 {
                for step in 1..12 {
                    let mut walk = periods.walk();
                    for at in (from - 3..40).step_by(step) {
                        let pair = edges.windows(2).position(|pair| pair[0] <= at && at < pair[1]);
                        assert_eq!(walk.index(at), pair, "{edges:?} {from} {step} {at}");
                    }
                }
            }
        }
    }
}
