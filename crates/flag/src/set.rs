//! The flags of a tenant, compiled once and asked many times.
//!
//! Flags stand in an order in which those a flag depends on come before it, so that one pass
//! answers all of them and a rule on a flag looks at an answer that is already there.

mod compile;
mod order;

use std::collections::HashMap;

pub use order::check;

use crate::{
    Answer, Context, Flag,
    evaluate::{Known, Run},
    rule::Test,
};

/// Compiled flags.
#[derive(Debug)]
pub struct Set {
    flags: Vec<CompiledFlag>,
    by_key: HashMap<String, usize>,
    pub(crate) group_kinds: Vec<String>,
}

/// A flag and what it was compiled into.
#[derive(Debug)]
pub(crate) struct CompiledFlag {
    pub(crate) flag: Flag,
    pub(crate) groups: Vec<CompiledCondition>,
    pub(crate) super_groups: Vec<CompiledCondition>,
    /// The percentage that is kept out, and the variant it gets.
    pub(crate) holdout: Option<(f64, String)>,
    /// The positions of all flags it depends on, also through others; ascending.
    pub(crate) needs: Vec<usize>,
    pub(crate) is_missing_a_dependency: bool,
}

#[derive(Debug)]
pub(crate) struct CompiledCondition {
    pub(crate) rules: Vec<CompiledRule>,
    pub(crate) rollout_percentage: f64,
    /// Its own variant, as an index.
    pub(crate) variant: Option<usize>,
    /// The kind of group that is bucketed; none for the person.
    pub(crate) group: Option<u8>,
}

#[derive(Debug)]
pub(crate) struct CompiledRule {
    pub(crate) asked: Asked,
    pub(crate) negation: bool,
}

#[derive(Debug)]
pub(crate) enum Asked {
    /// A property.
    Property(Source, String, Test),
    /// A cohort, and whether to belong to it.
    Cohort(String, bool),
    /// The answer of the flag at a position.
    Flag(usize, Expected),
    /// Something that was never valid.
    Never,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    Person,
    /// Of the group of this kind, or of the one that is bucketed.
    Group(Option<u8>),
}

#[derive(Debug)]
pub(crate) enum Expected {
    /// On, with whatever variant, or off.
    Any(bool),
    Variant(String),
}

impl Set {
    /// Compiles flags. `group_kinds` are the names behind the numbers of group kinds. Of two flags
    /// with one key the later counts. Flags that depend on what is not there, or on themselves,
    /// answer false with their reason; [`check`] refuses them before they are kept.
    pub fn new(flags: Vec<Flag>, group_kinds: Vec<String>) -> Self {
        let flags = compile::all(flags);
        let positions = flags.iter().enumerate();
        let by_key = positions.map(|(at, compiled)| (compiled.flag.key.clone(), at)).collect();
        Self { flags, by_key, group_kinds }
    }

    /// The flags, those that others depend on first.
    pub fn flags(&self) -> impl ExactSizeIterator<Item = &Flag> {
        self.flags.iter().map(|compiled| &compiled.flag)
    }

    /// A flag by its key.
    pub fn get(&self, key: &str) -> Option<&Flag> {
        self.by_key.get(key).map(|at| &self.flags[*at].flag)
    }

    /// A flag by what rules call it: its key, else its number.
    pub(crate) fn find(&self, name: &str) -> Option<&Flag> {
        let by_number = || self.flags().find(|flag| flag.id != 0 && flag.id.to_string() == name);
        self.get(name).or_else(by_number)
    }

    /// Whether all a flag depends on is there.
    pub(crate) fn is_whole(&self, key: &str) -> bool {
        self.by_key.get(key).is_some_and(|at| !self.flags[*at].is_missing_a_dependency)
    }

    /// The names behind the numbers of group kinds.
    pub fn group_kinds(&self) -> &[String] {
        &self.group_kinds
    }

    /// The keys of all flags a flag depends on, in the order in which they must be asked.
    pub fn dependencies(&self, key: &str) -> Vec<&str> {
        let needs = self.by_key.get(key).map(|at| self.flags[*at].needs.as_slice());
        let keys = needs.unwrap_or_default().iter().map(|at| self.flags[*at].flag.key.as_str());
        keys.collect()
    }

    /// What every flag answers, in the order of [`Set::flags`].
    pub fn evaluate_all<'s>(&'s self, context: &Context<'_>) -> Vec<Answer<'s>> {
        let mut answers = Vec::with_capacity(self.flags.len());
        for at in 0..self.flags.len() {
            let answer = self.run(at, context, Known::Before(&answers));
            answers.push(answer);
        }
        answers
    }

    /// What one flag answers; only those it depends on are asked as well.
    pub fn evaluate<'s>(&'s self, key: &str, context: &Context<'_>) -> Option<Answer<'s>> {
        let at = *self.by_key.get(key)?;
        let needs = &self.flags[at].needs;
        let mut answers = Vec::with_capacity(needs.len());
        for need in needs {
            let answer = self.run(*need, context, Known::Only(needs, &answers));
            answers.push(answer);
        }
        Some(self.run(at, context, Known::Only(needs, &answers)))
    }

    fn run<'s>(&'s self, at: usize, context: &Context<'_>, known: Known<'_, 's>) -> Answer<'s> {
        Run { set: self, flag: &self.flags[at], context, known, failed: false }.answer()
    }
}

#[cfg(test)]
mod tests;
