//! A cache of formatters by language and options, so that a loop over a thousand numbers creates one.

use std::{collections::HashMap, hash::Hash, rc::Rc};

/// Maximum number of formatters of each kind.
const MAX_FORMATTERS: usize = 64;

/// Caches the formatters of one kind; if it is full, the least recently used half is dropped.
#[derive(Debug)]
pub(crate) struct Cache<K, V> {
    entries: HashMap<K, (Rc<V>, u64)>,
    clock: u64,
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), clock: 0 }
    }
}

impl<K: Hash + Eq, V> Cache<K, V> {
    /// Returns the formatter of a key, and creates it if it is not cached.
    ///
    /// # Errors
    /// The error of `make`.
    pub(crate) fn get<E>(&mut self, key: K, make: impl FnOnce(&K) -> Result<V, E>) -> Result<Rc<V>, E> {
        self.clock += 1;
        if let Some((formatter, used)) = self.entries.get_mut(&key) {
            *used = self.clock;
            return Ok(Rc::clone(formatter));
        }
        let made = Rc::new(make(&key)?);
        if self.entries.len() >= MAX_FORMATTERS {
            self.make_room();
        }
        self.entries.insert(key, (Rc::clone(&made), self.clock));
        Ok(made)
    }

    /// Drops the older half.
    fn make_room(&mut self) {
        let mut uses: Vec<u64> = self.entries.values().map(|(_, used)| *used).collect();
        uses.sort_unstable();
        let middle = uses.get(uses.len() / 2).copied().unwrap_or_default();
        self.entries.retain(|_, (_, used)| *used >= middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_bounded_and_keeps_used_entries() {
        let mut cache = Cache::default();
        for number in 0..1_000 {
            assert_eq!(cache.get(0, |_| Ok::<_, ()>("first")), Ok(Rc::new("first")));
            assert_eq!(cache.get(number + 1, |_| Ok::<_, ()>("other")), Ok(Rc::new("other")));
            assert!(cache.entries.len() <= MAX_FORMATTERS);
        }
        assert_eq!(cache.get(0, |_| Err(())), Ok(Rc::new("first")));
    }
}
