//! Reproducible pseudo-random numbers.

/// A source of choices (SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from 0 up to, and excluding, `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or(0)
    }

    /// Returns a number from `least` to `most`.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        least + i64::try_from(self.next() % u64::try_from(most - least + 1).unwrap_or(1)).unwrap_or(0)
    }

    /// Returns true with a probability of 1 in `times`.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    /// Returns a double of any size, or one of few digits.
    pub(crate) fn number(&mut self) -> f64 {
        match self.below(6) {
            0 => f64::from_bits(self.next()),
            1 => self.between(-1_000_000, 1_000_000) as f64 / 100.0,
            2 => self.between(-1_000_000_000, 1_000_000_000) as f64 / 8.0,
            3 => self.between(-99, 99) as f64 * 10_f64.powi(i32::try_from(self.between(-12, 24)).unwrap_or(0)),
            4 => self.between(-20, 20) as f64 + 0.5,
            _ => self.between(i64::MIN / 4, i64::MAX / 4) as f64,
        }
    }
}
