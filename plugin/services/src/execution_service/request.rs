//! What is asked of a run.

use std::sync::Arc;

use iota_scripts_domain::{
    EndpointCaller, EntryPoint, ExecutionId, JsonText, Origin, ScriptId, ScriptRef, SourceCode, Trigger,
};

use super::Settling;
use crate::endpoint_service::{ReadAnswer, RequestInput};

/// A wish to run a script.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// The id that its run is to have, when a form carries it: sent twice, the form starts one run.
    pub id: Option<ExecutionId>,
    /// Which script.
    pub target: Target,
    /// Which function; None for the usual one of its type.
    pub entry: Option<EntryPoint>,
    /// Its arguments, a JSON array.
    pub args: JsonText,
    /// What is known of the arguments, when they are a request that has just come.
    pub input: Option<RequestInput>,
    /// Where the answer goes as it was read, of a request to an endpoint.
    pub answer: Option<Arc<ReadAnswer>>,
    /// What asks for it.
    pub trigger: Trigger,
    /// Less time than the script has; None for all of it. Milliseconds.
    pub timeout_ms: Option<u64>,
    /// Runs instead of the stored text: what an author tries before saving it.
    pub source: Option<SourceCode>,
    /// What that text imports.
    pub imports: Vec<String>,
    /// The libraries in the versions that it uses; None for those that its imports lead to now.
    pub libraries: Option<Vec<ScriptRef>>,
    /// Who sent the request that it answers, of an endpoint.
    pub caller: Option<EndpointCaller>,
    /// The attempt that it is, if nobody waits for it.
    pub origin: Option<Origin>,
    /// What follows from its end for the occurrence that it is an attempt at.
    pub settling: Option<Arc<Settling>>,
    /// Whoever asks for it waits for its end, and hears of the run no earlier: it may go on record when it has ended.
    pub awaited: bool,
    /// Change nothing, and tell what would have been changed.
    pub dry_run: bool,
}

impl RunRequest {
    /// The usual function of a script without arguments; the other fields say what differs.
    #[must_use]
    pub fn of(target: Target, trigger: Trigger) -> Self {
        let args = JsonText::empty_list();
        Self {
            id: None,
            target,
            entry: None,
            args,
            input: None,
            answer: None,
            trigger,
            timeout_ms: None,
            source: None,
            imports: Vec::new(),
            libraries: None,
            caller: None,
            origin: None,
            settling: None,
            awaited: false,
            dry_run: false,
        }
    }
}

/// Names a script of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// By id.
    Id(ScriptId),
    /// By name.
    Name(String),
}
