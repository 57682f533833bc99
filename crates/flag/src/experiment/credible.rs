//! Where the true value of a variant lies, as probably as one wants to be sure.
//!
//! The belief is the one by which the best variant is found ([`super::best`]), and so is the way to
//! integrate it: piece by piece, and within the piece where the wanted share is reached by halving.

use super::{
    Conversion, Interval, Mean,
    best::{Belief, Rule, cuts},
};

/// Halvings of a piece; more than a number has digits.
const HALVINGS: usize = 60;

/// The interval in which a share lies with probability `1 - alpha`, as much below it as above it.
/// None for impossible counts.
pub fn credible_rate(counted: &Conversion, alpha: f64) -> Option<Interval> {
    Some(interval(&Belief::of_rate(counted)?, alpha))
}

/// The same of a mean. None for fewer than two people; numbers that do not vary leave no doubt.
pub fn credible_mean(counted: &Mean, alpha: f64) -> Option<Interval> {
    if counted.people > 1 && counted.variance == 0.0 {
        return Some(Interval { low: counted.mean, high: counted.mean });
    }
    Some(interval(&Belief::of_mean(counted)?, alpha))
}

fn interval(belief: &Belief, alpha: f64) -> Interval {
    let rule = Rule::new();
    let edges = cuts(std::slice::from_ref(belief));
    let masses: Vec<f64> =
        edges.windows(2).map(|piece| rule.mass(belief, piece[0], piece[1])).collect();
    let all: f64 = masses.iter().sum();
    let at = |share: f64| {
        let mut left = share * all;
        for (piece, mass) in edges.windows(2).zip(&masses) {
            if left <= *mass {
                return within(&rule, belief, (piece[0], piece[1]), left);
            }
            left -= mass;
        }
        edges.last().copied().unwrap_or_default()
    };
    Interval { low: at(alpha / 2.0), high: at(1.0 - alpha / 2.0) }
}

/// How far into a piece a mass reaches.
fn within(rule: &Rule, belief: &Belief, piece: (f64, f64), mass: f64) -> f64 {
    let (mut low, mut high) = piece;
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if rule.mass(belief, piece.0, middle) < mass { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}
