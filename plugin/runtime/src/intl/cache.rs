//! Formatters that were used before, by their language and options: a loop that formats a thousand numbers sets one up.

use std::{collections::HashMap, hash::Hash, rc::Rc};

/// Formatters of each kind that are kept.
const MOST: usize = 64;

/// Keeps the formatters of one kind; when it is full, those that were not used lately go.
#[derive(Debug)]
pub(crate) struct Cache<K, V> {
    kept: HashMap<K, (Rc<V>, u64)>,
    clock: u64,
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self { kept: HashMap::new(), clock: 0 }
    }
}

impl<K: Hash + Eq, V> Cache<K, V> {
    /// The formatter of a key, or the one that is made now.
    ///
    /// # Errors
    /// If it cannot be made.
    pub(crate) fn get<E>(&mut self, key: K, make: impl FnOnce(&K) -> Result<V, E>) -> Result<Rc<V>, E> {
        self.clock += 1;
        if let Some((kept, used)) = self.kept.get_mut(&key) {
            *used = self.clock;
            return Ok(Rc::clone(kept));
        }
        let made = Rc::new(make(&key)?);
        if self.kept.len() >= MOST {
            self.make_room();
        }
        self.kept.insert(key, (Rc::clone(&made), self.clock));
        Ok(made)
    }

    /// Drops the older half.
    fn make_room(&mut self) {
        let mut uses: Vec<u64> = self.kept.values().map(|(_, used)| *used).collect();
        uses.sort_unstable();
        let middle = uses.get(uses.len() / 2).copied().unwrap_or_default();
        self.kept.retain(|_, (_, used)| *used >= middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_is_bounded_and_keeps_what_is_used() {
        let mut cache = Cache::default();
        for number in 0..1_000 {
            assert_eq!(cache.get(0, |_| Ok::<_, ()>("first")), Ok(Rc::new("first")));
            assert_eq!(cache.get(number + 1, |_| Ok::<_, ()>("other")), Ok(Rc::new("other")));
            assert!(cache.kept.len() <= MOST);
        }
        assert_eq!(cache.get(0, |_| Err(())), Ok(Rc::new("first")));
    }
}
