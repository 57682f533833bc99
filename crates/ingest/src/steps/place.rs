//! Country, region and city.

use std::net::IpAddr;

use event::{Field, Reason};

use super::Work;
use crate::scene::Scene;

/// Looks up the address of the event, or else of the connection; an event that names a country
/// itself keeps what it says.
pub(super) fn place(work: &mut Work<'_, '_>, scene: &Scene<'_>) -> Result<(), Reason> {
    let withheld = work.draft.withheld;
    if scene.tools.places.is_none() || withheld.geo || work.get(Field::Country).is_some() {
        return Ok(());
    }
    let own = work.get(Field::Ip).map(own_address);
    let of_event;
    let found = match own {
        Some(own) => {
            of_event = own.and_then(|own| scene.place_of(own));
            of_event.as_ref()
        }
        None if withheld.ip => None,
        None => scene.place(),
    };
    let Some(place) = found else { return Ok(()) };
    for (field, text) in [
        (Field::Country, &place.country),
        (Field::Region, &place.region),
        (Field::City, &place.city),
    ] {
        if let Some(text) = text
            && work.get(field).is_none()
        {
            work.derived.set(field, text);
        }
    }
    Ok(())
}

/// The address an event names; None when the text is none.
pub(super) fn own_address(text: &str) -> Option<IpAddr> {
    text.trim().parse().ok()
}
