//! Numbers per person.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::{Difference, Interval, conversion::critical};

/// With more degrees of freedom Student's t is the normal distribution, to the seventh digit.
const NORMAL_ABOVE: f64 = 1e6;

/// A number per person, summed up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// Who saw the variant.
    pub people: u64,
    /// The mean of their numbers.
    pub mean: f64,
    /// The variance of their numbers, with `people - 1` below the line.
    pub variance: f64,
}

impl Mean {
    pub(super) fn is_sound(&self) -> bool {
        self.mean.is_finite() && self.variance.is_finite() && self.variance >= 0.0
    }

    /// The square of the error of the mean.
    pub(super) fn error_squared(&self) -> f64 {
        self.variance / self.people as f64
    }
}

/// Compares two means by Welch's t-test, which lets their variances differ; the interval is of the
/// same t. None with fewer than two people on either side.
pub fn difference_of_means(control: &Mean, variant: &Mean, alpha: f64) -> Option<Difference> {
    if control.people < 2 || variant.people < 2 {
        return None;
    }
    let value = variant.mean - control.mean;
    let (e1, e2) = (control.error_squared(), variant.error_squared());
    let error = (e1 + e2).sqrt();
    if error == 0.0 {
        // Both are constants: they are equal, or differ for certain.
        let p_value = if value == 0.0 { 1.0 } else { 0.0 };
        return Some(Difference { value, interval: Interval { low: value, high: value }, p_value });
    }
    let (d1, d2) = ((control.people - 1) as f64, (variant.people - 1) as f64);
    // Welch and Satterthwaite; as shares of the sum, so that squares of small errors do not
    // vanish.
    let (s1, s2) = (e1 / (e1 + e2), e2 / (e1 + e2));
    let freedom = 1.0 / (s1 * s1 / d1 + s2 * s2 / d2);
    let (half, p_value) = if freedom > NORMAL_ABOVE {
        (critical(alpha) * error, 2.0 * Normal::standard().sf(value.abs() / error))
    } else {
        let students = StudentsT::new(0.0, 1.0, freedom).ok()?;
        (quantile(&students, alpha) * error, 2.0 * students.sf(value.abs() / error))
    };
    let interval = Interval { low: value - half, high: value + half };
    Some(Difference { value, interval, p_value })
}

/// The t of a two-sided level, by halving: so many steps and no more, whatever the level.
fn quantile(students: &StudentsT, alpha: f64) -> f64 {
    let is_beyond = |t: f64| 2.0 * students.sf(t) <= alpha;
    let mut high = 1.0;
    while !is_beyond(high) && high < 1e300 {
        high *= 2.0;
    }
    let mut low = 0.0;
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if is_beyond(middle) { high = middle } else { low = middle }
    }
    high
}
