//! The map of all routes. Every route also answers with and without a slash at its end, from its
//! one line here.

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, request},
    response::Response,
    routing::{MethodRouter, get, post},
};
use tower_http::compression::CompressionLayer;

use crate::{
    Problem, app, capture, health, metrics, openapi, page, privacy, query, state::AppState,
};

/// What kind of route: which pages may use it, and in which shape it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    /// Takes events; any origin.
    Capture(Shape),
    /// Answers questions; configured origins.
    Read,
    /// For people and machines of our own.
    Page,
}

/// The shape of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `application/problem+json`.
    Problem,
    /// S0.
    Simple,
}

/// One route.
pub(crate) struct Route {
    pub(crate) path: &'static str,
    pub(crate) methods: &'static [&'static str],
    pub(crate) area: Area,
    handler: MethodRouter<AppState>,
}

/// Every route of the product.
fn routes() -> Vec<Route> {
    use Area::{Capture, Page, Read};
    let (gets, posts): (&[&str], &[&str]) = (&["GET"], &["POST"]);
    let route = |path, methods, area, handler| Route { path, methods, area, handler };
    let packed = |handler: MethodRouter<AppState>| handler.layer(CompressionLayer::new());
    vec![
        // Events in.
        route("/apiv1/events", posts, Capture(Shape::Simple), post(capture::simple::single)),
        route("/apiv1/events/batch", posts, Capture(Shape::Simple), post(capture::simple::batch)),
        // Questions.
        route("/api/v1/query", posts, Read, packed(post(query::ask))),
        // Persons.
        route("/api/v1/privacy/erase", posts, Read, post(privacy::erase)),
        route("/api/v1/privacy/erasures", gets, Read, packed(get(privacy::list))),
        route("/api/v1/privacy/erasures/{id}", gets, Read, get(privacy::one)),
        // How we are.
        route("/healthz", gets, Page, get(health::healthz)),
        route("/readyz", gets, Page, get(health::readyz)),
        route("/metrics", gets, Page, packed(get(metrics::render))),
        // For people.
        route("/openapi.json", gets, Page, packed(get(openapi::json))),
        route("/docs", gets, Page, packed(get(page::docs))),
        route("/", gets, Page, packed(get(page::landing))),
    ]
}

/// Method and path of every route, in the order of the map.
pub fn listed() -> Vec<(&'static str, &'static str)> {
    let pairs = |route: Route| route.methods.iter().map(move |method| (*method, route.path));
    routes().into_iter().flat_map(pairs).collect()
}

/// What is known of a route without calling it.
#[derive(Debug)]
pub(crate) struct RouteInfo {
    pub(crate) path: &'static str,
    pub(crate) area: Area,
    pub(crate) allow: HeaderValue,
}

/// Finds the route of a path.
#[derive(Debug)]
pub(crate) struct Map {
    by_path: matchit::Router<usize>,
    routes: Vec<RouteInfo>,
}

impl Map {
    /// The route of a path and its number; None where there is none.
    pub(crate) fn find(&self, path: &str) -> Option<(usize, &RouteInfo)> {
        let number = *self.by_path.at(path).ok()?.value;
        self.routes.get(number).map(|info| (number, info))
    }

    /// The paths of all routes, by number.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &'static str> {
        self.routes.iter().map(|info| info.path)
    }
}

/// The map, and the router that serves it.
///
/// # Panics
/// When two routes have the same path, at every start.
pub(crate) fn build(state: AppState) -> (Map, Router) {
    let mut map = Map { by_path: matchit::Router::new(), routes: Vec::new() };
    let mut router = Router::new();
    for (number, route) in routes().into_iter().enumerate() {
        let Route { path, methods, area, handler } = route;
        let mut add = |path: &str, handler: MethodRouter<AppState>| {
            let added = map.by_path.insert(path, number);
            assert!(added.is_ok(), "route {path} is there twice");
            router = std::mem::take(&mut router).route(path, handler);
        };
        if path != "/" {
            add(&format!("{path}/"), handler.clone());
        }
        add(path, handler);
        let allow = methods.join(", ")
            + if methods.contains(&"GET") { ", HEAD, OPTIONS" } else { ", OPTIONS" };
        let allow = HeaderValue::from_str(&allow);
        let allow = allow.unwrap_or(HeaderValue::from_static("OPTIONS"));
        map.routes.push(RouteInfo { path, area, allow });
    }
    let router =
        router.fallback(no_route).method_not_allowed_fallback(method_not_allowed).with_state(state);
    (map, router)
}

async fn no_route(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let problem = Problem::no_route(parts.uri.path());
    refuse(&parts, shape_of(parts.uri.path()), &problem)
}

async fn method_not_allowed(State(_): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let problem = Problem::method_not_allowed(parts.method.as_str());
    refuse(&parts, shape_of(parts.uri.path()), &problem)
}

/// The shape in which a path refuses; unknown paths below a dialect's base speak the dialect.
pub(crate) fn shape_of(path: &str) -> Shape {
    if path.starts_with("/apiv1/") { Shape::Simple } else { Shape::Problem }
}

/// Writes a refusal in a shape.
pub(crate) fn refuse(request: &request::Parts, shape: Shape, problem: &Problem) -> Response {
    match shape {
        Shape::Simple => capture::simple::refuse(problem),
        Shape::Problem => {
            problem.to_problem_json(app::request_id(&request.headers), page::is_pretty(request))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capture_routes_refuse_in_their_own_shape() {
        for route in routes() {
            if let Area::Capture(shape) = route.area {
                assert_eq!(shape, shape_of(route.path), "{}", route.path);
            }
        }
    }
}
