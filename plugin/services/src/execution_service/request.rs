//! What is asked of a run.

use iota_scripts_domain::{EntryPoint, JsonText, ScriptId, Trigger};

/// A wish to run a script.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// Which script.
    pub target: Target,
    /// Which function; None for the usual one of its type.
    pub entry: Option<EntryPoint>,
    /// Its arguments, a JSON array.
    pub args: JsonText,
    /// What asks for it.
    pub trigger: Trigger,
    /// Less time than the script has; None for all of it. Milliseconds.
    pub timeout_ms: Option<u64>,
}

/// Names a script of the tenant.
#[derive(Debug, Clone)]
pub enum Target {
    /// By id.
    Id(ScriptId),
    /// By name.
    Name(String),
}
