//! Values as text and as numbers, the way client libraries in JavaScript see them.

use std::borrow::Cow;

use serde_json::Value as Json;

/// The text of a value: a string as it is, a whole number without its fraction, all else as JSON.
pub(super) fn text_of(value: &Json) -> Cow<'_, str> {
    match value {
        Json::String(text) => Cow::Borrowed(text),
        Json::Bool(true) => Cow::Borrowed("true"),
        Json::Bool(false) => Cow::Borrowed("false"),
        Json::Null => Cow::Borrowed("null"),
        Json::Number(number) => Cow::Owned(match number.as_f64() {
            Some(float) if number.is_f64() => float.to_string(),
            _ => number.to_string(),
        }),
        Json::Array(_) | Json::Object(_) => Cow::Owned(value.to_string()),
    }
}

/// A number, or a text that is one as a whole.
pub(super) fn number_of(value: &Json) -> Option<f64> {
    let number = match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

/// Letters without their case, one by one, so that both sides fold alike.
pub(super) fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Whether a text is a folded one but for its case.
pub(super) fn is(text: &str, folded: &str) -> bool {
    if text.is_ascii() {
        return text.eq_ignore_ascii_case(folded);
    }
    text.chars().flat_map(char::to_lowercase).eq(folded.chars())
}

/// Whether a text begins with a folded one but for its case.
pub(super) fn starts_with(text: &str, folded: &str) -> bool {
    let mut letters = text.chars().flat_map(char::to_lowercase);
    folded.chars().all(|letter| letters.next() == Some(letter))
}

/// Whether a text ends with a folded one but for its case.
pub(super) fn ends_with(text: &str, folded: &str) -> bool {
    if !text.is_ascii() {
        return fold(text).ends_with(folded);
    }
    let (text, folded) = (text.as_bytes(), folded.as_bytes());
    let from = text.len().checked_sub(folded.len());
    from.is_some_and(|from| text[from..].eq_ignore_ascii_case(folded))
}

/// Whether a text has a folded one inside but for its case.
pub(super) fn contains(text: &str, folded: &str) -> bool {
    if !text.is_ascii() {
        return fold(text).contains(folded);
    }
    let (text, folded) = (text.as_bytes(), folded.as_bytes());
    folded.is_empty() || text.windows(folded.len()).any(|part| part.eq_ignore_ascii_case(folded))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_those_of_javascript() {
        let texts = [json!(1.0), json!(1.5), json!(-3), json!(true), json!("A"), json!([1, "b"])];
        let texts = texts.each_ref().map(|value| text_of(value).into_owned());
        assert_eq!(texts, ["1", "1.5", "-3", "true", "A", "[1,\"b\"]"]);
    }

    #[test]
    fn numbers_are_whole_texts() {
        let values = [json!(2), json!(" 2.5 "), json!("2 apples"), json!("NaN"), json!(true)];
        let numbers = values.each_ref().map(number_of);
        assert_eq!(numbers, [Some(2.0), Some(2.5), None, None, None]);
    }

    #[test]
    fn case_is_folded_beyond_ascii() {
        assert!(is("ÄRGER", "ärger"));
        assert!(is("ABC", "abc"));
        assert!(!is("abcd", "abc"));
        assert!(contains("xÄRGERx", "ärger"));
        assert!(contains("Hello World", "lo wo"));
        assert!(!contains("a", "ab"));
        assert!(contains("a", ""));
        assert!(starts_with("Ärger", "är") && !starts_with("ä", "är"));
        assert!(ends_with("ÜBER", "er") && !ends_with("r", "er"));
    }
}
