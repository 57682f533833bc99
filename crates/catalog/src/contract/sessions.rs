use super::{Case, Fixture, PASSWORD, default, invited};
use crate::{CatalogError, LoginError, Role, UserId};

pub(crate) const ALL: &[Case] = &[
    who_logs_in_has_a_session_until_logging_out,
    a_session_that_is_used_goes_on_and_one_that_is_not_ends,
    another_password_ends_the_other_sessions,
    the_oldest_of_many_sessions_ends,
];

fn who_logs_in_has_a_session_until_logging_out(fixture: &Fixture) {
    let (catalog, other) = (fixture.catalog(), fixture.catalog());
    let user = invited(&catalog, "ada@example.com", Role::Owner);
    for (email, password) in [
        ("ada@example.com", "wrong password"),
        ("ada@example.com", ""),
        ("nobody@example.com", PASSWORD),
        ("no address", PASSWORD),
    ] {
        assert!(matches!(catalog.login(email, password), Err(LoginError::Wrong)), "{email}");
    }
    let (token, logged_in) = catalog.login(" Ada@Example.com", PASSWORD).unwrap();
    assert_eq!(logged_in.last_login_at, Some(fixture.now()));
    // The other process has not refreshed, and looks the user up all the same.
    assert!(other.login("ada@example.com", PASSWORD).is_ok());
    let access = other.session(&token).unwrap().unwrap();
    assert_eq!((access.user, access.tenant.clone()), (user.id, default()));
    assert_eq!(access.actor(), user.actor());
    assert_eq!(catalog.session("").unwrap(), None);
    assert_eq!(catalog.session(&format!("{token}x")).unwrap(), None);

    assert!(catalog.logout(&token).unwrap());
    assert!(!catalog.logout(&token).unwrap());
    assert_eq!(catalog.session(&token).unwrap(), None);
    other.refresh().unwrap();
    assert_eq!(other.session(&token).unwrap(), None);
}

fn a_session_that_is_used_goes_on_and_one_that_is_not_ends(fixture: &Fixture) {
    let catalog = fixture.catalog();
    invited(&catalog, "ada@example.com", Role::Owner);
    let (used, _) = catalog.login("ada@example.com", PASSWORD).unwrap();
    let (idle, _) = catalog.login("ada@example.com", PASSWORD).unwrap();
    fixture.pass_days(20);
    assert!(catalog.session(&used).unwrap().is_some());
    fixture.pass_days(20);
    assert!(catalog.session(&used).unwrap().is_some());
    assert!(fixture.catalog().session(&used).unwrap().is_some(), "its new end is in the database");
    assert_eq!(catalog.session(&idle).unwrap(), None);
    fixture.pass_days(30);
    assert_eq!(catalog.session(&used).unwrap(), None);
}

fn another_password_ends_the_other_sessions(fixture: &Fixture) {
    let (catalog, other) = (fixture.catalog(), fixture.catalog());
    let user = invited(&catalog, "ada@example.com", Role::Owner).id;
    let (mine, _) = catalog.login("ada@example.com", PASSWORD).unwrap();
    let (elsewhere, _) = catalog.login("ada@example.com", PASSWORD).unwrap();
    other.refresh().unwrap();
    assert!(other.session(&elsewhere).unwrap().is_some());
    let new = "another password";
    let refused = catalog.change_password(user, "wrong", new, None);
    assert!(matches!(refused, Err(CatalogError::WrongPassword)));
    let refused = catalog.change_password(user, PASSWORD, "short", None);
    assert!(matches!(refused, Err(CatalogError::PasswordLength(5))));
    assert!(catalog.change_password(UserId(99), PASSWORD, new, None).is_err());
    catalog.change_password(user, PASSWORD, new, Some(&mine)).unwrap();
    assert!(catalog.session(&mine).unwrap().is_some());
    assert_eq!(catalog.session(&elsewhere).unwrap(), None);
    other.refresh().unwrap();
    assert_eq!(other.session(&elsewhere).unwrap(), None);
    assert!(matches!(catalog.login("ada@example.com", PASSWORD), Err(LoginError::Wrong)));
    assert!(catalog.login("ada@example.com", new).is_ok());
}

fn the_oldest_of_many_sessions_ends(fixture: &Fixture) {
    let catalog = fixture.catalog();
    invited(&catalog, "ada@example.com", Role::Owner);
    let mut tokens = Vec::new();
    for _ in 0..=crate::sessions::SESSIONS_MAX {
        fixture.pass_ms(1_000);
        tokens.push(catalog.login("ada@example.com", PASSWORD).unwrap().0);
    }
    assert_eq!(catalog.session(&tokens[0]).unwrap(), None);
    assert!(catalog.session(&tokens[1]).unwrap().is_some());
}
