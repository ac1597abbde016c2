//! The handshake with a new worker or template: both agree on the protocol version and on the limits of the process.

use std::time::Duration;

use iota_scripts_domain::Fault;
use iota_scripts_runtime::{
    protocol::{self, FromWorker, Hello, Ready},
    sandbox,
};

use super::{PoolConfig, wire};

/// Maximum time until a new worker is ready.
pub(super) const READY_TIMEOUT: Duration = Duration::from_secs(10);

/// Returns the greeting for workers and templates of a pool.
pub(super) fn hello(config: &PoolConfig) -> Hello {
    Hello {
        protocol: protocol::PROTOCOL,
        address_space_bytes: Some(sandbox::IDLE_ADDRESS_SPACE + config.max_memory_bytes),
        stack_bytes: config.stack_bytes,
    }
}

/// Checks the reply to the greeting.
pub(super) fn ready(reply: FromWorker) -> Result<Ready, Fault> {
    match reply {
        FromWorker::Ready(ready) if ready.protocol == protocol::PROTOCOL => Ok(ready),
        FromWorker::Ready(ready) => Err(wire::died(&format!(
            "the worker program uses protocol {}, this library {}: install both from the same build",
            ready.protocol,
            protocol::PROTOCOL
        ))),
        _ => Err(wire::died("the worker program replied to the greeting with an unexpected message")),
    }
}
