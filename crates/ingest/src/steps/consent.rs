//! Whether the person wants to be measured.

use catalog::{ANALYTICS, ConsentChange};
use event::{Field, Reason, Value, json};

use super::Work;
use crate::scene::Scene;

/// The property by which an event carries what its person says.
const PROPERTY: &str = "$consent";
/// Purposes of one event.
const PURPOSES_MAX: usize = 16;
/// Characters of a purpose.
const PURPOSE_CHARS_MAX: usize = 64;

/// Takes down what the event says of consent, then asks whether its person may be measured.
pub(super) fn consent(work: &mut Work<'_, '_>, scene: &Scene<'_>) -> Result<(), Reason> {
    let required = scene.settings.capture.consent_required;
    let Some(person) = work.get(Field::DistinctId) else {
        return if required { Err(refused()) } else { Ok(()) };
    };
    if let Some(raw) = said(work) {
        let at = work.timestamp;
        let mut changes = Vec::new();
        read(raw, |purpose, granted| {
            let (distinct_id, purpose) = (person.to_owned(), purpose.to_owned());
            changes.push(ConsentChange { distinct_id, purpose, granted, at });
        })?;
        scene.said.borrow_mut().append(&mut changes);
    }
    if may_be_measured(person, scene) { Ok(()) } else { Err(refused()) }
}

/// Whether a person may be measured, by what they said in this request, else before.
pub(super) fn may_be_measured(person: &str, scene: &Scene<'_>) -> bool {
    let just_said = || {
        let said = scene.said.borrow();
        let mut of_person = said
            .iter()
            .rev()
            .filter(|said| said.purpose == ANALYTICS && said.distinct_id == person);
        of_person.next().map(|said| said.granted)
    };
    let known = just_said().or_else(|| scene.tools.policies.consent(&scene.request.tenant, person));
    known.unwrap_or(!scene.settings.capture.consent_required)
}

fn refused() -> Reason {
    Reason::NoConsent { purpose: ANALYTICS.into() }
}

/// The raw value of the property, where the event has it.
fn said<'w>(work: &'w Work<'_, '_>) -> Option<&'w str> {
    let properties = work.draft.properties.as_deref()?;
    if !properties.contains(PROPERTY) {
        return None;
    }
    json::find(properties, PROPERTY).filter(|raw| *raw != "null")
}

/// One answer for measuring, or an object of purposes and answers.
fn read(raw: &str, mut each: impl FnMut(&str, bool)) -> Result<(), Reason> {
    let wrong =
        || Reason::wrong_type(PROPERTY, "true, false, or an object of purposes with true or false");
    match Value::from_json(raw) {
        Value::Bool(granted) => each(ANALYTICS, granted),
        Value::Object(raw) => {
            for (count, (key, value)) in json::entries(raw).enumerate() {
                if count >= PURPOSES_MAX {
                    return Err(Reason::TooManyKeys {
                        field: PROPERTY.into(),
                        limit: PURPOSES_MAX,
                    });
                }
                let purpose = json::unescape(key).ok_or_else(wrong)?;
                let blank = |c: char| c.is_control() || c.is_whitespace();
                let fits = (1..=PURPOSE_CHARS_MAX).contains(&purpose.chars().count());
                if !fits || purpose.contains(blank) {
                    return Err(Reason::invalid(
                        PROPERTY,
                        "has a purpose that is not 1 to 64 characters without spaces",
                    ));
                }
                match Value::from_json(value) {
                    Value::Bool(granted) => each(&purpose, granted),
                    _ => return Err(wrong()),
                }
            }
        }
        _ => return Err(wrong()),
    }
    Ok(())
}
