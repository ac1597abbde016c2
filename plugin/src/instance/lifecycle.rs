//! The life of an instance: one thread that builds the runtime, starts the module, waits for stop, drains and ends.

use std::{
    sync::Arc,
    time::{Duration, Instant as StdInstant},
};

use iota_scripts_abi::op;
use iota_scripts_infrastructure::elapsed::ms_since;
use serde_json::json;

use super::{Instance, Stage};
use crate::{
    abi::Host,
    config::Config,
    host_log::{self, HostLog},
    module::{Module, StartError},
    threads,
};

/// Interval in which a draining instance checks whether its requests have ended.
const DRAIN_STEP: Duration = Duration::from_millis(10);
/// Maximum time that tasks which ignore their cancellation delay the end of the runtime.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

impl Instance {
    /// Starts the instance on a new thread and returns immediately.
    pub(crate) fn launch(self: &Arc<Self>, config: Vec<u8>) {
        let log = HostLog::new(self.link.host());
        let runtime = match threads::runtime(&log) {
            Ok(runtime) => runtime,
            Err(error) => return self.fail(&StartError::thread(&error)),
        };
        // Set before the thread runs, so that an immediate request finds the runtime.
        let _ = self.tokio.set(runtime.handle().clone());
        let instance = Arc::clone(self);
        if let Err(error) = threads::spawn("iota-scripts", log.clone(), move || instance.live(runtime, &log, &config)) {
            self.fail(&StartError::thread(&error));
        }
    }

    fn live(self: Arc<Self>, runtime: tokio::runtime::Runtime, log: &HostLog, config: &[u8]) {
        let ended = runtime.block_on(self.run(log, config));
        runtime.shutdown_timeout(SHUTDOWN_TIMEOUT);
        self.link.close();
        match ended {
            Ok(cancelled) => {
                // First, so that a host that has read plugin.stopped finds no part of it alive.
                (self.retire)(self.handle);
                self.link.notify(op::PLUGIN_STOPPED, &json!({"cancelled": cancelled}));
            }
            Err(error) => self.fail(&error),
        }
    }

    /// Runs from start to the end of the drain; returns the number of cancelled runs.
    async fn run(self: &Arc<Self>, log: &HostLog, config: &[u8]) -> Result<usize, StartError> {
        let began = StdInstant::now();
        let config = Config::parse(config).map_err(StartError::config)?;
        log.set_level(config.log_level);
        tracing::info!(version = env!("CARGO_PKG_VERSION"), instance = config.instance_id, "starting");
        let mut stage = self.stage.subscribe();
        let stop = async {
            let reached = stage.wait_for(|stage| matches!(stage, Stage::Stopping { .. })).await;
            match reached.as_deref() {
                Ok(Stage::Stopping { deadline_ms }) => Duration::from_millis(*deadline_ms),
                _ => Duration::ZERO,
            }
        };
        tokio::pin!(stop);
        let module = tokio::select! {
            module = Module::start(
                &config,
                Arc::clone(&self.link),
                Arc::clone(&self.catalog),
                Arc::clone(&self.wanted),
            ) => Arc::new(module?),
            _ = &mut stop => return Ok(0),
        };
        // A stop requested in the meantime must not be overwritten.
        let entered = self.stage.send_if_modified(|stage| {
            let starting = matches!(stage, Stage::Starting);
            if starting {
                *stage = Stage::Ready(Arc::clone(&module));
            }
            starting
        });
        if entered {
            module.bind(self.catalog.signatures());
            let ready_ms = ms_since(began);
            tracing::info!(ms = ready_ms, "ready");
            self.link.notify(op::PLUGIN_READY, &module.ready_notice(ready_ms));
        }
        let deadline = stop.await;
        Ok(self.drain(&module, deadline).await)
    }

    async fn drain(&self, module: &Module, deadline: Duration) -> usize {
        let began = StdInstant::now();
        module.refuse_new_runs();
        let (runs, requests) = (module.active_runs(), self.inbound.len());
        let deadline_ms = u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(runs, requests, deadline_ms, "stopping: waiting for runs and requests in flight");
        let idle = async {
            while self.inbound.len() > 0 || module.active_runs() > 0 {
                tokio::time::sleep(DRAIN_STEP).await;
            }
        };
        let _ = tokio::time::timeout(deadline, idle).await;
        let cut = module.active_runs();
        self.inbound.cancel_all();
        module.stop().await;
        tracing::info!(cancelled = cut, ms = ms_since(began), "stopped");
        cut
    }

    fn fail(&self, error: &StartError) {
        (self.retire)(self.handle);
        self.link.notify(op::PLUGIN_FAILED, &json!({"error": error.to_json()}));
    }
}

impl Host {
    /// Logs that a message was rejected.
    pub(crate) fn warn(&self, message: &str) {
        host_log::write(*self, message);
    }
}
