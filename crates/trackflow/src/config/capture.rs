//! Who may send events.

use server::{CaptureConfig, Keyless};

use super::Settings;

/// Capture, from its section.
pub(super) fn capture(settings: &Settings) -> CaptureConfig {
    let keyless = match settings.text("capture.keyless") {
        "refuse" => Keyless::Refuse,
        _ => Keyless::Default,
    };
    CaptureConfig { keyless }
}
