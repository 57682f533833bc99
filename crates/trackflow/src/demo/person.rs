//! Someone who visits the shop.

use fastrand::Rng;

use super::{
    shop::{CHANNELS, Channel, DEVICES, Device, PLACES, PLANS, Place},
    weighted,
};

/// Who they are, settled once for all their visits.
#[derive(Debug)]
pub(super) struct Person {
    /// The id before anyone knows them.
    pub(super) anonymous_id: String,
    /// The id once they signed up.
    pub(super) user_id: String,
    pub(super) device_id: String,
    pub(super) place: &'static Place,
    pub(super) device: &'static Device,
    /// What brought them here the first time.
    pub(super) channel: &'static Channel,
    pub(super) plan: &'static str,
    pub(super) visits: u32,
    /// The visit in which they sign up, if ever.
    pub(super) signs_up_in: Option<u32>,
}

/// Nobody comes more often.
const VISITS_MAX: u32 = 60;

impl Person {
    pub(super) fn new(rng: &mut Rng) -> Self {
        // Half come once; the more often someone came, the more likely they come again.
        let mut visits = 1;
        while visits < VISITS_MAX && rng.f64() < 0.45 + 0.4 * f64::from(visits.min(10)) / 10.0 {
            visits += 1;
        }
        let signs_up = rng.f64() < 0.16 + 0.05 * f64::from(visits.min(10));
        Self {
            anonymous_id: format!("anon-{:016x}", rng.u64(..)),
            user_id: format!("user-{:08x}", rng.u32(..)),
            device_id: format!("dev-{:012x}", rng.u64(..) >> 16),
            place: weighted(rng, PLACES),
            device: weighted(rng, DEVICES),
            channel: weighted(rng, CHANNELS),
            plan: *weighted(rng, PLANS),
            visits,
            signs_up_in: signs_up.then(|| rng.u32(0..visits.min(3))),
        }
    }

    /// Whether a visit begins with a known name.
    pub(super) fn is_known_in(&self, visit: u32) -> bool {
        self.signs_up_in.is_some_and(|signed_up| signed_up < visit)
    }
}
