//! A fuzz target: keys and tokens of a request.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use event::{TenantId, Timestamp};

use super::{
    key,
    token::{self, Tokens},
};

const NOW: Timestamp = Timestamp(1_790_857_800_000);

/// The header `Authorization` in the first line, an address in the second. A token that is believed
/// has the form of one, and is not believed with another secret.
pub fn bearer(data: &[u8]) {
    let mut lines = data.splitn(2, |byte| *byte == b'\n');
    let (line, uri) = (lines.next().unwrap_or(b""), lines.next().unwrap_or(b"/"));
    let (Ok(value), Ok(uri)) = (HeaderValue::from_bytes(line), Uri::try_from(uri)) else { return };
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, value);
    let Ok(Some(key)) = key::key(&headers, &uri) else { return };
    let tokens = |secret| Tokens::of_tenant(TenantId::default_tenant()).with_secret(secret);
    if tokens("right").claims(&key, NOW).is_ok() {
        assert!(token::is_token(&key), "{key:?}");
        assert!(tokens("wrong").claims(&key, NOW).is_err(), "{key:?}");
    }
}
