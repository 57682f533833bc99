//! One visit of one person: a few pages, sometimes a purchase, sometimes the login that makes an
//! anonymous visitor a user.

use super::row::{ADD_TO_CART, DAY, IDENTIFY, PAGE_VIEW, PURCHASE, Row, TYPES, VIEW_ITEM, Who};

/// Chance that a visit has one event more.
const GOES_ON: f64 = 0.84;
/// Mean time between two events, ms.
const GAP_MS: f64 = 25_000.0;
/// Visits end so long before midnight, so that a moved timestamp stays in its day.
const REST_MS: i64 = 60_000;
/// People that have an anonymous id at first, in 10; half of them are linked by `$identify`, half
/// by events that carry both ids.
const ALIASED: u32 = 4;
const IDENTIFIED: u32 = 2;
/// Chance that a visit of an anonymous person has the login.
const LOGS_IN: f64 = 0.5;

/// Makes visits and remembers who has logged in.
pub(super) struct Visits {
    aliases: bool,
    known: Vec<bool>,
    number: u32,
}

impl Visits {
    pub(super) fn new(persons: u32, aliases: bool) -> Self {
        Self { aliases, known: vec![false; persons as usize], number: 0 }
    }

    /// Appends a visit that begins and ends on the day that begins at `day`, ms. Of a visit that
    /// may be cut short nobody may learn who the person is: the cut could take the link away.
    pub(super) fn one(
        &mut self,
        person: u32,
        day: i64,
        may_be_cut: bool,
        random: &mut fastrand::Rng,
        rows: &mut Vec<Row>,
    ) {
        self.number += 1;
        let aliased = self.aliases && person % 10 < ALIASED;
        let logs_in = aliased && !self.known[person as usize] && random.f64() < LOGS_IN;
        let logs_in = logs_in && !may_be_cut;
        let mut at = day + random.i64(0..DAY - 30 * REST_MS);
        let mut kind = PAGE_VIEW;
        let from = rows.len();
        while at < day + DAY - REST_MS {
            let who = self.who(person, aliased);
            rows.push(self.row(person, at, kind, who, random));
            if random.f64() >= GOES_ON {
                break;
            }
            at += 1 + (-random.f64().max(1e-9).ln() * GAP_MS) as i64;
            let ends = at >= day + DAY - REST_MS;
            if logs_in && !ends && rows.len() == from + 1 {
                self.known[person as usize] = true;
                if person % 10 < IDENTIFIED {
                    rows.push(self.row(person, at, IDENTIFY, Who::User, random));
                    at += 50;
                }
            }
            kind = next(kind, random);
        }
    }

    fn who(&self, person: u32, aliased: bool) -> Who {
        match (aliased, self.known[person as usize]) {
            (false, _) => Who::User,
            (true, false) => Who::Anonymous,
            (true, true) if person % 10 < IDENTIFIED => Who::User,
            (true, true) => Who::Both,
        }
    }

    fn row(&self, person: u32, at: i64, kind: u8, who: Who, random: &mut fastrand::Rng) -> Row {
        // A version 4 UUID, as a tracker makes it.
        let id = random.u128(..) & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
        Row { person, visit: self.number, at, arrival: at, id, dice: random.u64(..), kind, who }
    }
}

/// What comes after an event: mostly by share, but looking leads to the cart and that to buying.
fn next(kind: u8, random: &mut fastrand::Rng) -> u8 {
    let dice = random.u32(..1000);
    match kind {
        VIEW_ITEM if dice < 200 => return ADD_TO_CART,
        ADD_TO_CART if dice < 200 => return PURCHASE,
        _ => {}
    }
    let mut rest = random.u32(..1000);
    for (index, (_, share)) in TYPES.iter().enumerate() {
        if rest < *share {
            return index as u8;
        }
        rest -= share;
    }
    PAGE_VIEW
}
