//! Addresses of pages, as far as steps need them: host, path and query, borrowed.
//!
//! Follows the URL standard where browsers make a difference that shows in numbers: space around,
//! letters of the host, ports that are the default, backslashes, credentials. What a browser would
//! not have sent (broken hosts, relative dots) is taken as it stands.

use std::borrow::Cow;

/// An address in its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address<'a> {
    /// In small letters, with its port unless that is the default; None of a relative address.
    pub(crate) host: Option<Cow<'a, str>>,
    /// Begins with `/` where there is a host; without query and fragment.
    pub(crate) path: &'a str,
    /// Without its `?`.
    pub(crate) query: &'a str,
}

/// The longest host there can be, with its port.
const HOST_BYTES_MAX: usize = 261;

impl<'a> Address<'a> {
    /// Takes an address apart; any text.
    pub(crate) fn of(text: &'a str) -> Self {
        let text = text.trim_matches(|c: char| c <= ' ');
        let (rest, fragmentless) = (text, text.split('#').next().unwrap_or(""));
        let Some((scheme, rest)) = authority(rest) else {
            let (path, query) = fragmentless.split_once('?').unwrap_or((fragmentless, ""));
            return Self { host: None, path, query };
        };
        let end = rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len());
        let (host, rest) = rest.split_at(end);
        let rest = rest.split('#').next().unwrap_or("");
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = if path.is_empty() { "/" } else { path };
        Self { host: host_of(scheme, host), path, query }
    }

    /// The host without its port.
    pub(crate) fn host_name(&self) -> Option<&str> {
        self.host.as_deref().map(name_of)
    }

    /// The decoded value of a parameter of the query; None when it is absent or empty.
    pub(crate) fn parameter(&self, name: &str) -> Option<Cow<'a, str>> {
        let value = self.query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            (key == name && !value.is_empty()).then_some(value)
        })?;
        Some(decoded(value))
    }
}

/// A host without its port.
pub(crate) fn name_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The scheme and what follows `//`; the scheme is empty where there is none.
fn authority(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix("//") {
        return Some(("", rest));
    }
    let (scheme, rest) = text.split_once(':')?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    let is_scheme =
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(plain);
    let rest = rest.strip_prefix("//").or_else(|| rest.strip_prefix("\\\\"))?;
    is_scheme.then_some((scheme, rest))
}

fn host_of<'a>(scheme: &str, text: &'a str) -> Option<Cow<'a, str>> {
    // Credentials are nobody's business.
    let text = text.rsplit_once('@').map_or(text, |(_, host)| host);
    let default = if scheme.eq_ignore_ascii_case("http") {
        ":80"
    } else if scheme.eq_ignore_ascii_case("https") {
        ":443"
    } else {
        ":"
    };
    let text = text.strip_suffix(default).unwrap_or(text);
    let wrong =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\'');
    if text.is_empty() || text.len() > HOST_BYTES_MAX || text.contains(wrong) {
        return None;
    }
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        return Some(Cow::Owned(text.to_ascii_lowercase()));
    }
    Some(Cow::Borrowed(text))
}

/// Without `%41` and `+`; bytes that are no text become U+FFFD, control characters a space.
fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| matches!(c, '%' | '+') || c.is_control()) {
        return Cow::Borrowed(text);
    }
    let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let mut rest = bytes.clone();
        match byte {
            b'+' => out.push(b' '),
            b'%' => match (digit(rest.next()), digit(rest.next())) {
                (Some(high), Some(low)) => {
                    out.push((high * 16 + low) as u8);
                    bytes = rest;
                }
                _ => out.push(b'%'),
            },
            _ => out.push(byte),
        }
    }
    let text = String::from_utf8_lossy(&out);
    Cow::Owned(text.replace(char::is_control, " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, host: Option<&str>, path: &str, query: &str) {
        let address = Address::of(text);
        let got = (address.host.as_deref(), address.path, address.query);
        assert_eq!(got, (host, path, query), "{text}");
    }

    #[test]
    fn addresses_are_taken_apart() {
        check("https://Shop.Example.com/a/b?x=1&y#top", Some("shop.example.com"), "/a/b", "x=1&y");
        check("  http://a.example:80\n", Some("a.example"), "/", "");
        check("https://a.example:8443?x", Some("a.example:8443"), "/", "x");
        check("https://user:pass@a.example/p", Some("a.example"), "/p", "");
        check("//cdn.example/x", Some("cdn.example"), "/x", "");
        check("https:\\\\a.example\\p", Some("a.example"), "\\p", "");
        check("android-app://com.google.android.gm/", Some("com.google.android.gm"), "/", "");
        check("http://[2001:db8::1]:3000/x", Some("[2001:db8::1]:3000"), "/x", "");
        check("/pricing?plan=a#b", None, "/pricing", "plan=a");
        check("checkout", None, "checkout", "");
        check("mailto:a@b.example", None, "mailto:a@b.example", "");
    }

    #[test]
    fn control_characters_are_a_space_however_they_were_written() {
        let value = |text| Address::of(text).parameter("a").map(Cow::into_owned);
        assert_eq!(value("/?a=b\u{1}c").as_deref(), Some("b c"));
        assert_eq!(value("/?a=b%01c").as_deref(), Some("b c"));
        assert_eq!(value("/?a=b\u{85}+c").as_deref(), Some("b  c"));
    }

    #[test]
    fn hostile_addresses_are_no_trouble() {
        check("", None, "", "");
        check("://", None, "://", "");
        check("https://", None, "/", "");
        check("https://@/", None, "/", "");
        check("https://a b/x", None, "/x", "");
        check("https://<script>/x", None, "/x", "");
        check("1https://a/x", None, "1https://a/x", "");
        let long = format!("https://{}/x", "a".repeat(300));
        check(&long, None, "/x", "");
        check("https://é.example/ü?ö", Some("é.example"), "/ü", "ö");
    }

    #[test]
    fn parameters_are_decoded_once() {
        let address = Address::of("/?a=x%20y+z&b=&c=%zz&d=%E2%82%AC&e=%ff&f=%0a&g=%2541&a=2");
        let get = |name| address.parameter(name).map(Cow::into_owned);
        assert_eq!(get("a").as_deref(), Some("x y z"));
        assert_eq!(get("b"), None);
        assert_eq!(get("c").as_deref(), Some("%zz"));
        assert_eq!(get("d").as_deref(), Some("\u{20ac}"));
        assert_eq!(get("e").as_deref(), Some("\u{fffd}"));
        assert_eq!(get("f").as_deref(), Some(" "));
        assert_eq!(get("g").as_deref(), Some("%41"));
        assert_eq!(get("h"), None);
    }
}
