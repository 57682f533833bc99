//! Questions, every default filled in.

use serde_json::{Map, Value as Json, json};

use super::{
    cohort::{filter, named, range, reference, select, selector},
    value::value,
};
use crate::{
    Anchor, Attribution, Basis, Breakdown, BreakdownValue, CohortOf, Coordinate, Dimension,
    Experiment, Filter, Funnel, Measure, Order, PathUnit, Paths, Per, Question, Retention, Shape,
    Trend, Windows,
};

/// A question as it is understood.
pub fn question(question: &Question) -> Json {
    let mut map = Map::new();
    map.insert("kind".into(), json!(question.kind()));
    if let Question::PeopleOf(q) = question {
        map.insert("question".into(), self::question(&q.question));
        // No coordinate is something else than an empty one, which some kinds refuse.
        if q.at != Coordinate::All {
            map.insert("at".into(), coordinate(&q.at));
        }
        map.insert("limit".into(), json!(q.limit));
        some(&mut map, "cursor", q.after.as_ref().map(|after| json!(after)));
        return Json::Object(map);
    }
    let asked = question.range();
    if !matches!(question, Question::Taxonomy(_)) {
        map.insert("range".into(), range(asked));
    }
    map.insert("tz".into(), json!(asked.zone.iana_name().unwrap_or("UTC")));
    map.insert("week_start".into(), json!(asked.week_start.as_str()));
    fill(&mut map, question);
    Json::Object(map)
}

fn some(map: &mut Map<String, Json>, name: &str, value: Option<Json>) {
    if let Some(value) = value {
        map.insert(name.into(), value);
    }
}

fn filtered(map: &mut Map<String, Json>, filter: &Filter) {
    if *filter != Filter::default() {
        map.insert("filter".into(), self::filter(filter));
    }
}

fn fill(map: &mut Map<String, Json>, question: &Question) {
    match question {
        Question::Events(q) => {
            select(map, &q.selector);
            map.insert("limit".into(), json!(q.limit));
            let newest = q.order == Order::Newest;
            map.insert("order".into(), json!(if newest { "newest" } else { "oldest" }));
            some(map, "cursor", q.after.map(|after| json!(after.to_string())));
        }
        Question::Counts(q) => select(map, &q.selector),
        Question::Trend(q) => trend(map, q),
        Question::Funnel(q) => funnel(map, q),
        Question::Retention(q) => retention(map, q),
        Question::Cohort(q) => cohort(map, &q.of),
        Question::Paths(q) => paths(map, q),
        Question::Stickiness(q) => {
            map.insert("interval".into(), json!(q.interval.as_str()));
            select(map, &q.selector);
        }
        Question::Lifecycle(q) => {
            map.insert("interval".into(), json!(q.interval.as_str()));
            select(map, &q.selector);
        }
        Question::Sessions(q) => {
            select(map, &q.selector);
            some(map, "interval", q.interval.map(|interval| json!(interval.as_str())));
            map.insert("list".into(), json!(q.list));
            some(map, "active", q.active.map(|active| json!(active)));
            some(map, "cursor", q.after.map(|after| json!(after.to_string())));
        }
        Question::Web(q) => {
            filtered(map, &q.filter);
            some(map, "compare", q.compare.then(|| json!("previous")));
            map.insert("limit".into(), json!(q.limit));
        }
        Question::Performance(q) => {
            filtered(map, &q.filter);
            map.insert("limit".into(), json!(q.limit));
        }
        Question::Errors(q) => {
            filtered(map, &q.filter);
            map.insert("limit".into(), json!(q.limit));
        }
        Question::Revenue(q) => {
            select(map, &q.selector);
            some(map, "interval", q.interval.map(|interval| json!(interval.as_str())));
        }
        Question::Experiment(q) => experiment(map, q),
        Question::Persons(q) => {
            select(map, &q.selector);
            map.insert("limit".into(), json!(q.limit));
            some(map, "cursor", q.after.as_ref().map(|after| json!(after.to_string())));
        }
        Question::Person(q) => {
            map.insert("id".into(), json!(q.id));
            map.insert("limit".into(), json!(q.limit));
            some(map, "cursor", q.after.map(|after| json!(after.to_string())));
        }
        Question::Taxonomy(q) => {
            some(map, "event", q.event.as_ref().map(|event| json!(event)));
            map.insert("limit".into(), json!(q.limit));
        }
        Question::PeopleOf(_) => {}
    }
}

fn cohort(map: &mut Map<String, Json>, of: &CohortOf) {
    match of {
        CohortOf::Definition(definition) => {
            map.insert("cohort".into(), reference(definition));
        }
        CohortOf::FirstSeen { period, periods, activity } => {
            map.insert("period".into(), json!(period.as_str()));
            map.insert("periods".into(), json!(periods));
            map.insert("activity".into(), selector(activity));
        }
    }
}

fn broken_down(map: &mut Map<String, Json>, breakdown: Option<&Breakdown>) {
    let Some(breakdown) = breakdown else { return };
    let dimension = |dimension: &Dimension| {
        let mut inner = Map::new();
        match dimension {
            Dimension::Value(subject) => named(&mut inner, subject),
            Dimension::Cohort(cohort) => {
                inner.insert("cohort".into(), reference(cohort));
            }
        }
        Json::Object(inner)
    };
    map.insert("breakdown".into(), breakdown.dimensions.iter().map(dimension).collect());
    map.insert("breakdown_limit".into(), json!(breakdown.limit));
}

fn trend(map: &mut Map<String, Json>, q: &Trend) {
    map.insert("interval".into(), json!(q.interval.as_str()));
    let series = q.series.iter().map(|series| {
        let mut inner = Map::new();
        inner.insert("name".into(), json!(series.name));
        inner.insert("measure".into(), json!(series.measure.as_str()));
        if let Measure::Of(_, subject) = &series.measure {
            named(&mut inner, subject);
        }
        select(&mut inner, &series.selector);
        Json::Object(inner)
    });
    map.insert("series".into(), series.collect());
    some(map, "formula", q.formula.as_ref().map(|formula| json!(formula.text())));
    broken_down(map, q.breakdown.as_ref());
    some(map, "compare", q.compare.then(|| json!("previous")));
    match q.shape {
        Shape::Plain => {}
        Shape::Cumulative => some(map, "cumulative", Some(json!(true))),
        Shape::MovingAverage(width) => some(map, "moving_average", Some(json!(width))),
    }
}

fn funnel(map: &mut Map<String, Json>, q: &Funnel) {
    let steps = q.steps.iter().map(|step| {
        let mut inner = Map::new();
        inner.insert("name".into(), json!(step.name));
        select(&mut inner, &step.selector);
        some(&mut inner, "optional", step.optional.then_some(json!(true)));
        Json::Object(inner)
    });
    map.insert("steps".into(), steps.collect());
    map.insert("window_seconds".into(), json!(q.window_ms / 1_000));
    map.insert("order".into(), json!(q.order.as_str()));
    let exclusion = |exclusion: &crate::Exclusion| {
        let mut inner = Map::new();
        select(&mut inner, &exclusion.selector);
        inner.insert("from".into(), json!(exclusion.from));
        inner.insert("to".into(), json!(exclusion.to));
        Json::Object(inner)
    };
    if !q.exclusions.is_empty() {
        map.insert("exclusions".into(), q.exclusions.iter().map(exclusion).collect());
    }
    broken_down(map, q.breakdown.as_ref());
    let attribution = match q.attribution {
        Attribution::FirstTouch => "first_touch",
        Attribution::LastTouch => "last_touch",
        Attribution::Step(step) => {
            map.insert("attribution_step".into(), json!(step));
            "step"
        }
    };
    map.insert("attribution".into(), json!(attribution));
    let per = if q.per == Per::Session { "session" } else { "person" };
    map.insert("per".into(), json!(per));
    some(map, "trend", q.trend.map(|interval| json!(interval.as_str())));
}

fn retention(map: &mut Map<String, Json>, q: &Retention) {
    map.insert("period".into(), json!(q.period.as_str()));
    map.insert("periods".into(), json!(q.periods));
    let first = q.basis == Basis::FirstTime;
    map.insert("type".into(), json!(if first { "first_time" } else { "recurring" }));
    let rolling = q.windows == Windows::Rolling;
    map.insert("windows".into(), json!(if rolling { "rolling" } else { "calendar" }));
    map.insert("start".into(), selector(&q.start));
    map.insert("return".into(), selector(&q.returning));
}

fn experiment(map: &mut Map<String, Json>, q: &Experiment) {
    map.insert("flag".into(), json!(q.flag));
    map.insert("variants".into(), json!(q.variants));
    let goals = q.goals.iter().map(|goal| {
        let mut inner = Map::new();
        inner.insert("name".into(), json!(goal.name));
        inner.insert("measure".into(), json!(goal.measure.as_str()));
        goal.measure.subject().into_iter().for_each(|subject| named(&mut inner, subject));
        select(&mut inner, &goal.selector);
        Json::Object(inner)
    });
    map.insert("goals".into(), goals.collect());
}

fn paths(map: &mut Map<String, Json>, q: &Paths) {
    select(map, &q.selector);
    let mut by = Map::new();
    named(&mut by, &q.by);
    map.insert("by".into(), Json::Object(by));
    let person = q.unit == PathUnit::Person;
    map.insert("per".into(), json!(if person { "person" } else { "session" }));
    match &q.anchor {
        Anchor::Free => {}
        Anchor::Start(name) => some(map, "start", Some(json!(name))),
        Anchor::End(name) => some(map, "end", Some(json!(name))),
    }
    map.insert("depth".into(), json!(q.depth));
    map.insert("edges".into(), json!(q.edges));
}

fn coordinate(at: &Coordinate) -> Json {
    let values = |values: &Vec<BreakdownValue>| values.iter().map(value).collect::<Json>();
    let mut map = Map::new();
    match at {
        Coordinate::All => {}
        Coordinate::EventType(name) => some(&mut map, "event_type", Some(json!(name))),
        Coordinate::Trend { series, bucket, breakdown, previous } => {
            map.insert("series".into(), json!(series));
            some(&mut map, "t", bucket.map(|at| json!(at.to_string())));
            some(&mut map, "breakdown", breakdown.as_ref().map(values));
            some(&mut map, "previous", previous.then(|| json!(true)));
        }
        Coordinate::Funnel { step, dropped, breakdown, bucket } => {
            map.insert("step".into(), json!(step));
            some(&mut map, "dropped", dropped.then(|| json!(true)));
            some(&mut map, "breakdown", breakdown.as_ref().map(values));
            some(&mut map, "t", bucket.map(|at| json!(at.to_string())));
        }
        Coordinate::Cell { cohort, period } => {
            map.insert("cohort".into(), json!(cohort.to_string()));
            map.insert("period".into(), json!(period));
        }
        Coordinate::Periods(periods) => some(&mut map, "periods", Some(json!(periods))),
        Coordinate::Lifecycle { bucket, state } => {
            map.insert("t".into(), json!(bucket.to_string()));
            map.insert("state".into(), json!(state.as_str()));
        }
        Coordinate::Node { depth, name } => {
            map.insert("depth".into(), json!(depth));
            map.insert("name".into(), json!(name));
        }
        Coordinate::Edge { depth, from, to } => {
            map.insert("depth".into(), json!(depth));
            map.insert("from".into(), json!(from));
            map.insert("to".into(), json!(to));
        }
        Coordinate::Bounced => some(&mut map, "bounced", Some(json!(true))),
        Coordinate::Live => some(&mut map, "live", Some(json!(true))),
        Coordinate::Fingerprint(print) => some(&mut map, "fingerprint", Some(json!(print))),
        Coordinate::Currency(Some(currency)) => some(&mut map, "currency", Some(json!(currency))),
        Coordinate::Arm { variant, goal } => {
            some(&mut map, "variant", variant.as_ref().map(|variant| json!(variant)));
            some(&mut map, "goal", goal.map(|goal| json!(goal)));
        }
        Coordinate::Currency(None) => some(&mut map, "no_currency", Some(json!(true))),
    }
    Json::Object(map)
}
