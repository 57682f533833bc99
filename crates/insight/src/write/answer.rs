//! Answers.

use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::{
    site,
    value::{event, number, raw_json, start, value},
};
use crate::{
    Answer, BreakdownValue, Cell, ExperimentAnswer, FunnelAnswer, PersonAnswer, Point, Question,
    RetentionAnswer, StepAnswer, TaxonomyAnswer, TrendAnswer, exact::Spread,
};

/// The `result` of an answer, in the zone of its question.
pub fn answer(answer: &Answer, question: &Question) -> Json {
    let zone = &question.range().zone;
    match answer {
        Answer::Events(a) => json!({
            "events": a.events.iter().map(event).collect::<Vec<_>>(),
            "next_cursor": a.next.map(|next| next.to_string()),
        }),
        Answer::Counts(a) => {
            let line = |e: &crate::EventCount| json!({"event_type": e.event_type, "count": e.count, "unique_persons": e.unique_persons});
            let events: Vec<Json> = a.events.iter().map(line).collect();
            json!({"total": a.total, "unique_persons": a.unique_persons, "events": events})
        }
        Answer::Trend(a) => trend(a, zone),
        Answer::Funnel(a) => funnel(a, zone),
        Answer::Retention(a) => retention(a, zone),
        Answer::FirstSeen(a) => first_seen(a, question, zone),
        Answer::CohortSize(size) => json!({ "size": size }),
        Answer::Paths(a) => site::paths(a),
        Answer::Stickiness(counts) => {
            let line = |(index, n): (usize, &u64)| json!({"periods": index + 1, "persons": n});
            json!({"data": counts.iter().enumerate().map(line).collect::<Vec<_>>()})
        }
        Answer::Lifecycle(points) => {
            let line = |p: &crate::LifecyclePoint| {
                json!({
                    "t": start(p.start, zone), "new": p.new, "returning": p.returning,
                    "resurrecting": p.resurrecting, "dormant": -(p.dormant as i64),
                    "partial": p.partial,
                })
            };
            json!({"data": points.iter().map(line).collect::<Vec<_>>()})
        }
        Answer::Sessions(a) => site::sessions(a, zone),
        Answer::Web(a) => site::web(a),
        Answer::Performance(a) => site::performance(a),
        Answer::Errors(a) => site::errors(a),
        Answer::Revenue(a) => site::revenue(a, zone),
        Answer::Experiment(a) => experiment(a, question),
        Answer::Persons(a) => {
            let line = |p: &crate::PersonLine| {
                json!({
                    "person": p.person, "first_seen": p.first_seen.to_string(),
                    "last_seen": p.last_seen.to_string(), "events": p.events,
                    "properties": raw_json(&p.properties),
                })
            };
            let persons: Vec<Json> = a.persons.iter().map(line).collect();
            let next = a.next.as_ref().map(ToString::to_string);
            json!({"total": a.total, "persons": persons, "next_cursor": next})
        }
        Answer::Person(a) => person(a),
        Answer::Taxonomy(a) => taxonomy(a),
        Answer::People(a) => {
            let line = |person: &String| json!({ "person": person });
            let persons: Vec<Json> = a.persons.iter().map(line).collect();
            json!({"total": a.total, "persons": persons, "next_cursor": a.next})
        }
    }
}

fn experiment(answer: &ExperimentAnswer, question: &Question) -> Json {
    let Question::Experiment(q) = question else { return Json::Null };
    let goal = |(goal, figures): (&crate::Goal, &crate::GoalFigures)| {
        let spread = figures.spread.as_ref();
        json!({
            "name": goal.name, "measure": goal.measure.as_str(), "achieved": figures.achieved,
            "count": spread.map(|spread| spread.count),
            "mean": number(spread.and_then(Spread::mean)),
            "variance": number(spread.and_then(Spread::variance)),
        })
    };
    let variant = |figures: &crate::VariantFigures| {
        let goals: Vec<Json> = q.goals.iter().zip(&figures.goals).map(goal).collect();
        json!({"variant": figures.variant, "persons": figures.persons, "goals": goals})
    };
    json!({
        "exposed": answer.exposed, "multiple": answer.multiple,
        "variants": answer.variants.iter().map(variant).collect::<Vec<_>>(),
    })
}

pub(super) fn points(data: &[Point], zone: &TimeZone) -> Json {
    let point =
        |p: &Point| json!({"t": start(p.start, zone), "v": number(p.value), "partial": p.partial});
    data.iter().map(point).collect()
}

fn values(values: &[BreakdownValue]) -> Json {
    values.iter().map(value).collect()
}

fn trend(answer: &TrendAnswer, zone: &TimeZone) -> Json {
    let line = |line: &crate::SeriesAnswer| {
        let total = number(line.total);
        let mut out = json!({"name": line.name, "total": total, "data": points(&line.data, zone)});
        if let Some(breakdown) = &line.breakdown {
            out["breakdown"] = values(breakdown);
        }
        if let Some(before) = &line.previous {
            let data = points(&before.data, zone);
            out["previous"] = json!({"total": number(before.total), "data": data});
        }
        out
    };
    json!({"series": answer.series.iter().map(line).collect::<Vec<_>>()})
}

fn steps(steps: &[StepAnswer]) -> Json {
    let step = |step: &StepAnswer| {
        json!({
            "name": step.name, "count": step.count, "from_previous": number(step.from_previous),
            "from_first": number(step.from_first), "median_seconds": number(step.median_seconds),
            "avg_seconds": number(step.avg_seconds),
        })
    };
    steps.iter().map(step).collect()
}

fn funnel(answer: &FunnelAnswer, zone: &TimeZone) -> Json {
    let time = &answer.time_to_convert;
    let mut out = json!({
        "steps": steps(&answer.steps),
        "time_to_convert": {
            "min_seconds": number(time.min_seconds), "median_seconds": number(time.median_seconds),
            "avg_seconds": number(time.avg_seconds), "max_seconds": number(time.max_seconds),
        },
    });
    if let Some(breakdown) = &answer.breakdown {
        let one = |(key, lines): &(Vec<BreakdownValue>, Vec<StepAnswer>)| json!({"value": values(key), "steps": steps(lines)});
        out["breakdown"] = breakdown.iter().map(one).collect();
    }
    if let Some(trend) = &answer.trend {
        let point = |p: &crate::ConversionPoint| {
            json!({
                "t": start(p.start, zone), "entered": p.entered, "converted": p.converted,
                "rate": number(p.rate), "partial": p.partial,
            })
        };
        out["trend"] = trend.iter().map(point).collect();
    }
    out
}

fn average(answer: &RetentionAnswer) -> Json {
    let one =
        |(period, rate): (usize, &Option<f64>)| json!({"period": period, "rate": number(*rate)});
    answer.average.iter().enumerate().map(one).collect()
}

fn retention(answer: &RetentionAnswer, zone: &TimeZone) -> Json {
    let cell = |(period, cell): (usize, &Cell)| {
        json!({
            "period": period, "count": cell.count, "rate": number(cell.rate),
            "partial": cell.partial,
        })
    };
    let row = |row: &crate::CohortRow| {
        let cells: Vec<Json> = row.cells.iter().enumerate().map(cell).collect();
        json!({"start": start(row.start, zone), "size": row.size, "values": cells})
    };
    let cohorts: Vec<Json> = answer.cohorts.iter().map(row).collect();
    json!({"cohorts": cohorts, "average": average(answer)})
}

fn first_seen(answer: &RetentionAnswer, question: &Question, zone: &TimeZone) -> Json {
    let period = match question {
        Question::Cohort(crate::Cohort {
            of: crate::CohortOf::FirstSeen { period, .. }, ..
        }) => period.as_str(),
        _ => "day",
    };
    let cell = |(period, cell): (usize, &Cell)| {
        json!({
            "period": period, "persons": cell.count, "rate": number(cell.rate),
            "partial": cell.partial,
        })
    };
    let row = |row: &crate::CohortRow| {
        let cells: Vec<Json> = row.cells.iter().enumerate().map(cell).collect();
        json!({"cohort": start(row.start, zone), "size": row.size, "activity": cells})
    };
    let cohorts: Vec<Json> = answer.cohorts.iter().map(row).collect();
    json!({"period": period, "cohorts": cohorts, "average": average(answer)})
}

fn person(answer: &PersonAnswer) -> Json {
    let profile = answer.profile.as_ref().map(|p| {
        json!({
            "person": p.person, "distinct_ids": p.distinct_ids,
            "properties": raw_json(&p.properties), "first_seen": p.first_seen.to_string(),
            "last_seen": p.last_seen.to_string(), "events": p.events,
        })
    });
    let events: Vec<Json> = answer.events.iter().map(event).collect();
    let next = answer.next.map(|next| next.to_string());
    json!({"person": profile, "events": events, "next_cursor": next})
}

fn taxonomy(answer: &TaxonomyAnswer) -> Json {
    let name = |seen: &crate::NameCount| {
        json!({
            "name": seen.name, "count": seen.count, "first_seen": seen.first_seen.to_string(),
            "last_seen": seen.last_seen.to_string(),
        })
    };
    let property = |seen: &crate::PropertySeen| {
        let types = seen.types.iter().map(|(kind, n)| ((*kind).to_owned(), json!(n)));
        let examples: Vec<Json> = seen.examples.iter().map(|raw| raw_json(raw)).collect();
        json!({
            "name": seen.name, "count": seen.count, "types": types.collect::<Json>(),
            "examples": examples,
        })
    };
    let events: Vec<Json> = answer.events.iter().map(name).collect();
    let properties: Vec<Json> = answer.properties.iter().map(property).collect();
    json!({"events": events, "properties": properties})
}
