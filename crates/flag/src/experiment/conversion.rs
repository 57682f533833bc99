//! Shares of people.

use statrs::distribution::{ContinuousCDF, Normal};

use super::{Difference, Interval};

/// How many people did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// Who saw the variant.
    pub people: u64,
    /// Who of them did it.
    pub converted: u64,
}

impl Conversion {
    /// The share, 0 to 1; 0 of nobody.
    pub fn rate(&self) -> f64 {
        if self.people == 0 { 0.0 } else { self.converted as f64 / self.people as f64 }
    }
}

/// The z of a two-sided level.
pub(super) fn critical(alpha: f64) -> f64 {
    Normal::standard().inverse_cdf(1.0 - alpha / 2.0)
}

/// Wilson's interval of a share: it keeps its promise for few people and for shares near 0 and 1,
/// and never leaves 0 to 1. None for nobody.
pub fn wilson(counted: &Conversion, alpha: f64) -> Option<Interval> {
    if counted.people == 0 {
        return None;
    }
    let (people, rate, z) = (counted.people as f64, counted.rate(), critical(alpha));
    let scale = 1.0 + z * z / people;
    let centre = (rate + z * z / (2.0 * people)) / scale;
    let spread = rate * (1.0 - rate) / people + z * z / (4.0 * people * people);
    let half = z * spread.sqrt() / scale;
    // At the ends the two terms are equal but for rounding.
    let low = if counted.converted == 0 { 0.0 } else { centre - half };
    let high = if counted.converted == counted.people { 1.0 } else { centre + half };
    Some(Interval { low, high })
}

/// Compares two shares: the two-proportion z-test with pooled variance gives the p-value, the
/// interval is Newcombe's (of the two Wilson intervals). None if nobody saw one of the two.
pub fn difference_of_rates(
    control: &Conversion,
    variant: &Conversion,
    alpha: f64,
) -> Option<Difference> {
    let (low, high) = (wilson(control, alpha)?, wilson(variant, alpha)?);
    let (p1, p2) = (control.rate(), variant.rate());
    let value = p2 - p1;
    let below = ((p2 - high.low).powi(2) + (low.high - p1).powi(2)).sqrt();
    let above = ((high.high - p2).powi(2) + (p1 - low.low).powi(2)).sqrt();
    let interval = Interval { low: value - below, high: value + above };
    Some(Difference { value, interval, p_value: p_value(control, variant) })
}

fn p_value(control: &Conversion, variant: &Conversion) -> f64 {
    let (n1, n2) = (control.people as f64, variant.people as f64);
    let pooled = (control.converted as f64 + variant.converted as f64) / (n1 + n2);
    let error = (pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2)).sqrt();
    if error == 0.0 {
        // Everybody did it, or nobody: there is no difference to explain.
        return 1.0;
    }
    let z = (variant.rate() - control.rate()).abs() / error;
    2.0 * Normal::standard().sf(z)
}
