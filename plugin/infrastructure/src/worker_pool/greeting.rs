//! The first messages of a new worker and of a template: they agree on the protocol and on the limits of the process.

use std::time::Duration;

use iota_scripts_domain::Fault;
use iota_scripts_runtime::{
    protocol::{self, FromWorker, Hello, Ready},
    sandbox,
};

use super::{PoolConfig, wire};

/// How long a new worker may take until it is ready.
pub(super) const READY_TIMEOUT: Duration = Duration::from_secs(10);

/// What every worker of a pool is greeted with, and the template of them too.
pub(super) fn hello(config: &PoolConfig) -> Hello {
    Hello {
        protocol: protocol::PROTOCOL,
        address_space_bytes: Some(sandbox::IDLE_ADDRESS_SPACE + config.max_memory_bytes),
        stack_bytes: config.stack_bytes,
    }
}

/// What a worker answers to the greeting.
pub(super) fn ready(said: FromWorker) -> Result<Ready, Fault> {
    match said {
        FromWorker::Ready(ready) if ready.protocol == protocol::PROTOCOL => Ok(ready),
        FromWorker::Ready(ready) => Err(wire::died(&format!(
            "the worker program speaks protocol {}, this library {}: they are of different builds",
            ready.protocol,
            protocol::PROTOCOL
        ))),
        _ => Err(wire::died("the worker program did not say that it is ready")),
    }
}
