//! Scripts that need attention, as rows of a table: one row for each script, with all its issues.

use std::collections::BTreeMap;

use iota_scripts_domain::{Failing, OverdueScript, Script, ScriptId, Timestamp};
use iota_scripts_services::{Attention, Day};

use super::{Page, local_time::LocalTime, sentences};

/// Maximum number of rows on a page.
const MAX_ROWS: usize = 20;
/// Maximum number of scripts to query for each kind of issue.
const MAX_QUERIED: usize = 100;

/// The scripts that need attention.
pub(super) struct AttentionTable {
    /// The rows, most severe first.
    pub(super) rows: Vec<AttentionRow>,
    /// Number of scripts, including those without a row.
    pub(super) scripts: u64,
    /// Number of scripts without a row.
    pub(super) hidden: u64,
    /// Whether there may be more scripts than were queried.
    pub(super) more: bool,
}

/// A script that needs attention.
#[derive(Default)]
pub(super) struct AttentionRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) issues: Vec<Issue>,
    /// Why the last run failed.
    pub(super) message: Option<String>,
    /// The last run that failed.
    pub(super) run: Option<String>,
    rank: u8,
    latest: Option<Timestamp>,
}

/// An issue, with the address of a list that shows exactly its entries.
pub(super) struct Issue {
    /// CSS class of its badge.
    pub(super) class: &'static str,
    pub(super) text: String,
    pub(super) href: String,
    /// Further details, in parts that are not broken across lines.
    pub(super) since: Vec<String>,
}

/// Returns the address of a list of the plugin with filters.
pub(super) fn list(path: &str, filters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{path}?{}", query.extend_pairs(filters).finish())
}

impl AttentionTable {
    pub(super) fn of(attention: &Attention, day: Day, page: &Page) -> Self {
        let mut rows: BTreeMap<ScriptId, AttentionRow> = BTreeMap::new();
        for script in &attention.quarantined {
            of_quarantined(rows.entry(script.id()).or_default(), script, page);
        }
        for failing in &attention.failing {
            of_failing(rows.entry(failing.last.script.id).or_default(), failing, day, page);
        }
        let (from, to) = (day.from.to_string(), day.to.to_string());
        let day = [("from", from.as_str()), ("to", to.as_str())];
        for (found, key, rank, path, filters) in [
            (&attention.failed_events, "attention.failed_events", 2, "/scripts/dead-letters", &[][..]),
            (
                &attention.missed,
                "attention.missed",
                3,
                "/scripts/occurrences",
                &[("state", "missed"), day[0], day[1]][..],
            ),
            (&attention.late, "attention.late", 3, "/scripts/occurrences", &[("state", "late")][..]),
        ] {
            for overdue in found {
                of_overdue(rows.entry(overdue.script).or_default(), overdue, key, rank, path, filters, page);
            }
        }
        let mut rows: Vec<AttentionRow> = rows.into_values().collect();
        rows.sort_by_key(|row| (row.rank, std::cmp::Reverse(row.latest)));
        let scripts = rows.len() as u64;
        rows.truncate(MAX_ROWS);
        let full =
            [attention.failed_events.len(), attention.missed.len(), attention.late.len(), attention.failing.len()];
        Self {
            hidden: scripts - rows.len() as u64,
            rows,
            scripts,
            more: full.into_iter().any(|found| found >= MAX_QUERIED),
        }
    }
}

impl AttentionRow {
    /// A row is as severe as the most severe of its issues.
    fn add(&mut self, id: ScriptId, name: &str, rank: u8, latest: Timestamp, issue: Issue) {
        self.rank = if self.issues.is_empty() { rank } else { self.rank.min(rank) };
        self.latest = self.latest.max(Some(latest));
        (self.id, self.name) = (id.to_string(), name.to_owned());
        self.issues.push(issue);
    }
}

fn of_quarantined(row: &mut AttentionRow, script: &Script, page: &Page) {
    let Some(quarantine) = script.quarantine() else { return };
    let issue = Issue {
        class: "is-status-failed",
        text: page.t("script.quarantined").to_owned(),
        href: format!("/scripts/{}#quarantine", script.id()),
        since: vec![page.with("attention.since", "since", &LocalTime::of(quarantine.at, page.zone).short)],
    };
    row.add(script.id(), script.definition().name.as_str(), 0, quarantine.at, issue);
}

fn of_failing(row: &mut AttentionRow, failing: &Failing, day: Day, page: &Page) {
    let (id, last) = (failing.last.script.id, failing.last.created_at);
    let short = |time| LocalTime::of(time, page.zone).short;
    let recovered = failing.last_success.filter(|success| *success > last);
    let success = match (recovered, failing.last_success) {
        (Some(success), _) => page.with("attention.recovered", "at", &short(success)),
        (None, Some(success)) => page.with("attention.last_success", "at", &short(success)),
        (None, None) => page.t("attention.no_success").to_owned(),
    };
    let (script, from, to) = (id.to_string(), day.from.to_string(), day.to.to_string());
    let filters = [
        ("script", script.as_str()),
        ("status", "unsuccessful"),
        ("trials", "excluded"),
        ("from", from.as_str()),
        ("to", to.as_str()),
    ];
    let issue = Issue {
        class: if recovered.is_some() { "is-status-cancelled" } else { "is-status-failed" },
        text: page.plural("attention.failed", &failing.runs),
        href: list("/scripts/runs", &filters),
        since: vec![page.with("attention.since", "since", &short(failing.since)), success],
    };
    row.message = failing.last.fault.as_ref().map(|fault| sentences::fault(fault, page));
    row.run = Some(failing.last.id.to_string());
    row.add(id, failing.last.script.name.as_str(), if recovered.is_some() { 4 } else { 1 }, last, issue);
}

fn of_overdue(
    row: &mut AttentionRow,
    overdue: &OverdueScript,
    key: &str,
    rank: u8,
    path: &str,
    filters: &[(&str, &str)],
    page: &Page,
) {
    let script = overdue.script.to_string();
    let filters = [&[("script", script.as_str())], filters].concat();
    let issue = Issue {
        class: "is-state-missed",
        text: page.plural(key, &overdue.number),
        href: list(path, &filters),
        since: vec![page.with("attention.last", "at", &LocalTime::of(overdue.last, page.zone).short)],
    };
    row.add(overdue.script, overdue.name.as_str(), rank, overdue.last, issue);
}
