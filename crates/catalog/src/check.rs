//! Bounds of the texts people give.

use crate::CatalogError;

/// Characters of a name, an email address, an id.
pub(crate) const CHARS_MAX: usize = 200;

/// A name for people: up to 200 characters on one line.
pub(crate) fn name(text: &str) -> Result<(), CatalogError> {
    bounded("a name", text)
}

/// Up to 200 characters on one line.
pub(crate) fn bounded(what: &'static str, text: &str) -> Result<(), CatalogError> {
    if text.chars().count() > CHARS_MAX || text.chars().any(char::is_control) {
        return Err(CatalogError::Invalid { what, must: "at most 200 characters on one line" });
    }
    Ok(())
}

/// A short word of the machine's own: a purpose, a kind of entity, an action.
pub(crate) fn word(what: &'static str, text: &str) -> Result<(), CatalogError> {
    let fits = (1..=64).contains(&text.chars().count());
    if !fits || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(CatalogError::Invalid { what, must: "1 to 64 characters without spaces" });
    }
    Ok(())
}

/// An email address as it is kept: trimmed and in lower case.
pub(crate) fn email(text: &str) -> Result<String, CatalogError> {
    let email = text.trim().to_lowercase();
    let apart = email.split_once('@');
    let shaped =
        apart.is_some_and(|(who, host)| !who.is_empty() && !host.is_empty() && !host.contains('@'));
    let odd = |c: char| c.is_whitespace() || c.is_control();
    if !shaped || email.chars().count() > CHARS_MAX || email.contains(odd) {
        return Err(CatalogError::Email(text.to_owned()));
    }
    Ok(email)
}

/// Origins as browsers send them: lower case, without a slash at the end.
pub(crate) fn origins(origins: &[String]) -> Result<Vec<String>, CatalogError> {
    const ORIGINS_MAX: usize = 20;
    if origins.len() > ORIGINS_MAX {
        let (count, limit) = (origins.len(), ORIGINS_MAX);
        return Err(CatalogError::TooMany { what: "origins of a key", count, limit });
    }
    origins.iter().map(|text| origin(text)).collect()
}

fn origin(text: &str) -> Result<String, CatalogError> {
    let origin = text.trim().trim_end_matches('/').to_ascii_lowercase();
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
    let good = host
        .is_some_and(|host| !host.is_empty() && host.len() <= CHARS_MAX && host.bytes().all(plain));
    if good { Ok(origin) } else { Err(CatalogError::Origin(text.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_address_is_kept_in_one_form() {
        assert_eq!(email(" Ada@Example.COM ").unwrap(), "ada@example.com");
        for wrong in ["", "ada", "@example.com", "ada@", "a@b@c", "a b@c", "a\n@c"] {
            assert!(email(wrong).is_err(), "{wrong:?}");
        }
        assert!(email(&format!("{}@b.c", "a".repeat(200))).is_err());
    }

    #[test]
    fn an_origin_has_no_path() {
        assert_eq!(origin("HTTPS://Shop.Example.com/").unwrap(), "https://shop.example.com");
        assert_eq!(origin("http://[::1]:3000").unwrap(), "http://[::1]:3000");
        for wrong in ["", "shop.example.com", "https://", "https://a/b", "ftp://a", "https://a b"] {
            assert!(origin(wrong).is_err(), "{wrong:?}");
        }
        assert!(origins(&vec!["https://a".to_owned(); 21]).is_err());
    }

    #[test]
    fn names_and_words_have_bounds() {
        assert!(name("").is_ok() && name(&"ä".repeat(200)).is_ok());
        assert!(name(&"a".repeat(201)).is_err() && name("a\nb").is_err());
        assert!(
            word("a purpose", "analytics").is_ok() && word("a purpose", &"a".repeat(64)).is_ok()
        );
        for wrong in ["", "a b", &"a".repeat(65)] {
            assert!(word("a purpose", wrong).is_err(), "{wrong:?}");
        }
    }
}
