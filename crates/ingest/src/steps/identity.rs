//! Whom the event counts for.

use event::{Field, Reason};

use super::{Work, place::own_address};
use crate::{
    cookieless::{PREFIX, Visitor},
    scene::Scene,
    url::name_of,
};

/// The distinct id, where the event does not name it: the first of the fields its dialect says.
/// On dialects of browsers the id of the day goes before the session, where the tenant wants it.
pub(super) fn identity(work: &mut Work<'_, '_>, scene: &Scene<'_>) -> Result<(), Reason> {
    if work.get(Field::DistinctId).is_some() {
        return Ok(());
    }
    let rules = scene.request.rules;
    let cookieless = rules.browser && scene.settings.capture.cookieless;
    let sure = rules.identity.iter().filter(|field| !cookieless || **field != Field::SessionId);
    let named = sure.copied().find_map(|field| work.get(field));
    if let Some(id) = named.map(str::to_owned) {
        work.derived.set(Field::DistinctId, &id);
    } else if cookieless {
        let id = daily(work, scene).or_else(|| {
            let session = rules.identity.contains(&Field::SessionId);
            session.then(|| work.get(Field::SessionId).map(str::to_owned)).flatten()
        });
        if let Some(id) = id {
            work.derived.set(Field::DistinctId, &id);
        }
    }
    Ok(())
}

/// The id of the day; None where the address is not known or not to be known.
pub(super) fn daily(work: &Work<'_, '_>, scene: &Scene<'_>) -> Option<String> {
    let own = work.get(Field::Ip).and_then(own_address).map(|ip| ip.to_canonical().to_string());
    let of_connection = || scene.address().filter(|_| !work.draft.withheld.ip);
    let agent = work.draft.user_agent.as_deref().or_else(|| {
        let agent = scene.request.connection.user_agent.as_deref();
        agent.filter(|_| !work.draft.withheld.user_agent)
    });
    let visitor = Visitor {
        tenant: scene.request.tenant.as_str(),
        address: own.as_deref().or_else(of_connection)?,
        user_agent: agent.unwrap_or(""),
        site: work.get(Field::PageHost).map_or("", name_of),
    };
    let id = scene.tools.visits.id(&visitor, scene.salt()?, scene.request.received_at);
    Some(format!("{PREFIX}{id:032x}"))
}
