//! How probable each variant is the best.
//!
//! The probability that a variant is best is the integral of its density times the chance that
//! every other lies below. It is computed by Gauss's rule over short pieces, cut finely around
//! every variant's centre so that none is stepped over; all variants share the points. The chance
//! to lie below is summed up on the way from the same densities, so that none but their shape is
//! needed: continued fractions for it do not converge when millions of people are counted.

use super::{Conversion, Mean};

/// Points of Gauss's rule in a piece.
const POINTS: usize = 8;
/// Its points and weights, the positive half.
const GAUSS: [(f64, f64); POINTS / 2] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_27),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// What is believed of one variant's value.
pub(super) struct Belief {
    centre: f64,
    deviation: f64,
    shape: Shape,
}

enum Shape {
    /// Beta: the exponents of x and 1 - x, and where it is highest.
    Share(f64, f64, f64),
    /// Student's t: its degrees of freedom.
    Mean(f64),
}

impl Belief {
    /// Of a share; before counting, every one is as likely as any (Beta(1, 1)). None for
    /// impossible counts.
    pub(super) fn of_rate(counted: &Conversion) -> Option<Self> {
        let yes = counted.converted as f64;
        let no = counted.people.checked_sub(counted.converted)? as f64;
        let all = yes + no + 2.0;
        let centre = (yes + 1.0) / all;
        let deviation = (centre * ((no + 1.0) / all) / (all + 1.0)).sqrt();
        let mode = if yes + no > 0.0 { yes / (yes + no) } else { 0.5 };
        Some(Self { centre, deviation, shape: Shape::Share(yes, no, mode) })
    }

    /// Of a mean: Student's t around what was measured (normal numbers, nothing known before). None
    /// for fewer than two people, or numbers that do not vary.
    pub(super) fn of_mean(counted: &Mean) -> Option<Self> {
        let freedom = counted.people.checked_sub(1).filter(|freedom| *freedom > 0)? as f64;
        let deviation = counted.error_squared().sqrt();
        let belief = Self { centre: counted.mean, deviation, shape: Shape::Mean(freedom) };
        (deviation > 0.0 && counted.is_sound()).then_some(belief)
    }

    /// What the value can be at all.
    fn bounds(&self) -> (f64, f64) {
        match self.shape {
            Shape::Share(..) => (0.0, 1.0),
            Shape::Mean(_) => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// The density but for a factor; its integral is of the order of 1.
    fn density(&self, x: f64) -> f64 {
        let log = match self.shape {
            Shape::Share(yes, no, mode) => {
                let (up, down) = (x - mode, mode - x);
                // Each as far from its highest value: the difference of large logarithms would
                // have no digits left.
                let yes = if yes > 0.0 { yes * (up / mode).ln_1p() } else { 0.0 };
                let no = if no > 0.0 { no * (down / (1.0 - mode)).ln_1p() } else { 0.0 };
                yes + no
            }
            Shape::Mean(freedom) => {
                let far = (x - self.centre) / self.deviation;
                -(freedom + 1.0) / 2.0 * (far * far / freedom).ln_1p()
            }
        };
        log.exp() / self.deviation
    }
}

/// How probable each share is the largest; before counting, every share is as likely as any
/// (Beta(1, 1)). None for fewer than two variants or impossible counts.
pub fn best_rate(variants: &[Conversion]) -> Option<Vec<f64>> {
    best(variants.iter().map(Belief::of_rate))
}

/// How probable each mean is the largest: each is believed to lie by Student's t around what was
/// measured (normal numbers, nothing known before). None for fewer than two variants, fewer than
/// two people in one, or numbers that do not vary.
pub fn best_mean(variants: &[Mean]) -> Option<Vec<f64>> {
    best(variants.iter().map(Belief::of_mean))
}

fn best(beliefs: impl Iterator<Item = Option<Belief>>) -> Option<Vec<f64>> {
    let beliefs = beliefs.collect::<Option<Vec<_>>>()?;
    (beliefs.len() > 1).then(|| integrate(&beliefs))
}

/// Where pieces are cut, ascending; all beliefs are of one shape.
pub(super) fn cuts(beliefs: &[Belief]) -> Vec<f64> {
    let (least, most) = beliefs.first().map_or((0.0, 0.0), Belief::bounds);
    let mut edges: Vec<f64> = beliefs.iter().flat_map(edges).collect();
    edges.retain(|edge| (least..=most).contains(edge));
    edges.extend([least, most].iter().filter(|end| end.is_finite()));
    edges.sort_by(f64::total_cmp);
    edges.dedup();
    edges
}

fn integrate(beliefs: &[Belief]) -> Vec<f64> {
    let edges = cuts(beliefs);
    let rule = Rule::new();
    let mut best = vec![0.0; beliefs.len()];
    let mut below = vec![0.0; beliefs.len()];
    for piece in edges.windows(2) {
        rule.add(beliefs, piece[0], piece[1], &mut below, &mut best);
    }
    // All are wrong by the same factor, that of the densities.
    let sum: f64 = best.iter().sum();
    best.iter().map(|share| share / sum).collect()
}

/// Gauss's rule on -1 to 1.
pub(super) struct Rule {
    points: [(f64, f64); POINTS],
    /// The weights of the integral from -1 to each point: of the polynomial through all of them.
    up_to: [[f64; POINTS]; POINTS],
}

impl Rule {
    pub(super) fn new() -> Self {
        let mut points = [(0.0, 0.0); POINTS];
        for (index, (point, weight)) in GAUSS.into_iter().enumerate() {
            points[POINTS / 2 - 1 - index] = (-point, weight);
            points[POINTS / 2 + index] = (point, weight);
        }
        let polynomials = points.map(|(point, _)| legendre(point));
        let mut up_to = [[0.0; POINTS]; POINTS];
        for (row, to) in up_to.iter_mut().zip(&polynomials) {
            for ((cell, at), (_, weight)) in row.iter_mut().zip(&polynomials).zip(points) {
                // The integral of the n-th is a difference of its neighbours.
                let higher = (1..POINTS).map(|n| at[n] * (to[n + 1] - to[n - 1]));
                *cell = weight * (to[1] + 1.0 + higher.sum::<f64>()) / 2.0;
            }
        }
        Self { points, up_to }
    }

    /// The integral of a belief's density.
    pub(super) fn mass(&self, belief: &Belief, from: f64, to: f64) -> f64 {
        let (middle, half) = (f64::midpoint(from, to), (to - from) / 2.0);
        let all = self.points.map(|(x, weight)| weight * belief.density(middle + half * x));
        half * all.iter().sum::<f64>()
    }

    fn add(&self, beliefs: &[Belief], from: f64, to: f64, below: &mut [f64], best: &mut [f64]) {
        let (middle, half) = (f64::midpoint(from, to), (to - from) / 2.0);
        let density = |belief: &Belief| self.points.map(|(x, _)| belief.density(middle + half * x));
        let densities: Vec<[f64; POINTS]> = beliefs.iter().map(density).collect();
        for (at, (_, weight)) in self.points.iter().enumerate() {
            let inside = |d: &[f64; POINTS]| -> f64 {
                d.iter().zip(self.up_to[at]).map(|(density, weight)| density * weight).sum()
            };
            let here: Vec<f64> =
                below.iter().zip(&densities).map(|(below, d)| below + half * inside(d)).collect();
            for (index, best) in best.iter_mut().enumerate() {
                let others = here.iter().enumerate().filter(|(other, _)| *other != index);
                let all_below: f64 = others.map(|(_, below)| below.max(0.0)).product();
                *best += weight * half * densities[index][at] * all_below;
            }
        }
        for (below, densities) in below.iter_mut().zip(&densities) {
            let all = densities.iter().zip(self.points).map(|(density, (_, w))| density * w);
            *below += half * all.sum::<f64>();
        }
    }
}

/// Legendre's polynomials at a point, from the 0th.
fn legendre(x: f64) -> [f64; POINTS + 1] {
    let mut values = [1.0; POINTS + 1];
    values[1] = x;
    for n in 1..POINTS {
        let degree = n as f64;
        values[n + 1] =
            ((2.0 * degree + 1.0) * x * values[n] - degree * values[n - 1]) / (degree + 1.0);
    }
    values
}

/// Cuts around a centre: every half deviation up to eight, then each time twice as far.
fn edges(belief: &Belief) -> impl Iterator<Item = f64> {
    let (centre, deviation) = (belief.centre, belief.deviation);
    let near = (0..=16).map(|half| f64::from(half) / 2.0);
    let far = (4..=24).map(|power| f64::from(2_u32.pow(power)));
    near.chain(far)
        .flat_map(move |distance| [centre - distance * deviation, centre + distance * deviation])
}
