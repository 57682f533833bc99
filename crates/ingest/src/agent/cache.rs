//! User agents that were read before: few are sent again and again.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, PoisonError},
};

use super::Agent;

/// Locks are taken per shard, so that concurrent requests rarely meet.
const SHARDS: usize = 16;
/// Agents per shard; a full shard is emptied, which costs a few microseconds per agent in use.
const AGENTS_MAX: usize = 256;

/// Keeps what user agents tell, by their text.
#[derive(Debug, Default)]
pub(crate) struct Agents {
    shards: [Mutex<HashMap<Box<str>, Arc<Agent>>>; SHARDS],
    /// Random, so that nobody can aim at one shard.
    hasher: RandomState,
}

impl Agents {
    /// What a user agent tells.
    pub(crate) fn of(&self, text: &str) -> Arc<Agent> {
        let text = &text[..text.floor_char_boundary(super::BYTES_MAX)];
        let shard = &self.shards[self.hasher.hash_one(text) as usize % SHARDS];
        let found = |shard: &HashMap<Box<str>, Arc<Agent>>| shard.get(text).cloned();
        if let Some(agent) = found(&shard.lock().unwrap_or_else(PoisonError::into_inner)) {
            return agent;
        }
        let agent = Arc::new(Agent::of(text));
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= AGENTS_MAX {
            shard.clear();
        }
        shard.insert(text.into(), agent.clone());
        agent
    }

    /// Agents that are kept.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        let count = |shard: &Mutex<HashMap<_, _>>| shard.lock().map_or(0, |shard| shard.len());
        self.shards.iter().map(count).sum()
    }
}
