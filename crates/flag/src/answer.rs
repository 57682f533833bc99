//! Answers of flags, and their reasons.

use serde_json::Value as Json;

use crate::Flag;

/// What a flag says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer<'s> {
    /// Which flag; its id, key and version are for the answer on the wire.
    pub flag: &'s Flag,
    /// On or off.
    pub enabled: bool,
    /// Which variant, when it has some.
    pub variant: Option<&'s str>,
    /// What is handed out with it.
    pub payload: Option<&'s Json>,
    /// Why.
    pub reason: Reason,
    /// It is off because something could not be told: a cohort that is not known.
    pub failed: bool,
}

/// Why a flag says what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The kind of reason.
    pub code: ReasonCode,
    /// The condition that decided, from 0.
    pub condition_index: Option<usize>,
}

/// The kinds of reasons, from the least to the most telling: of several conditions that do not
/// match, the most telling one is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReasonCode {
    /// It depends on a flag that is not there, or on itself.
    MissingDependency,
    /// It is off, or archived.
    FlagDisabled,
    /// It is for groups, and the person acts in none of the kind.
    NoGroupType,
    /// No condition holds.
    NoConditionMatch,
    /// A condition holds, and the bucket is outside its percentage.
    OutOfRolloutBound,
    /// A condition holds.
    ConditionMatch,
    /// The person is held out.
    HoldoutConditionValue,
    /// The person has a property of the super condition.
    SuperConditionValue,
}

impl ReasonCode {
    /// The code as it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MissingDependency => "missing_dependency",
            Self::FlagDisabled => "flag_disabled",
            Self::NoGroupType => "no_group_type",
            Self::NoConditionMatch => "no_condition_match",
            Self::OutOfRolloutBound => "out_of_rollout_bound",
            Self::ConditionMatch => "condition_match",
            Self::HoldoutConditionValue => "holdout_condition_value",
            Self::SuperConditionValue => "super_condition_value",
        }
    }
}

impl Reason {
    /// A sentence for people; client libraries show it.
    pub fn description(&self) -> String {
        let text = match self.code {
            ReasonCode::MissingDependency => "Flag cannot be evaluated due to missing dependency",
            ReasonCode::FlagDisabled => "Feature flag is disabled",
            ReasonCode::NoGroupType => "No group type",
            ReasonCode::NoConditionMatch => "No matching condition set",
            ReasonCode::OutOfRolloutBound => "Out of rollout bound",
            ReasonCode::HoldoutConditionValue => "Holdout condition value",
            ReasonCode::SuperConditionValue => "Super condition value",
            ReasonCode::ConditionMatch => {
                let number = self.condition_index.unwrap_or(0) + 1;
                return format!("Matched condition set {number}");
            }
        };
        text.to_owned()
    }
}
