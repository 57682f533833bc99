use std::path::Path;

use event::{TenantId, Timestamp};
use rusqlite::Connection;

use crate::{
    Actor, AuditCheck, Catalog, Clock, KeyKind, Role,
    contract::{self, Case, Fixture, PASSWORD, default, invited},
    salts::day_of,
};

/// Facts in a file; the folder goes with the fixture.
fn fixture() -> (Fixture, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog.db");
    let file = path.clone();
    let open = move |clock: Clock| {
        assert!(folder.path().is_dir());
        Catalog::open(&file, clock).unwrap()
    };
    (Fixture::new(Box::new(open)), path)
}

fn run(cases: &[Case]) {
    for case in cases {
        case(&fixture().0);
    }
}

#[test]
fn tenants() {
    run(contract::tenants::ALL);
}

#[test]
fn keys() {
    run(contract::keys::ALL);
}

#[test]
fn users() {
    run(contract::users::ALL);
}

#[test]
fn sessions() {
    run(contract::sessions::ALL);
}

#[test]
fn library() {
    run(contract::library::ALL);
}

#[test]
fn links() {
    run(contract::links::ALL);
}

#[test]
fn audit() {
    run(contract::audit::ALL);
}

#[test]
fn consent() {
    run(contract::consent::ALL);
}

#[test]
fn entities() {
    run(contract::entities::ALL);
}

#[test]
fn experiments() {
    run(contract::experiments::ALL);
}

#[test]
fn flags() {
    run(contract::flags::ALL);
}

#[test]
fn jobs() {
    run(contract::jobs::ALL);
}

#[test]
fn salts() {
    run(contract::salts::ALL);
}

/// Whether the bytes are in any file beside the database.
fn is_on_disk(path: &Path, wanted: &[u8]) -> bool {
    let files = std::fs::read_dir(path.parent().unwrap()).unwrap();
    let contains = |bytes: Vec<u8>| bytes.windows(wanted.len()).any(|window| window == wanted);
    files.into_iter().any(|file| contains(std::fs::read(file.unwrap().path()).unwrap()))
}

#[test]
fn no_secret_and_no_id_of_a_person_is_on_disk() {
    let (fixture, path) = fixture();
    let (catalog, first) = fixture.open();
    let first = first.unwrap();
    invited(&catalog, "ada@example.com", Role::Owner);
    let (token, _) = catalog.login("ada@example.com", PASSWORD).unwrap();
    let at = fixture.now();
    catalog.set_consent(&default(), "person-17", "analytics", true, at, &Actor::Cli).unwrap();
    let ids = ["article-17".to_owned()].into_iter();
    catalog.put_entities(&default(), "article", ids, false, &Actor::Cli).unwrap();
    catalog.keep_flag_override(&default(), "person-17", "anonymous-17").unwrap();
    let secrets = [&first.write_key, &first.secret_key, &first.setup_token, &token];
    for text in secrets.into_iter().map(String::as_str).chain([
        PASSWORD,
        "person-17",
        "anonymous-17",
        "article-17",
    ]) {
        assert!(!is_on_disk(&path, text.as_bytes()), "{text}");
    }
    drop(catalog);
    assert!(is_on_disk(&path, b"ada@example.com"));
    assert!(!is_on_disk(&path, b"person-17"));
}

#[test]
fn a_salt_whose_time_is_over_is_on_disk_no_more() {
    let (fixture, path) = fixture();
    let catalog = fixture.catalog();
    let salt = catalog.salt(day_of(fixture.now())).unwrap();
    assert!(is_on_disk(&path, &salt));
    fixture.pass_days(2);
    // Who reads keeps the log; it is tried again.
    let reader = Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM salts;").unwrap();
    catalog.refresh().unwrap();
    assert!(catalog.salt(day_of(fixture.now()) - 2).is_err());
    assert!(is_on_disk(&path, &salt));
    reader.execute_batch("COMMIT").unwrap();
    catalog.refresh().unwrap();
    assert!(!is_on_disk(&path, &salt));
}

#[test]
fn an_id_that_was_erased_is_on_disk_no_more() {
    let (fixture, path) = fixture();
    let catalog = fixture.catalog();
    let cohort =
        crate::SavedCohort { name: "Beta".into(), description: String::new(), definition: None };
    let ids: Vec<String> = (0..2_000).map(|n| format!("person-{n:04}")).collect();
    catalog.new_cohort(&default(), &cohort, &ids, &Actor::Cli).unwrap();
    assert!(is_on_disk(&path, b"person-1017"));
    catalog.forget_in_library(&default(), &["person-1017".to_owned()]).unwrap();
    assert!(!is_on_disk(&path, b"person-1017") && is_on_disk(&path, b"person-1018"));
}

fn edited(path: &Path, sql: &str) {
    let connection = Connection::open(path).unwrap();
    assert!(connection.execute_batch(sql).is_err(), "an accident is prevented");
    connection.execute_batch("DROP TRIGGER audit_is_not_changed").unwrap();
    connection.execute_batch("DROP TRIGGER audit_is_not_deleted").unwrap();
    connection.execute_batch(sql).unwrap();
}

#[test]
fn an_edited_or_missing_row_of_the_audit_trail_is_found() {
    for (sql, seq) in [
        ("UPDATE audit SET subject = 'other' WHERE seq = 3", 3),
        ("UPDATE audit SET actor_kind = 'nobody' WHERE seq = 3", 3),
        ("UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 5", 5),
        ("DELETE FROM audit", 1),
    ] {
        let (fixture, path) = fixture();
        let catalog = fixture.catalog();
        for _ in 0..4 {
            catalog.audit(&Actor::System, &default(), "test", "this", "{}").unwrap();
        }
        assert_eq!(catalog.audit_verify().unwrap(), AuditCheck::Whole { rows: 5 });
        edited(&path, sql);
        assert_eq!(catalog.audit_verify().unwrap(), AuditCheck::Broken { seq }, "{sql}");
    }
}

#[test]
fn a_catalog_of_the_first_version_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog.db");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(include_str!("../../migrations/0001-tenants-and-keys.sql")).unwrap();
    old.execute_batch(
        "INSERT INTO tenants (id, name, created_ms) VALUES ('default', 'Old', 1);
         INSERT INTO keys (hash, tenant_id, kind, name, hint, scopes, created_ms)
         VALUES (x'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'default',
                 'write', 'app', 'a..', 'write', 1);
         PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(old);
    let clock: Clock = std::sync::Arc::new(|| Timestamp(2));
    let (catalog, first) = Catalog::open(&path, clock).unwrap();
    assert_eq!(first, None);
    let access = catalog.resolve("abc").unwrap();
    assert_eq!((access.kind, access.origins.len()), (KeyKind::Write, 0));
    assert_eq!(catalog.tenant(&TenantId::default_tenant()).unwrap().name, "Old");
    assert_eq!(catalog.audit_verify().unwrap(), AuditCheck::Whole { rows: 0 });
}

#[test]
fn a_write_that_a_crash_cut_short_leaves_the_change_before_it() {
    let (fixture, path) = fixture();
    let (catalog, first) = fixture.open();
    let first = first.unwrap();
    let log = path.with_extension("db-wal");
    let kept = std::fs::metadata(&log).unwrap().len();
    for _ in 0..3 {
        catalog.audit(&Actor::System, &default(), "test", "", "{}").unwrap();
    }
    let (database, all) = (std::fs::read(&path).unwrap(), std::fs::read(&log).unwrap());
    let mut found = std::collections::BTreeSet::new();
    for cut in (kept as usize..=all.len()).step_by(1_111).chain([all.len()]) {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("catalog.db");
        std::fs::write(&copy, &database).unwrap();
        std::fs::write(copy.with_extension("db-wal"), &all[..cut]).unwrap();
        let (catalog, again) = Catalog::open(&copy, std::sync::Arc::new(|| Timestamp(2))).unwrap();
        assert_eq!(again, None);
        assert!(catalog.resolve(&first.secret_key).is_some());
        let AuditCheck::Whole { rows } = catalog.audit_verify().unwrap() else {
            panic!("the chain is broken when the log is cut at {cut}");
        };
        found.insert(rows);
    }
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn a_file_that_is_no_database_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog.db");
    std::fs::write(&path, "not a database, but something of somebody's".repeat(100)).unwrap();
    let before = std::fs::read(&path).unwrap();
    let clock: Clock = std::sync::Arc::new(|| Timestamp(2));
    assert!(Catalog::open(&path, clock).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn settings_that_this_version_does_not_know_are_not_lost() {
    let (fixture, path) = fixture();
    drop(fixture.open());
    let connection = Connection::open(&path).unwrap();
    let sql = r#"UPDATE tenants SET settings = '{"capture":{"new":1}}'"#;
    connection.execute_batch(sql).unwrap();
    drop(connection);
    let error = Catalog::open(&path, std::sync::Arc::new(|| Timestamp(2))).unwrap_err();
    assert!(error.to_string().contains("settings of a tenant"), "{error}");
}
