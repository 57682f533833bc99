//! Mean and variance of many numbers, the same whatever their order.

use super::{NUMBER_MAX, scaled};

const MILLIONTHS: f64 = 1e6;

/// How many numbers there are, their sum and the sum of their squares, without rounding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// How many.
    pub count: u64,
    /// In millionths.
    sum: i128,
    /// In millionths of millionths.
    squares: Wide,
}

impl Spread {
    /// Takes in a number of millionths; what is beyond [`NUMBER_MAX`] counts as that.
    pub fn add(&mut self, millionths: i128) {
        let most = scaled(NUMBER_MAX).unwrap_or(i128::MAX);
        let number = millionths.clamp(-most, most);
        self.count += 1;
        self.sum += number;
        self.squares = self.squares.plus(Wide::square(number.unsigned_abs()));
    }

    /// Takes in others.
    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares = self.squares.plus(other.squares);
    }

    /// The mean; None of none.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / (MILLIONTHS * self.count as f64))
    }

    /// The variance, with `count - 1` below the line; None of fewer than two.
    pub fn variance(&self) -> Option<f64> {
        let less_one = self.count.checked_sub(1).filter(|less_one| *less_one > 0)?;
        // Of whole numbers, so that nothing is lost where the mean is far from 0.
        let above = self.squares.times(self.count).minus(Wide::square(self.sum.unsigned_abs()));
        let below = self.count as f64 * less_one as f64;
        Some(above.to_f64() / below / (MILLIONTHS * MILLIONTHS))
    }
}

/// 256 bits. The squares of 10^11 numbers fit, also times their count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Wide {
    high: u128,
    low: u128,
}

const HALF: u32 = 64;
const LOW: u128 = (1 << HALF) - 1;

impl Wide {
    /// The square of a number below 2^127.
    fn square(number: u128) -> Self {
        let (a, b) = (number >> HALF, number & LOW);
        let middle = 2 * a * b;
        let (low, carry) = (b * b).overflowing_add(middle << HALF);
        Self { high: a * a + (middle >> HALF) + u128::from(carry), low }
    }

    fn plus(self, other: Self) -> Self {
        let (low, carry) = self.low.overflowing_add(other.low);
        Self { high: self.high + other.high + u128::from(carry), low }
    }

    /// Without what is larger.
    fn minus(self, other: Self) -> Self {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        Self { high: self.high - other.high - u128::from(borrow), low }
    }

    fn times(self, factor: u64) -> Self {
        let factor = u128::from(factor);
        let least = (self.low & LOW) * factor;
        let next = (self.low >> HALF) * factor + (least >> HALF);
        Self { high: self.high * factor + (next >> HALF), low: (next << HALF) | (least & LOW) }
    }

    fn to_f64(self) -> f64 {
        self.high as f64 * 2_f64.powi(128) + self.low as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: &[f64]) -> Spread {
        let mut spread = Spread::default();
        numbers.iter().for_each(|number| spread.add(scaled(*number).unwrap()));
        spread
    }

    #[test]
    fn means_and_variances() {
        // statistics.mean and statistics.variance of Python
        assert_eq!((of(&[]).mean(), of(&[]).variance()), (None, None));
        assert_eq!((of(&[2.5]).mean(), of(&[2.5]).variance()), (Some(2.5), None));
        let some = of(&[1.0, 2.0, 3.5, -4.0]);
        assert_eq!((some.mean(), some.variance()), (Some(0.625), Some(10.5625)));
        let far = of(&[1e9 + 1.0, 1e9 + 2.0, 1e9 + 3.0]);
        assert_eq!(far.variance(), Some(1.0));
        let large = of(&[1e20, -1e20, 1e20]);
        assert!((large.variance().unwrap() / (4e40 / 3.0) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_order_is_all_the_same() {
        let numbers: Vec<f64> = (0..1_000).map(|n| f64::from(n) * 1e17 / 7.0).collect();
        let whole = of(&numbers);
        let (some, mut others) = (of(&numbers[..311]), of(&numbers[311..]));
        others.merge(some);
        assert_eq!(whole, others);
    }

    #[test]
    fn the_largest_numbers_fit() {
        let mut spread = Spread::default();
        spread.add(i128::MAX);
        spread.add(i128::MIN);
        for _ in 0..36 {
            spread.merge(spread);
        }
        assert_eq!(spread.count, 2 << 36);
        assert!((spread.variance().unwrap() / 1e40 - 1.0).abs() < 1e-9);
    }
}
