//! A queue that serves its owners (tenants) round-robin, and the entries of one owner in order.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
};

/// Entries by owner, taken round-robin.
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

    /// Returns the owners with entries, in the order in which they are served.
    pub(super) fn turns(&self) -> impl Iterator<Item = &K> {
        self.turns.iter()
    }

    /// Returns the first entry of an owner.
    pub(super) fn first(&self, owner: &K) -> Option<&T> {
        self.waiting.get(owner)?.front()
    }

    /// Returns the entries of an owner, in order.
    pub(super) fn of(&self, owner: &K) -> impl Iterator<Item = &T> {
        self.waiting.get(owner).into_iter().flatten()
    }

    /// Removes the first entry of an owner, and moves the owner to the end of the order.
    pub(super) fn take(&mut self, owner: &K) -> Option<T> {
        let entries = self.waiting.get_mut(owner)?;
        let entry = entries.pop_front();
        if let Some(turn) = self.turns.iter().position(|turn| turn == owner) {
            self.turns.remove(turn);
        }
        if entries.is_empty() {
            self.waiting.remove(owner);
        } else {
            self.turns.push_back(owner.clone());
        }
        entry
    }

    /// Removes leading entries of each owner for which `over` is true.
    pub(super) fn drop_first_while(&mut self, over: impl Fn(&T) -> bool) {
        let mut emptied = false;
        for entries in self.waiting.values_mut() {
            while entries.front().is_some_and(&over) {
                entries.pop_front();
            }
            emptied |= entries.is_empty();
        }
        if emptied {
            let waiting = &mut self.waiting;
            self.turns.retain(|owner| waiting.get(owner).is_some_and(|entries| !entries.is_empty()));
            waiting.retain(|_, entries| !entries.is_empty());
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.turns.is_empty()
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

    fn next(queue: &mut FairQueue<&'static str, i32>) -> Option<(&'static str, i32)> {
        let owner = *queue.turns().next()?;
        queue.take(&owner).map(|entry| (owner, entry))
    }

    #[test]
    fn one_owners_backlog_does_not_delay_anothers_first_entry() {
        let mut queue = FairQueue::new();
        for entry in 0..3 {
            queue.push(&"acme", entry);
        }
        queue.push(&"globex", 100);
        assert_eq!((queue.len(), queue.first(&"acme")), (4, Some(&0)));
        let order: Vec<_> = std::iter::from_fn(|| next(&mut queue)).collect();
        assert_eq!(order, [("acme", 0), ("globex", 100), ("acme", 1), ("acme", 2)]);
        assert_eq!(queue.len(), 0);
    }

    #[test]
    fn abandoned_entries_are_dropped() {
        let mut queue = FairQueue::new();
        for (owner, entry) in [("acme", 1), ("acme", 2), ("globex", 1)] {
            queue.push(&owner, entry);
        }
        queue.drop_first_while(|entry| *entry == 1);
        assert_eq!((next(&mut queue), queue.len()), (Some(("acme", 2)), 0));
    }
}
