//! One file for each experiment, and their shared helpers.

pub(crate) mod clocks;
pub(crate) mod disk;
pub(crate) mod kills;
pub(crate) mod outages;
pub(crate) mod records;
pub(crate) mod sigstop;
pub(crate) mod sleepers;
pub(crate) mod tenants;

use serde_json::{Value, json};

/// The default lease of nodes, in seconds.
const LEASE: u64 = 30;

/// A script that is run manually or later.
fn one_off(name: &str, source: &str) -> Value {
    json!({"name": name, "type": "one_off", "content": source, "timeout_seconds": 180, "retries": 2, "retry_delay_seconds": 1})
}

/// A script that is due every minute.
fn minutely(name: &str, source: &str) -> Value {
    json!({"name": name, "type": "cron", "cron_expression": "* * * * *", "timezone": "UTC", "content": source,
           "timeout_seconds": 50, "retries": 2, "retry_delay_seconds": 1})
}
