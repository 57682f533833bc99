use event::{TenantId, Timestamp};

use super::{Case, Fixture, acme, actions, default};
use crate::{ANALYTICS, Actor, CatalogError, ConsentChange};

pub(crate) const ALL: &[Case] = &[
    the_latest_word_counts,
    other_purposes_do_not_decide,
    what_another_process_takes_down_is_seen_after_a_refresh,
    persons_are_bounded_and_those_known_may_still_say_no,
    many_are_taken_down_together_or_not_at_all,
];

fn change(distinct_id: &str, purpose: &str, granted: bool, at: Timestamp) -> ConsentChange {
    ConsentChange { distinct_id: distinct_id.into(), purpose: purpose.into(), granted, at }
}

fn the_latest_word_counts(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let acme = acme(&catalog);
    let now = fixture.now();
    let say = |granted, at: i64| {
        catalog.set_consent(&default(), "u1", ANALYTICS, granted, Timestamp(at), &Actor::Cli)
    };
    assert_eq!(catalog.consent(&default(), "u1"), None);
    assert!(say(true, now.0 - 100).unwrap());
    assert_eq!(catalog.consent(&default(), "u1"), Some(true));
    assert_eq!(catalog.consent(&default(), "u2"), None);
    assert_eq!(catalog.consent(&acme, "u1"), None);
    assert!(!say(false, now.0 - 200).unwrap(), "it was said before");
    assert_eq!(catalog.consent(&default(), "u1"), Some(true));
    assert!(!say(true, now.0 - 50).unwrap(), "nothing new, but said again later");
    assert!(!say(false, now.0 - 60).unwrap());
    // A clock that is ahead has no lasting last word.
    assert!(say(false, now.0 + 86_400_000).unwrap());
    fixture.pass_ms(1);
    assert!(say(true, fixture.now().0).unwrap());
    assert_eq!(catalog.consent(&default(), "u1"), Some(true));
    assert_eq!(fixture.catalog().consent(&default(), "u1"), Some(true));
    let expected = ["tenant.new", "consent.set", "consent.set", "consent.set"];
    assert_eq!(actions(&catalog, &default()), expected, "only what changed an answer");
    let row = &catalog.audit_list(&default(), None, 1).unwrap()[0];
    assert_eq!(row.subject, catalog.person_subject(&default(), "u1"));
}

fn other_purposes_do_not_decide(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let at = fixture.now();
    catalog.set_consent(&default(), "u1", "marketing", true, at, &Actor::Cli).unwrap();
    assert_eq!(catalog.consent(&default(), "u1"), None);
    catalog.set_consent(&default(), "u1", ANALYTICS, false, at, &Actor::Cli).unwrap();
    catalog.set_consent(&default(), "u1", "marketing", false, at, &Actor::Cli).unwrap();
    assert_eq!(catalog.consent(&default(), "u1"), Some(false));
    let all = catalog.consents_of(&default(), "u1").unwrap();
    let shown: Vec<_> = all.iter().map(|it| (it.purpose.as_str(), it.granted, it.at)).collect();
    assert_eq!(shown, [(ANALYTICS, false, at), ("marketing", false, at)]);
    assert!(catalog.consents_of(&default(), "u2").unwrap().is_empty());
    for number in 2..16 {
        let purpose = format!("purpose-{number}");
        catalog.set_consent(&default(), "u1", &purpose, true, at, &Actor::Cli).unwrap();
    }
    let refused = catalog.set_consent(&default(), "u1", "one-more", true, at, &Actor::Cli);
    assert!(matches!(refused, Err(CatalogError::TooMany { count: 17, limit: 16, .. })));
}

fn what_another_process_takes_down_is_seen_after_a_refresh(fixture: &Fixture) {
    let (server, command) = (fixture.catalog(), fixture.catalog());
    let at = fixture.now();
    for id in ["u1", "u2"] {
        command.set_consent(&default(), id, ANALYTICS, false, at, &Actor::Cli).unwrap();
    }
    assert_eq!(server.consent(&default(), "u1"), None);
    assert!(server.refresh().unwrap());
    assert_eq!(server.consent(&default(), "u1"), Some(false));
    server.set_consent(&default(), "u1", ANALYTICS, true, at, &Actor::Cli).unwrap();
    command.refresh().unwrap();
    assert_eq!(command.consent(&default(), "u1"), Some(true));
    assert_eq!(command.consent(&default(), "u2"), Some(false));
}

fn persons_are_bounded_and_those_known_may_still_say_no(fixture: &Fixture) {
    let mut catalog = fixture.catalog();
    catalog.bounds.persons = 3;
    let say = |id: &str, granted| {
        let at = fixture.now();
        catalog.set_consent(&default(), id, ANALYTICS, granted, at, &Actor::Cli)
    };
    for id in ["u1", "u2", "u3"] {
        assert!(say(id, true).unwrap());
    }
    let refused = say("u4", true);
    assert!(matches!(refused, Err(CatalogError::TooMany { count: 4, limit: 3, .. })));
    assert!(say("u3", false).unwrap());
    assert_eq!(catalog.consent(&default(), "u3"), Some(false));
    assert_eq!(catalog.consent(&default(), "u4"), None);
}

fn many_are_taken_down_together_or_not_at_all(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let at = fixture.now();
    let good = [change("u1", ANALYTICS, true, at), change("u2", ANALYTICS, false, at)];
    assert_eq!(catalog.set_consents(&default(), &good, &Actor::System).unwrap(), 2);
    assert_eq!(catalog.set_consents(&default(), &good, &Actor::System).unwrap(), 0);
    assert_eq!(catalog.set_consents(&default(), &[], &Actor::System).unwrap(), 0);
    let bad = [change("u3", ANALYTICS, true, at), change("u4", "", true, at)];
    assert!(catalog.set_consents(&default(), &bad, &Actor::System).is_err());
    assert_eq!(catalog.consent(&default(), "u3"), None);
    let many = vec![change("u5", ANALYTICS, true, at); 10_001];
    let refused = catalog.set_consents(&default(), &many, &Actor::System);
    assert!(matches!(refused, Err(CatalogError::TooMany { .. })));
    let none = TenantId::new("none").unwrap();
    assert!(catalog.set_consents(&none, &good, &Actor::System).is_err());
}
