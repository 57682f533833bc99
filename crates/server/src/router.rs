//! The map of all routes. Every route also answers with and without a slash at its end, from its
//! one line here.

mod kept;

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
    app, capture, experiments, flags, health, live, metrics, openapi, page, privacy, query,
    report::{cohort, dashboard, events, funnel, health as service, mobile},
    state::AppState,
    tracker, web,
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

/// Before the routes of S3: as it is called by itself, behind a gateway, and from its web portal.
const SERVICE: &[&str] = &["", "/analytics", "/api/analytics"];

/// One route.
pub(crate) struct Route {
    /// What may stand before the path; the first of them is in the metrics.
    pub(crate) prefixes: &'static [&'static str],
    pub(crate) path: &'static str,
    pub(crate) methods: &'static [&'static str],
    pub(crate) area: Area,
    handler: MethodRouter<AppState>,
}

impl Route {
    /// Every path that leads to it, without a slash at its end.
    fn paths(&self) -> impl Iterator<Item = String> {
        self.prefixes.iter().map(|prefix| format!("{prefix}{}", self.path))
    }
}

/// Every route of the product.
fn routes() -> Vec<Route> {
    let all = [
        documents(),
        of_sdks(),
        of_flags(),
        of_experiments(),
        of_tenants(),
        after_tenants(),
        kept::routes(),
        reports(),
        rest(),
    ];
    all.into_iter().flatten().collect()
}

const GET: &[&str] = &["GET"];
const POST: &[&str] = &["POST"];
const PUT: &[&str] = &["PUT"];
const DELETE: &[&str] = &["DELETE"];
const GET_POST: &[&str] = &["GET", "POST"];

fn route(
    path: &'static str,
    methods: &'static [&'static str],
    area: Area,
    handler: MethodRouter<AppState>,
) -> Route {
    Route { prefixes: &[""], path, methods, area, handler }
}

/// Answers in one go are packed where the client can unpack them.
fn packed(handler: MethodRouter<AppState>) -> MethodRouter<AppState> {
    handler.layer(CompressionLayer::new())
}

/// Events in, as the five documents have them.
fn documents() -> Vec<Route> {
    use capture::{mobile, service, simple, trackflow, trpc};
    let capture = |path, shape, handler| route(path, POST, Area::Capture(shape), handler);
    let s0 = |path, handler| capture(path, Shape::Simple, handler);
    let s1 = |path, handler| capture(path, Shape::Mobile, handler);
    let s2 = |path, handler| capture(path, Shape::Trackflow, handler);
    let s3 = |path, handler| Route { prefixes: SERVICE, ..capture(path, Shape::Service, handler) };
    let typed = |path: &'static str| {
        let event_type = path.rsplit('/').next().unwrap_or("");
        s3(path, post(move |State(app), r| service::typed(app, r, event_type)))
    };
    let s4 = |path| {
        let handler = get(trpc::serve).head(trpc::head).post(trpc::serve);
        route(path, GET_POST, Area::Capture(Shape::Trpc), handler)
    };
    let end = "/api/v1/analytics/session/{id}/end";
    vec![
        s0("/apiv1/events", post(simple::single)),
        s0("/apiv1/events/batch", post(simple::batch)),
        s1("/api/v1/analytics/capture", post(mobile::single)),
        s1("/api/v1/analytics/batch", post(mobile::batch)),
        s1("/api/v1/analytics/session/start", post(mobile::start)),
        route(end, PUT, Area::Capture(Shape::Mobile), put(mobile::end)),
        s2(TRACKER, post(trackflow::events)),
        s2("/apiv1/track", post(trackflow::events)),
        s2("/track", post(trackflow::track)),
        s3("/events/track", post(service::track)),
        s3("/events/batch", post(service::batch)),
        typed("/events/view"),
        typed("/events/engagement"),
        typed("/events/purchase"),
        typed("/events/stream"),
        typed("/events/session"),
        s4("/api/trpc/{path}"),
        s4("/trpc/{path}"),
    ]
}

/// The routes that SDKs of others look for.
fn of_sdks() -> Vec<Route> {
    use capture::{posthog, segment};
    let posthog =
        |path, methods, handler| route(path, methods, Area::Capture(Shape::Posthog), handler);
    let segment = |path, handler| route(path, POST, Area::Capture(Shape::Segment), handler);
    let events = || get(posthog::events).post(posthog::events);
    let flags = || get(posthog::flags).post(posthog::flags);
    let config = get(posthog::remote_config);
    let script = get(posthog::remote_config_script);
    vec![
        posthog("/batch", GET_POST, events()),
        posthog("/e", GET_POST, events()),
        posthog("/i/v0/e", GET_POST, events()),
        posthog("/capture", GET_POST, events()),
        posthog("/engage", GET_POST, events()),
        posthog("/s", GET_POST, events()),
        posthog("/i/v0/ai", POST, post(posthog::ai)),
        posthog("/i/v1/analytics/events", POST, post(posthog::v1_events)),
        posthog("/flags", GET_POST, flags()),
        posthog("/decide", GET_POST, flags()),
        posthog("/flags/definitions", GET, get(posthog::definitions)),
        posthog("/api/feature_flag/local_evaluation", GET, get(posthog::definitions)),
        posthog("/array/{token}/config", GET, config),
        posthog("/array/{token}/config.js", GET, script),
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
    let changes: &[&str] = &["GET", "PUT", "PATCH", "DELETE"];
    let open = |path, methods, handler| route(path, methods, Area::Capture(Shape::Mobile), handler);
    let own = |path, methods, handler| route(path, methods, Area::Read, handler);
    let for_user = get(public::for_user).post(public::for_user);
    let one = get(of::one).put(of::replace).patch(of::change).delete(of::remove);
    let all = packed(get(of::list)).post(of::make);
    vec![
        open("/api/v1/analytics/public/feature-flags", GET, get(public::list)),
        open("/api/v1/analytics/public/feature-flags/for_user", GET_POST, for_user),
        open("/api/v1/analytics/public/feature-flags/{id}", GET, get(public::one)),
        own("/api/v1/analytics/admin/feature-flags", GET_POST, all),
        own("/api/v1/analytics/admin/feature-flags/{id}", changes, one),
        own("/api/v1/analytics/admin/feature-flags/{id}/history", GET, packed(get(of::history))),
    ]
}

/// Experiments on flags.
fn of_experiments() -> Vec<Route> {
    use experiments as of;
    let own = |path, methods, handler| route(path, methods, Area::Read, handler);
    let changes: &[&str] = &["GET", "PATCH", "DELETE"];
    let one = get(of::one).patch(of::change).delete(of::remove);
    vec![
        own("/api/v1/experiments", GET_POST, packed(get(of::list)).post(of::make)),
        own("/api/v1/experiments/sample-size", GET, get(of::sample_size)),
        own("/api/v1/experiments/{id}", changes, one),
        own("/api/v1/experiments/{id}/start", POST, post(of::start)),
        own("/api/v1/experiments/{id}/stop", POST, post(of::stop)),
        own("/api/v1/experiments/{id}/results", GET, packed(get(of::results))),
    ]
}

/// Users, keys, settings.
fn of_tenants() -> Vec<Route> {
    let own = |path, methods, handler| route(path, methods, Area::Read, handler);
    let change: &[&str] = &["PATCH", "DELETE"];
    let user = patch(users::change).delete(users::remove);
    let settings = get(settings::show).patch(settings::change);
    vec![
        own("/api/v1/auth/login", POST, post(account::login)),
        own("/api/v1/auth/logout", POST, post(account::logout)),
        own("/api/v1/auth/me", GET, get(account::me)),
        own("/api/v1/auth/setup", POST, post(account::setup)),
        own("/api/v1/auth/setup/{token}", GET, get(account::link)),
        own("/api/v1/auth/password", POST, post(account::password)),
        own("/api/v1/keys", GET_POST, get(keys::list).post(keys::make)),
        own("/api/v1/keys/{id}", DELETE, delete(keys::revoke)),
        own("/api/v1/keys/{id}/rotate", POST, post(keys::rotate)),
        own("/api/v1/users", GET, get(users::list)),
        own("/api/v1/users/{id}", change, user),
        own("/api/v1/users/{id}/reset", POST, post(users::reset)),
        own("/api/v1/invites", POST, post(users::make_invite)),
        own("/api/v1/invites/{id}", DELETE, delete(users::withdraw)),
        own("/api/v1/settings", &["GET", "PATCH"], settings),
        own("/api/v1/audit", GET, packed(get(audit::list))),
        own("/api/v1/tenants", GET_POST, get(tenants::list).post(tenants::make)),
    ]
}

/// Looking after what came in, and after persons.
fn after_tenants() -> Vec<Route> {
    let own = |path, methods, handler| route(path, methods, Area::Read, handler);
    let consent = get(consent::show).put(consent::put);
    let entities = put(entities::put).delete(entities::remove);
    vec![
        own("/api/v1/admin/books", GET, get(admin::books::show)),
        own("/api/v1/admin/rejected", GET, packed(get(admin::rejected::list))),
        own("/api/v1/admin/rejected/replay", POST, post(admin::rejected::replay)),
        own("/api/v1/admin/entities", GET, get(entities::list)),
        own("/api/v1/admin/entities/{type}", &["PUT", "DELETE"], entities),
        own("/api/v1/admin/jobs", GET, packed(get(admin::jobs::list))),
        own("/api/v1/admin/jobs/{name}/run", POST, post(admin::jobs::run)),
        own("/api/v1/consent/{distinct_id}", &["GET", "PUT"], consent),
        own("/api/v1/privacy/erase", POST, post(privacy::erase)),
        own("/api/v1/privacy/erasures", GET, packed(get(privacy::list))),
        own("/api/v1/privacy/erasures/{id}", GET, get(privacy::one)),
    ]
}

/// Reports, as the documents have them.
fn reports() -> Vec<Route> {
    let read = |path, handler| route(path, GET, Area::Read, packed(handler));
    let s3 = |path, handler| Route { prefixes: SERVICE, ..read(path, handler) };
    vec![
        s3("/dashboard", get(dashboard::dashboard)),
        s3("/events", get(events::events)),
        s3("/funnel", get(funnel::funnel)),
        s3("/cohort", get(cohort::cohort)),
        s3("/retention", get(cohort::retention)),
        s3("/events/metrics", get(service::metrics)),
        Route { area: Area::Page, ..s3("/events/health", get(service::health)) },
        read("/api/v1/analytics/admin/events", get(mobile::events)),
        read("/api/v1/analytics/admin/events/event_counts", get(mobile::event_counts)),
        read("/api/v1/analytics/admin/sessions", get(mobile::sessions)),
        read("/api/v1/analytics/admin/event-aggregates", get(mobile::aggregates)),
    ]
}

/// Questions, how we are, and what is for people.
fn rest() -> Vec<Route> {
    let page = |path, handler| route(path, GET, Area::Page, handler);
    vec![
        route("/api/v1/query", POST, Area::Read, packed(post(query::ask))),
        route("/api/v1/live", GET, Area::Read, get(live::follow)),
        route("/api/v1/live/visitors", GET, Area::Read, get(live::visitors)),
        page("/healthz", get(health::healthz)),
        page("/readyz", get(health::readyz)),
        page("/metrics", packed(get(metrics::render))),
        page("/openapi.json", packed(get(openapi::json))),
        page("/docs", packed(get(page::docs))),
        page(SCRIPT, packed(get(tracker::script))),
        page("/v1/trackflow.js", packed(get(tracker::script))),
        page("/trackflow-flags.js", packed(get(tracker::flags))),
        page("/v1/trackflow-flags.js", packed(get(tracker::flags))),
        page("/app", packed(get(web::show))),
        page("/app/{*path}", packed(get(web::show))),
        page("/", packed(get(page::landing))),
    ]
}

/// The route that a path of the operator's own choice leads to as well.
const TRACKER: &str = "/v1/events";
/// The same for the script.
const SCRIPT: &str = "/trackflow.js";

/// Whether a path belongs to a route.
pub fn is_taken(path: &str) -> bool {
    let mut taken = matchit::Router::new();
    for route in routes() {
        for path in route.paths() {
            // Every path is there once, else no server would start.
            let _ = taken.insert(format!("{path}/"), ());
            let _ = taken.insert(path, ());
        }
    }
    taken.at(path).is_ok()
}

/// Method and path of every route, in the order of the map.
pub fn listed() -> Vec<(&'static str, String)> {
    let pairs = |route: Route| -> Vec<(&'static str, String)> {
        let of = |path: String| route.methods.iter().map(move |method| (*method, path.clone()));
        route.paths().flat_map(of).collect()
    };
    routes().into_iter().flat_map(pairs).collect()
}

/// What may stand before a path of the map.
pub(crate) fn prefixes_of(path: &str) -> &'static [&'static str] {
    routes().iter().find(|route| route.path == path).map_or(&[""], |route| route.prefixes)
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
        let paths = route.paths().collect::<Vec<_>>();
        let Route { path, methods, area, handler, .. } = route;
        let mut add = |path: &str, handler: MethodRouter<AppState>| {
            let added = map.by_path.insert(path, number);
            assert!(added.is_ok(), "route {path} is there twice");
            router = std::mem::take(&mut router).route(path, handler);
        };
        let own = match path {
            TRACKER => state.config.capture.tracker_path.clone(),
            SCRIPT => state.config.capture.script_path.clone(),
            _ => None,
        };
        for path in paths.into_iter().chain(own) {
            // The rest of a path has its slash in it already.
            if path != "/" && !path.contains("{*") {
                add(&format!("{path}/"), handler.clone());
            }
            add(&path, handler.clone());
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
                for path in route.paths() {
                    assert_eq!(shape, shape_of(&path), "{path}");
                }
            }
        }
    }
}
