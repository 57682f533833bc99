//! Collections that are cheap to copy and to change a little: a copy shares everything, a change
//! copies only the small piece it falls into. So the fold goes on while questions keep what they
//! saw.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

const CHUNK: usize = 256;
/// Bytes of text that lie together.
const BLOCK_BYTES: usize = 16 * 1024;
/// Entries per shard beyond which there will be twice as many shards.
const SHARD_LOAD: usize = 256;

/// A list.
#[derive(Clone, Debug)]
pub(super) struct Chunks<T> {
    chunks: Arc<Vec<Arc<Vec<T>>>>,
    len: usize,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { chunks: Arc::default(), len: 0 }
    }
}

impl<T: Copy> Chunks<T> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The item at `at`, which must be there.
    pub(super) fn at(&self, at: u32) -> &T {
        &self.chunks[at as usize / CHUNK][at as usize % CHUNK]
    }

    /// The item at `at`, which must be there, to be changed.
    pub(super) fn at_mut(&mut self, at: u32) -> &mut T {
        let chunk = &mut Arc::make_mut(&mut self.chunks)[at as usize / CHUNK];
        &mut Arc::make_mut(chunk)[at as usize % CHUNK]
    }

    pub(super) fn push(&mut self, item: T) {
        let chunks = Arc::make_mut(&mut self.chunks);
        match chunks.last_mut().filter(|chunk| chunk.len() < CHUNK) {
            Some(last) => Arc::make_mut(last).push(item),
            None => chunks.push(Arc::new(vec![item])),
        }
        self.len += 1;
    }
}

/// Where a text is.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextAt {
    block: u32,
    start: u32,
    len: u32,
}

/// Texts, one behind the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    blocks: Arc<Vec<Arc<String>>>,
}

impl Texts {
    pub(super) fn push(&mut self, text: &str) -> TextAt {
        let blocks = Arc::make_mut(&mut self.blocks);
        if blocks.last().is_none_or(|last| last.len() + text.len() > BLOCK_BYTES) {
            blocks.push(Arc::default());
        }
        let block = blocks.len() - 1;
        let last = Arc::make_mut(&mut blocks[block]);
        let start = last.len();
        last.push_str(text);
        TextAt { block: block as u32, start: start as u32, len: text.len() as u32 }
    }

    pub(super) fn get(&self, at: TextAt) -> &str {
        &self.blocks[at.block as usize][at.start as usize..(at.start + at.len) as usize]
    }
}

/// Person keys are hashes already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = (self.0 << 8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

type Shard<V> = HashMap<u64, V, BuildHasherDefault<KeyHasher>>;

/// A map by person key.
#[derive(Clone, Debug)]
pub(super) struct ByKey<V> {
    /// A power of two of them.
    shards: Arc<Vec<Arc<Shard<V>>>>,
    len: usize,
}

impl<V> Default for ByKey<V> {
    fn default() -> Self {
        Self { shards: Arc::new(vec![Arc::default()]), len: 0 }
    }
}

impl<V: Clone> ByKey<V> {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, key: u64) -> Option<&V> {
        self.shards[shard(key, self.shards.len())].get(&key)
    }

    /// Sets the value of a key; the one before.
    pub(super) fn insert(&mut self, key: u64, value: V) -> Option<V> {
        if self.len >= self.shards.len() * SHARD_LOAD {
            self.grow();
        }
        let at = shard(key, self.shards.len());
        let before = Arc::make_mut(&mut Arc::make_mut(&mut self.shards)[at]).insert(key, value);
        self.len += usize::from(before.is_none());
        before
    }

    /// Takes a key out; its value.
    pub(super) fn remove(&mut self, key: u64) -> Option<V> {
        self.get(key)?;
        let at = shard(key, self.shards.len());
        self.len -= 1;
        Arc::make_mut(&mut Arc::make_mut(&mut self.shards)[at]).remove(&key)
    }

    fn grow(&mut self) {
        let count = self.shards.len() * 2;
        let mut shards = vec![Shard::default(); count];
        for (key, value) in self.iter() {
            shards[shard(key, count)].insert(key, value.clone());
        }
        self.shards = Arc::new(shards.into_iter().map(Arc::new).collect());
    }

    /// All entries, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &V)> {
        self.shards.iter().flat_map(|shard| shard.iter().map(|(key, value)| (*key, value)))
    }
}

/// From bits that a table of the standard library looks at last.
fn shard(key: u64, shards: usize) -> usize {
    (key >> 32) as usize & (shards - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_does_not_see_later_changes() {
        let mut rng = fastrand::Rng::with_seed(5);
        let (mut list, mut map, mut texts) =
            (Chunks::default(), ByKey::default(), Texts::default());
        let keys: Vec<u64> = (0..3_000).map(|_| rng.u64(..)).collect();
        let mut at = Vec::new();
        for (n, key) in keys.iter().enumerate() {
            list.push(n);
            map.insert(*key, n);
            at.push(texts.push(&key.to_string()));
        }
        let kept = (list.clone(), map.clone(), texts.clone());
        for (n, key) in keys.iter().enumerate() {
            *list.at_mut(n as u32) += 1;
            assert_eq!(map.insert(*key, n + 1), Some(n));
            texts.push("more");
        }
        for (n, key) in keys.iter().enumerate() {
            assert_eq!((*kept.0.at(n as u32), kept.1.get(*key)), (n, Some(&n)));
            assert_eq!((*list.at(n as u32), map.get(*key)), (n + 1, Some(&(n + 1))));
            assert_eq!(kept.2.get(at[n]), texts.get(at[n]));
        }
        assert_eq!((list.len(), map.len()), (3_000, 3_000));
        assert_eq!(map.iter().count(), 3_000);
    }
}
