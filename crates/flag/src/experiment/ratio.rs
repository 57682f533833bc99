//! Whether people were shared out as planned.

use statrs::function::gamma::gamma_ur;

/// Below this probability people were not shared out as planned.
const WARNS_BELOW: f64 = 0.001;

/// How far the counts are from the plan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mismatch {
    /// How often chance alone gives counts at least as far off (chi-square).
    pub p_value: f64,
    /// Whether that is too rare to be chance: something loses people of one variant, and no other
    /// number of the experiment is to be trusted.
    pub is_warning: bool,
}

/// Compares the people per variant with the planned shares. None for nobody at all, or fewer than
/// two variants.
pub fn mismatch(counts: &[(u64, f64)]) -> Option<Mismatch> {
    let people: f64 = counts.iter().map(|(people, _)| *people as f64).sum();
    let weights: f64 = counts.iter().map(|(_, weight)| weight).sum();
    if counts.len() < 2 || people == 0.0 || weights <= 0.0 {
        return None;
    }
    let far = counts.iter().map(|(count, weight)| {
        let expected = people * weight / weights;
        (*count as f64 - expected).powi(2) / expected
    });
    let statistic: f64 = far.sum();
    let freedom = (counts.len() - 1) as f64;
    let p_value = if statistic > 0.0 { gamma_ur(freedom / 2.0, statistic / 2.0) } else { 1.0 };
    Some(Mismatch { p_value, is_warning: p_value < WARNS_BELOW })
}
