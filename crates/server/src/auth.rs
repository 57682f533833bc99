//! Who asks, and what they may: the holder of a key, a user who logged in, or a user whom a token
//! of the customer's own log-in names.

pub(crate) mod attempts;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod key;
pub(crate) mod session;
pub(crate) mod token;

use std::{borrow::Cow, sync::Arc};

use axum::http::{header, request};
use catalog::{Access, Actor, Role, Scope, Scopes, SessionAccess};
use event::{Code, TenantId};

pub(crate) use key::percent_decoded;

use crate::{
    Problem, capture,
    state::{AppState, Keyless},
};

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The only tenant the caller knows of.
    pub(crate) tenant: TenantId,
    pub(crate) scopes: Scopes,
    /// As the audit trail names the caller.
    pub(crate) actor: Actor,
    /// The user who logged in here.
    pub(crate) session: Option<SessionAccess>,
    /// The user as events name one: by a log-in or a token.
    pub(crate) person: Option<capture::Actor>,
    /// Of a key: the origins whose pages may use it.
    origins: Arc<[String]>,
}

impl Caller {
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(scope)
    }

    /// The role, of a user who logged in here.
    pub(crate) fn role(&self) -> Option<Role> {
        self.session.as_ref().map(|session| session.role)
    }

    fn of_key(access: Access) -> Self {
        Self {
            scopes: access.scopes,
            actor: Actor::Key(access.key, access.name.to_string()),
            tenant: access.tenant,
            session: None,
            person: None,
            origins: access.origins,
        }
    }

    fn of_session(session: SessionAccess) -> Self {
        let person = capture::Actor {
            id: session.user.to_string(),
            role: Some(session.role.as_str().to_owned()),
            creator_id: None,
            brand_id: None,
        };
        Self {
            tenant: session.tenant.clone(),
            scopes: session.role.scopes(),
            actor: session.actor(),
            session: Some(session),
            person: Some(person),
            origins: Arc::default(),
        }
    }
}

/// Who may add events, and to whose.
pub(crate) struct Writer {
    pub(crate) tenant: TenantId,
    pub(crate) is_admin: bool,
    /// The user behind a log-in or token.
    pub(crate) actor: Option<capture::Actor>,
}

/// Whose events a request may add. `in_body` is a key that stands in the body. Without any key it is
/// the default tenant, where the dialect (`keyless`) and the configuration allow it; a wrong key is
/// never taken for none.
pub(crate) fn writer(
    app: &AppState,
    request: &request::Parts,
    in_body: Option<&str>,
    keyless: bool,
) -> Result<Writer, Problem> {
    of_any_key(app, request, in_body, keyless, Some(Scope::Write))
}

/// Whose flags a request may ask: those of the tenant of any key. Everything else is as for
/// [`writer`].
pub(crate) fn asker(
    app: &AppState,
    request: &request::Parts,
    in_body: Option<&str>,
    keyless: bool,
) -> Result<TenantId, Problem> {
    of_any_key(app, request, in_body, keyless, None).map(|writer| writer.tenant)
}

/// Whose key a request carries; the key must have the scope, if one is asked for.
fn of_any_key(
    app: &AppState,
    request: &request::Parts,
    in_body: Option<&str>,
    keyless: bool,
    scope: Option<Scope>,
) -> Result<Writer, Problem> {
    let found = key::key(&request.headers, &request.uri)?;
    let is_token = found.as_deref().is_some_and(token::is_token);
    let key = match (found, in_body) {
        (Some(key), Some(other)) if key != other && !is_token => return Err(differ()),
        (Some(key), _) => Some(key),
        (None, other) => other.map(Cow::Borrowed),
    };
    match key {
        // Hot: a key alone needs no more than its access.
        Some(key) if !is_token => {
            let access = resolved(app, &key)?;
            app.key_rate.key(&key, app.started.elapsed())?;
            from_allowed_page(request, &access.origins)?;
            if scope.is_some_and(|scope| !access.may(scope)) {
                return Err(Problem::new(Code::Forbidden, "this key may not send events"));
            }
            let is_admin = access.may(Scope::Admin);
            Ok(Writer { tenant: access.tenant, is_admin, actor: None })
        }
        Some(token) => {
            let caller = token::caller(app, &token)?;
            if let Some(key) = in_body
                && resolved(app, key)?.tenant != caller.tenant
            {
                return Err(differ());
            }
            Ok(of_caller(caller))
        }
        None => match session::caller(app, request)? {
            Some(caller) => Ok(of_caller(caller)),
            None if keyless && app.config.capture.keyless == Keyless::Default => {
                Ok(Writer { tenant: TenantId::default_tenant(), is_admin: false, actor: None })
            }
            None => Err(Problem::new(Code::Unauthorized, "events need a key")),
        },
    }
}

/// Every user may add events of their own.
fn of_caller(caller: Caller) -> Writer {
    let is_admin = caller.may(Scope::Admin);
    Writer { tenant: caller.tenant, is_admin, actor: caller.person }
}

/// Who asks; None where a request names nobody.
pub(crate) fn caller(app: &AppState, request: &request::Parts) -> Result<Option<Caller>, Problem> {
    let caller = match key::key(&request.headers, &request.uri)? {
        None => return session::caller(app, request),
        Some(token) if token::is_token(&token) => token::caller(app, &token)?,
        Some(key) => Caller::of_key(resolved(app, &key)?),
    };
    from_allowed_page(request, &caller.origins)?;
    Ok(Some(caller))
}

/// Who asks, when they may.
pub(crate) fn caller_who_may(
    app: &AppState,
    request: &request::Parts,
    scope: Scope,
) -> Result<Caller, Problem> {
    match (caller(app, request)?, scope) {
        (Some(caller), scope) if caller.may(scope) => Ok(caller),
        (Some(_), Scope::Read) => Err(Problem::new(
            Code::Forbidden,
            "this key may not read; questions need a secret key with the scope read",
        )),
        (Some(_), _) => Err(Problem::new(
            Code::Forbidden,
            "this key may not do this; it needs a secret key with the scope admin",
        )),
        (None, Scope::Read) => Err(Problem::new(
            Code::Unauthorized,
            "questions need a secret key, sent as Authorization: Bearer tf_s_..",
        )),
        (None, _) => Err(Problem::new(
            Code::Unauthorized,
            "this needs a secret key with the scope admin, sent as Authorization: Bearer tf_s_..",
        )),
    }
}

/// Whether a public key, named beside another one, opens the same tenant.
pub(crate) fn opens(app: &AppState, key: &str, tenant: &TenantId) -> Result<(), Problem> {
    if resolved(app, key)?.tenant == *tenant { Ok(()) } else { Err(differ()) }
}

/// The tenant whose events a request may read.
pub(crate) fn reader(app: &AppState, request: &request::Parts) -> Result<TenantId, Problem> {
    caller_who_may(app, request, Scope::Read).map(|caller| caller.tenant)
}

/// The tenant whose data a request may manage.
pub(crate) fn admin(app: &AppState, request: &request::Parts) -> Result<TenantId, Problem> {
    caller_who_may(app, request, Scope::Admin).map(|caller| caller.tenant)
}

fn resolved(app: &AppState, key: &str) -> Result<Access, Problem> {
    let wrong = || Problem::new(Code::UnknownKey, "the key is not known, expired or revoked");
    app.parts.catalog.resolve(key).ok_or_else(wrong)
}

/// A key that is for some origins is not for pages of others. Who is no page says no origin.
fn from_allowed_page(request: &request::Parts, origins: &[String]) -> Result<(), Problem> {
    let Some(origin) = request.headers.get(header::ORIGIN).filter(|_| !origins.is_empty()) else {
        return Ok(());
    };
    if origins.iter().any(|known| origin == known.as_str()) {
        return Ok(());
    }
    Err(Problem::new(Code::Forbidden, "this key is not for pages of this origin"))
}

fn differ() -> Problem {
    Problem::new(Code::UnknownKey, "the request has several keys that differ")
}
