//! The configuration of one instance: one JSON document from the host, parsed and checked at the edge.
//!
//! Unknown keys are refused, so that a typing error cannot pass for a default. Every error names its key.

mod figures;
mod history;
mod outside;
mod script_database;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use iota_scripts_domain::{EventPattern, EventPatterns, Limits, NodeId, QuarantinePolicy, Retention, StorageQuota};
use iota_scripts_infrastructure::http_gateway::HttpGatewayConfig;
use iota_scripts_services::{QuotaPolicies, Records};
use serde::Deserialize;

use figures::{Quotas, granted};
pub(crate) use script_database::{ScriptDatabase, schema as script_database_schema};

/// A checked configuration.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) instance_id: String,
    pub(crate) database: Database,
    pub(crate) isolation: Isolation,
    pub(crate) worker: Worker,
    /// What any run may use; of what authors choose, the most that they may.
    pub(crate) limits: Limits,
    pub(crate) quotas: QuotaPolicies,
    pub(crate) quarantine: QuarantinePolicy,
    pub(crate) lease: Duration,
    pub(crate) schedule: Schedule,
    pub(crate) http: HttpGatewayConfig,
    pub(crate) storage: StorageQuota,
    /// How long runs and the ledger are kept.
    pub(crate) retention: Retention,
    /// The host's tables, where scripts have any.
    pub(crate) script_database: Option<ScriptDatabase>,
    /// The events of the plugin that the host wants to hear of; all when it does not say.
    pub(crate) events: Option<EventPatterns>,
    /// Names of operations that the host takes beyond those of contract 1.0; some may be of a later version than this.
    pub(crate) capabilities: Vec<String>,
    pub(crate) records: Records,
    pub(crate) log_level: tracing::level_filters::LevelFilter,
}

/// What is wrong with a document, and which key to change.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ConfigError {
    pub(crate) field: String,
    pub(crate) message: String,
}

/// How scripts are kept apart from the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Isolation {
    Worker,
    InProcess,
}

impl Isolation {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::InProcess => "in_process",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    instance_id: Option<String>,
    database: Database,
    #[serde(default = "default_isolation")]
    isolation: Isolation,
    #[serde(default)]
    worker: Worker,
    #[serde(default)]
    limits: BTreeMap<String, u64>,
    #[serde(default)]
    quotas: Quotas,
    #[serde(default)]
    quarantine: Quarantine,
    #[serde(default = "default_lease")]
    lease_seconds: u64,
    #[serde(default)]
    schedule: Schedule,
    script_database: Option<ScriptDatabase>,
    #[serde(default)]
    http: outside::Http,
    #[serde(default)]
    storage: outside::Storage,
    #[serde(default)]
    history: history::History,
    events: Option<Vec<String>>,
    #[serde(default)]
    capabilities: Vec<String>,
    #[serde(default)]
    records: WhenRecorded,
    #[serde(default)]
    log_level: LogLevel,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Database {
    pub(crate) url: String,
    #[serde(default = "default_connections")]
    pub(crate) max_connections: u32,
    #[serde(default = "yes")]
    pub(crate) migrate: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Worker {
    pub(crate) path: Option<PathBuf>,
    pub(crate) max_workers: usize,
    /// Workers that are kept ready for the next tenant; default 1. `standing_by`, its older name, is still accepted.
    #[serde(alias = "standing_by")]
    pub(crate) min_idle: usize,
    pub(crate) max_runs: u64,
    pub(crate) idle_seconds: u64,
    pub(crate) checkout_timeout_ms: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Schedule {
    pub(crate) grace_seconds: u64,
    /// As many as there are workers when not given.
    pub(crate) concurrency: Option<usize>,
}

impl Schedule {
    /// How late a scheduled time may still run.
    pub(crate) const fn grace(&self) -> Duration {
        Duration::from_secs(self.grace_seconds)
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Self { grace_seconds: 60, concurrency: None }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Quarantine {
    strikes: u32,
    window_seconds: u64,
}

impl Default for Quarantine {
    fn default() -> Self {
        let QuarantinePolicy { strikes, window } = QuarantinePolicy::default();
        Self { strikes, window_seconds: window.as_secs() }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WhenRecorded {
    #[default]
    Grouped,
    Each,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LogLevel {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

const fn default_isolation() -> Isolation {
    Isolation::Worker
}

const fn default_lease() -> u64 {
    30
}

const fn default_connections() -> u32 {
    8
}

const fn yes() -> bool {
    true
}

impl Default for Worker {
    fn default() -> Self {
        Self { path: None, max_workers: 10, min_idle: 1, max_runs: 1000, idle_seconds: 300, checkout_timeout_ms: 5000 }
    }
}

impl Config {
    /// Parses and checks the document that the host gave to `start`.
    pub(crate) fn parse(document: &[u8]) -> Result<Self, ConfigError> {
        let mut reader = serde_json::Deserializer::from_slice(document);
        let document: Document = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let field = error.path().to_string();
            ConfigError { field: if field == "." { String::new() } else { field }, message: error.inner().to_string() }
        })?;
        document.check()
    }
}

impl Document {
    fn check(self) -> Result<Config, ConfigError> {
        let instance_id = self.instance_id.unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
        NodeId::parse(&instance_id).map_err(|error| wrong("instance_id", error.to_string()))?;
        between("database.max_connections", self.database.max_connections, 1, 1000)?;
        between("worker.max_workers", self.worker.max_workers, 1, 1000)?;
        between("worker.min_idle", self.worker.min_idle, 0, 100)?;
        between("worker.max_runs", self.worker.max_runs, 1, 1_000_000)?;
        between("worker.idle_seconds", self.worker.idle_seconds, 1, 86_400)?;
        between("worker.checkout_timeout_ms", self.worker.checkout_timeout_ms, 1, 600_000)?;
        between("lease_seconds", self.lease_seconds, 1, 3600)?;
        between("schedule.grace_seconds", self.schedule.grace_seconds, 0, 86_400)?;
        between("schedule.concurrency", self.schedule.concurrency.unwrap_or(1), 1, 1000)?;
        between("quarantine.strikes", self.quarantine.strikes, 0, 1000)?;
        between("quarantine.window_seconds", self.quarantine.window_seconds, 1, 86_400)?;
        if let Some(tables) = &self.script_database {
            tables.check()?;
        }
        Ok(Config {
            instance_id,
            database: self.database,
            isolation: self.isolation,
            worker: self.worker,
            limits: granted(&self.limits)?,
            quotas: self.quotas.check()?,
            quarantine: QuarantinePolicy {
                strikes: self.quarantine.strikes,
                window: Duration::from_secs(self.quarantine.window_seconds),
            },
            lease: Duration::from_secs(self.lease_seconds),
            schedule: self.schedule,
            http: self.http.check()?,
            storage: self.storage.check()?,
            retention: self.history.check()?,
            script_database: self.script_database,
            events: self.events.as_deref().map(|patterns| event_patterns("events", patterns)).transpose()?,
            capabilities: self.capabilities,
            records: match self.records {
                WhenRecorded::Grouped => Records::Grouped,
                WhenRecorded::Each => Records::Each,
            },
            log_level: self.log_level.filter(),
        })
    }
}

impl LogLevel {
    const fn filter(&self) -> tracing::level_filters::LevelFilter {
        use tracing::level_filters::LevelFilter;
        match self {
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

/// The patterns of events that the host wants. The plugin's own all begin with `scripts.`, so others would match nothing.
pub(crate) fn event_patterns(key: &str, patterns: &[String]) -> Result<EventPatterns, ConfigError> {
    for (at, pattern) in patterns.iter().enumerate() {
        let field = format!("{key}[{at}]");
        EventPattern::parse(pattern).map_err(|error| wrong(&field, error.message))?;
        if !pattern.starts_with("scripts.") {
            return Err(wrong(
                &field,
                format!("{pattern:?} matches none of the plugin's events, which begin with \"scripts.\""),
            ));
        }
    }
    EventPatterns::parse(patterns).map_err(|error| wrong(key, error.message))
}

fn between<T: PartialOrd + Copy + std::fmt::Display>(
    field: &str,
    value: T,
    least: T,
    most: T,
) -> Result<(), ConfigError> {
    if value < least || value > most {
        return Err(wrong(field, format!("{value} is not between {least} and {most}")));
    }
    Ok(())
}

fn wrong(field: &str, message: String) -> ConfigError {
    ConfigError { field: field.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use iota_scripts_domain::{QuotaPolicy, TenantId};

    use super::*;

    fn error(document: &str) -> ConfigError {
        Config::parse(document.as_bytes()).expect_err("a wrong document")
    }

    #[test]
    fn a_database_is_all_it_needs() {
        let config = Config::parse(br#"{"database": {"url": "sqlite://x.db"}}"#).expect("a whole document");
        assert_eq!((config.isolation, config.worker.max_workers), (Isolation::Worker, 10));
        assert!(config.database.migrate);
    }

    #[test]
    fn an_error_names_its_key() {
        let unknown = error(r#"{"database": {"url": "sqlite://x.db", "maxconnections": 3}}"#);
        assert_eq!(unknown.field, "database.maxconnections");
        assert!(unknown.message.starts_with("unknown field `maxconnections`"), "{}", unknown.message);
        assert_eq!(error(r#"{"database": {"url": 7}}"#).field, "database.url");
        assert!(error("{}").message.contains("missing field `database`"));
        let zero = error(r#"{"database": {"url": "x"}, "worker": {"max_workers": 0}}"#);
        assert_eq!((zero.field.as_str(), zero.message.as_str()), ("worker.max_workers", "0 is not between 1 and 1000"));
        assert_eq!(error(r#"{"database": {"url": "x"}, "isolation": "none"}"#).field, "isolation");
        assert_eq!(error(r#"{"database": {"url": "x"}, "limits": {"wall": 1}}"#).field, "limits.wall");
    }

    #[test]
    fn limits_and_quotas_are_the_operator_s_within_their_ranges() {
        let config = |more: &str| Config::parse(format!(r#"{{"database": {{"url": "x"}}, {more}}}"#).as_bytes());
        let said = config(r#""limits": {"wall_ms": 5000, "host_calls": 20000}"#).expect("a whole document").limits;
        assert_eq!((said.wall_ms, said.host_calls), (5_000, 20_000));
        assert_eq!(Limits { wall_ms: 900_000, host_calls: 1_000, ..said }, Limits::granted());

        let quotas = r#""quotas": {"concurrent_runs": 7, "tenants": {"acme": {"runs_per_minute": 60}}}"#;
        let quotas = config(quotas).expect("a whole document").quotas;
        assert_eq!(quotas.usual, QuotaPolicy { concurrent_runs: 7, ..QuotaPolicy::default() });
        let acme = TenantId::parse("acme").expect("an id");
        assert_eq!(quotas.tenants[&acme], QuotaPolicy { runs_per_minute: 60, ..quotas.usual });

        for (more, field) in [
            (r#""quotas": {"runs": 1}"#, "quotas.runs"),
            (r#""quotas": {"concurrent_runs": 0}"#, "quotas.concurrent_runs"),
            (r#""quotas": {"tenants": {"acme": {"cpu": 1}}}"#, "quotas.tenants.acme.cpu"),
            (r#""quarantine": {"window_seconds": 0}"#, "quarantine.window_seconds"),
            (r#""quarantine": {"strike": 1}"#, "quarantine.strike"),
        ] {
            assert_eq!(config(more).expect_err("a wrong document").field, field);
        }
        let never = config(r#""quarantine": {"strikes": 0}"#).expect("a whole document").quarantine;
        assert_eq!(never, QuarantinePolicy { strikes: 0, ..QuarantinePolicy::default() });
    }

    #[test]
    fn history_is_kept_for_ever_unless_a_number_of_days_is_said() {
        let kept = |more: &str| Config::parse(format!(r#"{{"database": {{"url": "x"}}{more}}}"#).as_bytes());
        assert!(kept("").expect("a whole document").retention.is_for_ever());
        let said = kept(r#", "history": {"keep_days": 90, "tenants": {"acme": {"keep_days": 0}}}"#);
        let retention = said.expect("a whole document").retention;
        let acme = TenantId::parse("acme").expect("an id");
        assert_eq!((retention.usual.map(u32::from), retention.tenants.get(&acme)), (Some(90), Some(&None)));
        for (more, field) in [
            (r#"{"keep_days": 36501}"#, "history.keep_days"),
            (r#"{"keep": 1}"#, "history.keep"),
            (r#"{"tenants": {"acme": {"keep_days": 36501}}}"#, "history.tenants.acme.keep_days"),
        ] {
            assert_eq!(kept(&format!(r#", "history": {more}"#)).expect_err("a wrong document").field, field);
        }
    }

    #[test]
    fn what_scripts_may_reach_is_read_entry_by_entry() {
        let of = |more: &str| format!(r#"{{"database": {{"url": "x"}}, {more}}}"#);
        let whole =
            of(r#""http": {"allow": ["*.Example.com"], "allow_addresses": ["10.0.0.0/8", "::1"], "ports": [8080],
            "name_servers": ["10.0.0.2:53"]}, "storage": {"max_keys": 5}"#);
        let config = Config::parse(whole.as_bytes()).expect("a whole document");
        assert_eq!((config.http.allow[0].as_str(), config.http.ports.as_slice()), ("*.example.com", &[8080][..]));
        assert_eq!((config.storage.keys, config.storage.bytes), (5, 64 * 1024 * 1024));
        for (more, field) in [
            (r#""http": {"allow": ["a.b", "http://a.b"]}"#, "http.allow[1]"),
            (r#""http": {"deny": [""]}"#, "http.deny[0]"),
            (r#""http": {"allow_addresses": ["localhost"]}"#, "http.allow_addresses[0]"),
            (r#""http": {"name_servers": ["10.0.0.2"]}"#, "http.name_servers[0]"),
            (r#""http": {"rate_per_minute": 0}"#, "http.rate_per_minute"),
            (r#""http": {"max_response_bytes": 99999999}"#, "http.max_response_bytes"),
            (r#""http": {"ports": [70000]}"#, "http.ports[0]"),
            (r#""storage": {"max_byte": 1}"#, "storage.max_byte"),
        ] {
            assert_eq!(error(&of(more)).field, field, "{more}");
        }
    }

    #[test]
    fn the_events_that_a_host_wants_begin_with_scripts() {
        let of = |more: &str| Config::parse(format!(r#"{{"database": {{"url": "x"}}{more}}}"#).as_bytes());
        assert!(of("").expect("a whole document").events.is_none(), "all of them");
        let said = of(r#", "events": ["scripts.custom.*"]"#).expect("a whole document").events.expect("patterns");
        assert!(said.matches("scripts.custom.paid") && !said.matches("scripts.execution.completed"));
        assert!(of(r#", "events": []"#).expect("a whole document").events.is_some_and(|none| none.is_empty()));
        for (events, field) in [(r#"["scripts.*", "a..b"]"#, "events[1]"), (r#"["*"]"#, "events[0]")] {
            assert_eq!(of(&format!(r#", "events": {events}"#)).expect_err("a wrong document").field, field);
        }
        assert_eq!(of(r#", "records": "each""#).expect("a whole document").records, Records::Each);
        assert_eq!(of(r#", "records": "none""#).expect_err("a wrong document").field, "records");
    }

    #[test]
    fn a_host_may_list_what_only_a_later_version_knows() {
        let of = |more: &str| Config::parse(format!(r#"{{"database": {{"url": "x"}}{more}}}"#).as_bytes());
        assert!(of("").expect("a whole document").capabilities.is_empty());
        let listed = of(r#", "capabilities": ["authorize.many", "x.y"]"#).expect("a whole document").capabilities;
        assert_eq!(listed, ["authorize.many", "x.y"]);
        assert_eq!(of(r#", "capabilities": "authorize.many""#).expect_err("a wrong document").field, "capabilities");
    }

    #[test]
    fn what_is_no_json_is_said_to_be_none() {
        assert_eq!(error("").field, "");
        assert!(error("{").message.contains("EOF"));
    }
}
