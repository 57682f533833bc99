//! Passwords: argon2id with the parameters OWASP recommends, 19 MiB and two passes.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{Error, PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use crate::{CatalogError, secret};

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const CHARS_MIN: usize = 10;
const CHARS_MAX: usize = 200;

/// Checks the length of a new password.
pub(crate) fn check(password: &str) -> Result<(), CatalogError> {
    let chars = password.chars().count();
    let fits = (CHARS_MIN..=CHARS_MAX).contains(&chars);
    if fits { Ok(()) } else { Err(CatalogError::PasswordLength(chars)) }
}

/// The form in which a password is kept. Takes tens of milliseconds on purpose.
pub(crate) fn hash(password: &str) -> Result<String, CatalogError> {
    let salt: [u8; 16] = secret::random()?;
    let hash: PasswordHash =
        argon()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(failed)?;
    Ok(hash.to_string())
}

/// Whether it is the password of a kept hash. Without one (nobody has that address) the same work
/// is done, so that the time does not tell who has an account.
pub(crate) fn verify(password: &str, kept: Option<&str>) -> Result<bool, CatalogError> {
    // What can be nobody's password costs the same, whatever its length.
    let (password, possible) =
        if password.chars().count() <= CHARS_MAX { (password, true) } else { ("", false) };
    let Some(kept) = kept else {
        hash(password)?;
        return Ok(false);
    };
    let kept = PasswordHash::new(kept).map_err(|error| CatalogError::Hash(error.to_string()))?;
    match argon()?.verify_password(password.as_bytes(), &kept) {
        Ok(()) => Ok(possible),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(failed(error)),
    }
}

fn argon() -> Result<Argon2<'static>, CatalogError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| CatalogError::Hash(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn failed(error: Error) -> CatalogError {
    CatalogError::Hash(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_another_is_not() {
        let kept = hash("correct horse battery").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("correct horse battery", Some(&kept)).unwrap());
        assert!(!verify("correct horse batterz", Some(&kept)).unwrap());
        assert!(!verify(&"a".repeat(100_000), Some(&kept)).unwrap());
        assert!(!verify("correct horse battery", None).unwrap());
        assert!(verify("x", Some("damaged")).is_err());
        assert_ne!(kept, hash("correct horse battery").unwrap(), "salted");
    }

    #[test]
    fn a_password_is_neither_short_nor_endless() {
        assert!(check("123456789").is_err() && check("1234567890").is_ok());
        assert!(check(&"ä".repeat(200)).is_ok() && check(&"a".repeat(201)).is_err());
    }
}
