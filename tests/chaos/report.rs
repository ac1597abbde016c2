//! Expected and observed values, and the table of them.

use std::{fmt::Display, io::Write as _, time::Duration};

/// Maximum characters of an example.
const LONGEST: usize = 100;

/// All rows so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    experiment: &'static str,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    experiment: &'static str,
    what: String,
    expected: String,
    seen: String,
    verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Holds,
    Fails,
    /// No expectation; for information.
    Figure,
    Skipped,
}

impl Report {
    /// Begins the rows of an experiment.
    pub(crate) fn begin(&mut self, experiment: &'static str) {
        self.experiment = experiment;
    }

    /// Appends the rows of another report.
    pub(crate) fn append(&mut self, other: Self) {
        self.rows.extend(other.rows);
    }

    /// Expects the list to be empty.
    pub(crate) fn none<T: Display>(&mut self, what: &str, found: &[T]) {
        let some: Vec<String> =
            found.iter().take(3).map(|one| one.to_string().chars().take(LONGEST).collect()).collect();
        let seen = if found.is_empty() { "0".to_owned() } else { format!("{}: {}", found.len(), some.join("; ")) };
        self.row(what, "0".to_owned(), seen, found.is_empty());
    }

    /// Expects an event within the limit.
    pub(crate) fn within(&mut self, what: &str, limit: Duration, seen: impl Into<Option<Duration>>) {
        let seen = seen.into();
        let seconds = |duration: Duration| format!("{:.1} s", duration.as_secs_f64());
        let holds = seen.is_some_and(|seen| seen <= limit);
        self.row(what, format!("at most {}", seconds(limit)), seen.map_or_else(|| "never".to_owned(), seconds), holds);
    }

    /// Expects at most the limit.
    pub(crate) fn at_most(&mut self, what: &str, limit: usize, seen: usize) {
        self.row(what, format!("at most {limit}"), seen.to_string(), seen <= limit);
    }

    /// Expects at least the limit.
    pub(crate) fn at_least(&mut self, what: &str, least: f64, seen: f64) {
        self.row(what, format!("at least {least:.2}"), format!("{seen:.2}"), seen >= least);
    }

    /// Adds a value for information.
    pub(crate) fn figure(&mut self, what: &str, seen: impl Display) {
        self.push(what, String::new(), seen.to_string(), Verdict::Figure);
    }

    /// Records that the experiment could not run here.
    pub(crate) fn skip(&mut self, reason: &str) {
        self.push("everything", String::new(), reason.to_owned(), Verdict::Skipped);
    }

    /// Records that the experiment was aborted.
    pub(crate) fn aborted(&mut self, error: &anyhow::Error) {
        self.row("comes to its end", "yes".to_owned(), format!("{error:#}"), false);
    }

    /// Returns whether all expectations were met.
    pub(crate) fn holds(&self) -> bool {
        self.rows.iter().all(|row| row.verdict != Verdict::Fails)
    }

    /// Prints the table on standard output.
    pub(crate) fn print(&self) {
        let mut out = std::io::stdout().lock();
        for row in &self.rows {
            let verdict = match row.verdict {
                Verdict::Holds => "ok",
                Verdict::Fails => "FAILED",
                Verdict::Figure => "",
                Verdict::Skipped => "skipped",
            };
            // A closed pipe stops the output; it must not stop the experiments.
            let Row { experiment, what, expected, seen, .. } = row;
            let _ = writeln!(out, "{experiment:<9} {verdict:<7} {what:<74} {expected:<17} {seen}");
        }
    }

    fn row(&mut self, what: &str, expected: String, seen: String, holds: bool) {
        self.push(what, expected, seen, if holds { Verdict::Holds } else { Verdict::Fails });
    }

    fn push(&mut self, what: &str, expected: String, seen: String, verdict: Verdict) {
        say(&format!("{what}: {seen}{}", if verdict == Verdict::Fails { "  FAILED" } else { "" }));
        self.rows.push(Row { experiment: self.experiment, what: what.to_owned(), expected, seen, verdict });
    }
}

/// Prints a line of progress on standard error.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "  {line}");
}
