//! The map of all routes. Every route also answers with and without a slash at its end, from its
//! one line here.

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, request},
    response::Response,
    routing::{MethodRouter, delete, get, patch, post, put},
};
use tower_http::compression::CompressionLayer;

use crate::{
    Problem, account,
    admin::{self, audit, consent, entities, keys, settings, tenants, users},
    app, capture, flags, health, metrics, openapi, page, privacy, query,
    state::AppState,
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
    /// S1.
    Mobile,
    /// S2.
    Trackflow,
    /// S3.
    Service,
    /// S4.
    Trpc,
    /// PostHog.
    Posthog,
    /// Segment.
    Segment,
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
    let mut all = own();
    all.extend(of_sdks());
    all.extend(of_flags());
    all
}

/// The routes that SDKs of others look for.
fn of_sdks() -> Vec<Route> {
    use capture::{posthog, segment};
    let (gets, posts, all): (&[&str], &[&str], &[&str]) = (&["GET"], &["POST"], &["GET", "POST"]);
    let route = |path, methods, shape, handler| Route {
        path,
        methods,
        area: Area::Capture(shape),
        handler,
    };
    let posthog = |path, methods, handler| route(path, methods, Shape::Posthog, handler);
    let segment = |path, handler| route(path, posts, Shape::Segment, handler);
    let events = || get(posthog::events).post(posthog::events);
    let flags = || get(posthog::flags).post(posthog::flags);
    let config = get(posthog::remote_config);
    let script = get(posthog::remote_config_script);
    let defined = || get(posthog::definitions);
    vec![
        posthog("/batch", all, events()),
        posthog("/e", all, events()),
        posthog("/i/v0/e", all, events()),
        posthog("/capture", all, events()),
        posthog("/engage", all, events()),
        posthog("/s", all, events()),
        posthog("/i/v0/ai", posts, post(posthog::ai)),
        posthog("/i/v1/analytics/events", posts, post(posthog::v1_events)),
        posthog("/flags", all, flags()),
        posthog("/decide", all, flags()),
        posthog("/flags/definitions", gets, defined()),
        posthog("/api/feature_flag/local_evaluation", gets, defined()),
        posthog("/array/{token}/config", gets, config),
        posthog("/array/{token}/config.js", gets, script),
        segment("/v1/identify", post(segment::identify)),
        segment("/v1/track", post(segment::track)),
        segment("/v1/page", post(segment::page)),
        segment("/v1/screen", post(segment::screen)),
        segment("/v1/group", post(segment::group)),
        segment("/v1/alias", post(segment::alias)),
        segment("/v1/batch", post(segment::batch)),
    ]
}

/// The routes of flags: public ones, which pages may use as they may send events, and those that
/// look after them.
fn of_flags() -> Vec<Route> {
    use flags::{admin as of, public};
    let [gets, posts]: [&[&str]; 2] = [&["GET"], &["GET", "POST"]];
    let changes: &[&str] = &["GET", "PUT", "PATCH", "DELETE"];
    let route = |path, methods, area, handler| Route { path, methods, area, handler };
    let open = |path, methods, handler| route(path, methods, Area::Capture(Shape::Mobile), handler);
    let own = |path, methods, handler| route(path, methods, Area::Read, handler);
    let packed = |handler: MethodRouter<AppState>| handler.layer(CompressionLayer::new());
    let for_user = get(public::for_user).post(public::for_user);
    let one = get(of::one).put(of::replace).patch(of::change).delete(of::remove);
    vec![
        open("/api/v1/analytics/public/feature-flags", gets, get(public::list)),
        open("/api/v1/analytics/public/feature-flags/for_user", posts, for_user),
        open("/api/v1/analytics/public/feature-flags/{id}", gets, get(public::one)),
        own("/api/v1/analytics/admin/feature-flags", posts, packed(get(of::list)).post(of::make)),
        own("/api/v1/analytics/admin/feature-flags/{id}", changes, one),
        own("/api/v1/analytics/admin/feature-flags/{id}/history", gets, packed(get(of::history))),
    ]
}

/// The routes of our own.
fn own() -> Vec<Route> {
    use Area::{Capture, Page, Read};
    let [gets, posts, puts]: [&[&str]; 3] = [&["GET"], &["POST"], &["PUT"]];
    let route = |path, methods, area, handler| Route { path, methods, area, handler };
    let packed = |handler: MethodRouter<AppState>| handler.layer(CompressionLayer::new());
    vec![
        // Events in: S0.
        route("/apiv1/events", posts, Capture(Shape::Simple), post(capture::simple::single)),
        route("/apiv1/events/batch", posts, Capture(Shape::Simple), post(capture::simple::batch)),
        // Events in: S1.
        route(
            "/api/v1/analytics/capture",
            posts,
            Capture(Shape::Mobile),
            post(capture::mobile::single),
        ),
        route(
            "/api/v1/analytics/batch",
            posts,
            Capture(Shape::Mobile),
            post(capture::mobile::batch),
        ),
        route(
            "/api/v1/analytics/session/start",
            posts,
            Capture(Shape::Mobile),
            post(capture::mobile::start),
        ),
        route(
            "/api/v1/analytics/session/{id}/end",
            puts,
            Capture(Shape::Mobile),
            put(capture::mobile::end),
        ),
        // (end of S1)
        // Events in: S2.
        route("/v1/events", posts, Capture(Shape::Trackflow), post(capture::trackflow::events)),
        route("/apiv1/track", posts, Capture(Shape::Trackflow), post(capture::trackflow::events)),
        route("/track", posts, Capture(Shape::Trackflow), post(capture::trackflow::track)),
        // (end of S2)
        // Events in: S3.
        // (end of S3)
        // Events in: S4.
        // (end of S4)
        // Users, keys, settings.
        route("/api/v1/auth/login", posts, Read, post(account::login)),
        route("/api/v1/auth/logout", posts, Read, post(account::logout)),
        route("/api/v1/auth/me", gets, Read, get(account::me)),
        route("/api/v1/auth/setup", posts, Read, post(account::setup)),
        route("/api/v1/auth/setup/{token}", gets, Read, get(account::link)),
        route("/api/v1/auth/password", posts, Read, post(account::password)),
        route("/api/v1/keys", &["GET", "POST"], Read, get(keys::list).post(keys::make)),
        route("/api/v1/keys/{id}", &["DELETE"], Read, delete(keys::revoke)),
        route("/api/v1/keys/{id}/rotate", posts, Read, post(keys::rotate)),
        route("/api/v1/users", gets, Read, get(users::list)),
        route(
            "/api/v1/users/{id}",
            &["PATCH", "DELETE"],
            Read,
            patch(users::change).delete(users::remove),
        ),
        route("/api/v1/users/{id}/reset", posts, Read, post(users::reset)),
        route("/api/v1/invites", posts, Read, post(users::make_invite)),
        route("/api/v1/invites/{id}", &["DELETE"], Read, delete(users::withdraw)),
        route(
            "/api/v1/settings",
            &["GET", "PATCH"],
            Read,
            get(settings::show).patch(settings::change),
        ),
        route("/api/v1/audit", gets, Read, packed(get(audit::list))),
        route("/api/v1/tenants", &["GET", "POST"], Read, get(tenants::list).post(tenants::make)),
        route(
            "/api/v1/consent/{distinct_id}",
            &["GET", "PUT"],
            Read,
            get(consent::show).put(consent::put),
        ),
        // (end of users, keys, settings)
        // The books, rejected events, entities.
        route("/api/v1/admin/books", gets, Read, get(admin::books::show)),
        route("/api/v1/admin/rejected", gets, Read, packed(get(admin::rejected::list))),
        route("/api/v1/admin/rejected/replay", posts, Read, post(admin::rejected::replay)),
        route("/api/v1/admin/entities", gets, Read, get(entities::list)),
        route(
            "/api/v1/admin/entities/{type}",
            &["PUT", "DELETE"],
            Read,
            put(entities::put).delete(entities::remove),
        ),
        // (end of the books, rejected events, entities)
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

/// The route that a path of the operator's own choice leads to as well.
const TRACKER: &str = "/v1/events";

/// Whether a path belongs to a route.
pub fn is_taken(path: &str) -> bool {
    let mut taken = matchit::Router::new();
    for route in routes() {
        // Every path is there once, else no server would start.
        let _ = taken.insert(route.path, ());
        let _ = taken.insert(format!("{}/", route.path), ());
    }
    taken.at(path).is_ok()
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
        let own = state.config.capture.tracker_path.as_deref().filter(|_| path == TRACKER);
        for path in [Some(path), own].into_iter().flatten() {
            if path != "/" {
                add(&format!("{path}/"), handler.clone());
            }
            add(path, handler.clone());
        }
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

async fn method_not_allowed(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let problem = Problem::method_not_allowed(parts.method.as_str());
    let path = parts.uri.path();
    let own = app.config.capture.tracker_path.as_deref();
    let is_own = own.is_some_and(|own| path.strip_suffix('/').unwrap_or(path) == own);
    refuse(&parts, if is_own { Shape::Trackflow } else { shape_of(path) }, &problem)
}

/// The shape in which a path refuses; unknown paths below a dialect's base speak the dialect.
pub(crate) fn shape_of(path: &str) -> Shape {
    let below = |bases: &[&str]| {
        bases.iter().any(|base| {
            path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    if below(&["/apiv1/track", "/v1/events", "/track"]) {
        Shape::Trackflow
    } else if below(&["/apiv1"]) {
        Shape::Simple
    } else if below(&["/api/v1/analytics"]) {
        Shape::Mobile
    } else if below(&["/events", "/analytics", "/api/analytics"]) {
        Shape::Service
    } else if below(&["/api/trpc", "/trpc"]) {
        Shape::Trpc
    } else if below(&[
        "/e",
        "/i",
        "/s",
        "/capture",
        "/engage",
        "/batch",
        "/flags",
        "/decide",
        "/array",
        "/api/feature_flag",
    ]) {
        Shape::Posthog
    } else if below(&["/v1"]) {
        Shape::Segment
    } else {
        Shape::Problem
    }
}

/// Writes a refusal in a shape.
pub(crate) fn refuse(request: &request::Parts, shape: Shape, problem: &Problem) -> Response {
    let id = app::request_id(&request.headers);
    match shape {
        Shape::Problem => problem.to_problem_json(id, page::is_pretty(request)),
        dialect => refuse_in(dialect, request.uri.path(), problem),
    }
}

/// Writes a refusal in the shape of a dialect; `path` is that of the request.
pub(crate) fn refuse_in(shape: Shape, path: &str, problem: &Problem) -> Response {
    match shape {
        Shape::Problem => problem.to_problem_json("", false),
        Shape::Simple => capture::simple::refuse(problem),
        Shape::Mobile => capture::mobile::refuse(problem),
        Shape::Trackflow => capture::trackflow::refuse(problem),
        Shape::Service => capture::service::refuse(problem),
        Shape::Trpc => capture::trpc::refuse(path, problem),
        Shape::Posthog => capture::posthog::refuse(problem),
        Shape::Segment => capture::segment::refuse(problem),
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
