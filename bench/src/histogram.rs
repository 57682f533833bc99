//! Latencies in buckets of 1 % width: enough for percentiles, constant in size.

use std::time::Duration;

const BUCKETS: usize = 2_400;
const GROWTH: f64 = 1.01;

/// Counts of durations from 1 µs on.
#[derive(Clone)]
pub(crate) struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Histogram {
    pub(crate) fn new() -> Self {
        Self { counts: vec![0; BUCKETS], total: 0 }
    }

    pub(crate) fn add(&mut self, time: Duration) {
        let micros = (time.as_nanos() as f64 / 1e3).max(1.0);
        let bucket = (micros.ln() / GROWTH.ln()) as usize;
        self.counts[bucket.min(BUCKETS - 1)] += 1;
        self.total += 1;
    }

    pub(crate) fn merge(&mut self, other: &Histogram) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(a, b)| *a += b);
        self.total += other.total;
    }

    /// Milliseconds below which the share `rank` (0..1) of all durations lies.
    pub(crate) fn percentile(&self, rank: f64) -> f64 {
        let wanted = (self.total as f64 * rank).ceil() as u64;
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted.max(1) {
                return GROWTH.powi(bucket as i32 + 1) / 1e3;
            }
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_within_two_percent() {
        let mut histogram = Histogram::new();
        (1..=1000).for_each(|ms| histogram.add(Duration::from_millis(ms)));
        for (rank, expected) in [(0.5, 500.0), (0.99, 990.0), (1.0, 1000.0)] {
            let got = histogram.percentile(rank);
            assert!((got / expected - 1.0).abs() < 0.02, "{rank}: {got}");
        }
    }
}
