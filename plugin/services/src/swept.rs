//! A map of what must not be forgotten before it means nothing any more, however many there are.
//!
//! It is looked through for what is over when it has twice as many entries as were left the last time, so that an entry costs the same
//! however many others there are.

use std::{collections::HashMap, hash::Hash};

/// Keeps what is not over.
#[derive(Debug)]
pub struct Swept<K, V> {
    entries: HashMap<K, V>,
    least: usize,
    next: usize,
}

impl<K: Hash + Eq, V> Swept<K, V> {
    /// Nothing yet; with fewer entries than `least` nothing is looked through.
    #[must_use]
    pub fn new(least: usize) -> Self {
        Self { entries: HashMap::new(), least, next: least }
    }

    /// The entry of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }

    /// The entry of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.entries.get_mut(key)
    }

    /// The entry of a key, or a new one; before that, those that are over may go.
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
    fn what_is_over_goes_and_nothing_else() {
        let mut swept = Swept::new(4);
        for key in 0..4 {
            swept.entry(key, || key, |_| false);
        }
        swept.entry(4, || 4, |value| *value < 3);
        assert_eq!((0..5).filter(|key| swept.get(key).is_some()).collect::<Vec<_>>(), [3, 4]);
        *swept.entry(3, || 0, |_| true) += 10;
        assert_eq!(swept.get_mut(&3), Some(&mut 13), "what is there is not swept for itself");
    }

    #[test]
    fn an_entry_costs_the_same_however_many_are_not_over() {
        let (mut swept, looks) = (Swept::new(10), Cell::new(0));
        for key in 0..10_000 {
            swept.entry(
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
