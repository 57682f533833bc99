use std::sync::atomic::{AtomicI64, Ordering};

use super::*;
use crate::Scope;

struct Fixture {
    folder: tempfile::TempDir,
    now: Arc<AtomicI64>,
}

impl Fixture {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), now: Arc::new(AtomicI64::new(1_000)) }
    }

    fn open(&self) -> (Catalog, Option<FirstStart>) {
        let now = self.now.clone();
        let clock: Clock = Arc::new(move || Timestamp(now.load(Ordering::Relaxed)));
        Catalog::open(&self.folder.path().join("catalog.db"), clock).unwrap()
    }
}

#[test]
fn the_first_start_makes_a_tenant_and_keys_once() {
    let fixture = Fixture::new();
    let (catalog, first) = fixture.open();
    let first = first.unwrap();
    let access = catalog.resolve(&first.secret_key).unwrap();
    assert_eq!((access.tenant.as_str(), access.kind), ("default", KeyKind::Secret));
    assert!(access.may(Scope::Read) && access.may(Scope::Write) && access.may(Scope::Admin));
    let access = catalog.resolve(&first.write_key).unwrap();
    assert!(access.may(Scope::Write) && !access.may(Scope::Read) && !access.may(Scope::Admin));
    let tenant = catalog.tenant(&TenantId::default_tenant()).unwrap();
    assert_eq!(tenant.time_zone, "UTC");
    drop(catalog);

    let (catalog, again) = fixture.open();
    assert_eq!(again, None);
    assert!(catalog.resolve(&first.write_key).is_some());
}

#[test]
fn a_lost_secret_key_is_replaced_by_a_new_one() {
    let fixture = Fixture::new();
    drop(fixture.open());
    let (catalog, first) = fixture.open();
    assert_eq!(first, None);
    let key = catalog.new_secret_key("laptop").unwrap();
    assert!(catalog.resolve(&key).unwrap().may(Scope::Read));
}

#[test]
fn unknown_expired_and_revoked_keys_open_nothing() {
    let fixture = Fixture::new();
    let (catalog, first) = fixture.open();
    let tenant = TenantId::default_tenant();
    assert!(catalog.resolve("").is_none());
    assert!(catalog.resolve("tf_s_nothing").is_none());

    let read = Scopes::of(&[Scope::Read]);
    let expires = Some(Timestamp(2_000));
    let key = catalog.new_key(&tenant, KeyKind::Secret, read, "report", expires).unwrap();
    assert_eq!(catalog.resolve(&key).unwrap().scopes, read);
    fixture.now.store(2_000, Ordering::Relaxed);
    assert!(catalog.resolve(&key).is_none());

    let hash = KeyHash::of(&first.unwrap().write_key);
    assert!(catalog.revoke(hash).unwrap());
    assert!(!catalog.revoke(hash).unwrap());
    let (catalog, _) = fixture.open();
    assert!(
        catalog.keys().unwrap().iter().any(|key| key.hash == hash && !key.is_live(Timestamp(0)))
    );
}

#[test]
fn a_key_of_ones_own_keeps_working_and_belongs_to_one_tenant_only() {
    let fixture = Fixture::new();
    let (catalog, _) = fixture.open();
    let acme = TenantId::new("acme").unwrap();
    let refused = catalog.register_write_key(&acme, "your-api-key", "app");
    assert_eq!(refused.unwrap_err().to_string(), "there is no tenant \"acme\"");
    catalog.new_tenant(&acme, "Acme", "Europe/Berlin").unwrap();
    catalog.register_write_key(&acme, "your-api-key", "app").unwrap();
    assert_eq!(catalog.resolve("your-api-key").unwrap().tenant, acme);
    let other = TenantId::default_tenant();
    let refused = catalog.register_write_key(&other, "your-api-key", "app");
    assert!(matches!(refused, Err(CatalogError::Exists { .. })));
    assert!(matches!(catalog.new_tenant(&acme, "", "UTC"), Err(CatalogError::Exists { .. })));
}

#[test]
fn a_key_made_by_another_process_is_seen_after_a_refresh() {
    let fixture = Fixture::new();
    let (server, _) = fixture.open();
    let (command, _) = fixture.open();
    assert!(!server.refresh().unwrap());
    let key = command.new_secret_key("from the command line").unwrap();
    assert!(server.resolve(&key).is_none());
    assert!(server.refresh().unwrap());
    assert!(server.resolve(&key).is_some());
    assert!(!server.refresh().unwrap());
}

#[test]
fn the_text_of_a_key_is_nowhere_on_disk() {
    let fixture = Fixture::new();
    let (catalog, first) = fixture.open();
    let first = first.unwrap();
    drop(catalog);
    for file in std::fs::read_dir(fixture.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for key in [&first.write_key, &first.secret_key] {
            assert!(!bytes.windows(key.len()).any(|window| window == key.as_bytes()));
        }
    }
}

#[test]
fn two_processes_that_start_at_once_make_one_pair_of_keys() {
    let fixture = Fixture::new();
    let starts: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| fixture.open().1)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(starts.iter().flatten().count(), 1);
}
