//! Formats of texts, as zod 3 and the WHATWG know them.

use std::net::{Ipv4Addr, Ipv6Addr};

/// `/^c[^\s-]{8,}$/i`.
pub(super) fn is_cuid(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['c', 'C']) else { return false };
    let mut units = 0;
    for c in rest.chars() {
        if c == '-' || is_space(c) {
            return false;
        }
        units += c.len_utf16();
    }
    units >= 8
}

/// `\s` of JavaScript.
fn is_space(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}

/// Eight, four, four, four and twelve hex digits; any version.
pub(super) fn is_uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    let fits = |(at, byte): (usize, &u8)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    bytes.len() == 36 && bytes.iter().enumerate().all(fits)
}

/// Whether a WHATWG URL parser takes it without a base.
pub(super) fn is_url(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c <= ' ');
    let text = text.replace(['\t', '\n', '\r'], "");
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.bytes().all(plain) {
        return false;
    }
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" | "ws" | "wss" | "ftp" => {
            let rest = rest.trim_start_matches(['/', '\\']);
            is_authority(until(rest, &['/', '\\', '?', '#']), true)
        }
        "file" => match rest.replace('\\', "/").strip_prefix("//") {
            Some(rest) => {
                let host = until(rest, &['/', '?', '#']);
                host.is_empty() || is_drive(host) || is_domain(host)
            }
            None => true,
        },
        _ => match rest.strip_prefix("//") {
            Some(rest) => is_authority(until(rest, &['/', '?', '#']), false),
            None => true,
        },
    }
}

fn until<'a>(text: &'a str, ends: &[char]) -> &'a str {
    text.split(ends).next().unwrap_or("")
}

fn is_drive(host: &str) -> bool {
    matches!(host.as_bytes(), [letter, b':' | b'|'] if letter.is_ascii_alphabetic())
}

/// User, host and port; `special` schemes need a host that is a domain or an address.
fn is_authority(text: &str, special: bool) -> bool {
    let (user, rest) = match text.rsplit_once('@') {
        Some((user, rest)) => (Some(user), rest),
        None => (None, text),
    };
    let in_brackets = rest.starts_with('[');
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !in_brackets || host.ends_with(']') => (host, Some(port)),
        _ => (rest, None),
    };
    let port_fits = port.is_none_or(|port| {
        port.is_empty() || (port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok())
    });
    if !port_fits {
        return false;
    }
    if host.is_empty() {
        return !special && user.is_none() && port.is_none();
    }
    if in_brackets {
        let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        return inner.is_some_and(|inner| inner.parse::<Ipv6Addr>().is_ok());
    }
    if special { is_domain(host) } else { !host.contains(is_forbidden) }
}

/// What no host may have.
fn is_forbidden(c: char) -> bool {
    matches!(c, '\0' | ' ' | '#' | '/' | ':' | '<' | '>' | '?' | '@' | '[' | '\\' | ']' | '^' | '|')
}

fn is_domain(host: &str) -> bool {
    let host = crate::auth::percent_decoded(host);
    let is_bad = |c: char| is_forbidden(c) || c == '%' || c.is_ascii_control();
    if host.is_empty() || host.contains(is_bad) {
        return false;
    }
    // A host whose last label is a number is an address, or nothing.
    let labels = host.strip_suffix('.').unwrap_or(&host);
    let last = labels.rsplit('.').next().unwrap_or("");
    let is_hex = |digits: &str| digits.bytes().all(|b| b.is_ascii_hexdigit());
    let is_number = !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit())
        || last.strip_prefix("0x").or(last.strip_prefix("0X")).is_some_and(is_hex);
    !is_number || is_address(labels)
}

/// An IPv4 address in any of the forms browsers take: one to four parts, each decimal, octal or hex.
fn is_address(host: &str) -> bool {
    if host.parse::<Ipv4Addr>().is_ok() {
        return true;
    }
    let part = |text: &str| match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        Some("") => Some(0),
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None if text.len() > 1 && text.starts_with('0') => u64::from_str_radix(text, 8).ok(),
        None => text.parse::<u64>().ok(),
    };
    let Some(parts) = host.split('.').map(part).collect::<Option<Vec<u64>>>() else {
        return false;
    };
    let Some((last, first)) = parts.split_last() else { return false };
    first.len() < 4 && first.iter().all(|p| *p < 256) && *last < 1 << (8 * (4 - first.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuids_and_uuids_are_told_as_zod_tells_them() {
        for good in ["cjld2cjxh0000qzrmn831i7rn", "C12345678", "c\u{1f600}\u{1f600}\u{1f600}éé"] {
            assert!(is_cuid(good), "{good}");
        }
        for bad in ["", "c1234567", "asset-1", "c1234-5678", "c1234 5678", "c1234567\u{feff}8"] {
            assert!(!is_cuid(bad), "{bad}");
        }
        assert!(is_uuid("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"));
        assert!(is_uuid("00000000-0000-0000-0000-000000000000"));
        for bad in ["", "f81d4fae7dec11d0a76500a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bfg"]
        {
            assert!(!is_uuid(bad), "{bad}");
        }
    }

    #[test]
    fn urls_are_told_as_browsers_tell_them() {
        for good in [
            "https://example.com",
            "http://localhost:3000/a b?c#d",
            "HTTP:example.com",
            "https:\\\\example.com\\a",
            " https://user:pass@example.com:8080/ ",
            "http://[::1]:80/",
            "http://127.1",
            "https://müller.de/ü",
            "mailto:a@b",
            "javascript:1",
            "foo://",
            "file:///a",
            "android-app://com.example",
            "http://example.com:",
        ] {
            assert!(is_url(good), "{good}");
        }
        for bad in [
            "",
            "feed",
            "/path",
            "//example.com",
            "http://",
            "https:///",
            "http://a b",
            "http://a:99999",
            "http://a:b",
            "http://[::1",
            "http://1.2.3.4.5",
            "http://256.256.256.256",
            "1http://a",
            "http://%zz",
            "http://user@",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
    }
}
