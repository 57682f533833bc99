use super::{Case, Fixture, PASSWORD, acme, actions, default, invited};
use crate::{Actor, Catalog, CatalogError, Link, LoginError, NewLink, Purpose, Role};

pub(crate) const ALL: &[Case] = &[
    the_first_owner_chooses_an_address,
    an_invitation_is_taken_up_once,
    of_many_who_use_a_link_at_once_one_does,
    a_link_expires_and_can_be_withdrawn,
    a_reset_sets_another_password_and_ends_sessions,
    a_link_that_makes_no_sense_is_not_made,
];

fn link(purpose: Purpose, email: &str, role: Role) -> NewLink {
    NewLink { purpose, tenant: default(), email: email.into(), role }
}

fn invite(catalog: &Catalog, email: &str) -> String {
    catalog.make_link(&link(Purpose::Invite, email, Role::Analyst), &Actor::Cli).unwrap()
}

fn the_first_owner_chooses_an_address(fixture: &Fixture) {
    let (catalog, first) = fixture.open();
    let token = first.unwrap().setup_token;
    let refused = catalog.redeem(&token, "", "Ada", PASSWORD);
    assert!(matches!(refused, Err(CatalogError::Email(_))));
    let refused = catalog.redeem(&token, "ada@example.com", "Ada", "short");
    assert!(matches!(refused, Err(CatalogError::PasswordLength(5))));
    fixture.pass_days(29);
    let ada = catalog.redeem(&token, "Ada@example.com", "Ada", PASSWORD).unwrap();
    assert_eq!((ada.email.as_str(), ada.role), ("ada@example.com", Role::Owner));
    assert!(catalog.login("ada@example.com", PASSWORD).is_ok());
    let row = catalog.audit_list(&default(), None, 10).unwrap().into_iter();
    let row = row.into_iter().find(|row| row.action == "user.new").unwrap();
    assert_eq!((row.actor, row.subject), (ada.actor(), ada.id.to_string()));
}

fn an_invitation_is_taken_up_once(fixture: &Fixture) {
    let (catalog, other) = (fixture.catalog(), fixture.catalog());
    let first = invite(&catalog, "eve@example.com");
    let token = invite(&catalog, "EVE@example.com");
    assert_eq!(catalog.link(&first).unwrap(), None, "the later one takes its place");
    let Link { purpose, email, role, .. } = other.link(&token).unwrap().unwrap();
    assert_eq!((purpose, role), (Purpose::Invite, Role::Analyst));
    assert_eq!(email, "eve@example.com");
    let refused = catalog.redeem(&token, "mallory@example.com", "", PASSWORD);
    assert!(matches!(refused, Err(CatalogError::OtherEmail)));
    let eve = other.redeem(&token, "eve@example.com", "Eve", PASSWORD).unwrap();
    assert_eq!(eve.role, Role::Analyst);
    for catalog in [&catalog, &other] {
        let replayed = catalog.redeem(&token, "", "Eve", "another password");
        assert!(matches!(replayed, Err(CatalogError::NoLink)));
        assert_eq!(catalog.link(&token).unwrap(), None);
    }
    assert!(catalog.invites(&default()).unwrap().is_empty());
}

fn of_many_who_use_a_link_at_once_one_does(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let token = catalog.make_link(&link(Purpose::Owner, "", Role::Owner), &Actor::Cli).unwrap();
    let others: Vec<Catalog> = (0..3).map(|_| fixture.catalog()).collect();
    let results: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = others
            .iter()
            .enumerate()
            .map(|(index, catalog)| {
                let email = format!("user{index}@example.com");
                let token = &token;
                scope.spawn(move || catalog.redeem(token, &email, "", PASSWORD))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for error in results.into_iter().filter_map(Result::err) {
        assert!(matches!(error, CatalogError::NoLink), "{error}");
    }
    catalog.refresh().unwrap();
    assert_eq!(catalog.users_of(&default()).len(), 1);
}

fn a_link_expires_and_can_be_withdrawn(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let acme = acme(&catalog);
    let token = invite(&catalog, "eve@example.com");
    let withdrawn = invite(&catalog, "bob@example.com");
    let invites = catalog.invites(&default()).unwrap();
    assert_eq!(invites.len(), 2, "the link of the first owner is none");
    let bob = invites.iter().find(|link| link.email == "bob@example.com").unwrap();
    let id = bob.id.to_string();
    assert!(!catalog.withdraw_invite(&acme, &id, &Actor::Cli).unwrap(), "of another tenant");
    assert!(catalog.withdraw_invite(&default(), &id, &Actor::Cli).unwrap());
    assert!(!catalog.withdraw_invite(&default(), &id, &Actor::Cli).unwrap());
    assert!(!catalog.withdraw_invite(&default(), "?", &Actor::Cli).unwrap());
    let late = catalog.redeem(&withdrawn, "", "Bob", PASSWORD);
    assert!(matches!(late, Err(CatalogError::NoLink)));

    fixture.pass_days(7);
    assert_eq!(catalog.link(&token).unwrap(), None);
    let late = catalog.redeem(&token, "", "Eve", PASSWORD);
    assert!(matches!(late, Err(CatalogError::NoLink)));
    assert!(catalog.invites(&default()).unwrap().is_empty());
    let expected = ["tenant.new", "link.invite", "link.invite", "link.withdraw"];
    assert_eq!(actions(&catalog, &default()), expected);
}

fn a_reset_sets_another_password_and_ends_sessions(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let user = invited(&catalog, "ada@example.com", Role::Owner);
    let (session, _) = catalog.login("ada@example.com", PASSWORD).unwrap();
    let reset = link(Purpose::Reset, "ada@example.com", Role::Viewer);
    let token = catalog.make_link(&reset, &Actor::Cli).unwrap();
    assert!(catalog.session(&session).unwrap().is_some(), "nothing has happened yet");
    let after = catalog.redeem(&token, "", "", "another password").unwrap();
    assert_eq!((after.id, after.role), (user.id, Role::Owner), "a reset gives no role");
    assert_eq!(after.name, user.name);
    assert_eq!(catalog.session(&session).unwrap(), None);
    assert!(matches!(catalog.login("ada@example.com", PASSWORD), Err(LoginError::Wrong)));
    assert!(catalog.login("ada@example.com", "another password").is_ok());
    assert!(catalog.redeem(&token, "", "", PASSWORD).is_err());
}

fn a_link_that_makes_no_sense_is_not_made(fixture: &Fixture) {
    let catalog = fixture.catalog();
    invited(&catalog, "ada@example.com", Role::Owner);
    let make = |new: &NewLink| catalog.make_link(new, &Actor::Cli).unwrap_err();
    let nobody = link(Purpose::Reset, "nobody@example.com", Role::Owner);
    assert!(matches!(make(&nobody), CatalogError::NoUser(_)));
    let taken = link(Purpose::Invite, "ada@example.com", Role::Viewer);
    assert!(matches!(make(&taken), CatalogError::Exists { .. }));
    let empty = link(Purpose::Invite, "", Role::Viewer);
    assert!(matches!(make(&empty), CatalogError::Email(_)));
    let acme = acme(&catalog);
    let elsewhere =
        NewLink { tenant: acme, ..link(Purpose::Reset, "ada@example.com", Role::Owner) };
    assert!(matches!(make(&elsewhere), CatalogError::NoUser(_)));
    assert_eq!(catalog.link("no such link").unwrap(), None);
}
