//! Compares the effects of scripts with the plugin's records.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use sqlx::{FromRow, Row as _, postgres::PgRow};

use crate::{
    cluster::{Cluster, Outage},
    effects::Effect,
    instant::MonotonicTime,
    report::Report,
};

/// A recorded run.
#[derive(Debug)]
struct Record {
    id: String,
    node: String,
    status: String,
    occurrence: Option<String>,
    attempt: Option<i64>,
}

impl FromRow<'_, PgRow> for Record {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            node: row.try_get("node")?,
            status: row.try_get("status")?,
            occurrence: row.try_get("occurrence")?,
            attempt: row.try_get("attempt")?,
        })
    }
}

/// Violations, one sentence for each.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    runs: usize,
    effects: usize,
    /// Runs that were correctly lost with their nodes.
    lost_rightly: usize,
    lost_wrongly: Vec<String>,
    twice: Vec<String>,
    after_loss: Vec<String>,
    without_record: Vec<String>,
    incomplete: Vec<String>,
    too_often: Vec<String>,
}

/// Checks all tenants whose names match the LIKE pattern. Their scripts have the given number of retries.
pub(crate) async fn judge(cluster: &Cluster, tenant: &str, retries: i64) -> anyhow::Result<Findings> {
    const RECORDS: &str = "SELECT id::text AS id, node, status, occurrence_id::text AS occurrence, attempt \
        FROM script_executions WHERE tenant_id LIKE $1 ORDER BY created_at";
    // Effects first: a run is recorded before it has an effect.
    let prefix = tenant.trim_end_matches('%');
    let effects = cluster.effects().into_iter().filter(|effect| effect.tenant.starts_with(prefix)).collect();
    let records: Vec<Record> =
        sqlx::query_as(RECORDS).bind(tenant).fetch_all(&mut cluster.connect_database().await?).await?;
    Ok(compare(&records, effects, &cluster.losses(), &cluster.outages, cluster.lease, retries))
}

fn compare(
    records: &[Record],
    effects: Vec<Effect>,
    losses: &HashMap<String, MonotonicTime>,
    outages: &[Outage],
    lease: Duration,
    retries: i64,
) -> Findings {
    let mut found = Findings { runs: records.len(), effects: effects.len(), ..Findings::default() };
    let mut by_run: BTreeMap<String, Vec<Effect>> = BTreeMap::new();
    for effect in effects {
        by_run.entry(effect.run.clone()).or_default().push(effect);
    }
    let known: HashSet<&str> = records.iter().map(|record| record.id.as_str()).collect();
    found.without_record = by_run.keys().filter(|run| !known.contains(run.as_str())).cloned().collect();

    let mut by_occurrence: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for record in records {
        let none = Vec::new();
        let (name, effects) = (record.to_string(), by_run.get(&record.id).unwrap_or(&none));
        let numbers: HashSet<u64> = effects.iter().map(|effect| effect.number).collect();
        if numbers.len() < effects.len() {
            found.twice.push(format!("{name} made an effect twice"));
        }
        if record.status == "success" && effects.first().is_none_or(|first| first.of != numbers.len() as u64) {
            found.incomplete.push(format!("{name} has {} effects", numbers.len()));
        }
        if let Some(lost) = losses.get(&record.id) {
            if excused(record, *lost, outages, lease) {
                found.lost_rightly += 1;
            } else {
                found.lost_wrongly.push(name.clone());
            }
            found.count_late(record, effects.iter().filter(|effect| effect.at > *lost).count());
        }
        if let Some(occurrence) = &record.occurrence {
            by_occurrence.entry(occurrence).or_default().push(record);
            if record.attempt.is_some_and(|attempt| attempt > retries + 1) && !effects.is_empty() {
                found.too_often.push(name);
            }
        }
    }
    for attempts in by_occurrence.values_mut() {
        attempts.sort_by_key(|record| record.attempt);
        for pair in attempts.windows(2) {
            let [before, after] = pair else { continue };
            let (Some(earlier), Some(later)) = (by_run.get(&before.id), by_run.get(&after.id)) else { continue };
            let rightly = losses.get(&before.id).is_some_and(|lost| excused(before, *lost, outages, lease));
            if before.attempt == after.attempt || before.status == "success" || (before.status == "lost" && !rightly) {
                found.twice.push(format!("{before}, then {after}"));
            }
            let begun = later.iter().map(|effect| effect.at).min();
            let beside = earlier.iter().filter(|effect| begun.is_some_and(|begun| effect.at > begun)).count();
            if !losses.contains_key(&before.id) {
                found.count_late(before, beside);
            }
        }
    }
    found
}

impl Findings {
    fn count_late(&mut self, record: &Record, effects: usize) {
        if effects > 0 {
            self.after_loss.push(format!("{effects} effects of {record}"));
        }
    }

    /// One row for each promise.
    pub(crate) fn rows(&self, report: &mut Report, when: &str) {
        let runs = format!("{} ({} lost with their nodes); {} effects", self.runs, self.lost_rightly, self.effects);
        report.figure(&format!("{when}runs"), runs);
        report.none(&format!("{when}runs lost although their nodes were up"), &self.lost_wrongly);
        report.none(&format!("{when}effects repeated without a cause"), &self.twice);
        report.none(&format!("{when}runs with effects after they had lost their lease"), &self.after_loss);
        report.none(&format!("{when}effects of runs without a record"), &self.without_record);
        report.none(&format!("{when}successful runs with missing effects"), &self.incomplete);
        report.none(&format!("{when}attempts beyond the retries"), &self.too_often);
    }
}

impl std::fmt::Display for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let attempt = self.attempt.map(|attempt| format!(" attempt {attempt}")).unwrap_or_default();
        write!(f, "{}{attempt} on {} ({})", self.id, self.node, self.status)
    }
}

/// Returns whether the node of a run was dead, or cut off for so long that its lease may have expired.
fn excused(record: &Record, lost: MonotonicTime, outages: &[Outage], lease: Duration) -> bool {
    // A lease is renewed three times before it expires.
    let shortest = lease * 2 / 3;
    outages
        .iter()
        .filter(|trouble| trouble.node == record.node && trouble.from <= lost)
        .any(|trouble| trouble.until.is_none_or(|until| until.since(trouble.from) >= shortest))
}
