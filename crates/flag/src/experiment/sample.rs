//! How many people an experiment needs. Told before it starts, so that nobody has to peek.

use statrs::distribution::{ContinuousCDF, Normal};

use super::conversion::critical;

/// People per variant to see the difference of two shares, two-sided, in a test with pooled
/// variance. A whole number.
pub fn people_for_rates(from: f64, to: f64, alpha: f64, power: f64) -> f64 {
    let middle = f64::midpoint(from, to);
    let same = (2.0 * middle * (1.0 - middle)).sqrt();
    let apart = (from * (1.0 - from) + to * (1.0 - to)).sqrt();
    let distance = critical(alpha) * same + strength(power) * apart;
    (distance / (to - from)).powi(2).ceil()
}

/// People per variant to see a difference of two means, two-sided. A whole number.
pub fn people_for_means(deviation: f64, effect: f64, alpha: f64, power: f64) -> f64 {
    let distance = (critical(alpha) + strength(power)) * deviation;
    (2.0 * (distance / effect).powi(2)).ceil()
}

fn strength(power: f64) -> f64 {
    Normal::standard().inverse_cdf(power)
}
