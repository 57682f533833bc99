//! Tokens of another log-in.

use std::path::PathBuf;

use event::TenantId;
use server::Tokens;

use super::{Problems, Settings};

/// Which tokens are believed.
pub(super) fn tokens(settings: &Settings, problems: &mut Problems) -> Tokens {
    let tenant = TenantId::new(settings.text("auth.jwt_tenant"));
    if tenant.is_none() {
        problems
            .add(&settings.get("auth.jwt_tenant").1, "auth.jwt_tenant is not the id of a tenant");
    }
    let mut tokens = Tokens::of_tenant(tenant.unwrap_or_else(TenantId::default_tenant));
    let secret = settings.text("auth.jwt_secret");
    if !secret.is_empty() {
        tokens = tokens.with_secret(secret);
    }
    let file = settings.text("auth.jwt_file");
    if !file.is_empty() {
        match tokens.clone().with_file(&PathBuf::from(file)) {
            Ok(with_file) => tokens = with_file,
            Err(problem) => {
                let from = &settings.get("auth.jwt_file").1;
                problems.add(from, format!("auth.jwt_file: {file} {problem}"));
            }
        }
    }
    tokens
}
