//! Arithmetic that gives the same figure whatever the order of the rows.

mod spread;

pub use spread::Spread;

/// The magnitude up to which a number counts in measures. Larger ones are no numbers there, so
/// that a sum of 10^11 events cannot leave 128 bits.
pub const NUMBER_MAX: f64 = 1e20;

const MILLIONTHS: f64 = 1e6;

/// A number as whole millionths, ties to even; None beyond [`NUMBER_MAX`] or not finite.
pub fn scaled(number: f64) -> Option<i128> {
    let fits = number.abs() <= NUMBER_MAX;
    fits.then(|| (number * MILLIONTHS).round_ties_even() as i128)
}

/// A sum of millionths as a number.
pub fn unscaled(sum: i128) -> f64 {
    sum as f64 / MILLIONTHS
}

/// The mean of `count` numbers with that sum of millionths, 6 decimals; None of none.
pub fn mean(sum: i128, count: u64) -> Option<f64> {
    (count > 0).then(|| six(sum as f64 / (MILLIONTHS * count as f64)))
}

/// A share with 6 decimals; None of nothing.
pub fn rate(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| six(part as f64 / whole as f64))
}

/// Six decimals, ties to even.
pub fn six(number: f64) -> f64 {
    let rounded = (number * MILLIONTHS).round_ties_even() / MILLIONTHS;
    if rounded.is_finite() { rounded } else { number }
}

/// The mean of `count` spans with that sum of milliseconds, in seconds with 3 decimals.
pub fn mean_seconds(sum_ms: i128, count: u64) -> Option<f64> {
    (count > 0).then(|| three(sum_ms as f64 / count as f64 / 1e3))
}

/// The median of spans in milliseconds, ascending, in seconds with 3 decimals.
pub fn median_seconds(sorted_ms: &[i64]) -> Option<f64> {
    let numbers: Vec<f64> = sorted_ms.iter().map(|&ms| ms as f64).collect();
    percentile(&numbers, 0.5).map(|ms| three(ms / 1e3))
}

/// Milliseconds in seconds.
pub fn seconds(ms: i64) -> f64 {
    ms as f64 / 1e3
}

fn three(number: f64) -> f64 {
    (number * 1e3).round_ties_even() / 1e3
}

/// Linear between closest ranks, both ends included: the median of 1, 2, 3, 4 is 2.5.
pub fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    percentile_by(sorted.len(), share, |rank| sorted[rank])
}

/// The same of `count` numbers of which `nth` tells the one at a rank, from 0, ascending.
pub fn percentile_by(count: usize, share: f64, mut nth: impl FnMut(usize) -> f64) -> Option<f64> {
    let last = count.checked_sub(1)?;
    let rank = share * last as f64;
    let low = rank.floor() as usize;
    let (a, b) = (nth(low.min(last)), nth((low + 1).min(last)));
    Some(if a == b { a } else { a + (b - a) * (rank - low as f64) })
}
