//! JSON Web Tokens of the customer's own log-in.
//!
//! Claims: `sub` (required), `exp` (required), `nbf`, `role`, `creatorId`, `brandId`, `tenantId`;
//! without the last the configured tenant. An expired or wrong token is refused, also where nobody
//! need be named.

use std::{collections::HashMap, fmt, path::Path, sync::Arc};

use catalog::{Actor, Role, Scopes};
use event::{Code, TenantId, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde::Deserialize;

use super::Caller;
use crate::{Problem, capture, state::AppState};

/// How far the clocks of two machines may differ.
const LEEWAY_S: i64 = 30;

/// Which tokens are believed.
#[derive(Clone, Default)]
pub struct Tokens {
    /// For tokens that name no key.
    plain: Vec<(Algorithm, DecodingKey)>,
    /// By the id of the key.
    named: HashMap<String, (Algorithm, DecodingKey)>,
    /// The tenant of tokens that name none.
    tenant: Option<TenantId>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("keys", &(self.plain.len() + self.named.len()))
            .field("tenant", &self.tenant)
            .finish()
    }
}

impl Tokens {
    /// Tokens of a tenant that name none themselves.
    pub fn of_tenant(tenant: TenantId) -> Self {
        Self { tenant: Some(tenant), ..Self::default() }
    }

    /// Believes tokens signed with a shared secret (HS256).
    pub fn with_secret(mut self, secret: &str) -> Self {
        self.plain.push((Algorithm::HS256, DecodingKey::from_secret(secret.as_bytes())));
        self
    }

    /// Believes tokens signed with the keys of a file: a public key in PEM (RS256, EdDSA), or a JWKS.
    /// The error continues a sentence that begins with the name of the file.
    pub fn with_file(mut self, path: &Path) -> Result<Self, String> {
        let text = std::fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
        if let Ok(set) = serde_json::from_slice::<JwkSet>(&text) {
            for jwk in &set.keys {
                self.add_jwk(jwk)?;
            }
            return Ok(self);
        }
        let rsa = DecodingKey::from_rsa_pem(&text).map(|key| (Algorithm::RS256, key));
        let any =
            rsa.or_else(|_| DecodingKey::from_ed_pem(&text).map(|key| (Algorithm::EdDSA, key)));
        match any {
            Ok(key) => self.plain.push(key),
            Err(_) => {
                return Err("is neither a JWKS nor a public key of RSA or Ed25519 in PEM".into());
            }
        }
        Ok(self)
    }

    fn add_jwk(&mut self, jwk: &jsonwebtoken::jwk::Jwk) -> Result<(), String> {
        use jsonwebtoken::jwk::AlgorithmParameters::{OctetKey, OctetKeyPair, RSA};
        let algorithm = match &jwk.algorithm {
            RSA(_) => Algorithm::RS256,
            OctetKeyPair(_) => Algorithm::EdDSA,
            OctetKey(_) => Algorithm::HS256,
            _ => return Ok(()),
        };
        let key =
            DecodingKey::from_jwk(jwk).map_err(|error| format!("has a wrong key: {error}"))?;
        match &jwk.common.key_id {
            Some(id) => drop(self.named.insert(id.clone(), (algorithm, key))),
            None => self.plain.push((algorithm, key)),
        }
        Ok(())
    }

    /// The claims of a token that is signed well and holds at `now`.
    pub(super) fn claims(&self, token: &str, now: Timestamp) -> Result<Claims, Problem> {
        let wrong = |what: &'static str| Problem::new(Code::Unauthorized, what);
        let header = decode_header(token).map_err(|_| wrong("the token cannot be read"))?;
        let named = header.kid.as_ref().and_then(|id| self.named.get(id));
        let keys = named.into_iter().chain(self.plain.iter().filter(|_| named.is_none()));
        let mut fitting = keys.filter(|(algorithm, _)| *algorithm == header.alg);
        let claims = fitting.find_map(|(algorithm, key)| {
            let mut validation = Validation::new(*algorithm);
            // Times are looked at below, by the clock that was passed in.
            validation.validate_exp = false;
            validation.validate_aud = false;
            validation.required_spec_claims.clear();
            decode::<Claims>(token, key, &validation).ok().map(|found| found.claims)
        });
        let claims = claims.ok_or_else(|| wrong("the token is not signed by a key we know"))?;
        let seconds = now.0.div_euclid(1_000);
        if claims.exp.is_none_or(|exp| exp.saturating_add(LEEWAY_S) <= seconds) {
            return Err(wrong("the token has expired"));
        }
        if claims.nbf.is_some_and(|nbf| nbf.saturating_sub(LEEWAY_S) > seconds) {
            return Err(wrong("the token does not hold yet"));
        }
        Ok(claims)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Claims {
    sub: Option<String>,
    exp: Option<i64>,
    nbf: Option<i64>,
    role: Option<String>,
    #[serde(rename = "creatorId")]
    creator_id: Option<String>,
    #[serde(rename = "brandId")]
    brand_id: Option<String>,
    #[serde(rename = "tenantId")]
    tenant_id: Option<String>,
}

/// Whether a bearer is a token and no key: three parts, separated by dots.
pub(super) fn is_token(bearer: &str) -> bool {
    bearer.split('.').count() == 3 && bearer.split('.').all(|part| !part.is_empty())
}

/// The user a token names.
pub(super) fn caller(app: &AppState, token: &str) -> Result<Caller, Problem> {
    let tokens = &app.config.tokens;
    let claims = tokens.claims(token, app.now())?;
    let wrong = |what: &'static str| Problem::new(Code::Unauthorized, what);
    let id = claims.sub.filter(|id| !id.is_empty()).ok_or_else(|| wrong("the token has no sub"))?;
    let tenant = match claims.tenant_id {
        Some(text) => TenantId::new(&text),
        None => tokens.tenant.clone(),
    };
    let known = |tenant: &TenantId| app.parts.catalog.tenant(tenant).is_some();
    let tenant = tenant.filter(known).ok_or_else(|| wrong("the token names no tenant of ours"))?;
    let role = claims.role.as_deref().and_then(|role| Role::named(&role.to_ascii_lowercase()));
    let person = capture::Actor {
        id: id.clone(),
        role: claims.role,
        creator_id: claims.creator_id,
        brand_id: claims.brand_id,
    };
    Ok(Caller {
        tenant,
        scopes: role.map_or_else(Scopes::default, Role::scopes),
        actor: Actor::Token(id),
        session: None,
        person: Some(person),
        origins: Arc::default(),
    })
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp(1_790_857_800_000);

    fn signed(claims: &serde_json::Value, secret: &str) -> String {
        let key = EncodingKey::from_secret(secret.as_bytes());
        encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
    }

    fn check(claims: &serde_json::Value, secret: &str) -> Result<String, String> {
        let tokens = Tokens::of_tenant(TenantId::default_tenant()).with_secret("right");
        let claims = tokens.claims(&signed(claims, secret), NOW);
        claims.map(|claims| claims.sub.unwrap()).map_err(|problem| problem.detail.into_owned())
    }

    #[test]
    fn a_token_must_be_signed_and_hold_now() {
        let now = NOW.0 / 1_000;
        assert_eq!(check(&json!({"sub": "u", "exp": now + 60}), "right"), Ok("u".into()));
        let refused = |claims, secret| check(&claims, secret).unwrap_err();
        let foreign = refused(json!({"sub": "u", "exp": now + 60}), "wrong");
        assert_eq!(foreign, "the token is not signed by a key we know");
        let late = refused(json!({"sub": "u", "exp": now - 60}), "right");
        assert_eq!(late, "the token has expired");
        assert_eq!(refused(json!({"sub": "u"}), "right"), "the token has expired");
        let early = refused(json!({"sub": "u", "exp": now + 600, "nbf": now + 300}), "right");
        assert_eq!(early, "the token does not hold yet");
    }

    #[test]
    fn a_token_without_a_signature_is_never_believed() {
        let tokens = Tokens::of_tenant(TenantId::default_tenant()).with_secret("right");
        // {"alg":"none"} . {"sub":"u","exp":9999999999} . x
        let none = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1IiwiZXhwIjo5OTk5OTk5OTk5fQ.eA";
        assert!(tokens.claims(none, NOW).is_err());
        assert!(is_token(none) && !is_token("tf_s_abc") && !is_token("a..b"));
    }

    #[test]
    fn a_public_key_of_ed25519_is_read_from_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.pem");
        let pem = "-----BEGIN PUBLIC KEY-----\n\
            MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
            -----END PUBLIC KEY-----\n";
        std::fs::write(&path, pem).unwrap();
        let tokens = Tokens::default().with_file(&path).unwrap();
        assert_eq!(tokens.plain[0].0, Algorithm::EdDSA);
        std::fs::write(&path, "nothing of the kind").unwrap();
        assert!(Tokens::default().with_file(&path).unwrap_err().contains("neither"));
        assert!(Tokens::default().with_file(&folder.path().join("no")).is_err());
    }
}
