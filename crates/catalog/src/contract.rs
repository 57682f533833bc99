//! What a catalog does, whatever keeps its facts: every backend runs these cases.

pub(crate) mod audit;
pub(crate) mod consent;
pub(crate) mod entities;
pub(crate) mod experiments;
pub(crate) mod flags;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod library;
pub(crate) mod links;
pub(crate) mod salts;
pub(crate) mod sessions;
pub(crate) mod tenants;
pub(crate) mod users;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use event::{TenantId, Timestamp};

use crate::{Actor, Catalog, Clock, FirstStart, NewLink, Purpose, Role, User};

/// Opens the same facts again each time, as another process would.
type Open = Box<dyn Fn(Clock) -> (Catalog, Option<FirstStart>) + Sync>;

/// One case; gets facts of its own.
pub(crate) type Case = fn(&Fixture);

pub(crate) const PASSWORD: &str = "correct horse battery";

pub(crate) struct Fixture {
    open: Open,
    now: Arc<AtomicI64>,
}

impl Fixture {
    pub(crate) fn new(open: Open) -> Self {
        Self { open, now: Arc::new(AtomicI64::new(1_792_065_600_000)) }
    }

    pub(crate) fn open(&self) -> (Catalog, Option<FirstStart>) {
        let now = self.now.clone();
        (self.open)(Arc::new(move || Timestamp(now.load(Ordering::Relaxed))))
    }

    pub(crate) fn catalog(&self) -> Catalog {
        self.open().0
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::Relaxed))
    }

    pub(crate) fn pass_ms(&self, ms: i64) {
        self.now.fetch_add(ms, Ordering::Relaxed);
    }

    pub(crate) fn pass_days(&self, days: i64) {
        self.pass_ms(days * 86_400_000);
    }
}

pub(crate) fn default() -> TenantId {
    TenantId::default_tenant()
}

pub(crate) fn acme(catalog: &Catalog) -> TenantId {
    let acme = TenantId::new("acme").unwrap();
    catalog.new_tenant(&acme, "Acme", "Europe/Berlin", &Actor::Cli).unwrap();
    acme
}

/// A user who took up an invitation.
pub(crate) fn invited(catalog: &Catalog, email: &str, role: Role) -> User {
    let new = NewLink { purpose: Purpose::Invite, tenant: default(), email: email.into(), role };
    let token = catalog.make_link(&new, &Actor::Cli).unwrap();
    catalog.redeem(&token, "", "Somebody", PASSWORD).unwrap()
}

/// The actions of a tenant's audit trail, oldest first.
pub(crate) fn actions(catalog: &Catalog, tenant: &TenantId) -> Vec<String> {
    let mut rows = catalog.audit_list(tenant, None, 1_000).unwrap();
    rows.reverse();
    rows.into_iter().map(|row| row.action).collect()
}
