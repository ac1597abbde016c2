//! The configuration of one instance: one JSON document from the host, parsed and checked at start.
//!
//! Unknown keys are rejected, so that a typing error is not mistaken for a default. Every error names its key.

mod error;
mod figures;
mod history;
mod schema;
mod script_database;
mod script_io;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use iota_scripts_domain::{EventPattern, EventPatterns, Limits, NodeId, QuarantinePolicy, Retention, StorageQuota};
use iota_scripts_infrastructure::http_gateway::HttpGatewayConfig;
use iota_scripts_services::{QuotaPolicies, Records};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use error::{ConfigError, ConfigProblem};
use figures::{Quotas, operator_limits};
pub(crate) use schema::schema;
pub(crate) use script_database::ScriptDatabase;

/// A valid configuration.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) instance_id: String,
    pub(crate) database: Database,
    pub(crate) isolation: Isolation,
    pub(crate) worker: Worker,
    /// Limits of each run; for limits that authors choose, the maximum.
    pub(crate) limits: Limits,
    pub(crate) quotas: QuotaPolicies,
    pub(crate) quarantine: QuarantinePolicy,
    pub(crate) lease: Duration,
    pub(crate) schedule: Schedule,
    pub(crate) http: HttpGatewayConfig,
    pub(crate) storage: StorageQuota,
    /// How long runs and scheduled runs are kept.
    pub(crate) retention: Retention,
    /// The host's tables, if the configuration has any.
    pub(crate) script_database: Option<ScriptDatabase>,
    /// The events of the plugin that the host subscribes to; all if `None`.
    pub(crate) events: Option<EventPatterns>,
    /// Names of operations that the host supports beyond those of contract 1.0; may include names of a later version.
    pub(crate) capabilities: Vec<String>,
    pub(crate) records: Records,
    pub(crate) log_level: tracing::level_filters::LevelFilter,
}

/// How scripts are isolated from the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
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

/// The configuration document of `start`.
///
/// Each key is defined once: its name, default, range, and its description, which is the doc comment.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Document {
    /// Name of this node in leases and logs; default: a random one.
    #[schemars(length(min = 1, max = 128))]
    instance_id: Option<String>,
    /// The plugin's own tables.
    database: Database,
    /// `worker`: scripts run in separate processes; `in_process`: on threads of the host.
    #[serde(default = "default_isolation")]
    isolation: Isolation,
    /// The processes that run scripts.
    #[serde(default)]
    worker: Worker,
    /// Maximum resources of a run.
    #[serde(default)]
    #[schemars(schema_with = "figures::limits_schema")]
    limits: BTreeMap<String, u64>,
    /// Maximum resources of a tenant, on each node.
    #[serde(default)]
    #[schemars(schema_with = "figures::quotas_schema")]
    quotas: Quotas,
    /// When a script is deactivated for runs that ended at a hard limit.
    #[serde(default)]
    quarantine: Quarantine,
    /// Seconds without a heartbeat, by the database's clock, after which a node counts as dead and its runs as lost.
    #[serde(default = "default_lease")]
    #[schemars(range(min = 1, max = 3600))]
    lease_seconds: u64,
    /// Runs that start automatically.
    #[serde(default)]
    schedule: Schedule,
    /// The host's tables; without it scripts have no `db`.
    script_database: Option<ScriptDatabase>,
    /// HTTP requests of scripts.
    #[serde(default)]
    http: script_io::Http,
    /// Maximum storage of a tenant.
    #[serde(default)]
    storage: script_io::Storage,
    /// How long runs are kept after their end.
    #[serde(default)]
    history: history::History,
    /// Patterns of the plugin's events that the host subscribes to; default: all events.
    #[schemars(length(max = 50), inner(regex(pattern = r"^scripts\.")))]
    events: Option<Vec<String>>,
    /// Operations that the host supports beyond those of contract 1.0.
    #[serde(default)]
    capabilities: Vec<String>,
    /// When an interactive run is recorded.
    #[serde(default)]
    records: WhenRecorded,
    /// Minimum level of log records.
    #[serde(default)]
    log_level: LogLevel,
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Database {
    /// `sqlite:///path/to/file.db` or `postgres://user:password@host/database`.
    pub(crate) url: String,
    /// Maximum number of connections in the pool.
    #[serde(default = "default_connections")]
    #[schemars(range(min = 1, max = 1000))]
    pub(crate) max_connections: u32,
    /// Whether pending migrations are applied at start; if false, the plugin does not start while migrations are
    /// pending.
    #[serde(default = "yes")]
    pub(crate) migrate: bool,
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(transform = schema::with_older_name)]
pub(crate) struct Worker {
    /// Path of the program `iota-scripts-worker`; default: the one in the library's folder.
    pub(crate) path: Option<PathBuf>,
    /// Maximum number of processes (or threads) that run scripts.
    #[schemars(range(min = 1, max = 1000))]
    pub(crate) max_workers: usize,
    /// Number of idle workers that are started in advance.
    #[serde(alias = "standing_by")]
    #[schemars(range(min = 0, max = 100))]
    pub(crate) min_idle: usize,
    /// Number of runs after which a worker is replaced.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub(crate) max_runs: u64,
    /// Seconds after which an unused worker exits.
    #[schemars(range(min = 1, max = 86_400))]
    pub(crate) idle_seconds: u64,
    /// Maximum time in milliseconds that a run waits for a worker.
    #[schemars(range(min = 1, max = 600_000))]
    pub(crate) checkout_timeout_ms: u64,
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Schedule {
    /// Maximum delay in seconds of a scheduled run; a later one is missed.
    #[schemars(range(min = 0, max = 86_400))]
    pub(crate) grace_seconds: u64,
    /// Maximum number of scheduled runs in flight on this node; default: the number of workers.
    #[schemars(range(min = 1, max = 1000))]
    pub(crate) concurrency: Option<usize>,
}

impl Schedule {
    /// Returns the maximum delay of a scheduled run.
    pub(crate) const fn grace(&self) -> Duration {
        Duration::from_secs(self.grace_seconds)
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Self { grace_seconds: 60, concurrency: None }
    }
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Quarantine {
    /// Number of runs at a hard limit after which a script is deactivated; 0 for never.
    #[schemars(range(min = 0, max = 1000))]
    strikes: u32,
    /// Seconds for which each of these runs counts.
    #[schemars(range(min = 1, max = 86_400))]
    window_seconds: u64,
}

impl Default for Quarantine {
    fn default() -> Self {
        let QuarantinePolicy { strikes, window } = QuarantinePolicy::default();
        Self { strikes, window_seconds: window.as_secs() }
    }
}

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum WhenRecorded {
    #[default]
    Grouped,
    Each,
}

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
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
    /// Parses and checks the document that the host passed to `start`.
    pub(crate) fn parse(document: &[u8]) -> Result<Self, ConfigError> {
        let mut reader = serde_json::Deserializer::from_slice(document);
        let document: Document = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let field = error.path().to_string();
            ConfigError::at(if field == "." { String::new() } else { field }, error.into_inner())
        })?;
        document.check()
    }
}

impl Document {
    fn check(self) -> Result<Config, ConfigError> {
        let ranges = schema::check_ranges(&self);
        let instance_id = self.instance_id.unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
        NodeId::parse(&instance_id).map_err(|error| ConfigError::at("instance_id", error))?;
        ranges?;
        Ok(Config {
            instance_id,
            database: self.database,
            isolation: self.isolation,
            worker: self.worker,
            limits: operator_limits(&self.limits)?,
            quotas: self.quotas.read()?,
            quarantine: QuarantinePolicy {
                strikes: self.quarantine.strikes,
                window: Duration::from_secs(self.quarantine.window_seconds),
            },
            lease: Duration::from_secs(self.lease_seconds),
            schedule: self.schedule,
            http: self.http.read()?,
            storage: self.storage.into(),
            retention: self.history.read()?,
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

/// Returns the patterns that the host subscribes to. The plugin's events begin with `scripts.`; other patterns would
/// match none.
pub(crate) fn event_patterns(key: &str, patterns: &[String]) -> Result<EventPatterns, ConfigError> {
    for (at, pattern) in patterns.iter().enumerate() {
        let field = format!("{key}[{at}]");
        EventPattern::parse(pattern)
            .map_err(|error| ConfigError::at(&field, ConfigProblem::EventPattern(error.into())))?;
        if !pattern.starts_with("scripts.") {
            return Err(ConfigError::at(&field, ConfigProblem::ForeignEvents(pattern.clone())));
        }
    }
    EventPatterns::parse(patterns).map_err(|error| ConfigError::at(key, ConfigProblem::EventPattern(error.into())))
}

#[cfg(test)]
mod tests {
    use iota_scripts_domain::{QuotaPolicy, TenantId};

    use super::*;

    fn error(document: &str) -> ConfigError {
        Config::parse(document.as_bytes()).expect_err("a wrong document")
    }

    #[test]
    fn a_database_url_is_enough() {
        let config = Config::parse(br#"{"database": {"url": "sqlite://x.db"}}"#).expect("a whole document");
        assert_eq!((config.isolation, config.worker.max_workers), (Isolation::Worker, 10));
        assert!(config.database.migrate);
    }

    #[test]
    fn an_error_names_its_key() {
        let unknown = error(r#"{"database": {"url": "sqlite://x.db", "maxconnections": 3}}"#);
        assert_eq!(unknown.field, "database.maxconnections");
        assert!(unknown.problem.to_string().starts_with("unknown field `maxconnections`"), "{unknown}");
        assert_eq!(error(r#"{"database": {"url": 7}}"#).field, "database.url");
        assert!(error("{}").problem.to_string().contains("missing field `database`"));
        let zero = error(r#"{"database": {"url": "x"}, "worker": {"max_workers": 0}}"#);
        assert_eq!(
            (zero.field.as_str(), zero.problem.to_string().as_str()),
            ("worker.max_workers", "0 is not between 1 and 1000")
        );
        let older = error(r#"{"database": {"url": "x"}, "worker": {"standing_by": 101}}"#);
        assert_eq!(older.to_string(), "worker.min_idle: 101 is not between 0 and 100");
        assert_eq!(error(r#"{"database": {"url": "x"}, "isolation": "none"}"#).field, "isolation");
        assert_eq!(error(r#"{"database": {"url": "x"}, "limits": {"wall": 1}}"#).field, "limits.wall");
    }

    #[test]
    fn limits_and_quotas_are_read_within_their_ranges() {
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
    fn history_is_kept_forever_by_default() {
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
    fn http_entries_are_parsed_one_by_one() {
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
    fn event_patterns_must_begin_with_scripts() {
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
    fn unknown_capabilities_of_later_versions_are_accepted() {
        let of = |more: &str| Config::parse(format!(r#"{{"database": {{"url": "x"}}{more}}}"#).as_bytes());
        assert!(of("").expect("a whole document").capabilities.is_empty());
        let listed = of(r#", "capabilities": ["authorize.many", "x.y"]"#).expect("a whole document").capabilities;
        assert_eq!(listed, ["authorize.many", "x.y"]);
        assert_eq!(of(r#", "capabilities": "authorize.many""#).expect_err("a wrong document").field, "capabilities");
    }

    #[test]
    fn a_document_that_is_not_json_is_rejected() {
        assert_eq!(error("").field, "");
        assert!(error("{").problem.to_string().contains("EOF"));
    }
}
