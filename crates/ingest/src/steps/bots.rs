//! Crawlers are refused or marked, where browsers send.

use catalog::BotPolicy;
use event::{Marks, Reason, Source};

use super::Work;
use crate::{Pages, agent::Sender, scene::Scene};

/// Reads the user agent, of the event or else of the connection, and looks who sends.
pub(super) fn bots(work: &mut Work<'_, '_>, scene: &Scene<'_>) -> Result<(), Reason> {
    work.agent = match work.draft.user_agent.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => Some(scene.tools.agents.of(text)),
        None if work.draft.withheld.user_agent => None,
        None => scene.agent().cloned(),
    };
    let Some(agent) = work.agent.as_ref().filter(|_| is_browser(work, scene)) else {
        return Ok(());
    };
    match (&agent.sender, scene.settings.capture.bots) {
        (Sender::Person, _) | (_, BotPolicy::Take) => Ok(()),
        (Sender::Crawler(name), BotPolicy::Refuse) => Err(Reason::Bot { name: name.clone() }),
        (Sender::Crawler(_), BotPolicy::Mark) | (Sender::Suspect, _) => {
            work.draft.marks.insert(Marks::BOT_SUSPECT);
            Ok(())
        }
    }
}

/// Whether a browser sends. Of servers and apps libraries are expected, so they are not looked at.
fn is_browser(work: &Work<'_, '_>, scene: &Scene<'_>) -> bool {
    let by_connection = scene.request.connection.is_page;
    match (scene.request.rules.pages, work.draft.source) {
        (Pages::All, _) | (Pages::ByLibrary, Some(Source::Web)) => true,
        (Pages::ByLibrary, Some(_)) => false,
        (Pages::ByLibrary, None) | (Pages::ByConnection, _) => by_connection,
    }
}
