use super::{Case, Fixture, PASSWORD, acme, actions, default, invited};
use crate::{Actor, CatalogError, LoginError, NewLink, Purpose, Role, Scope, UserChange, UserId};

pub(crate) const ALL: &[Case] = &[
    the_last_owner_stays,
    of_two_owners_who_are_removed_at_once_one_stays,
    a_user_is_changed_and_it_shows_at_once,
    a_removed_user_is_gone_and_the_id_is_not_given_again,
    an_address_belongs_to_one_user,
];

fn role(role: Role) -> UserChange {
    UserChange { role: Some(role), ..UserChange::default() }
}

fn disabled(disabled: bool) -> UserChange {
    UserChange { disabled: Some(disabled), ..UserChange::default() }
}

fn the_last_owner_stays(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let ada = invited(&catalog, "ada@example.com", Role::Owner).id;
    let bob = invited(&catalog, "bob@example.com", Role::Admin).id;
    let refused = |result: Result<(), CatalogError>| {
        assert!(matches!(result, Err(CatalogError::LastOwner)), "{result:?}");
    };
    refused(catalog.remove_user(ada, &Actor::Cli));
    refused(catalog.change_user(ada, &role(Role::Viewer), &Actor::Cli).map(drop));
    refused(catalog.change_user(ada, &disabled(true), &Actor::Cli).map(drop));
    assert_eq!(catalog.user(ada).unwrap().role, Role::Owner);
    assert!(!actions(&catalog, &default()).contains(&"user.remove".to_owned()));

    catalog.change_user(bob, &role(Role::Owner), &Actor::Cli).unwrap();
    catalog.change_user(ada, &disabled(true), &Actor::Cli).unwrap();
    refused(catalog.change_user(bob, &role(Role::Admin), &Actor::Cli).map(drop));
    catalog.change_user(ada, &disabled(false), &Actor::Cli).unwrap();
    catalog.remove_user(bob, &Actor::Cli).unwrap();
    refused(catalog.remove_user(ada, &Actor::Cli));
}

fn of_two_owners_who_are_removed_at_once_one_stays(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let owners =
        ["ada@example.com", "bob@example.com"].map(|it| invited(&catalog, it, Role::Owner).id);
    let catalogs = [fixture.catalog(), fixture.catalog()];
    let removed: Vec<_> = std::thread::scope(|scope| {
        let both = catalogs.iter().zip(owners);
        let threads: Vec<_> = both
            .map(|(catalog, id)| scope.spawn(move || catalog.remove_user(id, &Actor::Cli)))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(removed.iter().filter(|it| it.is_ok()).count(), 1, "{removed:?}");
    assert!(removed.iter().any(|it| matches!(it, Err(CatalogError::LastOwner))));
    catalog.refresh().unwrap();
    assert_eq!(catalog.users_of(&default()).len(), 1);
}

fn a_user_is_changed_and_it_shows_at_once(fixture: &Fixture) {
    let (catalog, other) = (fixture.catalog(), fixture.catalog());
    let eve = invited(&catalog, "eve@example.com", Role::Admin);
    assert!(eve.role.may_manage_users() && eve.role.scopes().contains(Scope::Admin));
    let (token, _) = catalog.login("eve@example.com", PASSWORD).unwrap();
    other.refresh().unwrap();
    assert_eq!(other.session(&token).unwrap().unwrap().role, Role::Admin);

    let change = UserChange { name: Some("Eve".into()), ..role(Role::Viewer) };
    let eve = catalog.change_user(eve.id, &change, &Actor::Cli).unwrap();
    assert_eq!((eve.name.as_str(), eve.role), ("Eve", Role::Viewer));
    assert!(!eve.role.may_manage_users() && !eve.role.scopes().contains(Scope::Write));
    assert_eq!(catalog.session(&token).unwrap().unwrap().role, Role::Viewer);
    other.refresh().unwrap();
    assert_eq!(other.session(&token).unwrap().unwrap().role, Role::Viewer);

    catalog.change_user(eve.id, &disabled(true), &Actor::Cli).unwrap();
    assert_eq!(catalog.session(&token).unwrap(), None);
    other.refresh().unwrap();
    assert_eq!(other.session(&token).unwrap(), None);
    assert!(matches!(catalog.login("eve@example.com", PASSWORD), Err(LoginError::Disabled)));
    assert!(matches!(catalog.login("eve@example.com", "wrong"), Err(LoginError::Wrong)));
    catalog.change_user(eve.id, &disabled(false), &Actor::Cli).unwrap();
    assert_eq!(catalog.session(&token).unwrap(), None, "the session ended for good");
    assert!(catalog.login("eve@example.com", PASSWORD).is_ok());
}

fn a_removed_user_is_gone_and_the_id_is_not_given_again(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let eve = invited(&catalog, "eve@example.com", Role::Viewer);
    let (token, _) = catalog.login("eve@example.com", PASSWORD).unwrap();
    catalog.remove_user(eve.id, &Actor::Cli).unwrap();
    assert_eq!(catalog.session(&token).unwrap(), None);
    assert!(matches!(catalog.login("eve@example.com", PASSWORD), Err(LoginError::Wrong)));
    assert!(matches!(catalog.remove_user(eve.id, &Actor::Cli), Err(CatalogError::NoUser(_))));
    let none = catalog.change_user(UserId(99), &disabled(true), &Actor::Cli);
    assert!(matches!(none, Err(CatalogError::NoUser(_))));
    let again = invited(&catalog, "eve@example.com", Role::Viewer);
    assert!(again.id > eve.id);
}

fn an_address_belongs_to_one_user(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let acme = acme(&catalog);
    let new = NewLink {
        purpose: Purpose::Invite,
        tenant: acme.clone(),
        email: "Eve@Example.com".into(),
        role: Role::Viewer,
    };
    // Both are made before one is used.
    let token = catalog.make_link(&new, &Actor::Cli).unwrap();
    let eve = invited(&catalog, "eve@example.com", Role::Viewer);
    assert!(matches!(catalog.make_link(&new, &Actor::Cli), Err(CatalogError::Exists { .. })));
    let late = catalog.redeem(&token, "", "Eve", PASSWORD);
    assert!(matches!(late, Err(CatalogError::Exists { .. })));
    assert!(catalog.link(&token).unwrap().is_some(), "nothing was done, so it is not used up");
    assert!(catalog.users_of(&acme).is_empty());
    assert_eq!(catalog.user_by_email("EVE@example.com").unwrap().id, eve.id);
}
