//! Which bucket an id falls into. The same numbers as PostHog's, to the bit.
//!
//! A bucket is the first 15 hexadecimal digits of SHA-1, divided by the largest such number: 0 to
//! 1, evenly spread, and independent between flags because the flag's key is hashed as well. An
//! id therefore keeps its bucket forever: raising a percentage only adds people, and nobody who
//! is in falls out.

use sha1::{Digest, Sha1};

/// The largest number of 15 hexadecimal digits.
const SCALE: f64 = 0x0fff_ffff_ffff_ffff_u64 as f64;

/// Decides whether an id is inside a percentage.
pub fn rollout(flag_key: &str, id: &str) -> f64 {
    hash([flag_key, ".", id])
}

/// Decides which variant an id gets; independent of [`rollout`].
pub fn variant(flag_key: &str, id: &str) -> f64 {
    hash([flag_key, ".", id, "variant"])
}

/// Decides whether an id is held out; the same for all flags, so that the same people are.
pub fn holdout(id: &str) -> f64 {
    hash(["holdout-", id])
}

/// Whether a bucket lies inside a percentage of 0 to 100. All people are, without hashing.
pub fn is_inside(percentage: f64, bucket: impl FnOnce() -> f64) -> bool {
    percentage >= 100.0 || (percentage > 0.0 && bucket() <= percentage / 100.0)
}

fn hash<const N: usize>(parts: [&str; N]) -> f64 {
    let mut sha = Sha1::new();
    for part in parts {
        sha.update(part.as_bytes());
    }
    let digest = sha.finalize();
    let first = digest.iter().take(8).fold(0, |bits, byte| (bits << 8) | u64::from(*byte));
    (first >> 4) as f64 / SCALE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_posthog() {
        let vectors = [
            (holdout("some_distinct_id"), 0.727_000_240_358_572_5),
            (holdout("test-identifier"), 0.449_388_171_604_023_6),
            (holdout("example_id"), 0.940_200_347_583_122_4),
            (rollout("simple-flag", "distinct_id_0"), 0.783_696_376_422_043_2),
            (rollout("simple-flag", "distinct_id_1"), 0.339_706_992_699_540_1),
            (rollout("beta-feature", "user123"), 0.411_025_182_092_521_1),
            (variant("beta-feature", "user123"), 0.467_752_710_193_460_7),
            (rollout("new_checkout_flow", "user123"), 0.657_448_338_356_281),
            (variant("new_checkout_flow", "user123"), 0.593_654_360_512_747_7),
            (variant("multivariate-flag", "distinct_id_0"), 0.618_645_453_793_037_9),
        ];
        for (got, expected) in vectors {
            assert_eq!(got, expected);
        }
    }

    #[test]
    fn percentages_at_their_ends_do_not_hash() {
        let never = || unreachable!("hashed");
        assert!(is_inside(100.0, never));
        assert!(!is_inside(0.0, never));
        assert!(is_inside(50.0, || 0.5));
        assert!(!is_inside(50.0, || 0.500_000_1));
    }

    #[test]
    fn buckets_are_spread_evenly_and_independently() {
        const CELLS: usize = 10;
        const IDS: usize = 20_000;
        for seed in 1..=5 {
            println!("seed {seed}");
            let mut rng = fastrand::Rng::with_seed(seed);
            let key = format!("flag-{seed}");
            let mut counts = [[0.0_f64; CELLS]; CELLS];
            for _ in 0..IDS {
                let id = format!("user-{}", rng.u64(..));
                let cell = |bucket: f64| ((bucket * CELLS as f64) as usize).min(CELLS - 1);
                counts[cell(rollout(&key, &id))][cell(variant(&key, &id))] += 1.0;
            }
            let expected = IDS as f64 / (CELLS * CELLS) as f64;
            let chi: f64 =
                counts.iter().flatten().map(|count| (count - expected).powi(2) / expected).sum();
            // Of 99 degrees of freedom: scipy.stats.chi2.ppf(1 - 1e-6, 99) = 180.8.
            assert!(chi < 180.8, "seed {seed}: chi-square {chi}");
        }
    }
}
