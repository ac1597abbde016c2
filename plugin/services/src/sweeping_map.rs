//! A map whose entries expire by a condition and are never evicted early, whatever their number.
//!
//! It is swept when it has twice as many entries as were left after the last sweep, so that the amortized cost per entry is constant.

use std::{collections::HashMap, hash::Hash};

/// A map that sweeps out expired entries.
#[derive(Debug)]
pub struct SweepingMap<K, V> {
    entries: HashMap<K, V>,
    least: usize,
    next: usize,
}

impl<K: Hash + Eq, V> SweepingMap<K, V> {
    /// Creates an empty map; it is not swept below `least` entries.
    #[must_use]
    pub fn new(least: usize) -> Self {
        Self { entries: HashMap::new(), least, next: least }
    }

    /// Returns the entry of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    /// Returns the entry of a key, mutably.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.entries.get_mut(key)
    }

    /// Returns the entry of a key, inserting it if absent; may sweep out expired entries first.
    pub fn entry(&mut self, key: K, new: impl FnOnce() -> V, is_over: impl Fn(&V) -> bool) -> &mut V {
        if self.entries.len() >= self.next && !self.entries.contains_key(&key) {
            self.entries.retain(|_, value| !is_over(value));
            self.next = self.least.max(2 * self.entries.len());
        }
        self.entries.entry(key).or_insert_with(new)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn only_expired_entries_are_removed() {
        let mut sweeping_map = SweepingMap::new(4);
        for key in 0..4 {
            sweeping_map.entry(key, || key, |_| false);
        }
        sweeping_map.entry(4, || 4, |value| *value < 3);
        assert_eq!((0..5).filter(|key| sweeping_map.get(key).is_some()).collect::<Vec<_>>(), [3, 4]);
        *sweeping_map.entry(3, || 0, |_| true) += 10;
        assert_eq!(sweeping_map.get_mut(&3), Some(&mut 13), "reading an entry does not sweep");
    }

    #[test]
    fn the_cost_per_entry_is_independent_of_live_entries() {
        let (mut sweeping_map, looks) = (SweepingMap::new(10), Cell::new(0));
        for key in 0..10_000 {
            sweeping_map.entry(
                key,
                || (),
                |()| {
                    looks.set(looks.get() + 1);
                    false
                },
            );
        }
        assert!(looks.get() < 2 * 10_000, "{} looks", looks.get());
    }
}
