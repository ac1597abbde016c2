//! Compares the file descriptors that an instance needs with the limit of the process: above the limit, workers cannot
//! start and databases cannot be opened under full load.

use iota_scripts_infrastructure::persistence::Dialect;
use rustix::process::{Resource, getrlimit};
use serde_json::{Value, json};

use crate::config::Config;

/// For the instance itself: its event loop, idle workers, HTTP requests of scripts.
const OF_INSTANCE: u64 = 64;
/// For a worker: its socket, and the other end of it during its start.
const OF_WORKER: u64 = 2;
/// For SQLite: the file, its write-ahead log, and a temporary file.
const OF_SQLITE: u64 = 3;
/// Threshold of free descriptors below which a warning is logged.
const LOW_THRESHOLD: u64 = 32;

/// The limit of the process, and the number of open descriptors.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Descriptors {
    open: u64,
    /// `None` if there is no limit.
    limit: Option<u64>,
}

impl Descriptors {
    pub(crate) fn now() -> Self {
        // One of them is the open folder itself.
        let open = std::fs::read_dir("/proc/self/fd").map_or(0, |all| all.count().saturating_sub(1));
        Self { open: open as u64, limit: getrlimit(Resource::Nofile).current }
    }

    /// Returns a warning at start if the descriptors that the instance needs exceed the limit.
    pub(crate) fn start_warning(self, needed: u64) -> Option<String> {
        let limit = self.limit?;
        let open = self.open;
        (open.saturating_add(needed) > limit).then(|| {
            format!(
                "the process may have {limit} file descriptors and has {open}; the plugin alone needs up to {needed} more at the time of \
                 the most work: raise the limit (ulimit -n, LimitNOFILE), or lower worker.max_workers and max_connections"
            )
        })
    }

    /// Returns a warning if the limit is almost reached.
    pub(crate) fn shortage(self) -> Option<String> {
        let limit = self.limit?;
        let open = self.open;
        (open.saturating_add(LOW_THRESHOLD) > limit).then(|| format!("{open} of {limit} file descriptors are in use"))
    }

    pub(crate) fn counters(self) -> Value {
        json!({"open": self.open, "limit": self.limit})
    }
}

/// Returns the maximum number of descriptors that an instance with this configuration opens in the application's
/// process.
pub(crate) fn needed(config: &Config, own: Dialect) -> u64 {
    let workers = match config.isolation {
        crate::config::Isolation::Worker => config.worker.max_workers.saturating_add(config.worker.min_idle) as u64,
        crate::config::Isolation::InProcess => 0,
    };
    let of_own = match own {
        Dialect::Sqlite => OF_SQLITE,
        Dialect::Postgres => 1,
    };
    let of_tables = config.script_database.as_ref().map_or(0, |tables| match tables.dialect() {
        // Connections for reads, and as many for writes.
        Some(Dialect::Postgres) => u64::from(tables.max_connections()).saturating_mul(2),
        // The program opens the file and has a separate limit. This process has a socket for each reader, one for the
        // writer, and one for the program.
        Some(Dialect::Sqlite) => u64::from(tables.max_connections()).saturating_add(2),
        None => 0,
    });
    OF_INSTANCE
        .saturating_add(workers.saturating_mul(OF_WORKER))
        .saturating_add(u64::from(config.database.max_connections).saturating_mul(of_own))
        .saturating_add(of_tables)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(document: &str, own: Dialect) -> u64 {
        needed(&Config::parse(document.as_bytes()).expect("a whole document"), own)
    }

    #[test]
    fn needed_descriptors_follow_from_the_configuration() {
        assert_eq!(of(r#"{"database": {"url": "sqlite://x.db"}}"#, Dialect::Sqlite), 64 + 11 * 2 + 8 * 3);
        let postgres = r#"{"database": {"url": "postgres://h/d", "max_connections": 20}, "worker": {"max_workers": 49},
            "script_database": {"url": "postgres://h/d", "max_connections": 10, "tables": []}}"#;
        assert_eq!(of(postgres, Dialect::Postgres), 64 + 50 * 2 + 20 + 20);
        let tables =
            r#"{"database": {"url": "sqlite://x.db"}, "script_database": {"url": "sqlite://y.db", "tables": []}}"#;
        assert_eq!(of(tables, Dialect::Sqlite), 64 + 11 * 2 + 8 * 3 + 10);
        let in_process = r#"{"database": {"url": "sqlite://x.db", "max_connections": 1}, "isolation": "in_process"}"#;
        assert_eq!(of(in_process, Dialect::Sqlite), 64 + 3);
    }

    #[test]
    fn a_low_limit_is_reported_with_the_settings_to_change() {
        let few = Descriptors { open: 50, limit: Some(120) };
        let start_warning = few.start_warning(110).expect("a warning");
        assert!(
            start_warning.contains("120") && start_warning.contains("50") && start_warning.contains("110"),
            "{start_warning}"
        );
        assert_eq!((few.start_warning(70), few.shortage()), (None, None));
        let none_left = Descriptors { open: 119, limit: Some(120) };
        assert_eq!(none_left.shortage().as_deref(), Some("119 of 120 file descriptors are in use"));
        assert_eq!(Descriptors { open: 119, limit: None }.start_warning(u64::MAX), None);
        assert!(Descriptors::now().open > 2);
    }
}
