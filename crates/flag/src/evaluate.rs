//! What a flag answers for one person, and why.
//!
//! In this order: a flag that is off, or that depends on one that is not there, answers false.
//! Its super condition decides for people who have one of its properties. Its holdout takes
//! people out. Then its conditions are asked in the order in which they are written, and the
//! first that matches gives the variant. (PostHog's server and some of its libraries ask those
//! with a `variant` of their own first; its newest ones do as we do.)
//!
//! **Logging in.** The bucket comes from the distinct id, which changes when an anonymous person
//! logs in. A flag with `ensure_experience_continuity` therefore hashes, in this order: the
//! context's `hash_key_override` (the id the person was first bucketed by, which the caller keeps
//! per person), its `anon_distinct_id` (sent along by the client at that moment), the distinct id.
//! As long as the caller gives one of the first two, the answer does not change. A flag that is
//! bucketed by device does not change either, as long as the client sends its device id.

use std::borrow::Cow;

use event::Timestamp;
use serde_json::{Map, Value as Json};

use crate::{
    Answer, Bucketing, Reason, ReasonCode, bucket,
    set::{Asked, CompiledCondition, CompiledFlag, CompiledRule, Expected, Set, Source},
};

/// For whom flags are asked.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The person's id.
    pub distinct_id: &'a str,
    /// The device's.
    pub device_id: Option<&'a str>,
    /// The anonymous id the person had until now, when a client tells it.
    pub anon_distinct_id: Option<&'a str>,
    /// The id the person was first bucketed by, when one is kept.
    pub hash_key_override: Option<&'a str>,
    /// What is known of the person. `distinct_id` need not be among it.
    pub person_properties: &'a Map<String, Json>,
    /// The groups the person acts in.
    pub groups: &'a [Group<'a>],
    /// Who belongs to which cohort.
    pub cohorts: &'a dyn Cohorts,
    /// The moment of asking.
    pub now: Timestamp,
}

/// A group the person acts in.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    /// Its kind, e.g. `company`.
    pub kind: &'a str,
    /// Its id.
    pub key: &'a str,
    /// What is known of it.
    pub properties: &'a Map<String, Json>,
}

/// Knows whether the person of a context belongs to a cohort.
pub trait Cohorts {
    /// None if there is no such cohort, or it cannot be told.
    fn has(&self, cohort: &str) -> Option<bool>;
}

impl<F: Fn(&str) -> Option<bool>> Cohorts for F {
    fn has(&self, cohort: &str) -> Option<bool> {
        self(cohort)
    }
}

/// The flags that were asked before: those a flag may depend on.
pub(crate) enum Known<'r, 's> {
    /// All up to a position.
    Before(&'r [Answer<'s>]),
    /// Those of these positions.
    Only(&'s [usize], &'r [Answer<'s>]),
}

impl<'s> Known<'_, 's> {
    fn answer(&self, position: usize) -> Option<&Answer<'s>> {
        match self {
            Self::Before(answers) => answers.get(position),
            Self::Only(positions, answers) => {
                positions.binary_search(&position).ok().and_then(|at| answers.get(at))
            }
        }
    }
}

/// One evaluation of one flag.
pub(crate) struct Run<'r, 's> {
    pub(crate) set: &'s Set,
    pub(crate) flag: &'s CompiledFlag,
    pub(crate) context: &'r Context<'r>,
    pub(crate) known: Known<'r, 's>,
    pub(crate) failed: bool,
}

impl<'r, 's> Run<'r, 's> {
    pub(crate) fn answer(mut self) -> Answer<'s> {
        let flag = &self.flag.flag;
        if !flag.is_active(self.context.now) {
            return self.off(ReasonCode::FlagDisabled, None);
        }
        if self.flag.is_missing_a_dependency {
            return self.off(ReasonCode::MissingDependency, None);
        }
        if let Some(answer) = self.super_condition() {
            return answer;
        }
        if let Some((percentage, variant)) = &self.flag.holdout
            && let Some(id) = self.bucketed(flag.aggregation)
            && bucket::is_inside(*percentage, || bucket::holdout(id))
        {
            return self.on(Some(variant), ReasonCode::HoldoutConditionValue, None);
        }
        self.conditions()
    }

    fn off(&self, code: ReasonCode, condition_index: Option<usize>) -> Answer<'s> {
        let reason = Reason { code, condition_index };
        let (flag, failed) = (&self.flag.flag, self.failed);
        Answer { flag, enabled: false, variant: None, payload: None, reason, failed }
    }

    fn on(
        &self,
        variant: Option<&'s str>,
        code: ReasonCode,
        condition_index: Option<usize>,
    ) -> Answer<'s> {
        let flag = &self.flag.flag;
        let payload = flag.payload(variant);
        let reason = Reason { code, condition_index };
        Answer { flag, enabled: true, variant, payload, reason, failed: false }
    }

    fn super_condition(&mut self) -> Option<Answer<'s>> {
        let condition = self.flag.super_groups.first()?;
        let properties = self.context.person_properties;
        let is_concerned = condition.rules.iter().any(|rule| match &rule.asked {
            Asked::Property(_, key, _) => properties.contains_key(key),
            _ => false,
        });
        if !is_concerned {
            return None;
        }
        let code = ReasonCode::SuperConditionValue;
        match self.ask(condition) {
            ReasonCode::ConditionMatch => Some(self.on(None, code, Some(0))),
            _ => Some(self.off(code, Some(0))),
        }
    }

    fn conditions(&mut self) -> Answer<'s> {
        let mut best: Option<(ReasonCode, usize)> = None;
        for (index, condition) in self.flag.groups.iter().enumerate() {
            let code = self.ask(condition);
            if code == ReasonCode::ConditionMatch {
                return self.on(self.variant(condition), code, Some(index));
            }
            if best.is_none_or(|(most, _)| most <= code) {
                best = Some((code, index));
            }
            if code == ReasonCode::OutOfRolloutBound && self.flag.flag.early_exit {
                break;
            }
        }
        let (code, index) = best.unzip();
        self.off(code.unwrap_or(ReasonCode::NoConditionMatch), index)
    }

    /// How a condition ends: match, no match, out of bound, or no group.
    fn ask(&mut self, condition: &'s CompiledCondition) -> ReasonCode {
        let Some(id) = self.bucketed(condition.group) else { return ReasonCode::NoGroupType };
        if !condition.rules.iter().all(|rule| self.holds(rule, condition.group)) {
            return ReasonCode::NoConditionMatch;
        }
        let key = &self.flag.flag.key;
        if bucket::is_inside(condition.rollout_percentage, || bucket::rollout(key, id)) {
            ReasonCode::ConditionMatch
        } else {
            ReasonCode::OutOfRolloutBound
        }
    }

    fn variant(&self, condition: &'s CompiledCondition) -> Option<&'s str> {
        let flag = &self.flag.flag;
        let own = condition.variant.and_then(|index| flag.variants.get(index));
        if let Some(variant) = own {
            return Some(&variant.key);
        }
        let id = self.bucketed(condition.group).filter(|_| !flag.variants.is_empty())?;
        let bucket = bucket::variant(&flag.key, id);
        let mut reached = 0.0;
        let chosen = flag.variants.iter().find(|variant| {
            reached += variant.rollout_percentage / 100.0;
            bucket < reached
        });
        chosen.map(|variant| variant.key.as_str())
    }

    /// The id that is hashed; none if it is that of a group the person is not in.
    fn bucketed(&self, group: Option<u8>) -> Option<&'r str> {
        if let Some(index) = group {
            return self.group(index).map(|group| group.key).filter(|key| !key.is_empty());
        }
        let (context, flag) = (self.context, &self.flag.flag);
        let device = context.device_id.filter(|id| !id.is_empty());
        let earlier = context.hash_key_override.or(context.anon_distinct_id);
        Some(match flag.bucketing {
            Bucketing::DeviceId if device.is_some() => device?,
            _ if flag.ensure_experience_continuity => {
                earlier.filter(|id| !id.is_empty()).unwrap_or(context.distinct_id)
            }
            _ => context.distinct_id,
        })
    }

    fn group(&self, index: u8) -> Option<&'r Group<'r>> {
        let kind = self.set.group_kinds.get(usize::from(index))?;
        self.context.groups.iter().find(|group| group.kind == kind)
    }

    fn holds(&mut self, rule: &CompiledRule, bucketed: Option<u8>) -> bool {
        let held = match &rule.asked {
            Asked::Property(source, key, test) => {
                let Some(value) = self.property(*source, key, bucketed) else { return false };
                test.holds(value.as_deref(), self.context.now)
            }
            Asked::Cohort(id, inside) => match self.context.cohorts.has(id) {
                Some(has) => has == *inside,
                None => {
                    self.failed = true;
                    return false;
                }
            },
            Asked::Flag(position, expected) => {
                let Some(answer) = self.known.answer(*position) else { return false };
                self.failed |= answer.failed;
                match expected {
                    Expected::Any(enabled) => answer.enabled == *enabled,
                    Expected::Variant(variant) => answer.variant == Some(variant),
                }
            }
            Asked::Never => return false,
        };
        held != rule.negation
    }

    /// The value of a property; none at all if it is one of a group the person is not in.
    fn property(
        &self,
        source: Source,
        key: &str,
        bucketed: Option<u8>,
    ) -> Option<Option<Cow<'r, Json>>> {
        let index = match source {
            Source::Person => {
                let value = self.context.person_properties.get(key).map(Cow::Borrowed);
                let id = || Cow::Owned(Json::from(self.context.distinct_id));
                return Some(value.or_else(|| (key == "distinct_id").then(id)));
            }
            Source::Group(index) => index.or(bucketed)?,
        };
        Some(self.group(index)?.properties.get(key).map(Cow::Borrowed))
    }
}

#[cfg(test)]
mod tests;
