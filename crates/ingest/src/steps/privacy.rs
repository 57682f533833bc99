//! What is kept of addresses.

use event::{Field, Reason};

use super::{Work, place::own_address};
use crate::scene::Scene;

/// Keeps as much of the address of the event, or else of the connection, as the tenant wants. A
/// text of the event that is no address is dropped, and nothing takes its place: whoever sends one
/// may not want to be known.
pub(super) fn privacy(work: &mut Work<'_, '_>, scene: &Scene<'_>) -> Result<(), Reason> {
    let own = work.get(Field::Ip).map(own_address);
    match own {
        Some(ip) => match ip.and_then(|ip| scene.keep(ip)) {
            Some(kept) => work.derived.set(Field::Ip, &kept),
            None => work.derived.remove(Field::Ip),
        },
        None if work.draft.withheld.ip => {}
        None => {
            if let Some(kept) = scene.kept_address() {
                work.derived.set(Field::Ip, kept);
            }
        }
    }
    Ok(())
}
