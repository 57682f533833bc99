//! Random bytes that last a day: what is hashed with them cannot be linked to a person the day
//! after tomorrow, by nobody, because they are gone.

use std::sync::PoisonError;

use event::Timestamp;

use crate::{Catalog, CatalogError, secret};

const DAY_MS: i64 = 86_400_000;

/// The salts in memory, also those whose time is over until nothing is left of them on disk.
pub(crate) type Salts = Vec<(i64, [u8; 16])>;

/// What a database does with salts.
pub(crate) trait SaltFacts {
    /// The salt of a day; `fresh` becomes it when there is none yet.
    fn salt(&mut self, day: i64, fresh: [u8; 16]) -> Result<[u8; 16], CatalogError>;
    /// Overwrites the salts of days before `day`; false when a trace may be left for now.
    fn forget_salts(&mut self, day: i64) -> Result<bool, CatalogError>;
}

impl Catalog {
    /// The salt of a day, in days since 1970-01-01 of UTC; made when it is first asked for. There
    /// are only those of yesterday, today, and tomorrow for clocks that differ a little; others are
    /// [`CatalogError::NoSalt`]. Answered from memory but for the first time of a day.
    pub fn salt(&self, day: i64) -> Result<[u8; 16], CatalogError> {
        let today = day_of(self.now());
        if !(today - 1..=today + 1).contains(&day) {
            return Err(CatalogError::NoSalt { day, today });
        }
        let known = self.salts.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, salt)) = known.iter().find(|(of, _)| *of == day) {
            return Ok(*salt);
        }
        drop(known);
        let fresh = secret::random()?;
        let mut facts = self.facts();
        let salt = facts.salt(day, fresh)?;
        // Those whose time is over go with the next refresh: events do not wait for it.
        let mut known = self.salts.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(of, _)| *of != day);
        known.push((day, salt));
        Ok(salt)
    }

    /// Forgets salts whose time is over; cheap when there are none. May block.
    pub fn forget_salts(&self) -> Result<(), CatalogError> {
        let oldest = day_of(self.now()) - 1;
        let known = self.salts.read().unwrap_or_else(PoisonError::into_inner);
        if known.iter().all(|(day, _)| *day >= oldest) {
            return Ok(());
        }
        drop(known);
        let mut facts = self.facts();
        if facts.forget_salts(oldest)? {
            let mut known = self.salts.write().unwrap_or_else(PoisonError::into_inner);
            known.retain(|(day, _)| *day >= oldest);
        }
        Ok(())
    }
}

/// The day of UTC.
pub(crate) fn day_of(at: Timestamp) -> i64 {
    at.0.div_euclid(DAY_MS)
}
