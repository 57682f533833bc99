use event::Timestamp;

use super::{Case, Fixture, PASSWORD, default, invited};
use crate::{Actor, Catalog, Finished, JobKey, JobRow, NewLink, Purpose, Role};

pub(crate) const ALL: &[Case] = &[
    a_job_that_is_due_is_taken_once,
    who_loses_the_lease_has_nothing_more_to_say,
    a_job_is_hastened_unless_somebody_runs_it,
    of_many_who_take_a_job_at_once_one_gets_it,
    sessions_and_links_whose_time_is_over_go,
];

fn key() -> JobKey {
    JobKey { name: "sweep".into(), tenant: Some(default()) }
}

fn in_ms(fixture: &Fixture, ms: i64) -> Timestamp {
    Timestamp(fixture.now().0 + ms)
}

fn only(catalog: &Catalog) -> JobRow {
    let mut rows = catalog.jobs().unwrap();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

fn finished(fixture: &Fixture, result: Result<&str, &str>) -> Finished {
    let result = result.map(str::to_owned).map_err(str::to_owned);
    Finished { at: fixture.now(), next_at: in_ms(fixture, 1_000), owed_from: None, result }
}

fn a_job_that_is_due_is_taken_once(fixture: &Fixture) {
    let (catalog, other) = (fixture.catalog(), fixture.catalog());
    let due = in_ms(fixture, 1_000);
    catalog.plan_job(&key(), due).unwrap();
    other.plan_job(&key(), in_ms(fixture, 5)).unwrap();
    assert_eq!(only(&other).next_at, due, "it was planned already");
    let take = |of: &Catalog, who: &str| {
        of.take_job(&key(), who, fixture.now(), in_ms(fixture, 60_000)).unwrap()
    };
    assert_eq!(take(&catalog, "a"), None, "not due");
    fixture.pass_ms(1_500);
    let lease = take(&catalog, "a").unwrap();
    assert_eq!((lease.owed_from, take(&other, "b")), (due, None));
    assert!(only(&other).is_running(fixture.now()));
    assert!(catalog.finish_job(&lease, &finished(fixture, Ok("3 swept"))).unwrap());
    let row = only(&other);
    assert_eq!((row.result.as_str(), row.error.as_deref()), ("3 swept", None));
    assert_eq!((row.next_at, row.owed_from), (in_ms(fixture, 1_000), None));
    assert_eq!(take(&other, "b"), None, "it ran");
    fixture.pass_ms(1_000);
    let lease = take(&other, "b").unwrap();
    other.finish_job(&lease, &finished(fixture, Err(&"é".repeat(900)))).unwrap();
    let row = only(&catalog);
    assert_eq!((row.result.as_str(), row.error.map(|text| text.len())), ("3 swept", Some(1_000)));
}

fn who_loses_the_lease_has_nothing_more_to_say(fixture: &Fixture) {
    let (catalog, other) = (fixture.catalog(), fixture.catalog());
    let due = fixture.now();
    catalog.plan_job(&key(), due).unwrap();
    let until = in_ms(fixture, 100);
    let first = catalog.take_job(&key(), "a", fixture.now(), until).unwrap().unwrap();
    fixture.pass_ms(50);
    assert!(catalog.extend_job(&first, in_ms(fixture, 100)).unwrap());
    fixture.pass_ms(60);
    let until = in_ms(fixture, 100);
    assert!(other.take_job(&key(), "b", fixture.now(), until).unwrap().is_none(), "extended");
    fixture.pass_ms(60);
    let until = in_ms(fixture, 100);
    let second = other.take_job(&key(), "b", fixture.now(), until).unwrap().unwrap();
    assert_eq!(second.owed_from, due, "the one who died did not do it");
    assert!(!catalog.extend_job(&first, in_ms(fixture, 100)).unwrap());
    assert!(!catalog.finish_job(&first, &finished(fixture, Ok("late"))).unwrap());
    assert_eq!(only(&catalog).result, "");
    assert!(other.finish_job(&second, &finished(fixture, Ok("done"))).unwrap());
    assert_eq!(only(&catalog).result, "done");
}

fn a_job_is_hastened_unless_somebody_runs_it(fixture: &Fixture) {
    let catalog = fixture.catalog();
    catalog.plan_job(&key(), in_ms(fixture, 60_000)).unwrap();
    assert!(catalog.hasten_job(&key(), fixture.now()).unwrap());
    let until = in_ms(fixture, 1_000);
    let lease = catalog.take_job(&key(), "a", fixture.now(), until).unwrap().unwrap();
    assert!(!catalog.hasten_job(&key(), fixture.now()).unwrap());
    assert!(catalog.finish_job(&lease, &finished(fixture, Ok(""))).unwrap());
    assert!(catalog.hasten_job(&key(), fixture.now()).unwrap());
}

fn of_many_who_take_a_job_at_once_one_gets_it(fixture: &Fixture) {
    fixture.catalog().plan_job(&key(), fixture.now()).unwrap();
    let take = |who: usize| {
        let catalog = fixture.catalog();
        let until = in_ms(fixture, 1_000);
        catalog.take_job(&key(), &who.to_string(), fixture.now(), until).unwrap().is_some()
    };
    let take = &take;
    let taken = std::thread::scope(|scope| {
        let all: Vec<_> = (0..4).map(|who| scope.spawn(move || take(who))).collect();
        all.into_iter().map(|one| one.join().unwrap()).filter(|taken| *taken).count()
    });
    assert_eq!(taken, 1);
}

fn sessions_and_links_whose_time_is_over_go(fixture: &Fixture) {
    let catalog = fixture.catalog();
    invited(&catalog, "eve@example.com", Role::Viewer);
    let (token, _) = catalog.login("eve@example.com", PASSWORD).unwrap();
    let link = NewLink {
        purpose: Purpose::Invite,
        tenant: default(),
        email: "bob@example.com".into(),
        role: Role::Viewer,
    };
    catalog.make_link(&link, &Actor::Cli).unwrap();
    assert_eq!(catalog.prune().unwrap(), (0, 0));
    fixture.pass_days(8);
    assert_eq!(catalog.prune().unwrap(), (0, 1), "of the links that of the owner lasts longer");
    assert!(catalog.session(&token).unwrap().is_some());
    fixture.pass_days(40);
    assert_eq!(catalog.prune().unwrap(), (1, 1));
    assert!(catalog.session(&token).unwrap().is_none());
    assert_eq!(catalog.prune().unwrap(), (0, 0));
}
