//! Reproducible pseudo-random numbers (SplitMix64). Not for secrets.

use uuid::{Builder, Uuid};

/// A generator with a seed.
#[derive(Debug)]
pub(super) struct Rng(u64);

impl Rng {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from `min` to `max`, both included.
    pub(super) fn between(&mut self, min: i64, max: i64) -> i64 {
        let span = min.abs_diff(max).saturating_add(1);
        min + i64::try_from(self.next() % span).unwrap_or(0)
    }

    /// A random element; `None` if the list is empty.
    pub(super) fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        let last = i64::try_from(things.len().checked_sub(1)?).ok()?;
        things.get(usize::try_from(self.between(0, last)).ok()?)
    }

    /// A random word.
    pub(super) fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick(words).copied().unwrap_or_default()
    }

    /// A UUID.
    pub(super) fn uuid(&mut self) -> Uuid {
        let bits = (u128::from(self.next()) << 64) | u128::from(self.next());
        Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same() {
        let (mut one, mut two) = (Rng::new(7), Rng::new(7));
        assert!((0..100).all(|_| one.between(-3, 3) == two.between(-3, 3)));
        assert_eq!(one.uuid(), two.uuid());
        assert!((0..100).all(|_| (5..=6).contains(&one.between(5, 6))));
    }
}
