//! A map of a bounded size: when it is full, what was asked for longest ago makes room. Clearing all of it would make everybody ask
//! the database at the same moment.

use std::{borrow::Borrow, collections::HashMap, hash::Hash};

/// The part that goes at once, so that a full map is not searched for every new entry: a tenth.
const PART: usize = 10;

/// Remembers what was asked for lately.
#[derive(Debug)]
pub(crate) struct Recent<K, V> {
    entries: HashMap<K, (u64, V)>,
    most: usize,
    asked: u64,
}

impl<K: Hash + Eq + Clone, V> Recent<K, V> {
    /// Nothing yet, and at most so many entries.
    pub(crate) fn of(most: usize) -> Self {
        Self { entries: HashMap::new(), most: most.max(1), asked: 0 }
    }

    /// What is remembered of a key.
    pub(crate) fn get<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.asked += 1;
        let (asked, value) = self.entries.get_mut(key)?;
        *asked = self.asked;
        Some(value)
    }

    /// Remembers a value.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.asked += 1;
        if self.entries.len() >= self.most && !self.entries.contains_key(&key) {
            self.forget_a_part();
        }
        self.entries.insert(key, (self.asked, value));
    }

    fn forget_a_part(&mut self) {
        let mut asked: Vec<u64> = self.entries.values().map(|(asked, _)| *asked).collect();
        let part = self.most.div_ceil(PART).min(asked.len());
        asked.sort_unstable();
        let Some(newest) = part.checked_sub(1).and_then(|last| asked.get(last)).copied() else { return };
        self.entries.retain(|_, (asked, _)| *asked > newest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known<K: Hash + Eq + Clone>(recent: &mut Recent<K, i32>, key: &K) -> Option<i32> {
        recent.get(key).copied()
    }

    #[test]
    fn what_was_asked_for_longest_ago_makes_room() {
        let mut recent = Recent::of(20);
        for key in 0..20 {
            recent.insert(key, key);
        }
        assert_eq!(known(&mut recent, &0), Some(0), "asked for again");
        recent.insert(20, 20);
        assert_eq!((1..3).find_map(|key| known(&mut recent, &key)), None, "a tenth goes at once");
        for key in [0, 3, 19, 20] {
            assert_eq!(known(&mut recent, &key), Some(key));
        }
        recent.insert(3, 33);
        assert_eq!(known(&mut recent, &3), Some(33), "what is known is replaced");
        assert_eq!(recent.entries.len(), 19);
    }

    #[test]
    fn one_entry_is_the_least() {
        let mut recent = Recent::of(0);
        recent.insert("a", 1);
        recent.insert("b", 2);
        assert_eq!(known(&mut recent, &"a"), None);
        assert_eq!(known(&mut recent, &"b"), Some(2));
    }
}
