//! `invoke` and `run`: scripts called by the host's own code.

use iota_scripts_services::{
    Identity, RunEvent, RunRequest, ServiceError, Target,
    ports::{Entry, HostError, Json},
};
use iota_scripts_domain::{ScriptId, Trigger};
use serde::Deserialize;
use serde_json::{json, value::RawValue};

use super::parse;
use crate::{failure, inbound::Answer, module::Module};

#[derive(Deserialize)]
struct Call {
    identity: Identity,
    id: Option<ScriptId>,
    name: Option<String>,
    function: Option<String>,
    args: Option<Vec<Box<RawValue>>>,
    input: Option<Json>,
    timeout_ms: Option<u64>,
}

impl Call {
    fn into_request(self) -> Result<(Identity, RunRequest), HostError> {
        let target = match (self.id, self.name) {
            (Some(id), None) => Target::Id(id),
            (None, Some(name)) => Target::Name(name),
            _ => return Err(invalid("name", "either name or id says which script")),
        };
        let entry = self.function.map(|name| Entry::parse(&name)).transpose().map_err(|e| invalid("function", &e))?;
        let args = self.args.unwrap_or_else(|| self.input.into_iter().collect());
        let request = RunRequest { target, entry, args, trigger: Trigger::System, timeout_ms: self.timeout_ms };
        Ok((self.identity, request))
    }
}

/// Calls a script and answers with its value, or with the fault as data.
pub(super) async fn invoke(module: &Module, head: &[u8], answer: &mut Answer) -> Result<(), HostError> {
    let (identity, request) = parse::<Call>(head)?.into_request()?;
    let run = module.executions().start_for_host(&identity, request).await.map_err(refused)?;
    let id = run.id();
    let finished = run.finished().await;
    match finished.outcome() {
        Ok(value) => answer.finish(&json!({"success": true, "value": value, "execution_id": id}), &[]),
        Err(fault) => answer.finish(&json!({"success": false, "error": fault, "execution_id": id}), &[]),
    }
    Ok(())
}

/// Runs a script and streams what it says.
pub(super) async fn stream(module: &Module, head: &[u8], answer: &mut Answer) -> Result<(), HostError> {
    let (identity, request) = parse::<Call>(head)?.into_request()?;
    let run = module.executions().start_for_host(&identity, request).await.map_err(refused)?;
    answer.open(&json!({"started": {"execution_id": run.id()}}));
    let mut listener = run.follow();
    while let Some(event) = listener.next().await {
        match event {
            RunEvent::Log(line) => answer.head(&json!({"log": line})).await,
            RunEvent::Finished(execution) => {
                answer.finish(&json!({"finished": iota_scripts_presentation::execution_json(&execution)}), &[]);
            }
        }
    }
    Ok(())
}

fn invalid(field: &str, message: &str) -> HostError {
    HostError { field: Some(field.to_owned()), ..HostError::new("VALIDATION", message) }
}

fn refused(error: ServiceError) -> HostError {
    failure::of(&error)
}
