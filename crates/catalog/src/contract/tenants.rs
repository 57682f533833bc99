use event::TenantId;

use super::{Case, Fixture, acme, actions, default};
use crate::{Actor, CatalogError, IpPolicy, Settings};

pub(crate) const ALL: &[Case] = &[
    a_tenant_is_made_once_and_can_be_changed,
    settings_are_those_of_the_tenant_and_are_seen_elsewhere,
];

fn a_tenant_is_made_once_and_can_be_changed(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let acme = acme(&catalog);
    let again = catalog.new_tenant(&acme, "", "UTC", &Actor::Cli);
    assert!(matches!(again, Err(CatalogError::Exists { .. })));
    catalog.rename_tenant(&acme, "Acme Inc", &Actor::Cli).unwrap();
    catalog.set_time_zone(&acme, "Asia/Tokyo", &Actor::Cli).unwrap();
    let tenant = fixture.catalog().tenant(&acme).unwrap();
    assert_eq!((tenant.name.as_str(), tenant.time_zone.as_str()), ("Acme Inc", "Asia/Tokyo"));
    assert_eq!(catalog.tenants().len(), 2);
    let none = TenantId::new("none").unwrap();
    let refused = catalog.rename_tenant(&none, "x", &Actor::Cli);
    assert!(matches!(refused, Err(CatalogError::NoTenant(_))));
    assert!(catalog.rename_tenant(&acme, &"x".repeat(201), &Actor::Cli).is_err());
    let expected = ["tenant.new", "tenant.rename", "tenant.set_time_zone"];
    assert_eq!(actions(&catalog, &acme), expected, "what was refused is not written down");
    assert_eq!(actions(&catalog, &default()), ["tenant.new"]);
}

fn settings_are_those_of_the_tenant_and_are_seen_elsewhere(fixture: &Fixture) {
    let (server, command) = (fixture.catalog(), fixture.catalog());
    let mut settings = Settings::default();
    settings.privacy.ip = IpPolicy::None;
    settings.classes.page_view.push("seen".into());
    command.set_settings(&default(), &settings, &Actor::Cli).unwrap();
    assert_eq!(*command.settings(&default()), settings);
    assert_eq!(*server.settings(&default()), Settings::default());
    assert!(server.refresh().unwrap());
    assert_eq!(*server.settings(&default()), settings);
    let none = TenantId::new("none").unwrap();
    assert_eq!(*server.settings(&none), Settings::default());
    assert!(server.set_settings(&none, &settings, &Actor::Cli).is_err());
    let row = &server.audit_list(&default(), None, 1).unwrap()[0];
    assert!(row.detail.contains(r#""ip":"none""#), "{}", row.detail);
    assert!(!row.detail.contains("retention"), "only what differs: {}", row.detail);
}
