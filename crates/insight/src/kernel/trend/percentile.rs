//! Percentiles per bucket.

use crate::exact;

/// A percentile of all numbers and of each bucket's; cumulative: of all up to each bucket. The
/// numbers are put in another order.
pub(super) fn figures(
    cells: &mut [Vec<f64>],
    share: f64,
    cumulative: bool,
) -> (Option<f64>, Vec<Option<f64>>) {
    if cumulative {
        let values = growing(cells, share);
        return (values.last().copied().flatten(), values);
    }
    let values = cells.iter_mut().map(|cell| percentile(cell, share)).collect();
    let total = match cells {
        [one] => percentile(one, share),
        _ => percentile(&mut cells.concat(), share),
    };
    (total, values)
}

/// Finds the two ranks it needs instead of sorting.
fn percentile(numbers: &mut [f64], share: f64) -> Option<f64> {
    exact::percentile_by(numbers.len(), share, |rank| {
        *numbers.select_nth_unstable_by(rank, f64::total_cmp).1
    })
}

/// Per bucket the percentile of all numbers up to it. All are sorted once; then bucket by bucket
/// those that have come are marked at their places, and a tree of counts finds the nth of them.
fn growing(cells: &[Vec<f64>], share: f64) -> Vec<Option<f64>> {
    let each = cells.iter().enumerate();
    let mut sorted: Vec<(f64, usize)> =
        each.flat_map(|(bucket, cell)| cell.iter().map(move |number| (*number, bucket))).collect();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut places: Vec<usize> = (0..sorted.len()).collect();
    places.sort_unstable_by_key(|place| sorted[*place].1);
    let mut come = Come { counts: vec![0; sorted.len() + 1] };
    let (mut values, mut count) = (Vec::with_capacity(cells.len()), 0);
    for cell in cells {
        for place in &places[count..count + cell.len()] {
            come.mark(*place);
        }
        count += cell.len();
        values.push(exact::percentile_by(count, share, |rank| sorted[come.nth(rank)].0));
    }
    values
}

/// Which places have come, as a Fenwick tree.
struct Come {
    counts: Vec<usize>,
}

impl Come {
    fn mark(&mut self, place: usize) {
        let mut node = place + 1;
        while node < self.counts.len() {
            self.counts[node] += 1;
            node += node & node.wrapping_neg();
        }
    }

    /// The nth marked place, from 0.
    fn nth(&self, mut nth: usize) -> usize {
        let mut node = 0;
        let mut step = self.counts.len().next_power_of_two() / 2;
        while step > 0 {
            let next = node + step;
            if next < self.counts.len() && self.counts[next] <= nth {
                node = next;
                nth -= self.counts[next];
            }
            step /= 2;
        }
        node
    }
}
