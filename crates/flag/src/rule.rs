//! Rules: one thing that must hold of a person, a group, a cohort or another flag.

mod date;
mod test;
mod text;
mod version;

use serde_json::Value as Json;

pub use test::{PATTERN_CHARS_MAX, VALUES_MAX};
pub(crate) use test::{Test, parse};

/// One condition on one fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// About what.
    pub subject: Subject,
    /// Which relation.
    pub operator: Operator,
    /// To what, as it was written; null where the operator needs nothing.
    pub value: Json,
    /// Turns the rule around.
    pub negation: bool,
}

impl Rule {
    /// The cohort it names, where it is about one.
    pub(crate) fn cohort(&self) -> String {
        match &self.value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

/// What a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A property of the person.
    Person(String),
    /// A property of the person's group of a kind; without one, of the group that is bucketed.
    Group(String, Option<u8>),
    /// Belonging to a cohort; the rule's value names it.
    Cohort,
    /// What another flag answers; named by its key or number.
    Flag(String),
}

impl Subject {
    /// The name on the wire.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Group(..) => "group",
            Self::Cohort => "cohort",
            Self::Flag(_) => "flag",
        }
    }
}

macro_rules! operators {
    ($($(#[$doc:meta])* $variant:ident $text:literal,)+) => {
        /// The relations a rule may ask for. Text is compared without case; a value that is
        /// missing or null satisfies the negative ones of text, and no others.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Operator { $($(#[$doc])* $variant,)+ }

        impl Operator {
            /// All of them.
            pub const ALL: &'static [Operator] = &[$(Operator::$variant,)+];

            /// The name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Operator::$variant => $text,)+ }
            }
        }
    };
}

operators! {
    /// Equal to it, or to one of a list.
    Exact "exact",
    /// Equal to none of them.
    IsNot "is_not",
    /// There, even if null.
    IsSet "is_set",
    /// Not there.
    IsNotSet "is_not_set",
    /// Has the text inside.
    Icontains "icontains",
    /// The opposite.
    NotIcontains "not_icontains",
    /// Has one of the texts inside.
    IcontainsMulti "icontains_multi",
    /// The opposite.
    NotIcontainsMulti "not_icontains_multi",
    /// Begins with the text.
    StartsWith "starts_with",
    /// The opposite.
    NotStartsWith "not_starts_with",
    /// Ends with the text.
    EndsWith "ends_with",
    /// The opposite.
    NotEndsWith "not_ends_with",
    /// Rust regex, anywhere in the text, with case.
    Regex "regex",
    /// The opposite.
    NotRegex "not_regex",
    /// Greater: than a number as a number, or not at all; than a text as a text.
    Gt "gt",
    /// Greater or equal.
    Gte "gte",
    /// Smaller.
    Lt "lt",
    /// Smaller or equal.
    Lte "lte",
    /// From the first to the second number, both included.
    Between "between",
    /// A number outside of that.
    NotBetween "not_between",
    /// The same moment.
    IsDateExact "is_date_exact",
    /// A moment before.
    IsDateBefore "is_date_before",
    /// A moment after.
    IsDateAfter "is_date_after",
    /// The same version.
    SemverEq "semver_eq",
    /// Another version.
    SemverNeq "semver_neq",
    /// A later version.
    SemverGt "semver_gt",
    /// The same version or a later one.
    SemverGte "semver_gte",
    /// An earlier version.
    SemverLt "semver_lt",
    /// The same version or an earlier one.
    SemverLte "semver_lte",
    /// `~1.2.3`: the same major and minor, from there.
    SemverTilde "semver_tilde",
    /// `^1.2.3`: nothing incompatible, from there.
    SemverCaret "semver_caret",
    /// `1.2.*`.
    SemverWildcard "semver_wildcard",
    /// Belongs to the cohort.
    In "in",
    /// Does not.
    NotIn "not_in",
    /// The other flag answers this: true, false or a variant.
    FlagEvaluatesTo "flag_evaluates_to",
}

impl Operator {
    /// Those that can be asked of a subject.
    pub fn of(subject: &Subject) -> &'static [Operator] {
        let properties = Self::ALL.len() - 3;
        match subject {
            Subject::Person(_) | Subject::Group(..) => &Self::ALL[..properties],
            Subject::Cohort => &[Self::In, Self::NotIn],
            Subject::Flag(_) => &[Self::FlagEvaluatesTo],
        }
    }

    /// Whether it stands alone, without a value.
    pub fn needs_no_value(self) -> bool {
        matches!(self, Self::IsSet | Self::IsNotSet)
    }
}
