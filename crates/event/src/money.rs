//! Decimal amounts as whole millionths, so that sums do not depend on their order.

use std::fmt;

/// Millionths of a currency unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Micros(pub i64);

impl Micros {
    /// `amount` rounded half to even; None when it is not finite or beyond ±9.2e12.
    pub fn from_f64(amount: f64) -> Option<Self> {
        let scaled = (amount * 1e6).round_ties_even();
        (scaled.abs() < i64::MAX as f64).then_some(Self(scaled as i64))
    }

    /// The amount in currency units.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_f64())
    }
}
