//! The routes that all kinds of things have alike.

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use catalog::{Actor, Catalog, CatalogError, Item, Kept, Scope, Sought, number};
use event::{Code, TenantId, Timestamp};
use insight::Context;
use serde_json::{Map, Value, json};

use super::rights;
use crate::{
    Problem,
    account::worked,
    auth::{self, Caller},
    error::FieldProblem,
    extract,
    form::Form,
    query::{Asker, problem_of},
    reply::{self, Answered, parameter},
    state::AppState,
};

const PAGE_SIZE_MAX: u64 = 1_000;
const PAGE_SIZE: u64 = 100;
const BODY_BYTES_MAX: usize = 128 * 1024;
/// What every answer has and a body may have, too: it may be sent back as it was answered.
const TOLD: &[&str] = &["id", "owner", "may_edit", "version", "created_at", "updated_at"];

/// A kind of things.
pub(crate) trait Noun: Send + Sync + 'static {
    /// What is kept of one.
    type Item: Item + Send + Sync + 'static;
    /// Where its routes are.
    const PATH: &'static str;
    /// Fields of its own that a body may have.
    const FIELDS: &'static [&'static str];
    /// Fields an answer has beside these.
    const TOLD: &'static [&'static str] = &[];

    /// The fields of a thing, as they may be sent.
    fn fields(item: &Self::Item) -> Map<String, Value>;

    /// Reads a thing.
    fn read(reading: &Reading<'_, Self>, form: &Form<'_>) -> Result<Self::Item, Problem>;

    /// What is told of a thing beside its fields, or in their place.
    fn tell(
        _catalog: &Catalog,
        _tenant: &TenantId,
        _kept: &Kept<Self::Item>,
    ) -> Result<Map<String, Value>, Problem> {
        Ok(Map::new())
    }

    /// Keeps a new one; its number.
    fn keep(
        catalog: &Catalog,
        caller: &Caller,
        item: &Self::Item,
        _form: &Form<'_>,
    ) -> Result<u64, Problem> {
        Ok(catalog.keep(&caller.tenant, item, &caller.actor)?)
    }

    /// Writes one anew.
    fn change(
        catalog: &Catalog,
        caller: &Caller,
        seen: &Kept<Self::Item>,
        item: &Self::Item,
    ) -> Result<(), CatalogError> {
        catalog.change_kept(&caller.tenant, seen, item, &caller.actor)
    }

    /// Removes one.
    fn remove(
        catalog: &Catalog,
        caller: &Caller,
        kept: &Kept<Self::Item>,
    ) -> Result<(), CatalogError> {
        catalog.remove_kept(&caller.tenant, kept, &caller.actor)
    }
}

/// What a thing is read against.
pub(crate) struct Reading<'a, N: Noun + ?Sized> {
    pub(super) catalog: &'a Catalog,
    pub(super) tenant: &'a TenantId,
    /// For questions and their parts; knows the cohorts that the body names.
    pub(super) context: Context,
    /// What the thing is until now.
    pub(super) before: Option<&'a N::Item>,
}

/// `GET`: a page of the list.
pub(crate) async fn list<N: Noun>(State(app): State<AppState>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let answered = listed::<N>(&app, &parts).await;
    reply::answer(&parts, answered)
}

async fn listed<N: Noun>(app: &AppState, parts: &Parts) -> Answered {
    let caller = auth::caller_who_may(app, parts, Scope::Read)?;
    let page = reply::whole(parts, "page", (1, u64::from(u32::MAX)))?.unwrap_or(1);
    let size = reply::whole(parts, "page_size", (1, PAGE_SIZE_MAX))?.unwrap_or(PAGE_SIZE);
    let search = parameter(parts, "search").unwrap_or_default();
    let (from, to) = (moment(parts, "from")?, moment(parts, "to")?);
    let sought = Sought {
        search: search.trim().to_owned(),
        from: from.unwrap_or(Timestamp(i64::MIN)),
        to: to.unwrap_or(Timestamp(i64::MAX)),
        skip: (page - 1) * size,
        take: size,
    };
    let rest = rest_of_query(parts);
    worked(app, move |app| {
        let catalog = &app.parts.catalog;
        let (count, kept) = catalog.kept_list::<N::Item>(&caller.tenant, &sought)?;
        if page > 1 && sought.skip >= count {
            let detail = format!("there is no page {page}");
            return Err(Problem::new(Code::NotFound, detail).about("page"));
        }
        let link = |page| format!("{}?{rest}page={page}&page_size={size}", N::PATH);
        let results = kept.iter().map(|kept| shown::<N>(catalog, &caller, kept));
        let body = json!({
            "count": count,
            "next": (sought.skip + size < count).then(|| link(page + 1)),
            "previous": (page > 1).then(|| link(page - 1)),
            "results": results.collect::<Result<Vec<_>, _>>()?,
        });
        Ok((StatusCode::OK, body))
    })
    .await
}

/// The parameters of a list that its links keep.
fn rest_of_query(parts: &Parts) -> String {
    let pairs = parts.uri.query().unwrap_or("").split('&');
    let kept = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or("");
        matches!(name, "search" | "from" | "to")
    };
    pairs.filter(kept).map(|pair| format!("{pair}&")).collect()
}

fn moment(parts: &Parts, name: &'static str) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = parameter(parts, name).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let wrong = |error| Problem::new(Code::InvalidValue, format!("{name} {error}")).about(name);
    Timestamp::parse(&text).map(Some).map_err(wrong)
}

/// `POST`: a new one.
pub(crate) async fn make<N: Noun>(State(app): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answered = made::<N>(&app, &parts, body).await;
    reply::answer(&parts, answered)
}

async fn made<N: Noun>(app: &AppState, parts: &Parts, body: Body) -> Answered {
    let caller = rights::maker(app, parts)?;
    let bytes_max = match N::FIELDS.contains(&"ids") {
        // Lists of ids are long: as large as any body may be.
        true => app.parts.pipeline.limits().body_bytes,
        false => BODY_BYTES_MAX,
    };
    let json = read_body(app, parts, body, bytes_max).await?;
    let asker = Asker::new(app, parts, caller.tenant.clone()).context();
    worked(app, move |app| {
        let catalog = &app.parts.catalog;
        let context = with_cohorts(catalog, &caller.tenant, asker, &json)?;
        let reading = Reading { catalog, tenant: &caller.tenant, context, before: None };
        let form = form::<N>(&json, N::FIELDS)?;
        let item = N::read(&reading, &form)?;
        let id = N::keep(catalog, &caller, &item, &form)?;
        let kept = catalog.kept::<N::Item>(&caller.tenant, id)?;
        Ok((StatusCode::CREATED, shown::<N>(catalog, &caller, &kept)?))
    })
    .await
}

async fn read_body(
    app: &AppState,
    parts: &Parts,
    body: Body,
    bytes_max: usize,
) -> Result<Value, Problem> {
    let body = extract::body(app, &parts.headers, body, bytes_max).await?;
    serde_json::from_str(body.text()?)
        .map_err(|error| Problem::new(Code::MalformedJson, format!("body is not json: {error}")))
}

fn with_cohorts(
    catalog: &Catalog,
    tenant: &TenantId,
    context: Context,
    json: &Value,
) -> Result<Context, Problem> {
    Ok(crate::query::with_cohorts(catalog, tenant, context, json)?)
}

fn form<'a, N: Noun + ?Sized>(json: &'a Value, fields: &[&str]) -> Result<Form<'a>, Problem> {
    Form::of_known(json, fields, &[TOLD, N::TOLD].concat())
}

/// `GET /{id}`: one.
pub(crate) async fn one<N: Noun>(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = match auth::caller_who_may(&app, &parts, Scope::Read) {
        Err(problem) => Err(problem),
        Ok(caller) => {
            worked(&app, move |app| {
                let catalog = &app.parts.catalog;
                let kept = found::<N>(catalog, &caller.tenant, &id)?;
                Ok((StatusCode::OK, shown::<N>(catalog, &caller, &kept)?))
            })
            .await
        }
    };
    reply::answer(&parts, answered)
}

/// `PUT /{id}`: what is not in the body has its default.
pub(crate) async fn replace<N: Noun>(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let answered = changed::<N>(&app, &parts, id, body, false).await;
    reply::answer(&parts, answered)
}

/// `PATCH /{id}`: what is not in the body stays.
pub(crate) async fn change<N: Noun>(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let answered = changed::<N>(&app, &parts, id, body, true).await;
    reply::answer(&parts, answered)
}

async fn changed<N: Noun>(
    app: &AppState,
    parts: &Parts,
    id: String,
    body: Body,
    stays: bool,
) -> Answered {
    let caller = rights::maker(app, parts)?;
    let json = read_body(app, parts, body, BODY_BYTES_MAX).await?;
    let context = Asker::new(app, parts, caller.tenant.clone()).context();
    worked(app, move |app| {
        let catalog = &app.parts.catalog;
        let seen = found::<N>(catalog, &caller.tenant, &id)?;
        rights::changer(&caller, &seen.owner)?;
        let of_change: Vec<&str> =
            N::FIELDS.iter().filter(|field| **field != "ids").copied().collect();
        let version = form::<N>(&json, &of_change)?.whole("version", u64::MAX)?;
        if let Some(version) = version.filter(|version| *version != seen.version) {
            let (what, now) = (N::Item::SHELF.as_str(), seen.version);
            return Err(CatalogError::Stale { what, seen: version, now }.into());
        }
        let json = if stays { merged::<N>(&seen.item, json) } else { json };
        let context = with_cohorts(catalog, &caller.tenant, context, &json)?;
        let before = Some(&seen.item);
        let reading = Reading { catalog, tenant: &caller.tenant, context, before };
        let item = N::read(&reading, &form::<N>(&json, &of_change)?)?;
        if item != seen.item {
            N::change(catalog, &caller, &seen, &item)?;
        }
        let kept = found::<N>(catalog, &caller.tenant, &id)?;
        Ok((StatusCode::OK, shown::<N>(catalog, &caller, &kept)?))
    })
    .await
}

/// The fields of a body over those of a thing.
fn merged<N: Noun>(before: &N::Item, json: Value) -> Value {
    let Value::Object(changes) = json else { return json };
    let mut fields = N::fields(before);
    fields.extend(changes);
    Value::Object(fields)
}

/// `DELETE /{id}`: removes one for good.
pub(crate) async fn remove<N: Noun>(
    State(app): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let answered = match rights::maker(&app, &parts) {
        Err(problem) => Err(problem),
        Ok(caller) => {
            worked(&app, move |app| {
                let catalog = &app.parts.catalog;
                let kept = found::<N>(catalog, &caller.tenant, &id)?;
                rights::changer(&caller, &kept.owner)?;
                N::remove(catalog, &caller, &kept)?;
                Ok((StatusCode::NO_CONTENT, Value::Null))
            })
            .await
        }
    };
    reply::answer(&parts, answered)
}

/// The thing of an id; those of other tenants are not there.
pub(super) fn found<N: Noun>(
    catalog: &Catalog,
    tenant: &TenantId,
    id: &str,
) -> Result<Kept<N::Item>, Problem> {
    let missing = || {
        let detail = format!("there is no such {}", N::Item::SHELF.as_str());
        Problem::new(Code::NotFound, detail)
    };
    Ok(catalog.kept::<N::Item>(tenant, number(id).ok_or_else(missing)?)?)
}

/// A thing as answers show it.
fn shown<N: Noun>(
    catalog: &Catalog,
    caller: &Caller,
    kept: &Kept<N::Item>,
) -> Result<Value, Problem> {
    let mut all = Map::new();
    all.insert("id".into(), kept.id.to_string().into());
    all.extend(N::fields(&kept.item));
    all.extend(N::tell(catalog, &caller.tenant, kept)?);
    all.insert("owner".into(), owner(catalog, &kept.owner));
    all.insert("may_edit".into(), rights::may_change(caller, &kept.owner).into());
    all.insert("version".into(), kept.version.into());
    all.insert("created_at".into(), kept.created_at.to_string().into());
    all.insert("updated_at".into(), kept.updated_at.to_string().into());
    Ok(Value::Object(all))
}

fn owner(catalog: &Catalog, owner: &Actor) -> Value {
    match owner {
        Actor::User(id, _) => match catalog.user(*id) {
            Some(user) => json!({"id": id.to_string(), "name": user.name}),
            None => Value::Null,
        },
        Actor::Token(id) => json!({"id": id, "name": id}),
        Actor::Key(..) | Actor::Cli | Actor::System => Value::Null,
    }
}

/// A text that may be absent.
pub(super) fn text(form: &Form<'_>, field: &'static str) -> Result<String, Problem> {
    Ok(form.text(field)?.unwrap_or("").trim().to_owned())
}

/// The number of a thing, written as a text.
pub(super) fn reference(form: &Form<'_>, field: &'static str) -> Result<u64, Problem> {
    let text = form.required(field)?;
    let wrong = || {
        let shown: String = text.chars().take(64).collect();
        let detail = format!("{field} {shown:?} is no id, ids are texts like \"3\"");
        Problem::new(Code::InvalidValue, detail).about(field)
    };
    number(text).ok_or_else(wrong)
}

/// What is wrong with a part of a question, told below the field it stands in.
pub(super) fn below(field: &str, problems: Vec<insight::Problem>) -> Problem {
    let path = |problem: insight::Problem| match problem.field.as_str() {
        "" => insight::Problem { field: field.to_owned(), ..problem },
        inner => insight::Problem { field: format!("{field}.{inner}"), ..problem },
    };
    problem_of(problems.into_iter().map(path).collect())
}

/// A problem with something that stands within another field.
pub(super) fn within(at: &str, problem: Problem) -> Problem {
    let path = |field: &str| format!("{at}.{field}");
    Problem {
        field: Some(problem.field.as_deref().map_or_else(|| at.to_owned(), path)),
        errors: problem
            .errors
            .into_iter()
            .map(|one| FieldProblem { field: path(&one.field), ..one })
            .collect(),
        ..problem
    }
}
