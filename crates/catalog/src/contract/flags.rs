use event::{TenantId, Timestamp};
use flag::{Context, Flag, Turn};
use serde_json::{Map, json};

use super::{Case, Fixture, acme, actions, default};
use crate::{Actor, Catalog, CatalogError, Settings};

pub(crate) const ALL: &[Case] = &[
    a_flag_is_made_changed_and_removed,
    every_change_has_a_line_of_history,
    tenants_have_their_own_numbers_and_keys,
    what_another_process_changes_is_seen_after_a_refresh,
    a_flag_that_cannot_be_is_refused_with_all_its_problems,
    turns_that_have_passed_become_the_setting,
    kinds_of_groups_are_those_of_the_settings,
    the_first_id_of_a_person_is_kept_until_it_is_forgotten,
    first_ids_are_bounded,
];

fn made(catalog: &Catalog, tenant: &TenantId, key: &str) -> u64 {
    catalog.new_flag(tenant, Flag::new(key), &Actor::Cli).unwrap()
}

fn switched(catalog: &Catalog, id: u64, active: bool) {
    let to = |before: &Flag| Ok(Flag { active, ..before.clone() });
    catalog.change_flag(&default(), id, &Actor::Cli, to).unwrap();
}

fn a_flag_is_made_changed_and_removed(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let id = made(&catalog, &default(), "beta");
    assert_eq!((id, made(&catalog, &default(), "gamma")), (1, 2));
    let at = fixture.now();
    fixture.pass_ms(5);
    switched(&catalog, id, false);
    for catalog in [&catalog, &fixture.catalog()] {
        let flags = catalog.flags(&default());
        let flag = flags.set().get("beta").unwrap();
        assert_eq!((flag.id, flag.version, flag.active), (1, 2, false));
        assert_eq!(flags.times(1), (at, fixture.now()));
        assert_eq!(flags.by_id(2).unwrap().key, "gamma");
    }
    catalog.remove_flag(&default(), id, &Actor::Cli).unwrap();
    assert!(catalog.flags(&default()).set().get("beta").is_none());
    assert_eq!(made(&catalog, &default(), "beta"), 3, "a number is never given again");
    let gone = catalog.remove_flag(&default(), id, &Actor::Cli);
    assert!(matches!(gone, Err(CatalogError::NoFlag(1))));
    let gone = catalog.change_flag(&default(), id, &Actor::Cli, |flag| Ok(flag.clone()));
    assert!(matches!(gone, Err(CatalogError::NoFlag(1))));
    let told = ["flag.new", "flag.new", "flag.change", "flag.remove", "flag.new"];
    assert_eq!(actions(&catalog, &default())[1..], told);
}

fn every_change_has_a_line_of_history(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let id = made(&catalog, &default(), "beta");
    switched(&catalog, id, false);
    catalog.remove_flag(&default(), id, &Actor::System).unwrap();
    let lines = catalog.flag_history(&default(), id).unwrap();
    let actions: Vec<_> = lines.iter().map(|line| line.action.as_str()).collect();
    assert_eq!(actions, ["flag.remove", "flag.change", "flag.new"]);
    assert_eq!(lines[0].actor, Actor::System);
    let expected = json!([{"field": "active", "before": true, "after": false}]);
    assert_eq!(lines[1].changes, expected);
    let id = made(&catalog, &default(), "long");
    for round in 0..crate::flags::HISTORY_MAX + 2 {
        switched(&catalog, id, round % 2 == 0);
    }
    let lines = catalog.flag_history(&default(), id).unwrap();
    assert_eq!(lines.len(), crate::flags::HISTORY_MAX);
    assert_eq!(lines.last().unwrap().action, "flag.change");
    assert!(catalog.flag_history(&default(), 99).unwrap().is_empty());
}

fn tenants_have_their_own_numbers_and_keys(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let acme = acme(&catalog);
    assert_eq!((made(&catalog, &default(), "beta"), made(&catalog, &acme, "beta")), (1, 1));
    catalog.remove_flag(&acme, 1, &Actor::Cli).unwrap();
    assert!(catalog.flags(&default()).set().get("beta").is_some());
    let none = TenantId::new("none").unwrap();
    let refused = catalog.new_flag(&none, Flag::new("beta"), &Actor::Cli);
    assert!(matches!(refused, Err(CatalogError::NoTenant(_))));
    assert_eq!(catalog.flags(&none).set().flags().len(), 0);
}

fn what_another_process_changes_is_seen_after_a_refresh(fixture: &Fixture) {
    let (server, command) = (fixture.catalog(), fixture.catalog());
    let id = made(&command, &default(), "beta");
    assert!(server.flags(&default()).by_id(id).is_none());
    server.refresh().unwrap();
    assert!(server.flags(&default()).by_id(id).is_some());
    switched(&command, id, false);
    server.refresh().unwrap();
    assert!(!server.flags(&default()).by_id(id).unwrap().active);
}

fn a_flag_that_cannot_be_is_refused_with_all_its_problems(fixture: &Fixture) {
    let catalog = fixture.catalog();
    made(&catalog, &default(), "beta");
    let read = |json| flag::read::flag(&json).unwrap();
    let on = |key: &str, others: &[&str]| {
        let rule = |other: &&str| json!({"type": "flag", "key": other, "operator": "flag_evaluates_to", "value": true});
        let rules: Vec<_> = others.iter().map(rule).collect();
        read(json!({"key": key, "filters": {"groups": [{"properties": rules}]}}))
    };
    let new = |flag| catalog.new_flag(&default(), flag, &Actor::Cli);
    let problems = |refused| match refused {
        Err(CatalogError::Flag(problems)) => problems.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(problems(new(Flag::new("beta"))), 1, "the key is taken");
    assert_eq!(problems(new(on("gamma", &["none", "neither"]))), 2);
    new(on("gamma", &["beta"])).unwrap();
    let circle = |_: &Flag| Ok(on("beta", &["gamma"]));
    let refused = catalog.change_flag(&default(), 1, &Actor::Cli, circle).map(|()| 0);
    assert_eq!(problems(refused), 1);
    let renamed = |_: &Flag| Ok(Flag::new("other"));
    let refused = catalog.change_flag(&default(), 1, &Actor::Cli, renamed).map(|()| 0);
    assert_eq!(problems(refused), 1, "a key stays");
    let used = catalog.remove_flag(&default(), 1, &Actor::Cli);
    assert!(matches!(used, Err(CatalogError::FlagInUse { .. })));
    let large = |n: usize| json!({"key": format!("k{n}"), "value": ["v".repeat(900)]});
    let rules: Vec<_> = (0..100).map(large).collect();
    let groups: Vec<_> = (0..4).map(|_| json!({"properties": rules})).collect();
    let large = read(json!({"key": "large", "filters": {"groups": groups}}));
    assert_eq!(problems(new(large)), 1);
    assert_eq!(catalog.flags(&default()).set().flags().len(), 2);
}

fn turns_that_have_passed_become_the_setting(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let turn = |ms: i64, active| Turn { at: Timestamp(fixture.now().0 + ms), active };
    let flag =
        Flag { schedule: vec![turn(-5, false), turn(10, true), turn(20, false)], ..Flag::new("a") };
    let id = catalog.new_flag(&default(), flag, &Actor::Cli).unwrap();
    let now = || {
        let flags = catalog.flags(&default());
        let flag = flags.by_id(id).unwrap();
        (flag.is_active(fixture.now()), flag.schedule.len())
    };
    assert_eq!(now(), (false, 2));
    fixture.pass_ms(15);
    assert_eq!(now(), (true, 2));
    switched(&catalog, id, false);
    assert_eq!(now(), (false, 1), "what is set by hand is not undone by a turn of the past");
}

fn kinds_of_groups_are_those_of_the_settings(fixture: &Fixture) {
    let catalog = fixture.catalog();
    made(&catalog, &default(), "beta");
    let mut settings = Settings::default();
    settings.flags.group_kinds = vec!["company".into(), "project".into()];
    catalog.set_settings(&default(), &settings, &Actor::Cli).unwrap();
    assert_eq!(catalog.flags(&default()).set().group_kinds(), ["company", "project"]);
    assert_eq!(fixture.catalog().flags(&default()).set().group_kinds(), ["company", "project"]);
    settings.flags.group_kinds = vec!["k".into(); 6];
    assert!(catalog.set_settings(&default(), &settings, &Actor::Cli).is_err());
    let none = Map::new();
    let context = Context {
        distinct_id: "u",
        device_id: None,
        anon_distinct_id: None,
        hash_key_override: None,
        person_properties: &none,
        groups: &[],
        cohorts: &|_: &str| None,
        now: fixture.now(),
    };
    assert!(catalog.flags(&default()).set().evaluate("beta", &context).unwrap().enabled);
}

fn the_first_id_of_a_person_is_kept_until_it_is_forgotten(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let acme = acme(&catalog);
    let keep = |id: &str, first: &str| catalog.keep_flag_override(&default(), id, first).unwrap();
    let long = "anonymous-".repeat(10);
    assert_eq!(keep("ada", &long).as_deref(), Some(&*long));
    assert_eq!(keep("ada", "another").as_deref(), Some(&*long), "the first one counts");
    let again = fixture.catalog();
    assert_eq!(again.flag_override(&default(), "ada").unwrap().as_deref(), Some(&*long));
    assert_eq!(catalog.flag_override(&acme, "ada").unwrap(), None);
    assert_eq!(catalog.forget_flag_overrides(&acme, &["ada".into()]).unwrap(), 0);
    let ids = ["ada".to_owned(), "bob".to_owned()];
    assert_eq!(catalog.forget_flag_overrides(&default(), &ids).unwrap(), 1);
    assert_eq!(catalog.flag_override(&default(), "ada").unwrap(), None);
}

fn first_ids_are_bounded(fixture: &Fixture) {
    let mut catalog = fixture.catalog();
    catalog.bounds.persons = 1;
    let keep = |id: &str| catalog.keep_flag_override(&default(), id, "first").unwrap().is_some();
    assert!(keep("ada") && !keep("bob") && keep("ada"));
    catalog.forget_flag_overrides(&default(), &["ada".to_owned()]).unwrap();
    assert!(keep("bob"));
}
