//! Dry runs: wraps each port of a run's bridge in one that passes reads through and records writes instead of making them.
//!
//! The bridge itself is unaware of it: it checks, counts and answers as always. The run reads its own writes, from the overlay of the
//! storage and from the one transaction in which its statements run until they are rolled back.

mod host;
mod http;
mod recording;
mod sql;
mod storage;

use std::sync::Arc;

use iota_scripts_domain::JsonText;

use super::HostPorts;
use host::DryHost;
use http::DryHttp;
use recording::Recording;
use sql::{DrySql, SharedTransaction};
use storage::DryStorage;

/// The recorded changes of a dry run.
pub(crate) struct DryRun {
    recording: Arc<Recording>,
    storage: Arc<DryStorage>,
    sql: Arc<SharedTransaction>,
}

impl DryRun {
    /// Returns the ports of one dry run, wrapped around the real ones.
    pub(crate) fn over(ports: &HostPorts) -> (HostPorts, Self) {
        let recording = Arc::new(Recording::default());
        let storage = Arc::new(DryStorage::over(Arc::clone(&ports.storage)));
        let shared = Arc::new(SharedTransaction::default());
        let sql = ports.sql.clone().map(|inner| DrySql::over(inner, &shared, &recording));
        let dry = HostPorts {
            host: Arc::new(DryHost::over(ports, &recording)),
            catalog: Arc::clone(&ports.catalog),
            storage: Arc::clone(&storage) as _,
            storage_quota: ports.storage_quota,
            http: Arc::new(DryHttp::over(Arc::clone(&ports.http), &recording)),
            http_hosts: Arc::clone(&ports.http_hosts),
            templates: Arc::clone(&ports.templates),
            sql: sql.map(|sql| Arc::new(sql) as _),
            clock: Arc::clone(&ports.clock),
        };
        (dry, Self { recording, storage, sql: shared })
    }

    /// Rolls back the run's statements.
    pub(crate) async fn end(&self) {
        self.sql.end().await;
    }

    /// Returns the changes that would have been made.
    pub(crate) async fn report(&self) -> JsonText {
        for (key, before, after) in self.storage.changes().await {
            self.recording.storage(&key, before.as_ref(), after.as_ref());
        }
        self.recording.report()
    }
}
