use event::Timestamp;
use serde_json::json;

use super::{Case, Fixture, acme, actions, default};
use crate::{Actor, Annotation, AnnotationScope, Catalog, CatalogError, Goal, SavedCohort, Sought};

pub(crate) const ALL: &[Case] = &[
    a_thing_is_kept_listed_changed_and_removed,
    things_of_a_tenant_are_its_own_and_bounded,
    annotations_stand_by_their_time,
    a_static_cohort_has_ids,
    a_cohort_that_is_named_stays_and_none_is_part_of_itself,
    a_link_shows_something_until_it_ends,
    who_is_erased_is_forgotten,
];

fn goal(name: &str) -> Goal {
    let (description, event) = (String::new(), Some("purchase".into()));
    Goal { name: name.into(), description, event, filter: None }
}

fn cohort(definition: Option<serde_json::Value>) -> SavedCohort {
    SavedCohort { name: "Buyers".into(), description: String::new(), definition }
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn a_thing_is_kept_listed_changed_and_removed(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let id = catalog.keep(&default(), &goal("Bought"), &Actor::Token("ada".into())).unwrap();
    catalog.keep(&default(), &goal("100% sold"), &Actor::Cli).unwrap();
    let other = fixture.catalog();
    let kept = other.kept::<Goal>(&default(), id).unwrap();
    assert_eq!((kept.id, kept.version, &kept.item), (1, 1, &goal("Bought")));
    assert_eq!((kept.owner.clone(), kept.created_at), (Actor::Token("ada".into()), fixture.now()));
    fixture.pass_ms(5);
    catalog.change_kept(&default(), &kept, &goal("Sold"), &Actor::Cli).unwrap();
    let stale = other.change_kept(&default(), &kept, &goal("Lost"), &Actor::Cli);
    assert!(matches!(stale, Err(CatalogError::Stale { seen: 1, now: 2, .. })));
    let now = catalog.kept::<Goal>(&default(), id).unwrap();
    assert_eq!((now.item.name.as_str(), now.updated_at), ("Sold", fixture.now()));
    for (search, names) in [
        ("", vec!["100% sold", "Sold"]),
        ("sOLD", vec!["100% sold", "Sold"]),
        ("%", vec!["100% sold"]),
    ] {
        let sought = Sought { search: search.into(), ..Sought::default() };
        let (count, found) = catalog.kept_list::<Goal>(&default(), &sought).unwrap();
        let found: Vec<_> = found.iter().map(|kept| kept.item.name.as_str()).collect();
        assert_eq!((count as usize, found), (names.len(), names), "{search:?}");
    }
    catalog.remove_kept(&default(), &now, &Actor::Cli).unwrap();
    let gone = catalog.remove_kept(&default(), &now, &Actor::Cli);
    assert!(matches!(gone, Err(CatalogError::NoThing { what: "goal", id: 1 })));
    assert_eq!(catalog.keep(&default(), &goal("New"), &Actor::Cli).unwrap(), 3);
    let told = ["goal.new", "goal.new", "goal.change", "goal.remove", "goal.new"];
    assert_eq!(actions(&catalog, &default())[1..], told);
}

fn things_of_a_tenant_are_its_own_and_bounded(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let acme = acme(&catalog);
    for n in 0..100 {
        assert_eq!(catalog.keep(&acme, &goal("g"), &Actor::Cli).unwrap(), n + 1);
    }
    let full = catalog.keep(&acme, &goal("g"), &Actor::Cli);
    assert!(matches!(full, Err(CatalogError::TooMany { what: "goals", limit: 100, .. })));
    assert!(matches!(catalog.kept::<Goal>(&default(), 1), Err(CatalogError::NoThing { .. })));
    assert_eq!(catalog.keep(&default(), &goal("g"), &Actor::Cli).unwrap(), 1);
    for name in ["", " ", "a\nb", &"x".repeat(201)] {
        let refused = catalog.keep(&default(), &goal(name), &Actor::Cli);
        assert!(matches!(refused, Err(CatalogError::Field { .. })), "{name:?}");
    }
}

fn annotations_stand_by_their_time(fixture: &Fixture) {
    let catalog = fixture.catalog();
    for at_ms in [5_000, 9_000, 7_000] {
        let text = at_ms.to_string();
        let annotation = Annotation { at_ms, text, scope: AnnotationScope::All };
        catalog.keep(&default(), &annotation, &Actor::Cli).unwrap();
    }
    let sought = Sought { from: Timestamp(5_000), to: Timestamp(9_000), ..Sought::default() };
    let (_, found) = catalog.kept_list::<Annotation>(&default(), &sought).unwrap();
    assert_eq!(found.iter().map(|kept| kept.item.at_ms).collect::<Vec<_>>(), [7_000, 5_000]);
}

fn made(catalog: &Catalog, definition: Option<serde_json::Value>, of: &[&str]) -> u64 {
    catalog.new_cohort(&default(), &cohort(definition), &ids(of), &Actor::Cli).unwrap()
}

fn a_static_cohort_has_ids(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let id = made(&catalog, None, &["b", "a", "b"]);
    assert_eq!(catalog.members(&default(), id, "", 10).unwrap(), ["a", "b"]);
    assert_eq!(catalog.members(&default(), id, "a", 10).unwrap(), ["b"]);
    let put = |of: &[&str], replace| {
        catalog.put_members(&default(), id, &ids(of), replace, &Actor::Cli).unwrap()
    };
    assert_eq!((put(&["c"], false), put(&["d", "e"], true)), (3, 2));
    assert!(catalog.has_member(&default(), id, &ids(&["x", "e"])).unwrap());
    assert!(!catalog.has_member(&default(), id, &ids(&["a"])).unwrap());
    let many: Vec<String> = (0..100_001).map(|n| n.to_string()).collect();
    let many = catalog.put_members(&default(), id, &many, true, &Actor::Cli);
    assert!(matches!(many, Err(CatalogError::TooMany { what: "ids", .. })));
    let gone = catalog.put_members(&default(), 9, &ids(&["a"]), true, &Actor::Cli);
    assert!(matches!(gone, Err(CatalogError::NoThing { .. })));
    let kept = catalog.kept(&default(), id).unwrap();
    catalog.remove_cohort(&default(), &kept, &Actor::Cli).unwrap();
    assert_eq!(catalog.member_count(&default(), id).unwrap(), 0);
}

fn a_cohort_that_is_named_stays_and_none_is_part_of_itself(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let first = made(&catalog, Some(json!({"did": {"event": "a"}})), &[]);
    made(&catalog, Some(json!({"not": {"cohort": "1"}})), &[]);
    let kept = catalog.kept(&default(), first).unwrap();
    let named = catalog.remove_cohort(&default(), &kept, &Actor::Cli);
    assert!(matches!(named, Err(CatalogError::InUse { id: 1, .. })));
    let change = |to| catalog.change_cohort(&default(), &kept, &cohort(to), &Actor::Cli);
    let circle = change(Some(json!({"any": [{"cohort": "2"}]})));
    assert!(matches!(circle, Err(CatalogError::Circle(way)) if way == "1 -> 2 -> 1"));
    assert!(change(None).is_err(), "a cohort stays of its kind");
    change(Some(json!({"did": {"event": "b"}}))).unwrap();
    let rule = json!({"key": "id", "type": "cohort", "value": 2, "operator": "in"});
    let flag = json!({"key": "beta", "filters": {"groups": [{"properties": [rule]}]}});
    catalog.new_flag(&default(), flag::read::flag(&flag).unwrap(), &Actor::Cli).unwrap();
    let second = catalog.kept(&default(), 2).unwrap();
    let named = catalog.remove_cohort(&default(), &second, &Actor::Cli);
    assert!(matches!(named, Err(CatalogError::InUse { by, .. }) if by == "flag 1"));
}

fn a_link_shows_something_until_it_ends(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let id = catalog.keep(&default(), &goal("g"), &Actor::Cli).unwrap();
    assert!(catalog.shares::<Goal>(&default(), id).unwrap().is_empty());
    let board = crate::Dashboard {
        name: "D".into(),
        description: String::new(),
        tiles: Vec::new(),
        range: None,
    };
    let id = catalog.keep(&default(), &board, &Actor::Cli).unwrap();
    let kept = catalog.kept::<crate::Dashboard>(&default(), id).unwrap();
    let new = |end| catalog.new_share(&default(), &kept, end, &Actor::Cli);
    assert!(new(Some(fixture.now())).is_err());
    let (token, share) = new(Some(Timestamp(fixture.now().0 + 10))).unwrap();
    assert_eq!(fixture.catalog().share(&token).unwrap(), Some(share));
    fixture.pass_ms(10);
    assert_eq!(catalog.share(&token).unwrap(), None);
    let (token, share) = new(None).unwrap();
    let end = |id: &str| catalog.end_share::<crate::Dashboard>(&default(), 1, id, &Actor::Cli);
    assert!(!end("000000000000").unwrap() && end(&share.id.to_string()).unwrap());
    assert_eq!(catalog.share(&token).unwrap(), None);
    let tokens: Vec<String> = (0..20).map(|_| new(None).unwrap().0).collect();
    assert!(matches!(new(None), Err(CatalogError::TooMany { what: "links", .. })));
    catalog.remove_kept(&default(), &kept, &Actor::Cli).unwrap();
    assert!(tokens.iter().all(|token| catalog.share(token).unwrap().is_none()));
    assert!(matches!(new(None), Err(CatalogError::NoThing { .. })));
}

fn who_is_erased_is_forgotten(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let acme = acme(&catalog);
    made(&catalog, None, &["ada", "bob"]);
    catalog.new_cohort(&acme, &cohort(None), &ids(&["ada"]), &Actor::Cli).unwrap();
    let filter = Some(json!({"field": "user_id", "op": "in", "value": ["ada", "bob"]}));
    let named = Goal { filter, ..goal("ada") };
    catalog.keep(&default(), &named, &Actor::Cli).unwrap();
    assert_eq!(catalog.forget_in_library(&default(), &ids(&["ada", "x"])).unwrap(), 2);
    assert_eq!(catalog.forget_in_library(&default(), &ids(&["ada", "x"])).unwrap(), 0);
    assert_eq!(catalog.members(&default(), 1, "", 10).unwrap(), ["bob"]);
    assert_eq!(catalog.members(&acme, 1, "", 10).unwrap(), ["ada"]);
    let kept = catalog.kept::<Goal>(&default(), 1).unwrap();
    assert_eq!(kept.item.filter.unwrap()["value"], json!(["(erased)", "bob"]));
    assert_eq!((kept.version, kept.item.name.as_str()), (2, "ada"), "free text stays");
}
