//! The known failures, in `known.txt`: a line with a reason that begins with `# `, and the paths of the tests below it. A path that ends
//! with `/` covers all tests in that folder.

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;

use crate::{program, reasons, runner::Outcome};

/// Tests that are known to fail.
pub(super) struct KnownFailures {
    tests: HashSet<String>,
    folders: Vec<String>,
}

impl KnownFailures {
    pub(super) fn read() -> anyhow::Result<Self> {
        let text = fs::read_to_string(file()).context("tests/test262/known.txt")?;
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (folders, tests): (Vec<_>, Vec<_>) = lines.map(str::to_owned).partition(|line| line.ends_with('/'));
        Ok(Self { tests: tests.into_iter().collect(), folders })
    }

    pub(super) fn has(&self, test: &str) -> bool {
        self.tests.contains(test) || self.folders.iter().any(|folder| test.starts_with(folder.as_str()))
    }
}

/// Rewrites the list. `whole` means that the whole suite was run: a folder whose tests all fail for one reason then becomes one line.
pub(super) fn write(suite: &Path, outcomes: &BTreeMap<String, Outcome>, whole: bool) -> anyhow::Result<()> {
    let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (test, outcome) in outcomes {
        if let Outcome::Failed(why) = outcome {
            let text = fs::read_to_string(suite.join("test").join(test)).with_context(|| test.clone())?;
            by_reason.entry(reasons::of(test, &program::features(&text), why)).or_default().push(test.clone());
        }
    }
    let mut text = String::new();
    for (reason, tests) in &mut by_reason {
        if whole {
            fold(tests, outcomes);
        }
        text.push_str(&format!("# {reason}\n"));
        for test in tests {
            text.push_str(test);
            text.push('\n');
        }
        text.push('\n');
    }
    fs::write(file(), text).context("tests/test262/known.txt")
}

/// Replaces tests by the highest folder of which all are in the list.
fn fold(tests: &mut Vec<String>, outcomes: &BTreeMap<String, Outcome>) {
    let listed: HashSet<&String> = tests.iter().collect();
    let mut whole: BTreeMap<&str, bool> = BTreeMap::new();
    for test in outcomes.keys() {
        let all = listed.contains(test);
        for (end, _) in test.match_indices('/') {
            *whole.entry(&test[..=end]).or_insert(true) &= all;
        }
    }
    let mut folded: Vec<String> = tests
        .iter()
        .map(|test| {
            let folder =
                test.match_indices('/').map(|(end, _)| &test[..=end]).find(|folder| whole.get(folder) == Some(&true));
            folder.unwrap_or(test).to_owned()
        })
        .collect();
    folded.dedup();
    *tests = folded;
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("test262/known.txt")
}
