//! Badges next to the status of a run: the HTTP status, the number of logged errors, and whether it was a trial.

use iota_scripts_domain::{Execution, ExecutionSummary, Trigger};

use super::Page;

/// The status of a run and its badges.
pub(super) struct Marks {
    pub(super) status: &'static str,
    /// The HTTP status of an endpoint's answer.
    pub(super) http_status: Option<u16>,
    /// Number of errors that it logged, as text; `None` if it logged no errors.
    pub(super) errors: Option<String>,
    /// Whether it tested a source that was not saved.
    pub(super) test: bool,
    pub(super) dry_run: bool,
}

impl Marks {
    pub(super) fn of(run: &ExecutionSummary, page: &Page) -> Self {
        Self {
            status: run.status.as_str(),
            http_status: run.http_status,
            errors: errors(run.error_lines, page),
            test: run.trigger == Trigger::Test,
            dry_run: run.dry_run,
        }
    }

    pub(super) fn of_record(run: &Execution, page: &Page) -> Self {
        let record = run.record();
        Self {
            status: run.status().as_str(),
            http_status: record.and_then(|record| record.http_status),
            errors: errors(record.map(|record| record.log.errors()).unwrap_or_default(), page),
            test: run.trigger() == Trigger::Test,
            dry_run: run.head().dry_run,
        }
    }
}

fn errors(lines: u64, page: &Page) -> Option<String> {
    (lines > 0).then(|| page.plural("runs.errors", &lines))
}
