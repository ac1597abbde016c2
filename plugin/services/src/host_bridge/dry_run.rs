//! Runs that change nothing: the ports that a run's bridge stands on, each behind one that lets reads through and writes down what
//! would have been written.
//!
//! The bridge itself does not know: it checks, counts and answers as always. What the run has written it reads again, from the
//! overlay of the storage and from the one transaction in which its statements run until they are rolled back.

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
use sql::{DrySql, Shared};
use storage::DryStorage;

/// What a dry run writes down, until it is told.
pub(crate) struct DryRun {
    recording: Arc<Recording>,
    storage: Arc<DryStorage>,
    sql: Arc<Shared>,
}

impl DryRun {
    /// The outside of one dry run, over that of the others.
    pub(crate) fn over(outside: &HostPorts) -> (HostPorts, Self) {
        let recording = Arc::new(Recording::default());
        let storage = Arc::new(DryStorage::over(Arc::clone(&outside.storage)));
        let shared = Arc::new(Shared::default());
        let sql = outside.sql.clone().map(|inner| DrySql::over(inner, &shared, &recording));
        let dry = HostPorts {
            host: Arc::new(DryHost::over(outside, &recording)),
            catalog: Arc::clone(&outside.catalog),
            storage: Arc::clone(&storage) as _,
            storage_quota: outside.storage_quota,
            http: Arc::new(DryHttp::over(Arc::clone(&outside.http), &recording)),
            http_hosts: Arc::clone(&outside.http_hosts),
            templates: Arc::clone(&outside.templates),
            sql: sql.map(|sql| Arc::new(sql) as _),
            clock: Arc::clone(&outside.clock),
        };
        (dry, Self { recording, storage, sql: shared })
    }

    /// Rolls back what the run's statements did.
    pub(crate) async fn end(&self) {
        self.sql.end().await;
    }

    /// What would have changed.
    pub(crate) async fn report(&self) -> JsonText {
        for (key, before, after) in self.storage.changes().await {
            self.recording.storage(&key, before.as_ref(), after.as_ref());
        }
        self.recording.report()
    }
}
