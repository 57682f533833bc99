//! Erasing a person: what is asked for, and the receipt of what was done.

use event::{TenantId, Timestamp};

use crate::{FlushError, Flushed};

/// What becomes of the events of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum How {
    /// They go.
    Delete = 0,
    /// They stay and belong to nobody known: ids are replaced, identifying properties go.
    Anonymise = 1,
}

impl How {
    /// Both.
    pub const ALL: [How; 2] = [Self::Delete, Self::Anonymise];

    /// The name in receipts and requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Anonymise => "anonymise",
        }
    }

    /// The reverse of [`Self::as_str`].
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.as_str() == name)
    }
}

/// How far an erasure is. It is kept, so a crash does not end it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ErasureState {
    /// Asked for.
    Pending = 0,
    /// No answer tells of the person any more; bytes are still being removed.
    Hidden = 1,
    /// The person's ids are in no file.
    Done = 2,
}

impl ErasureState {
    /// All, in their order.
    pub const ALL: [ErasureState; 3] = [Self::Pending, Self::Hidden, Self::Done];

    /// The name in receipts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Hidden => "hidden",
            Self::Done => "done",
        }
    }
}

/// What was found, by holder of personal data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Ids of the person, linked ones included.
    pub ids: u64,
    /// Part files that were written anew.
    pub files: u64,
    /// Events of the person: removed, or made anonymous.
    pub events: u64,
    /// Events of others that named one of the ids, which was replaced there.
    pub mentions: u64,
    /// Links between ids.
    pub links: u64,
    /// Ids whose person properties went.
    pub properties: u64,
    /// First times that retention kept.
    pub first_seen: u64,
    /// Records of the journal that were overwritten.
    pub journal: u64,
    /// Refused events that named one of the ids and were still in their log; its keeper knows.
    pub rejected: u64,
    /// Files in quarantine that may hold the person: an operator has to look at them.
    pub quarantine: u64,
}

/// The receipt of an erasure. It holds nothing about the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Its number, one for all tenants.
    pub number: u64,
    /// Whose person it was.
    pub tenant: TenantId,
    /// What became of the events.
    pub how: How,
    /// How far it is.
    pub state: ErasureState,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it was done.
    pub finished_at: Option<Timestamp>,
    /// What was found.
    pub touched: Touched,
}

/// An erasure that is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenErasure {
    /// What is known of it so far.
    pub receipt: Receipt,
    /// The ids of the person: of a pending one the id that was asked for; empty once no holder
    /// needs them any more.
    pub ids: Vec<String>,
    /// Events below this position of lane 0 were erased from the store; of hidden ones.
    pub position: u64,
}

/// What one attempt of a store did.
#[derive(Debug)]
pub struct Erased {
    /// What became durable on the way, whether or not the rest worked.
    pub flushed: Flushed,
    /// Whether the person is hidden now.
    pub result: Result<(), FlushError>,
}
