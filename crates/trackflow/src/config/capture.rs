//! Who may send events, and where.

use server::{CaptureConfig, Keyless, router};

use super::{Problems, Settings};

/// Characters of a path.
const PATH_CHARS_MAX: usize = 200;

/// Capture, from its section.
pub(super) fn capture(settings: &Settings, problems: &mut Problems) -> CaptureConfig {
    let keyless = match settings.text("capture.keyless") {
        "refuse" => Keyless::Refuse,
        _ => Keyless::Default,
    };
    CaptureConfig {
        keyless,
        tracker_path: own_path(settings, problems, "capture.tracker_path", "/collect"),
        script_path: own_path(settings, problems, "capture.script_path", "/shop.js"),
    }
}

fn own_path(
    settings: &Settings,
    problems: &mut Problems,
    key: &'static str,
    example: &str,
) -> Option<String> {
    let (_, origin) = settings.get(key);
    let path = settings.text(key);
    if path.is_empty() {
        return None;
    }
    let own = path.strip_suffix('/').unwrap_or(path);
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._~-".contains(c);
    let named =
        own.strip_prefix('/').is_some_and(|rest| !rest.is_empty() && rest.chars().all(plain));
    if !named || own.contains("//") || own.len() > PATH_CHARS_MAX {
        let rule = "of letters, digits and . _ ~ - /";
        let problem = format!("{key} is {path:?}, it must be a path like {example}, {rule}");
        problems.add(origin, problem);
    } else if router::is_taken(own) {
        problems.add(origin, format!("{key} is {path:?}, which is a path of something else"));
    }
    Some(own.to_owned())
}
