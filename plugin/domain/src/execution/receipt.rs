//! What a run used of each limit.

use serde::{Deserialize, Serialize};

/// One figure of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// What was used.
    pub used: u64,
    /// What might have been.
    pub allowed: u64,
}

/// What a run used, and what it might have. Figures that an older version did not measure read as zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Receipt {
    /// Milliseconds of wall time.
    pub wall_ms: Usage,
    /// Microseconds of processor time.
    pub cpu_us: Usage,
    /// The most memory at any moment, in bytes.
    pub peak_memory_bytes: Usage,
    /// Bytes of console output.
    pub log_bytes: Usage,
    /// Bytes of the result as JSON.
    pub result_bytes: Usage,
    /// Calls of the host.
    pub host_calls: Usage,
    /// Rows read by SQL.
    pub sql_rows_read: Usage,
    /// Rows written by SQL.
    pub sql_rows_written: Usage,
    /// Outgoing HTTP requests.
    pub http_calls: Usage,
    /// Bytes of outgoing HTTP requests and their answers.
    pub http_bytes: Usage,
    /// Published events.
    pub events: Usage,
}
