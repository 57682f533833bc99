use flag::{Flag, Variant};
use serde_json::json;

use super::{Case, Fixture, acme, actions, default};
use crate::{
    Actor, Catalog, CatalogError, Experiment, ExperimentStatus, Planned, PlannedArm,
    experiments::EXPERIMENTS_MAX,
};

pub(crate) const ALL: &[Case] = &[
    an_experiment_runs_once,
    what_started_stays_as_it_was,
    everything_that_is_wrong_is_told_at_once,
    an_experiment_needs_a_flag_with_variants,
    tenants_have_their_own_numbers,
    there_is_a_bound,
];

fn variant(key: &str, rollout_percentage: f64) -> Variant {
    Variant { key: key.into(), name: String::new(), rollout_percentage }
}

fn flag(key: &str, shares: &[(&str, f64)]) -> Flag {
    let variants = shares.iter().map(|(key, share)| variant(key, *share)).collect();
    Flag { variants, ..Flag::new(key) }
}

fn halves(catalog: &Catalog) -> u64 {
    let shares = [("control", 50.0), ("test", 50.0), ("nobody", 0.0)];
    catalog.new_flag(&default(), flag("checkout", &shares), &Actor::Cli).unwrap()
}

fn draft() -> Experiment {
    Experiment {
        name: "Checkout".into(),
        hypothesis: "more people buy".into(),
        flag: "checkout".into(),
        control: "control".into(),
        goals: vec![json!({"name": "buy", "event": "purchase", "measure": "conversion"})],
        planned: Planned { minimum_sample: Some(100), ..Planned::default() },
        ..Experiment::default()
    }
}

fn fields(refused: Result<impl std::fmt::Debug, CatalogError>) -> Vec<String> {
    match refused {
        Err(CatalogError::Experiment(problems)) => {
            problems.into_iter().map(|problem| problem.field).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn an_experiment_runs_once(fixture: &Fixture) {
    let catalog = fixture.catalog();
    halves(&catalog);
    let made = fixture.now();
    let id = catalog.new_experiment(&default(), draft(), &Actor::Cli).unwrap();
    let of = |catalog: &Catalog| catalog.experiment(&default(), id).unwrap();
    assert_eq!(of(&catalog).status(), ExperimentStatus::Draft);
    let early = catalog.stop_experiment(&default(), id, &Actor::Cli);
    assert!(matches!(early, Err(CatalogError::ExperimentIs { .. })));
    fixture.pass_ms(5);
    catalog.start_experiment(&default(), id, &Actor::Cli).unwrap();
    let again = fixture.catalog();
    let arm = |variant: &str| PlannedArm { variant: variant.into(), percentage: 50.0 };
    let started = of(&again);
    assert_eq!(started.arms, [arm("control"), arm("test")], "nobody is not compared");
    assert_eq!((started.created_at, started.started_at), (Some(made), Some(fixture.now())));
    let twice = again.start_experiment(&default(), id, &Actor::Cli).unwrap_err();
    assert_eq!(
        twice.to_string(),
        "the experiment is running: only a draft starts, make another one"
    );
    fixture.pass_ms(5);
    again.stop_experiment(&default(), id, &Actor::Cli).unwrap();
    assert_eq!(of(&catalog).stopped_at, Some(fixture.now()));
    assert!(again.stop_experiment(&default(), id, &Actor::Cli).is_err());
    assert!(again.start_experiment(&default(), id, &Actor::Cli).is_err());
    catalog.remove_experiment(&default(), id, &Actor::Cli).unwrap();
    let gone = catalog.remove_experiment(&default(), id, &Actor::Cli);
    assert!(matches!(gone, Err(CatalogError::NoExperiment(1))));
    assert_eq!(catalog.new_experiment(&default(), draft(), &Actor::Cli).unwrap(), 2);
    let told = ["new", "start", "stop", "remove", "new"].map(|what| format!("experiment.{what}"));
    assert_eq!(actions(&catalog, &default())[2..], told);
}

fn what_started_stays_as_it_was(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let flag = halves(&catalog);
    let id = catalog.new_experiment(&default(), draft(), &Actor::Cli).unwrap();
    let change = |to: &dyn Fn(Experiment) -> Experiment| {
        catalog.change_experiment(&default(), id, &Actor::Cli, |before| Ok(to(before.clone())))
    };
    change(&|was| Experiment { control: "test".into(), ..was }).unwrap();
    catalog.start_experiment(&default(), id, &Actor::Cli).unwrap();
    let fixed = change(&|was| Experiment { control: "control".into(), ..was });
    assert!(matches!(fixed, Err(CatalogError::ExperimentIs { .. })));
    change(&|was| Experiment { name: "Another name".into(), ..was }).unwrap();
    assert_eq!(fields(change(&|was| Experiment { name: " ".into(), ..was })), ["name"]);
    catalog.remove_flag(&default(), flag, &Actor::Cli).unwrap();
    let kept = catalog.experiment(&default(), id).unwrap();
    assert_eq!((kept.name.as_str(), kept.arms.len()), ("Another name", 2));
}

fn everything_that_is_wrong_is_told_at_once(fixture: &Fixture) {
    let catalog = fixture.catalog();
    halves(&catalog);
    let new = |draft| catalog.new_experiment(&default(), draft, &Actor::Cli);
    let bad = Experiment {
        name: String::new(),
        hypothesis: "h".repeat(4_001),
        goals: Vec::new(),
        control: "nobody".into(),
        planned: Planned { alpha: 0.0, effect: Some(1.0), ..Planned::default() },
        ..draft()
    };
    let expected = ["name", "hypothesis", "goals", "plan.baseline", "control"];
    assert_eq!(fields(new(bad)), expected);
    let planned = |planned: Planned| fields(new(Experiment { planned, ..draft() }));
    let none = Planned::default();
    assert_eq!(planned(Planned { alpha: 0.0, ..none }), ["plan.alpha"]);
    assert_eq!(planned(Planned { baseline: Some(0.1), ..none }), ["plan.effect"]);
    assert_eq!(planned(Planned { minimum_sample: Some(0), ..none }), ["plan.minimum_sample"]);
    let mean = Planned { deviation: Some(1.0), effect: Some(0.5), ..none };
    assert_eq!(planned(mean), ["plan.deviation"], "of a conversion");
    let too_far = Planned { baseline: Some(0.9), effect: Some(0.2), ..none };
    assert_eq!(planned(too_far), ["plan.effect"]);
    let id = new(Experiment { planned: none, ..draft() }).unwrap();
    assert_eq!(fields(catalog.start_experiment(&default(), id, &Actor::Cli)), ["plan"]);
    let large = vec![json!({"event": "e".repeat(70_000), "measure": "conversion"})];
    assert_eq!(fields(new(Experiment { goals: large, ..draft() })), [""]);
}

fn an_experiment_needs_a_flag_with_variants(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let new = || catalog.new_experiment(&default(), draft(), &Actor::Cli);
    assert_eq!(fields(new()), ["flag"]);
    let plain = catalog.new_flag(&default(), flag("checkout", &[]), &Actor::Cli).unwrap();
    assert_eq!(fields(new()), ["flag"]);
    catalog.remove_flag(&default(), plain, &Actor::Cli).unwrap();
    let flag = halves(&catalog);
    let id = new().unwrap();
    let archive = |flag: &Flag| Ok(Flag { archived: true, ..flag.clone() });
    catalog.change_flag(&default(), flag, &Actor::Cli, archive).unwrap();
    assert_eq!(fields(new()), ["flag"]);
    assert_eq!(fields(catalog.start_experiment(&default(), id, &Actor::Cli)), ["flag"]);
}

fn tenants_have_their_own_numbers(fixture: &Fixture) {
    let catalog = fixture.catalog();
    let acme = acme(&catalog);
    halves(&catalog);
    let id = catalog.new_experiment(&default(), draft(), &Actor::Cli).unwrap();
    assert!(matches!(catalog.experiment(&acme, id), Err(CatalogError::NoExperiment(1))));
    let other = catalog.start_experiment(&acme, id, &Actor::Cli);
    assert!(matches!(other, Err(CatalogError::NoExperiment(1))));
    assert!(catalog.experiment(&default(), u64::MAX).is_err());
    let refused = catalog.new_experiment(&acme, draft(), &Actor::Cli);
    assert_eq!(fields(refused), ["flag"], "the flag of another tenant");
    let shares = [("control", 10.0), ("test", 90.0)];
    catalog.new_flag(&acme, flag("checkout", &shares), &Actor::Cli).unwrap();
    assert_eq!(catalog.new_experiment(&acme, draft(), &Actor::Cli).unwrap(), 1);
    assert_eq!(catalog.experiments(&acme).unwrap().len(), 1);
}

fn there_is_a_bound(fixture: &Fixture) {
    let catalog = fixture.catalog();
    halves(&catalog);
    let mut facts = catalog.facts();
    let note = catalog.note(&Actor::Cli, &default(), "experiment.new", "", &json!({}));
    assert_eq!(facts.add_experiment(&draft(), 1, &note).unwrap(), Some(1));
    assert_eq!(facts.add_experiment(&draft(), 1, &note).unwrap(), None);
    drop(facts);
    assert_eq!(catalog.experiments(&default()).unwrap().len(), 1);
    const { assert!(EXPERIMENTS_MAX == 1_000) };
}
