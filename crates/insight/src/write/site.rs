//! Answers about paths and about a site.

use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json, json};

use super::{
    answer::points,
    value::{number, start, value},
};
use crate::{
    BreakdownValue, ErrorsAnswer, MetricFigures, PathsAnswer, PerformanceAnswer, RevenueAnswer,
    SessionFigures, SessionLine, SessionsAnswer, WebAnswer, WebFigures,
};

pub(super) fn paths(answer: &PathsAnswer) -> Json {
    let node = |n: &crate::PathNode| json!({"depth": n.depth, "name": n.name, "count": n.count});
    let edge = |e: &crate::PathEdge| {
        json!({
            "from": {"depth": e.depth, "name": e.from}, "to": {"depth": e.depth + 1, "name": e.to},
            "count": e.count, "avg_seconds": number(e.avg_seconds),
        })
    };
    let nodes: Vec<Json> = answer.nodes.iter().map(node).collect();
    let edges: Vec<Json> = answer.edges.iter().map(edge).collect();
    let dropped = answer.dropped_edges;
    json!({"paths": answer.paths, "nodes": nodes, "edges": edges, "dropped_edges": dropped})
}

fn figures(f: &SessionFigures) -> Json {
    json!({
        "sessions": f.sessions, "persons": f.persons, "bounced": f.bounced,
        "bounce_rate": number(f.bounce_rate), "avg_seconds": number(f.avg_seconds),
        "median_seconds": number(f.median_seconds),
        "events_per_session": number(f.events_per_session),
    })
}

pub(super) fn sessions(answer: &SessionsAnswer, zone: &TimeZone) -> Json {
    let mut out = figures(&answer.all);
    if let Some(data) = &answer.data {
        let point = |(at, f, partial): &(event::Timestamp, SessionFigures, bool)| {
            let mut point = figures(f);
            point["t"] = start(*at, zone);
            point["partial"] = json!(partial);
            point
        };
        out["data"] = data.iter().map(point).collect();
    }
    let line = |s: &SessionLine| {
        json!({
            "session_id": s.session_id, "person": s.person, "start": s.start.to_string(),
            "end": s.end.to_string(), "seconds": crate::exact::seconds(s.end.0 - s.start.0),
            "events": s.events, "marks": s.marks, "views": s.views, "entry_page": s.entry_page,
            "exit_page": s.exit_page, "bounced": s.bounced, "active": s.active,
            "distinct_id": s.distinct_id, "device_id": s.device_id,
            "app_version": s.app_version, "os": s.os, "os_version": s.os_version,
        })
    };
    if let Some(list) = &answer.list {
        out["list"] = list.iter().map(line).collect();
        out["next_cursor"] = json!(answer.next.map(|next| next.to_string()));
    }
    out
}

pub(super) fn web(answer: &WebAnswer) -> Json {
    let figures = |f: &WebFigures| {
        json!({
            "visitors": f.visitors, "visits": f.visits, "views": f.views,
            "bounce_rate": number(f.bounce_rate), "avg_seconds": number(f.avg_seconds),
        })
    };
    let mut out = figures(&answer.all);
    out["live_visitors"] = json!(answer.live_visitors);
    if let Some(previous) = &answer.previous {
        out["previous"] = figures(previous);
    }
    for (name, lines) in &answer.tables {
        let by_visit = ["entry_pages", "exit_pages", "sources", "referrers"].contains(name);
        let line = |line: &crate::WebLine| {
            let mut map = labelled(&line.value);
            map.insert("visitors".into(), json!(line.visitors));
            let count = if by_visit { "visits" } else { "views" };
            map.insert(count.into(), json!(line.count));
            Json::Object(map)
        };
        out[*name] = lines.iter().map(line).collect();
    }
    out
}

fn labelled(of: &BreakdownValue) -> Map<String, Json> {
    match value(of) {
        Json::Object(map) => map,
        _ => Map::new(),
    }
}

pub(super) fn performance(answer: &PerformanceAnswer) -> Json {
    let metric = |f: &MetricFigures| {
        let [p50, p75, p90, p95, p99] = f.percentiles.map(number);
        json!({
            "metric": f.metric.as_str(), "count": f.count,
            "p50": p50, "p75": p75, "p90": p90, "p95": p95, "p99": p99,
        })
    };
    let metrics = |list: &[MetricFigures]| list.iter().map(metric).collect::<Json>();
    let page = |(page, count, list): &(BreakdownValue, u64, Vec<MetricFigures>)| {
        let mut map = labelled(page);
        map.insert("count".into(), json!(count));
        map.insert("metrics".into(), metrics(list));
        Json::Object(map)
    };
    let pages: Vec<Json> = answer.pages.iter().map(page).collect();
    json!({"metrics": metrics(&answer.all), "pages": pages})
}

pub(super) fn errors(answer: &ErrorsAnswer) -> Json {
    let group = |g: &crate::ErrorGroup| {
        json!({
            "fingerprint": g.fingerprint, "name": g.name, "message": g.message, "frame": g.frame,
            "count": g.count, "persons": g.persons, "first_seen": g.first_seen.to_string(),
            "last_seen": g.last_seen.to_string(),
        })
    };
    let groups: Vec<Json> = answer.groups.iter().map(group).collect();
    json!({
        "total": answer.total, "persons": answer.persons, "groups": groups,
        "dropped_groups": answer.dropped_groups,
    })
}

pub(super) fn revenue(answer: &RevenueAnswer, zone: &TimeZone) -> Json {
    let one = |c: &crate::CurrencyFigures| {
        let mut out = json!({
            "currency": c.currency, "sum": number(Some(c.sum)), "orders": c.orders,
            "persons": c.persons, "average_order": number(c.average_order),
            "per_person": number(c.per_person),
        });
        if let Some(data) = &c.data {
            out["data"] = points(data, zone);
        }
        out
    };
    json!({"currencies": answer.currencies.iter().map(one).collect::<Vec<_>>()})
}
