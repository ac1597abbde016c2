//! Passes by chapter.

use std::{collections::BTreeMap, fmt};

use crate::runner::Outcome;

/// Passed tests and all tests, by the first two folders of their paths.
pub(super) struct Chapters(BTreeMap<String, (u64, u64)>);

impl Chapters {
    pub(super) fn of(outcomes: &BTreeMap<String, Outcome>) -> Self {
        let mut chapters: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for (test, outcome) in outcomes {
            let folders: Vec<&str> = test.split('/').collect();
            let chapter = folders.iter().take(2.min(folders.len() - 1)).copied().collect::<Vec<_>>().join("/");
            let (passed, all) = chapters.entry(chapter).or_default();
            *passed += u64::from(!outcome.is_failure());
            *all += 1;
        }
        Self(chapters)
    }
}

impl fmt::Display for Chapters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |f: &mut fmt::Formatter<'_>, name: &str, (passed, all): (u64, u64)| {
            let percent = passed * 1_000 / all.max(1);
            writeln!(f, "{name:<44} {passed:>6} of {all:>6}  {:>3}.{} %", percent / 10, percent % 10)
        };
        for (name, counts) in &self.0 {
            line(f, name, *counts)?;
        }
        let whole = self.0.values().fold((0, 0), |whole, one| (whole.0 + one.0, whole.1 + one.1));
        line(f, "all", whole)
    }
}
