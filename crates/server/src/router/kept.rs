//! The routes of what people keep.

use axum::routing::{delete, get, post};

use super::{Area, DELETE, GET, GET_POST, POST, Route, packed, route};
use crate::library::{
    Annotations, Cohorts, Dashboards, Goals, Questions, members, noun as of, share, shared,
};

/// The list of a kind of things, and one of them.
fn noun<N: of::Noun>(list: &'static str, one: &'static str) -> [Route; 2] {
    let all = packed(get(of::list::<N>)).post(of::make::<N>);
    let each = get(of::one::<N>).put(of::replace::<N>).patch(of::change::<N>);
    let changes: &[&str] = &["GET", "PUT", "PATCH", "DELETE"];
    [
        route(list, GET_POST, Area::Read, all),
        route(one, changes, Area::Read, each.delete(of::remove::<N>)),
    ]
}

/// All of them.
pub(super) fn routes() -> Vec<Route> {
    let own = |path, methods, handler| route(path, methods, Area::Read, handler);
    let ids = packed(get(members::ids)).put(members::put_ids).post(members::put_ids);
    let of_dashboard = get(share::list::<Dashboards>).post(share::make::<Dashboards>);
    let of_question = get(share::list::<Questions>).post(share::make::<Questions>);
    let mut all = vec![
        own("/api/v1/cohorts/{id}/ids", &["GET", "PUT", "POST"], ids),
        own("/api/v1/cohorts/{id}/size", GET, get(members::size)),
        own("/api/v1/cohorts/{id}/persons", GET, packed(get(members::persons))),
        own("/api/v1/dashboards/{id}/share", GET_POST, of_dashboard),
        own("/api/v1/dashboards/{id}/share/{share}", DELETE, delete(share::end::<Dashboards>)),
        own("/api/v1/questions/{id}/share", GET_POST, of_question),
        own("/api/v1/questions/{id}/share/{share}", DELETE, delete(share::end::<Questions>)),
        own("/api/v1/shared/{token}", GET, packed(get(shared::show))),
        own("/api/v1/shared/{token}/tiles/{n}", POST, packed(post(shared::answer))),
    ];
    all.extend(noun::<Questions>("/api/v1/questions", "/api/v1/questions/{id}"));
    all.extend(noun::<Dashboards>("/api/v1/dashboards", "/api/v1/dashboards/{id}"));
    all.extend(noun::<Cohorts>("/api/v1/cohorts", "/api/v1/cohorts/{id}"));
    all.extend(noun::<Annotations>("/api/v1/annotations", "/api/v1/annotations/{id}"));
    all.extend(noun::<Goals>("/api/v1/goals", "/api/v1/goals/{id}"));
    all
}
