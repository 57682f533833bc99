//! What is left after power loss.

use std::collections::BTreeMap;

use super::disk_state::{DiskState, Node};

/// What becomes of bytes and names that were not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Survival {
    /// All are lost.
    None,
    /// Each sector of 512 bytes, each length and each change of a name survives by a coin of this
    /// seed, in no order.
    Random(u64),
}

/// The disk after power loss.
pub(super) fn survivors(state: &DiskState, survival: Survival) -> DiskState {
    let mut names = state.durable.clone();
    let mut nodes = state.nodes.clone();
    if let Survival::Random(seed) = survival {
        let mut coin = fastrand::Rng::with_seed(seed);
        for change in &state.unsynced {
            if coin.bool() {
                change.apply(&mut names);
            }
        }
        for node in nodes.values_mut() {
            keep_some(node, &mut coin);
        }
    }
    for node in nodes.values_mut() {
        node.live = node.durable.clone();
        node.dirty.clear();
    }
    new_disk(state, names, nodes)
}

/// The disk after the process died: all that was written is there, durable or not.
pub(super) fn everything(state: &DiskState) -> DiskState {
    let mut disk = new_disk(state, state.live.clone(), state.nodes.clone());
    disk.durable = state.durable.clone();
    disk.unsynced = state.unsynced.clone();
    disk
}

fn keep_some(node: &mut Node, coin: &mut fastrand::Rng) {
    if node.live.len() != node.durable.len() && coin.bool() {
        node.durable.resize(node.live.len(), 0);
    }
    for sector in std::mem::take(&mut node.dirty) {
        if coin.bool() {
            node.keep_sector(sector);
        }
    }
}

fn new_disk(
    state: &DiskState,
    names: BTreeMap<std::path::PathBuf, u64>,
    nodes: BTreeMap<u64, Node>,
) -> DiskState {
    DiskState {
        nodes,
        live: names.clone(),
        durable: names,
        dirs: state.dirs.clone(),
        next_node: state.next_node,
        quota: state.quota,
        ..DiskState::default()
    }
}
