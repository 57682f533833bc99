//! What a key opens.

use std::sync::Arc;

use event::TenantId;

use crate::KeyId;

/// The kind of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Public: it is shipped in web pages and apps, and only sends events.
    Write,
    /// Kept on servers and by people; its scopes say what it opens.
    Secret,
}

impl KeyKind {
    /// The name in the database and in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Secret => "secret",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Write, Self::Secret].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// One right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Ask questions.
    Read,
    /// Send events.
    Write,
    /// Manage the tenant.
    Admin,
}

impl Scope {
    const ALL: [Scope; 3] = [Self::Read, Self::Write, Self::Admin];

    /// The name in the database and in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

/// A set of rights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// What a write key has.
    pub const WRITE: Scopes = Scopes(1 << Scope::Write as u8);

    /// The set of these rights.
    pub fn of(scopes: &[Scope]) -> Self {
        Self(scopes.iter().fold(0, |bits, scope| bits | 1 << *scope as u8))
    }

    /// Every right there is.
    pub fn all() -> Self {
        Self::of(&Scope::ALL)
    }

    /// Whether a right is in it.
    pub fn contains(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }

    /// Names separated by spaces.
    pub fn to_text(self) -> String {
        let names = Scope::ALL.iter().filter(|scope| self.contains(**scope));
        names.map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The reverse of [`Self::to_text`]; None when a name is not known.
    pub fn from_text(text: &str) -> Option<Self> {
        text.split_whitespace().try_fold(Self::default(), |set, name| {
            let scope = Scope::ALL.into_iter().find(|scope| scope.as_str() == name)?;
            Some(Self(set.0 | Self::of(&[scope]).0))
        })
    }
}

/// What the holder of a key may do, and to whose data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// What the key is called in lists.
    pub key: KeyId,
    /// Its name, for the audit trail.
    pub name: Arc<str>,
    /// The only tenant the key knows of.
    pub tenant: TenantId,
    /// Public or secret.
    pub kind: KeyKind,
    /// Its rights.
    pub scopes: Scopes,
    /// The origins whose pages may use it; empty: any.
    pub origins: Arc<[String]>,
}

impl Access {
    /// Whether the key has a right.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_come_back_from_text_and_unknown_ones_do_not() {
        let scopes = Scopes::of(&[Scope::Admin, Scope::Read]);
        assert_eq!(scopes.to_text(), "read admin");
        assert_eq!(Scopes::from_text("read admin"), Some(scopes));
        assert_eq!(Scopes::from_text("read root"), None);
        assert!(!scopes.contains(Scope::Write));
    }
}
