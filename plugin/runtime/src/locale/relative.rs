//! How far away a time is, in words: "in 3 days".

use super::Locale;

/// What a distance is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// The words of a language.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Relative {
    pub(crate) now: &'static str,
    /// Of a time to come.
    pub(crate) after: Frame,
    /// Of a time that has passed.
    pub(crate) before: Frame,
    pub(crate) plural: Plural,
}

/// What stands around a number.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) lead: &'static str,
    /// Of each unit, from the second: one, few, many.
    pub(crate) units: [[&'static str; 3]; 7],
    pub(crate) trail: &'static str,
}

/// Which form of a word a number has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plural {
    /// One, and all others.
    OneAndMany,
    /// By the last digits.
    Slavic,
    /// A word has one form.
    None,
}

impl Unit {
    /// By the names that scripts give them.
    pub(crate) const NAMES: [(&'static str, Self); 7] = [
        ("second", Self::Second),
        ("minute", Self::Minute),
        ("hour", Self::Hour),
        ("day", Self::Day),
        ("week", Self::Week),
        ("month", Self::Month),
        ("year", Self::Year),
    ];

    /// Of the calendar's mean, where a unit has no fixed length.
    const fn ms(self) -> u64 {
        const DAY: u64 = 86_400_000;
        match self {
            Self::Second => 1_000,
            Self::Minute => 60_000,
            Self::Hour => 3_600_000,
            Self::Day => DAY,
            Self::Week => 7 * DAY,
            // A twelfth of 365.2425 days.
            Self::Month => 2_629_746_000,
            Self::Year => 31_556_952_000,
        }
    }

    /// How many of it a distance is, half away from zero.
    fn count(self, ms: u64) -> u64 {
        (ms + self.ms() / 2) / self.ms()
    }

    /// The largest of which a distance is at least one, after it is rounded in the one before. Nobody counts in weeks unless told to.
    fn of(ms: u64) -> Self {
        let below = |unit: Self, most: u64| unit.count(ms) < most;
        match () {
            () if below(Self::Second, 60) => Self::Second,
            () if below(Self::Minute, 60) => Self::Minute,
            () if below(Self::Hour, 24) => Self::Hour,
            () if below(Self::Day, 30) => Self::Day,
            () if below(Self::Month, 12) => Self::Month,
            () => Self::Year,
        }
    }
}

impl Plural {
    const fn form(self, count: u64) -> usize {
        const MANY: usize = 2;
        match self {
            Self::OneAndMany if count == 1 => 0,
            Self::Slavic if count % 10 == 1 && count % 100 != 11 => 0,
            Self::Slavic if matches!(count % 10, 2..=4) && !matches!(count % 100, 12..=14) => 1,
            Self::OneAndMany | Self::Slavic | Self::None => MANY,
        }
    }
}

impl Locale {
    /// The words of a distance of milliseconds, counted in the unit or in the one that suits it.
    pub(crate) fn relative(&self, ms: i64, unit: Option<Unit>) -> String {
        let unit = unit.unwrap_or_else(|| Unit::of(ms.unsigned_abs()));
        let count = unit.count(ms.unsigned_abs());
        if count == 0 && unit == Unit::Second {
            return self.relative.now.to_owned();
        }
        let frame = if ms < 0 { &self.relative.before } else { &self.relative.after };
        let word = frame.units[unit as usize][self.relative.plural.form(count)];
        format!("{}{} {word}{}", frame.lead, self.grouped(count), frame.trail)
    }

    /// A whole number in groups of three digits.
    fn grouped(&self, count: u64) -> String {
        let digits = count.to_string();
        let mut text = String::new();
        for (at, digit) in digits.char_indices() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push_str(self.group);
            }
            text.push(digit);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_suits_the_distance() {
        let english = <&Locale>::default();
        let day = 86_400_000;
        for (ms, words) in [
            (0, "now"),
            (-499, "now"),
            (59_499, "in 59 seconds"),
            (59_500, "in 1 minute"),
            (-3_569_999, "59 minutes ago"),
            (-3_570_000, "1 hour ago"),
            (day - 1_800_001, "in 23 hours"),
            (day - 1_800_000, "in 1 day"),
            (-29 * day, "29 days ago"),
            (-30 * day, "1 month ago"),
            (360 * day, "in 1 year"),
            (i64::MIN, "292,277,025 years ago"),
        ] {
            assert_eq!(english.relative(ms, None), words, "{ms}");
        }
        assert_eq!(english.relative(10 * day, Some(Unit::Week)), "in 1 week");
        assert_eq!(english.relative(1, Some(Unit::Day)), "in 0 days");
    }
}
