//! Crawlers are refused or marked, where browsers send.

use catalog::BotPolicy;
use event::{Marks, Reason};

use super::Work;
use crate::{agent::Sender, scene::Scene};

/// Reads the user agent, of the event or else of the connection, and looks who sends.
pub(super) fn bots(work: &mut Work<'_, '_>, scene: &Scene<'_>) -> Result<(), Reason> {
    work.agent = match work.draft.user_agent.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => Some(scene.tools.agents.of(text)),
        None if work.draft.withheld.user_agent => None,
        None => scene.agent().cloned(),
    };
    let Some(agent) = work.agent.as_ref().filter(|_| scene.request.rules.browser) else {
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
