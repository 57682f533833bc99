//! Writing HTML by hand, safely.

/// Text as it may stand in HTML, attributes included.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// An anchor: letters and digits, others as `-`.
pub(super) fn anchor(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    text.chars().map(plain).collect::<String>().trim_matches('-').to_owned()
}

/// JSON with its keys, strings and other values in spans of their own; text that is no JSON comes
/// out escaped and whole.
pub(super) fn colored_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let len = match c {
            '"' => string_len(rest),
            '-' | '0'..='9' | 'a'..='z' => rest
                .find(|c: char| !c.is_ascii_alphanumeric() && !"-+._".contains(c))
                .unwrap_or(rest.len()),
            _ => {
                out.push_str(&escape(&rest[..c.len_utf8()]));
                rest = &rest[c.len_utf8()..];
                continue;
            }
        };
        let (token, after) = rest.split_at(len);
        let class = match (c, after.trim_start().starts_with(':')) {
            ('"', true) => "k",
            ('"', false) => "s",
            _ => "v",
        };
        out.push_str(&format!("<span class={class}>{}</span>", escape(token)));
        rest = after;
    }
    out
}

/// Bytes of the JSON string at the start of `text`.
fn string_len(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_colored_and_escaped() {
        assert_eq!(
            colored_json(r#"{"a\"<": [1.5, "x"]}"#),
            "{<span class=k>&quot;a\\&quot;&lt;&quot;</span>: [<span class=v>1.5</span>, <span class=s>&quot;x&quot;</span>]}"
        );
        assert_eq!(colored_json("\"open é"), "<span class=s>&quot;open é</span>");
    }
}
