use event::{TenantId, Timestamp};

use super::{Case, Fixture, acme, actions, default};
use crate::{Actor, CatalogError, KeyHash, KeyKind, NewKey, Scope, Scopes};

pub(crate) const ALL: &[Case] = &[
    the_first_start_makes_a_tenant_and_keys_once,
    a_lost_secret_key_is_replaced_by_a_new_one,
    unknown_expired_and_revoked_keys_open_nothing,
    a_key_of_ones_own_keeps_working_and_belongs_to_one_tenant_only,
    a_key_made_by_another_process_is_seen_after_a_refresh,
    two_processes_that_start_at_once_make_one_pair_of_keys,
    a_rotated_key_has_time_to_be_replaced,
    a_write_key_is_limited_to_origins,
    a_key_of_another_tenant_is_out_of_reach,
];

fn the_first_start_makes_a_tenant_and_keys_once(fixture: &Fixture) {
    let (catalog, first) = fixture.open();
    let first = first.unwrap();
    let access = catalog.resolve(&first.secret_key).unwrap();
    assert_eq!((access.tenant.as_str(), access.kind), ("default", KeyKind::Secret));
    assert!(access.may(Scope::Read) && access.may(Scope::Write) && access.may(Scope::Admin));
    assert_eq!(access.key, KeyHash::of(&first.secret_key).id());
    let access = catalog.resolve(&first.write_key).unwrap();
    assert!(access.may(Scope::Write) && !access.may(Scope::Read) && !access.may(Scope::Admin));
    let tenant = catalog.tenant(&default()).unwrap();
    assert_eq!(tenant.time_zone, "UTC");
    assert!(catalog.link(&first.setup_token).unwrap().is_some());
    drop(catalog);

    let (catalog, again) = fixture.open();
    assert_eq!(again, None);
    assert!(catalog.resolve(&first.write_key).is_some());
}

fn a_lost_secret_key_is_replaced_by_a_new_one(fixture: &Fixture) {
    drop(fixture.open());
    let (catalog, first) = fixture.open();
    assert_eq!(first, None);
    let new = NewKey::secret(&default(), Scopes::all(), "laptop");
    let key = catalog.new_key(new, &Actor::Cli).unwrap();
    assert!(catalog.resolve(&key).unwrap().may(Scope::Read));
    assert_eq!(actions(&catalog, &default()), ["tenant.new", "key.new"]);
}

fn unknown_expired_and_revoked_keys_open_nothing(fixture: &Fixture) {
    let (catalog, first) = fixture.open();
    let tenant = default();
    assert!(catalog.resolve("").is_none());
    assert!(catalog.resolve("tf_s_nothing").is_none());

    let read = Scopes::of(&[Scope::Read]);
    let expires_at = Some(Timestamp(fixture.now().0 + 1_000));
    let new = NewKey { expires_at, ..NewKey::secret(&tenant, read, "report") };
    let key = catalog.new_key(new, &Actor::Cli).unwrap();
    assert_eq!(catalog.resolve(&key).unwrap().scopes, read);
    fixture.pass_ms(1_000);
    assert!(catalog.resolve(&key).is_none());
    let id = KeyHash::of(&key).id().to_string();
    let refused = catalog.rotate_key(&tenant, &id, 0, &Actor::Cli);
    assert!(matches!(refused, Err(CatalogError::NoKey(_))), "it has expired");

    let hash = KeyHash::of(&first.unwrap().write_key);
    let id = hash.id().to_string();
    assert!(catalog.revoke_key(&tenant, &id, &Actor::Cli).unwrap());
    assert!(!catalog.revoke_key(&tenant, &id, &Actor::Cli).unwrap());
    let refused = catalog.revoke_key(&tenant, "no such key", &Actor::Cli);
    assert_eq!(refused.unwrap_err().to_string(), "the tenant has no live key \"no such key\"");
    let keys = fixture.catalog().keys_of(&tenant);
    assert!(keys.iter().any(|key| key.hash == hash && !key.is_live(Timestamp(0))));
}

fn a_key_of_ones_own_keeps_working_and_belongs_to_one_tenant_only(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let tenant = TenantId::new("acme").unwrap();
    let register =
        |tenant: &TenantId| catalog.register_write_key(tenant, "your-api-key", "app", &Actor::Cli);
    assert_eq!(register(&tenant).unwrap_err().to_string(), "there is no tenant \"acme\"");
    let acme = acme(&catalog);
    register(&acme).unwrap();
    assert_eq!(catalog.resolve("your-api-key").unwrap().tenant, acme);
    assert!(matches!(register(&default()), Err(CatalogError::Exists { .. })));
    let refused = catalog.register_write_key(&acme, "a b", "app", &Actor::Cli);
    assert!(matches!(refused, Err(CatalogError::KeyText)));
}

fn a_key_made_by_another_process_is_seen_after_a_refresh(fixture: &Fixture) {
    let (server, command) = (fixture.catalog(), fixture.catalog());
    assert!(!server.refresh().unwrap());
    let new = NewKey::secret(&default(), Scopes::all(), "from the command line");
    let key = command.new_key(new, &Actor::Cli).unwrap();
    assert!(server.resolve(&key).is_none());
    assert!(server.refresh().unwrap());
    assert!(server.resolve(&key).is_some());
    assert!(!server.refresh().unwrap());
}

fn two_processes_that_start_at_once_make_one_pair_of_keys(fixture: &Fixture) {
    let starts: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| fixture.open().1)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(starts.iter().flatten().count(), 1);
}

fn a_rotated_key_has_time_to_be_replaced(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let origins = vec!["https://shop.example.com".to_owned()];
    let life = 30 * 86_400_000;
    let expires_at = Some(Timestamp(fixture.now().0 + life));
    let new = NewKey { origins, expires_at, ..NewKey::write(&default(), "shop") };
    let old = catalog.new_key(new, &Actor::Cli).unwrap();
    let id = KeyHash::of(&old).id().to_string();
    fixture.pass_days(10);
    let new = catalog.rotate_key(&default(), &id, 60_000, &Actor::Cli).unwrap();
    assert_eq!(catalog.resolve(&old).unwrap().origins, catalog.resolve(&new).unwrap().origins);
    fixture.pass_ms(60_000);
    assert!(catalog.resolve(&old).is_none());
    assert!(catalog.resolve(&new).is_some());
    let keys = catalog.keys_of(&default());
    let new = keys.iter().find(|key| key.hash == KeyHash::of(&new)).unwrap();
    assert_eq!((new.name.as_str(), new.kind), ("shop", KeyKind::Write));
    assert_eq!(new.expires_at.unwrap().0 - new.created_at.0, life, "it lives as long");
}

fn a_write_key_is_limited_to_origins(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let origins = vec!["https://Shop.example.com/".to_owned(), "http://localhost:3000".to_owned()];
    let new = NewKey { origins: origins.clone(), ..NewKey::write(&default(), "shop") };
    let key = catalog.new_key(new, &Actor::Cli).unwrap();
    let expected = ["https://shop.example.com", "http://localhost:3000"];
    assert_eq!(*catalog.resolve(&key).unwrap().origins, expected);
    assert_eq!(*fixture.catalog().resolve(&key).unwrap().origins, expected);
    let secret = NewKey { origins, ..NewKey::secret(&default(), Scopes::all(), "s") };
    let refused = catalog.new_key(secret, &Actor::Cli);
    assert!(matches!(refused, Err(CatalogError::SecretOrigins)));
    let path = NewKey { origins: vec!["https://a/b".into()], ..NewKey::write(&default(), "p") };
    assert!(matches!(catalog.new_key(path, &Actor::Cli), Err(CatalogError::Origin(_))));
}

fn a_key_of_another_tenant_is_out_of_reach(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let acme = acme(&catalog);
    let key = catalog.new_key(NewKey::write(&acme, "app"), &Actor::Cli).unwrap();
    let id = KeyHash::of(&key).id().to_string();
    assert!(catalog.revoke_key(&default(), &id, &Actor::Cli).is_err());
    assert!(catalog.rotate_key(&default(), &id, 0, &Actor::Cli).is_err());
    assert!(catalog.resolve(&key).is_some());
    assert_eq!(catalog.keys_of(&acme).len(), 1);
}
