//! Maps of a bounded size: a full map evicts the least recently used entry.
//!
//! They are used in request paths, behind a lock held for a moment. `moka` needs no lock, but records each access for its policies: on two
//! cores a lookup takes about eight times as long.

use std::hash::{Hash, RandomState};

use hashlink::LruCache;

/// A map of a bounded size. Clients may choose the keys, so they are hashed with the standard library's hasher.
pub(crate) type Lru<K, V> = LruCache<K, V, RandomState>;

/// Creates an empty map of at most `entries` entries.
pub(crate) fn lru<K: Hash + Eq, V>(entries: usize) -> Lru<K, V> {
    LruCache::with_hasher(entries, RandomState::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_map_evicts_the_least_recently_used_entry() {
        let mut map = lru(20);
        for key in 0..20 {
            map.insert(key, key);
        }
        assert_eq!(map.get(&0), Some(&0), "it is used again");
        map.insert(20, 20);
        let kept: Vec<_> = (0..=20).filter(|key| map.peek(key).is_some()).collect();
        assert_eq!(kept, [vec![0], (2..=20).collect()].concat());
        map.insert(0, 1);
        assert_eq!((map.len(), map.peek(&0)), (20, Some(&1)), "an entry that is known is replaced");
    }
}
