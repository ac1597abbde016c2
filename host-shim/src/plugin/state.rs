//! The health and the phases of a plugin.

use serde::Deserialize;
use serde_json::Value;

use super::StartError;

/// How the plugin is.
///
/// # Examples
/// ```
/// use iota_scripts_host::Health;
/// use serde_json::json;
///
/// let health: Health = serde_json::from_value(json!({"status": "degraded", "detail": {"database": "does not answer"}}))?;
/// assert!(!health.is_ok());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Health {
    /// `ok` or `degraded`.
    pub status: String,
    /// The degraded parts, each with the reason.
    #[serde(default)]
    pub detail: Value,
    /// Numbers by name.
    #[serde(default)]
    pub counters: Value,
    /// The tasks that run without a request, a list; null from a library that does not tell them.
    #[serde(default)]
    pub background: Value,
}

impl Health {
    /// Whether nothing is degraded.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status == "ok"
    }
}

/// A plugin that has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// Runs that were cut short.
    pub cancelled: u64,
    /// Whether the plugin confirmed it; false if it did not within its deadline and 10 s of grace.
    pub confirmed: bool,
}

/// The phase of a plugin's life. It only moves forward.
#[derive(Debug, Clone)]
pub(super) enum Phase {
    Starting,
    Ready(Value),
    Failed(StartError),
    Stopped(Stopped),
}
