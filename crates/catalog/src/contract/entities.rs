use event::TenantId;

use super::{Case, Fixture, acme, actions, default};
use crate::{Actor, Catalog, CatalogError};

pub(crate) const ALL: &[Case] = &[
    a_list_is_filled_replaced_and_removed,
    what_another_process_adds_is_seen_after_a_refresh,
    ids_are_bounded_over_all_lists_of_a_tenant,
    a_bad_id_adds_nothing,
];

fn put(catalog: &Catalog, kind: &str, ids: &[&str], replace: bool) -> Result<u64, CatalogError> {
    let ids = ids.iter().map(|id| (*id).to_owned());
    catalog.put_entities(&default(), kind, ids, replace, &Actor::Cli)
}

fn a_list_is_filled_replaced_and_removed(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let acme = acme(&catalog);
    let known = |kind: &str, id: &str| catalog.entity_known(&default(), kind, id);
    assert_eq!(known("article", "a1"), None);
    assert_eq!(put(&catalog, "article", &["a1", "a2", "a1"], false).unwrap(), 2);
    assert_eq!(put(&catalog, "article", &["a2", "a3"], false).unwrap(), 1);
    assert_eq!(put(&catalog, "product", &["p1"], false).unwrap(), 1);
    assert_eq!((known("article", "a3"), known("article", "p1")), (Some(true), Some(false)));
    assert_eq!(catalog.entity_known(&acme, "article", "a1"), None);
    let kinds = [("article".to_owned(), 3), ("product".to_owned(), 1)];
    assert_eq!(catalog.entities(&default()), kinds);
    assert_eq!(fixture.catalog().entities(&default()), kinds);

    assert_eq!(put(&catalog, "article", &["a3", "a4"], true).unwrap(), 2);
    assert_eq!((known("article", "a1"), known("article", "a4")), (Some(false), Some(true)));
    assert_eq!(put(&catalog, "article", &[], true).unwrap(), 0);
    assert_eq!(known("article", "a4"), Some(false), "an empty list is a list");
    assert!(catalog.remove_entities(&default(), "article", &Actor::Cli).unwrap());
    assert!(!catalog.remove_entities(&default(), "article", &Actor::Cli).unwrap());
    assert_eq!(known("article", "a4"), None);
    assert_eq!(known("product", "p1"), Some(true));
    assert_eq!(actions(&catalog, &default()).last().unwrap(), "entities.remove");
}

fn what_another_process_adds_is_seen_after_a_refresh(fixture: &Fixture) {
    let (server, command) = (fixture.catalog(), fixture.catalog());
    let known = |id: &str| server.entity_known(&default(), "article", id);
    put(&command, "article", &["a1"], false).unwrap();
    assert_eq!(known("a1"), None);
    server.refresh().unwrap();
    assert_eq!(known("a1"), Some(true));
    put(&command, "article", &["a2"], false).unwrap();
    server.refresh().unwrap();
    assert_eq!((known("a1"), known("a2")), (Some(true), Some(true)));
    put(&command, "article", &["a3"], true).unwrap();
    server.refresh().unwrap();
    assert_eq!((known("a1"), known("a3")), (Some(false), Some(true)));
    // Both added since they last looked.
    put(&server, "article", &["a4"], false).unwrap();
    put(&command, "article", &["a5"], false).unwrap();
    server.refresh().unwrap();
    assert_eq!((known("a4"), known("a5")), (Some(true), Some(true)));
    assert_eq!(command.entities(&default()), server.entities(&default()));
}

fn ids_are_bounded_over_all_lists_of_a_tenant(fixture: &Fixture) {
    let mut catalog = fixture.catalog();
    catalog.bounds.entities = 3;
    put(&catalog, "article", &["a1", "a2"], false).unwrap();
    let refused = put(&catalog, "product", &["p1", "p2"], false);
    assert!(matches!(refused, Err(CatalogError::TooMany { count: 4, limit: 3, .. })));
    let refused = put(&catalog, "article", &["a1", "a2", "a3", "a4"], true);
    assert!(matches!(refused, Err(CatalogError::TooMany { count: 4, limit: 3, .. })));
    assert_eq!(catalog.entities(&default()), [("article".to_owned(), 2)]);
    put(&catalog, "article", &["a3", "a4", "a5"], true).unwrap();
    assert_eq!(fixture.catalog().entities(&default()), [("article".to_owned(), 3)]);
}

fn a_bad_id_adds_nothing(fixture: &Fixture) {
    let catalog = fixture.catalog();
    for bad in ["", &"a".repeat(201)] {
        assert!(put(&catalog, "article", &["a1", bad], false).is_err());
    }
    assert!(put(&catalog, "an article", &["a1"], false).is_err());
    assert!(catalog.entities(&default()).is_empty());
    let none = TenantId::new("none").unwrap();
    let ids = ["a1".to_owned()].into_iter();
    let refused = catalog.put_entities(&none, "article", ids, false, &Actor::Cli);
    assert!(matches!(refused, Err(CatalogError::NoTenant(_))));
}
