//! Whoever says who they are was a visitor before.
//!
//! The tracker does not know the id of the day, so its `$identify` cannot name it. It is put into
//! the event as the id of the device: that links it to the user as any id of an event with a user
//! id is linked, and it is erased with the user.

use event::{Field, Reason};

use super::{Work, consent::may_be_measured, identity::daily};
use crate::scene::Scene;

const IDENTIFY: &str = "$identify";

/// Names the id of the day in an `$identify` of a browser, unless the tenant does not want it or the
/// visitor was not to be measured.
pub(super) fn visitor(work: &mut Work<'_, '_>, scene: &Scene<'_>) -> Result<(), Reason> {
    let settings = &scene.settings;
    let is_wanted = scene.request.rules.browser
        && settings.capture.cookieless
        && settings.privacy.link_visitors;
    let is_told = || work.draft.event_type.as_deref() == Some(IDENTIFY);
    if !is_wanted || !is_told() {
        return Ok(());
    }
    if work.get(Field::UserId).is_none() || work.get(Field::DeviceId).is_some() {
        return Ok(());
    }
    if let Some(id) = daily(work, scene).filter(|id| may_be_measured(id, scene)) {
        work.derived.set(Field::DeviceId, &id);
    }
    Ok(())
}
