use super::{Case, Fixture, acme, default, invited};
use crate::{Actor, AuditCheck, CatalogError, NewKey, Role};

pub(crate) const ALL: &[Case] = &[
    every_change_is_written_down_with_who_did_it,
    two_processes_write_one_chain,
    what_is_written_has_bounds,
];

fn every_change_is_written_down_with_who_did_it(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let acme = acme(&catalog);
    let ada = invited(&catalog, "ada@example.com", Role::Owner);
    let key = catalog.new_key(NewKey::write(&default(), "app"), &ada.actor()).unwrap();
    let access = catalog.resolve(&key).unwrap();
    let actor = Actor::Key(access.key, "app".into());
    let person = catalog.person_subject(&default(), "user-1");
    catalog.audit(&actor, &default(), "person.erase", &person, r#"{"events":3}"#).unwrap();

    let rows = catalog.audit_list(&default(), None, 2).unwrap();
    assert_eq!(rows[0].actor, actor);
    assert_eq!(
        (rows[0].action.as_str(), rows[0].detail.as_str()),
        ("person.erase", r#"{"events":3}"#)
    );
    assert!(rows[0].subject.starts_with("person:") && !rows[0].subject.contains("user-1"));
    assert_eq!(
        (&rows[1].actor, rows[1].subject.as_str()),
        (&ada.actor(), access.key.to_string().as_str())
    );
    assert_eq!(rows[1].at, fixture.now());
    let older = catalog.audit_list(&default(), Some(rows[1].seq), 100).unwrap();
    assert!(older.iter().all(|row| row.seq < rows[1].seq && row.tenant == default()));
    assert_eq!(catalog.audit_list(&acme, None, 100).unwrap().len(), 1);
    let all = older.len() as u64 + 3;
    assert_eq!(catalog.audit_verify().unwrap(), AuditCheck::Whole { rows: all });
    assert_ne!(person, catalog.person_subject(&acme, "user-1"), "of another tenant");
}

fn two_processes_write_one_chain(fixture: &Fixture) {
    let catalogs = [fixture.catalog(), fixture.catalog()];
    std::thread::scope(|scope| {
        for catalog in &catalogs {
            scope.spawn(move || {
                for _ in 0..20 {
                    catalog.audit(&Actor::System, &default(), "test", "", "{}").unwrap();
                }
            });
        }
    });
    assert_eq!(catalogs[0].audit_verify().unwrap(), AuditCheck::Whole { rows: 41 });
}

fn what_is_written_has_bounds(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let write = |action: &str, subject: &str, detail: &str| {
        let written = catalog.audit(&Actor::Cli, &default(), action, subject, detail);
        matches!(written, Err(CatalogError::Invalid { .. }))
    };
    assert!(write("", "", "{}"));
    assert!(write("test", &"s".repeat(201), "{}"));
    assert!(write("test", "", "not json"));
    assert!(write("test", "", &format!("\"{}\"", "d".repeat(16 * 1024))));
    assert_eq!(catalog.audit_verify().unwrap(), AuditCheck::Whole { rows: 1 });
}
