//! Taking out of texts what has no place in them: control characters, and what is beyond a limit.
//!
//! Nothing is escaped for HTML here: what is kept is what was said, and whoever shows it escapes
//! it. Almost every event is clean, so that is found out first, in one pass over the raw JSON, and
//! only an event that is not is written anew.

use std::borrow::Cow;

use event::json::unescape;

/// Bytes of a text.
pub(super) const TEXT_BYTES_MAX: usize = 8 * 1024;
/// Bytes of `properties.stack`.
pub(super) const STACK_BYTES_MAX: usize = 32 * 1024;

/// A text without control characters, at most `TEXT_BYTES_MAX` long; `cut` is set when it was
/// longer.
pub(super) fn text<'a>(text: Cow<'a, str>, cut: &mut bool) -> Cow<'a, str> {
    match cleaned(&text, TEXT_BYTES_MAX, cut) {
        Some(clean) => Cow::Owned(clean),
        None => text,
    }
}

/// The same for every text in a JSON object, keys included; an object that is clean stays as it is.
pub(super) fn object<'a>(raw: Cow<'a, str>, cut: &mut bool) -> Cow<'a, str> {
    if is_clean(raw.as_bytes()) { raw } else { Cow::Owned(rewritten(&raw, cut)) }
}

fn is_dropped(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

/// The text as it should be; None when it is already.
fn cleaned(text: &str, bytes_max: usize, cut: &mut bool) -> Option<String> {
    if text.len() <= bytes_max && !text.contains(is_dropped) {
        return None;
    }
    let mut clean: String = text.chars().filter(|c| !is_dropped(*c)).collect();
    if clean.len() > bytes_max {
        clean.truncate(clean.floor_char_boundary(bytes_max));
        *cut = true;
    }
    Some(clean)
}

/// Whether no string of a valid JSON text can need cleaning. Says no too often rather than too
/// seldom.
fn is_clean(bytes: &[u8]) -> bool {
    let (mut at, mut start) = (0, None);
    while let Some(&byte) = bytes.get(at) {
        let Some(begin) = start else {
            if byte == b'"' {
                start = Some(at + 1);
            }
            at += 1;
            continue;
        };
        match byte {
            b'"' if at - begin > TEXT_BYTES_MAX => return false,
            b'"' => start = None,
            b'\\' => {
                match bytes.get(at + 1) {
                    Some(b'b' | b'f') => return false,
                    // Characters beyond Latin-1 are the common ones here.
                    Some(b'u') if bytes.get(at + 2..at + 4) == Some(b"00") => return false,
                    _ => {}
                }
                at += 1;
            }
            0x7f => return false,
            0xc2 if matches!(bytes.get(at + 1), Some(0x80..=0x9f)) => return false,
            _ => {}
        }
        at += 1;
    }
    true
}

/// Copies a valid JSON object, its strings cleaned.
fn rewritten(raw: &str, cut: &mut bool) -> String {
    let mut out = String::with_capacity(raw.len());
    let (mut rest, mut depth, mut is_stack) = (raw, 0usize, false);
    while let Some(quote) = rest.find('"') {
        let (between, from_quote) = rest.split_at(quote);
        depth += between.matches(['{', '[']).count();
        depth = depth.saturating_sub(between.matches(['}', ']']).count());
        out.push_str(between);
        let (literal, behind) = from_quote.split_at(string_end(from_quote.as_bytes()));
        let is_key = behind.trim_ascii_start().starts_with(':');
        let limit = if is_stack && !is_key { STACK_BYTES_MAX } else { TEXT_BYTES_MAX };
        let text = unescape(literal);
        // What is no text, like half of a surrogate pair, is refused later.
        match text.as_deref().and_then(|text| cleaned(text, limit, cut)) {
            Some(clean) => out.push_str(&serde_json::Value::from(clean).to_string()),
            None => out.push_str(literal),
        }
        is_stack = is_key && depth == 1 && text.as_deref() == Some("stack");
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Where the string at the start of `bytes` ends, its quotes included.
fn string_end(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: &str) {
        let mut cut = false;
        assert_eq!(object(Cow::Borrowed(raw), &mut cut), expected);
        assert!(!cut, "{raw}");
    }

    #[test]
    fn clean_objects_stay_as_they_are() {
        for raw in [
            "{}",
            r#"{ "a" : [1, {"b":"<b>\n\t\r\"\\\u00e9</b>"}], "c":null }"#,
            r#"{"a":"\u20ac\ud83d\ude00é"}"#,
            r#"{"a":"\ud800"}"#,
        ] {
            check(raw, raw);
        }
    }

    #[test]
    fn control_characters_are_taken_out_of_keys_and_values_and_nothing_else_changes() {
        check(r#"{ "a\u0000b" :"x\u0007y", "n" : 1.50 }"#, r#"{ "ab" :"xy", "n" : 1.50 }"#);
        check(r#"{"a":"\b\f\u001f"}"#, r#"{"a":""}"#);
        check("{\"a\":[\"x\u{7f}y\",\"\u{85}é\"]}", "{\"a\":[\"xy\",\"é\"]}");
        check(r#"{"a":"line\u000aline\u0000"}"#, r#"{"a":"line\nline"}"#);
        check(r#"{"a":"\ud800","b":"\u0000"}"#, r#"{"a":"\ud800","b":""}"#);
    }

    #[test]
    fn long_texts_are_cut_between_characters_and_a_stack_later() {
        let long = "é".repeat(20_000);
        let raw = format!(r#"{{"message":"{long}","stack":"{long}","in":{{"stack":"{long}"}}}}"#);
        let mut cut = false;
        let got = object(Cow::Borrowed(&raw), &mut cut);
        let got: serde_json::Value = serde_json::from_str(&got).unwrap();
        assert!(cut);
        assert_eq!(got["message"].as_str().unwrap().len(), TEXT_BYTES_MAX);
        assert_eq!(got["stack"].as_str().unwrap().len(), STACK_BYTES_MAX);
        assert_eq!(got["in"]["stack"].as_str().unwrap().len(), TEXT_BYTES_MAX);
    }

    #[test]
    fn a_text_that_is_long_only_in_its_escapes_is_not_cut() {
        let raw = format!(r#"{{"a":"{}"}}"#, r"\u00e9".repeat(3_000));
        check(&raw, &raw);
    }
}
