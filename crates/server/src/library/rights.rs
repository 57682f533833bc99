//! Who may change what is kept: analysts what is theirs, admins everything.

use axum::http::request::Parts;
use catalog::{Actor, Role, Scope};
use event::Code;

use crate::{
    Problem,
    auth::{self, Caller},
    state::AppState,
};

/// Who asks to make something.
pub(super) fn maker(app: &AppState, parts: &Parts) -> Result<Caller, Problem> {
    let caller = auth::caller_who_may(app, parts, Scope::Read)?;
    if may_make(&caller) {
        return Ok(caller);
    }
    let detail = "this needs a user who is an analyst or more, or a key with the scope admin";
    Err(Problem::new(Code::Forbidden, detail))
}

fn may_make(caller: &Caller) -> bool {
    let role = caller.person.as_ref().and_then(|person| person.role.as_deref());
    let role = role.and_then(|role| Role::named(&role.to_ascii_lowercase()));
    caller.may(Scope::Admin) || role.is_some_and(Role::may_edit)
}

/// Whether somebody may change what somebody made.
pub(super) fn may_change(caller: &Caller, owner: &Actor) -> bool {
    caller.may(Scope::Admin) || (may_make(caller) && is_same(&caller.actor, owner))
}

/// The same, or why not.
pub(super) fn changer(caller: &Caller, owner: &Actor) -> Result<(), Problem> {
    if may_change(caller, owner) {
        return Ok(());
    }
    Err(Problem::new(Code::Forbidden, "only its owner or an admin may change this"))
}

/// Whether both are the same person; the email address of a user may have changed. What a key
/// made is nobody's own.
fn is_same(one: &Actor, other: &Actor) -> bool {
    match (one, other) {
        (Actor::User(one, _), Actor::User(other, _)) => one == other,
        (Actor::Token(one), Actor::Token(other)) => one == other,
        _ => false,
    }
}
