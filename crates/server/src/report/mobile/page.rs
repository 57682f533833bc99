//! Pages of a list: by number, or from where the page before ended.
//!
//! `next` names both, and then the cursor decides: so pages do not shift when events come in, and
//! however far a list goes, no page is found by counting from its start. A cursor is good for the
//! tenant and filters it was made for.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::http::request::Parts;
use event::{Code, TenantId};
use serde_json::{Value, json};

use crate::{Problem, reply, report::parameters::given};

const SIZE: (u64, u64) = (1, 1_000);
const SIZE_DEFAULT: u64 = 100;
/// Results before a page that is asked for by number alone.
const SKIPPED_MAX: u64 = 10_000;
/// Parameters that do not say what is in the list.
const ASIDE: &[&str] = &["page", "page_size", "cursor", "api_key", "pretty"];

pub(super) struct Page {
    number: u64,
    pub(super) size: usize,
    /// Of the list itself.
    pub(super) cursor: Option<String>,
    of: u64,
}

impl Page {
    pub(super) fn read(parts: &Parts, tenant: &TenantId) -> Result<Self, Problem> {
        let size = reply::whole(parts, "page_size", SIZE)?.unwrap_or(SIZE_DEFAULT);
        let number = match given(parts, "page") {
            None => 1,
            Some(text) => text.parse().ok().filter(|n| *n > 0).ok_or_else(none)?,
        };
        let of = list(parts, tenant);
        let foreign = || {
            let detail = "cursor is not one of an earlier page of the same list";
            Problem::new(Code::InvalidValue, detail).about("cursor")
        };
        let cursor = given(parts, "cursor").map(|text| {
            let (cursor, own) = text.rsplit_once('.').ok_or_else(foreign)?;
            if own == format!("{of:016x}") { Ok(cursor.to_owned()) } else { Err(foreign()) }
        });
        Ok(Self { number, size: size as usize, cursor: cursor.transpose()?, of })
    }

    /// Results before this page; there are `count`.
    pub(super) fn skipped(&self, count: u64) -> Result<usize, Problem> {
        if self.cursor.is_some() || self.number == 1 {
            return Ok(0);
        }
        let skipped = (self.number - 1).saturating_mul(self.size as u64);
        if skipped >= count {
            return Err(none());
        }
        if skipped > SKIPPED_MAX {
            let detail = format!(
                "page {} lies behind the first {SKIPPED_MAX} results, follow next",
                self.number
            );
            return Err(Problem::new(Code::InvalidValue, detail).about("page"));
        }
        Ok(skipped as usize)
    }

    /// The body; `next` is where the list goes on.
    pub(super) fn body(
        &self,
        parts: &Parts,
        count: u64,
        next: Option<String>,
        results: Vec<Value>,
    ) -> Value {
        let next = next.map(|cursor| {
            let cursor = format!("{cursor}.{:016x}", self.of);
            self.link(parts, self.number.saturating_add(1), Some(&cursor))
        });
        let previous = (self.number > 1).then(|| self.link(parts, self.number - 1, None));
        json!({"count": count, "next": next, "previous": previous, "results": results})
    }

    fn link(&self, parts: &Parts, number: u64, cursor: Option<&str>) -> String {
        let mut link = format!("{}?", parts.uri.path());
        for (key, value) in pairs(parts) {
            link.push_str(&format!("{key}={value}&"));
        }
        link.push_str(&format!("page={number}&page_size={}", self.size));
        if let Some(cursor) = cursor {
            link.push_str(&format!("&cursor={cursor}"));
        }
        link
    }
}

/// As clients of this dialect know it.
fn none() -> Problem {
    Problem::new(Code::NotFound, "Invalid page.").about("page")
}

/// A number that lists of other tenants or filters do not have.
fn list(parts: &Parts, tenant: &TenantId) -> u64 {
    let mut pairs = pairs(parts);
    pairs.sort_unstable();
    let mut hasher = DefaultHasher::new();
    (tenant.as_str(), parts.uri.path().trim_end_matches('/'), pairs).hash(&mut hasher);
    hasher.finish()
}

/// The parameters that say what is in the list.
fn pairs(parts: &Parts) -> Vec<(&str, &str)> {
    let pairs = parts.uri.query().unwrap_or("").split('&');
    let pairs = pairs.filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| !ASIDE.contains(key)).collect()
}
