//! What the pipeline noticed about an event without refusing it.

/// A set of marks; shown as a list of names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Marks(u32);

impl Marks {
    /// The client's time was more than a day ahead and was replaced by the time of receipt.
    pub const TIME_ADJUSTED: Marks = Marks(1);
    /// A text was cut to its limit.
    pub const TRUNCATED: Marks = Marks(1 << 1);
    /// The sender looks like a script.
    pub const BOT_SUSPECT: Marks = Marks(1 << 2);
    /// The entity the event names is not known.
    pub const ENTITY_UNKNOWN: Marks = Marks(1 << 3);
    /// A link between two ids was refused.
    pub const LINK_REFUSED: Marks = Marks(1 << 4);
    /// The same happening within a minute is the same event, whatever its id: its id holds the
    /// fingerprint.
    pub const FINGERPRINT: Marks = Marks(1 << 30);
    /// The id was made here, so no retry can carry it; not shown.
    pub const ID_MADE: Marks = Marks(1 << 31);

    const NAMES: [(Marks, &'static str); 5] = [
        (Self::TIME_ADJUSTED, "time_adjusted"),
        (Self::TRUNCATED, "truncated"),
        (Self::BOT_SUSPECT, "bot_suspect"),
        (Self::ENTITY_UNKNOWN, "entity_unknown"),
        (Self::LINK_REFUSED, "link_refused"),
    ];

    /// From the stored bits; unknown bits are kept.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// The stored bits.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether all marks of `other` are set.
    pub const fn contains(self, other: Marks) -> bool {
        self.0 & other.0 == other.0
    }

    /// Sets the marks of `other`.
    pub fn insert(&mut self, other: Marks) {
        self.0 |= other.0;
    }

    /// The names of the marks that are set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(mark, _)| self.contains(*mark)).map(|(_, name)| name)
    }
}
