//! Sets of characters as ranges, such as those of the class `[^a-z\d]`.

use std::{collections::HashMap, sync::LazyLock};

/// The largest code unit.
pub(super) const LAST_UNIT: u32 = 0xFFFF;
/// End of Latin, Greek and Cyrillic; the cases of letters from here on are left to the engine.
const CASE_LIMIT: u32 = 0x530;

/// Ranges in order, neither adjacent nor overlapping; both ends are included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Set(Vec<(u32, u32)>);

impl Set {
    pub(super) fn of(ranges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut ranges: Vec<(u32, u32)> = ranges.into_iter().collect();
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        Self(merged)
    }

    pub(super) fn single(sign: u32) -> Self {
        Self(vec![(sign, sign)])
    }

    pub(super) fn digits() -> Self {
        Self::of([(0x30, 0x39)])
    }

    pub(super) fn word() -> Self {
        Self::of([(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)])
    }

    pub(super) fn space() -> Self {
        let single = [0x20, 0xA0, 0x1680, 0x202F, 0x205F, 0x3000, 0xFEFF].map(|sign| (sign, sign));
        Self::of([(0x09, 0x0D), (0x2000, 0x200A), (0x2028, 0x2029)].into_iter().chain(single))
    }

    pub(super) fn line_ends() -> Self {
        Self::of([(0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029)])
    }

    pub(super) fn ranges(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().copied()
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        Self::of(self.ranges().chain(other.ranges()))
    }

    /// Returns all characters up to `last` that are not in the set.
    pub(super) fn negated(&self, last: u32) -> Self {
        let mut next = 0;
        let mut ranges = Vec::with_capacity(self.0.len() + 1);
        for (start, end) in self.ranges() {
            if next < start {
                ranges.push((next, start - 1));
            }
            next = end + 1;
        }
        if next <= last {
            ranges.push((next, last));
        }
        Self(ranges)
    }

    /// Returns the part between two characters, both included.
    pub(super) fn between(&self, first: u32, last: u32) -> Self {
        let cut = self.ranges().filter(|(start, end)| *start <= last && *end >= first);
        Self(cut.map(|(start, end)| (start.max(first), end.min(last))).collect())
    }

    /// Returns the characters in upper and lower case, or `None` if that is left to the engine.
    pub(super) fn with_case_variants(&self) -> Option<Self> {
        let mut ranges = self.0.clone();
        for (first, last) in self.ranges() {
            if last >= CASE_LIMIT {
                return None;
            }
            for sign in first..=last {
                let others = OTHER_CASES.get(&sign).into_iter().flatten();
                ranges.extend(others.map(|other| (*other, *other)));
            }
        }
        Some(Self::of(ranges))
    }
}

/// Code units that are equal to another one if case is ignored, by code unit.
static OTHER_CASES: LazyLock<HashMap<u32, Vec<u32>>> = LazyLock::new(|| {
    let mut same: HashMap<u32, Vec<u32>> = HashMap::new();
    for unit in 0..=LAST_UNIT {
        same.entry(canonical(unit)).or_default().push(unit);
    }
    same.retain(|_, units| units.len() > 1);
    same.into_values().flat_map(|units| units.clone().into_iter().map(move |unit| (unit, units.clone()))).collect()
});

/// The language's `Canonicalize` without the flag `u`: upper case, if that is one unit and does not turn non-ASCII into
/// ASCII.
fn canonical(unit: u32) -> u32 {
    let mut upper = char::from_u32(unit).into_iter().flat_map(char::to_uppercase).map(u32::from);
    match (upper.next(), upper.next()) {
        (Some(upper), None) if upper <= LAST_UNIT && (unit < 0x80 || upper >= 0x80) => upper,
        _ => unit,
    }
}
