//! Versions as apps write them: `v1.2`, `3.08`, `1.2.3.4`, `2.0.0-beta.1`.

use semver::{Version, VersionReq};
use serde_json::Value as Json;

use super::text::text_of;

/// A version: a leading `v` is dropped, missing numbers are 0, leading zeros and numbers behind
/// the third do not count.
pub(super) fn parse(value: &Json) -> Option<Version> {
    Version::parse(&canonical(&text_of(value), true)?).ok()
}

/// What `sign` (`~`, `^`) and a version, or a pattern like `1.2.*` without a sign, allow.
pub(super) fn requirement(sign: &str, value: &Json) -> Option<VersionReq> {
    let text = canonical(&text_of(value), !sign.is_empty())?;
    if sign.is_empty() && !text.contains('*') {
        return None;
    }
    VersionReq::parse(&format!("{sign}{text}")).ok()
}

fn canonical(text: &str, pad: bool) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text).trim();
    let (core, suffix) = text.split_at(text.find(['-', '+']).unwrap_or(text.len()));
    let mut numbers: Vec<&str> = core.split('.').take(3).map(without_zeros).collect();
    if core.is_empty() || numbers.iter().any(|number| number.is_empty()) {
        return None;
    }
    while pad && numbers.len() < 3 {
        numbers.push("0");
    }
    Some(format!("{}{suffix}", numbers.join(".")))
}

fn without_zeros(number: &str) -> &str {
    let trimmed = number.trim_start_matches('0');
    if trimmed.is_empty() && !number.is_empty() { "0" } else { trimmed }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn versions_of_apps_are_read() {
        let read = |text: &str| parse(&json!(text)).map(|version| version.to_string());
        assert_eq!(read("v1.2").as_deref(), Some("1.2.0"));
        assert_eq!(read("3.08").as_deref(), Some("3.8.0"));
        assert_eq!(read("1.2.3.4").as_deref(), Some("1.2.3"));
        assert_eq!(read("2.0-beta.1").as_deref(), Some("2.0.0-beta.1"));
        assert_eq!(read("0").as_deref(), Some("0.0.0"));
        for text in ["", "v", "one", "1..2", ".1", "1.x"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn requirements_are_those_of_semver() {
        let check = |sign: &str, value: &str, version: &str| {
            let requirement = requirement(sign, &json!(value)).unwrap();
            requirement.matches(&parse(&json!(version)).unwrap())
        };
        assert!(check("~", "1.2.3", "1.2.9") && !check("~", "1.2.3", "1.3.0"));
        assert!(check("^", "1.2", "1.9.0") && !check("^", "1.2", "2.0.0"));
        assert!(check("", "1.2.*", "1.2.7") && !check("", "1.2.*", "1.3.0"));
        assert_eq!(requirement("", &json!("1.2.3")), None);
    }
}
