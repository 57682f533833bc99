use super::{Case, Fixture};
use crate::{CatalogError, salts::day_of};

pub(crate) const ALL: &[Case] = &[a_salt_lasts_two_days_and_is_the_same_everywhere];

fn a_salt_lasts_two_days_and_is_the_same_everywhere(fixture: &Fixture) {
    let (catalog, other) = (fixture.catalog(), fixture.catalog());
    let today = day_of(fixture.now());
    let salt = catalog.salt(today).unwrap();
    assert_eq!(catalog.salt(today).unwrap(), salt);
    assert_eq!(other.salt(today).unwrap(), salt);
    assert_ne!(catalog.salt(today - 1).unwrap(), salt);
    fixture.pass_days(1);
    assert_ne!(catalog.salt(today + 1).unwrap(), salt);
    assert_eq!(fixture.catalog().salt(today).unwrap(), salt, "of yesterday, after a restart");
    fixture.pass_days(1);
    let refused = catalog.salt(today);
    assert!(matches!(refused, Err(CatalogError::NoSalt { .. })));
    assert!(catalog.salt(today + 4).is_err(), "not made in advance");
}
