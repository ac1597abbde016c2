//! Resources that runs may leak in their host: processes, descriptors, rows.

use std::time::Duration;

use iota_scripts_host::Identity;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::{Stage, TestDatabase, admin, process};

/// Timeout for resources to be released.
const TIMEOUT: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

/// The resources of a host while no plugin is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Footprint {
    pub descriptors: usize,
    pub processes: usize,
}

impl Footprint {
    /// Of a host that has loaded, started and stopped the library once, which allocates some resources permanently.
    pub async fn of_this_host() -> Self {
        let database = TestDatabase::sqlite();
        let stage = Stage::start(database.url(), &serde_json::json!({})).await;
        let script = stage.script(&admin(), "first", "one_off", "function main() {}").await;
        stage.run(&admin(), &script, Value::Null).await;
        stage.stop().await;
        settled(async || Self::now().processes == 0).await;
        Self::now()
    }

    /// The resources of this host beyond this footprint, after all releasable ones were released; `None`
    /// without such resources.
    pub async fn left_over(self) -> Option<Self> {
        let clean = || Self::now().descriptors <= self.descriptors && Self::now().processes <= self.processes;
        if settled(async || clean()).await { None } else { Some(Self::now()) }
    }

    fn now() -> Self {
        Self { descriptors: process::descriptors(), processes: process::workers().len() }
    }
}

/// Worker processes of this host that its pool does not know, after those about to exit have exited.
///
/// # Panics
/// If the host does not answer.
pub async fn workers_beyond_the_pool(stage: &Stage) -> usize {
    let mut beyond = 0;
    settled(async || {
        let health = stage.plugin.health().await.expect("health");
        let known = |name: &str| health.counters["runtime"][name].as_u64().unwrap_or_default();
        let known = usize::try_from(known("workers") + known("standing_by") + known("checkers")).unwrap_or_default();
        beyond = process::workers().len().saturating_sub(known);
        beyond == 0
    })
    .await;
    beyond
}

/// Runs of the users' tenants that are recorded as not ended, after those about to end have ended.
///
/// # Panics
/// If the host does not answer.
pub async fn unfinished(stage: &Stage, users: &[Identity]) -> u64 {
    let mut rows = 0;
    settled(async || {
        rows = 0;
        for who in users {
            let page = stage.api(who, "GET", "/executions?status=pending,running&per_page=1", None).await.expect(200);
            rows += page["total"].as_u64().expect("a total");
        }
        rows == 0
    })
    .await;
    rows
}

/// Waits until the condition holds; false at the timeout.
async fn settled(mut is_so: impl AsyncFnMut() -> bool) -> bool {
    let began = Instant::now();
    while !is_so().await {
        if began.elapsed() > TIMEOUT {
            return false;
        }
        sleep(PAUSE).await;
    }
    true
}
