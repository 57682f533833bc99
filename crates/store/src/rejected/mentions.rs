//! Whether a refused item names a person. It may be no JSON at all, so its texts and numbers are
//! looked at one by one wherever they stand.

use event::json::unescape;

/// Whether a text or number in `raw` is one of the ids. A text that was cut is taken for one it
/// begins.
pub(super) fn names(raw: &str, ids: &[String]) -> bool {
    let is_id = |text: &str| ids.iter().any(|id| id == text);
    let mut rest = raw;
    while let Some(at) = rest.find('"') {
        if words(&rest[..at]).any(is_id) {
            return true;
        }
        let text = &rest[at..];
        let Some(end) = string_end(text) else {
            let begun = &text[1..];
            return ids.iter().any(|id| begun.len() >= 3 && id.starts_with(begun));
        };
        let inner = &text[1..end - 1];
        if is_id(inner) || unescape(&text[..end]).is_some_and(|text| is_id(&text)) {
            return true;
        }
        rest = &text[end..];
    }
    words(rest).any(is_id)
}

/// What stands between strings: numbers, and words of what is no JSON.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || ",:{}[]".contains(c)).filter(|word| !word.is_empty())
}

/// Where the string at the start of `text` ends, its closing quote included.
fn string_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_wherever_it_stands() {
        let ids = ["u-1".to_owned(), "42".to_owned(), "a\"b".to_owned()];
        for raw in [
            r#"{"user_id":"u-1"}"#,
            r#"{"a":{"b":["x", "u\u002d1"]}}"#,
            r#"{"id":42}"#,
            r#"{"id":"a\"b"}"#,
            "not json, but u-1 is in it",
            r#"{"cut":"u-1"#,
        ] {
            assert!(names(raw, &ids), "{raw}");
        }
        for raw in [r#"{"user_id":"u-12"}"#, r#"{"n":421}"#, "", r#"{"a":"x"#] {
            assert!(!names(raw, &ids), "{raw}");
        }
    }
}
