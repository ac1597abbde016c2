//! A queue that serves tenants in turn, and each tenant's own entries in their order.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
};

/// Entries by owner, taken out one owner after the other.
#[derive(Debug)]
pub(super) struct FairQueue<K, T> {
    waiting: HashMap<K, VecDeque<T>>,
    turns: VecDeque<K>,
}

impl<K: Clone + Eq + Hash, T> FairQueue<K, T> {
    pub(super) fn new() -> Self {
        Self { waiting: HashMap::new(), turns: VecDeque::new() }
    }

    pub(super) fn push(&mut self, owner: &K, entry: T) {
        let entries = self.waiting.entry(owner.clone()).or_insert_with(|| {
            self.turns.push_back(owner.clone());
            VecDeque::new()
        });
        entries.push_back(entry);
    }

    /// The next entry, with its owner, who goes to the end of the turns.
    pub(super) fn pop(&mut self) -> Option<(K, T)> {
        let owner = self.turns.pop_front()?;
        let entries = self.waiting.get_mut(&owner)?;
        let entry = entries.pop_front()?;
        if entries.is_empty() {
            self.waiting.remove(&owner);
        } else {
            self.turns.push_back(owner.clone());
        }
        Some((owner, entry))
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.values().map(VecDeque::len).sum()
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.turns.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_owner_s_many_do_not_hold_up_another_s_first() {
        let mut queue = FairQueue::new();
        for entry in 0..3 {
            queue.push(&"acme", entry);
        }
        queue.push(&"globex", 100);
        assert_eq!(queue.len(), 4);
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(order, [("acme", 0), ("globex", 100), ("acme", 1), ("acme", 2)]);
        assert_eq!(queue.len(), 0);
    }
}
