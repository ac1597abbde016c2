//! The request to start a run.

use std::sync::Arc;

use iota_scripts_domain::{
    EndpointCaller, EntryPoint, ExecutionId, JsonText, Origin, ScriptId, ScriptRef, SourceCode, Trigger,
};

use super::Settling;
use crate::endpoint_service::{ReadAnswer, RequestInput};

/// A request to run a script.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// The id of the new run, if a form provides one: submitting the form twice starts one run.
    pub id: Option<ExecutionId>,
    /// The script.
    pub target: Target,
    /// The function to call; `None` for the default of the script's type.
    pub entry: Option<EntryPoint>,
    /// Its arguments, a JSON array.
    pub args: JsonText,
    /// Facts about the arguments, if they are a newly received request.
    pub input: Option<RequestInput>,
    /// Receives the parsed response of a request to an endpoint.
    pub answer: Option<Arc<ReadAnswer>>,
    /// The trigger.
    pub trigger: Trigger,
    /// Time limit in milliseconds, below the script's own; `None` for the script's limit.
    pub timeout_ms: Option<u64>,
    /// Replaces the stored text: an author's test of an unsaved text.
    pub source: Option<SourceCode>,
    /// The imports of that text.
    pub imports: Vec<String>,
    /// The libraries in the versions to use; `None` resolves the imports now.
    pub libraries: Option<Vec<ScriptRef>>,
    /// The sender of the request, for an endpoint.
    pub caller: Option<EndpointCaller>,
    /// The occurrence's attempt, if no caller waits for the run.
    pub origin: Option<Origin>,
    /// Decides the consequences for the occurrence when the run ends.
    pub settling: Option<Arc<Settling>>,
    /// The caller learns of the run only at its end, so it may be recorded at its end.
    pub awaited: bool,
    /// Change nothing, and report the changes that would have been made.
    pub dry_run: bool,
}

impl RunRequest {
    /// Creates a request with the default function, no arguments, and defaults for all other fields.
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
