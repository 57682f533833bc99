//! System, browser and device, where the event does not name them itself.

use event::{Field, Reason};

use super::Work;
use crate::scene::Scene;

/// Fills in what the user agent tells.
pub(super) fn user_agent(work: &mut Work<'_, '_>, _: &Scene<'_>) -> Result<(), Reason> {
    let Some(agent) = work.agent.clone() else { return Ok(()) };
    let parts = [
        (Field::Os, agent.os, Field::OsVersion, agent.os_version.as_deref()),
        (Field::Browser, agent.browser, Field::BrowserVersion, agent.browser_version.as_deref()),
    ];
    for (field, name, version_field, version) in parts {
        let Some(name) = name else { continue };
        let own = work.get(field);
        // A version belongs to its name: not to that of another.
        let is_same = own.is_none_or(|own| is_alike(own, name));
        if own.is_none() {
            work.derived.set(field, name);
        }
        if let Some(version) = version
            && is_same
            && work.get(version_field).is_none()
        {
            work.derived.set(version_field, version);
        }
    }
    if let Some(kind) = agent.device_type
        && work.get(Field::DeviceType).is_none()
    {
        work.derived.set(Field::DeviceType, kind);
    }
    Ok(())
}

/// `Mac` and `macOS`, `Chrome` and `Chrome Mobile`: one begins like the other.
fn is_alike(a: &str, b: &str) -> bool {
    let len = a.len().min(b.len());
    a.as_bytes()[..len].eq_ignore_ascii_case(&b.as_bytes()[..len])
}
