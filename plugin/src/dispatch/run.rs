//! `invoke` and `run`: runs of scripts that the host's own code requests.

use iota_scripts_domain::{EntryPoint, Execution, JsonText, ScriptId, Trigger};
use iota_scripts_services::{
    Identity, RunEvent, RunRequest, Target,
    ports::{HostError, HostErrorCode},
};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};
use tracing::Instrument as _;

use crate::{
    failure,
    head::{Head, Identities},
    inbound::Answer,
    module::Module,
};

#[derive(Deserialize)]
struct Call<I = Identity> {
    identity: I,
    id: Option<ScriptId>,
    name: Option<String>,
    function: Option<String>,
    args: Option<Vec<Box<RawValue>>>,
    input: Option<Box<RawValue>>,
    timeout_ms: Option<u64>,
    #[serde(default)]
    dry_run: bool,
}

impl<'h> Head<'h> for Call {
    type Raw = Call<&'h RawValue>;

    fn of(raw: Self::Raw, identities: &Identities) -> Option<Self> {
        let Call { identity, id, name, function, args, input, timeout_ms, dry_run } = raw;
        Some(Self { identity: identities.named(identity)?, id, name, function, args, input, timeout_ms, dry_run })
    }
}

impl Call {
    fn into_request(self) -> Result<(Identity, RunRequest), HostError> {
        let target = match (self.id, self.name) {
            (Some(id), None) => Target::Id(id),
            (None, Some(name)) => Target::Name(name),
            _ => return Err(invalid("name", "either name or id says which script")),
        };
        let entry = self.function.map(|name| EntryPoint::parse(&name)).transpose();
        let entry = entry.map_err(|error| invalid("function", &error.message))?;
        let args = self.args.unwrap_or_else(|| self.input.into_iter().collect());
        let args = serde_json::value::to_raw_value(&args).map_err(|error| invalid("args", &error.to_string()))?;
        let args = JsonText::from(args);
        let (timeout_ms, dry_run) = (self.timeout_ms, self.dry_run);
        let request = RunRequest { entry, args, timeout_ms, dry_run, ..RunRequest::of(target, Trigger::System) };
        Ok((self.identity, request))
    }
}

/// Calls a script and replies with its value, or with the fault as data.
pub(super) async fn invoke(module: &Module, head: &[u8], answer: &mut Answer) -> Result<(), HostError> {
    let (identity, request) = module.identities().read::<Call>(head)?.into_request()?;
    let span = tracing::debug_span!("request", operation = "invoke", tenant = %identity.tenant_id());
    invoked(module, &identity, request, answer).instrument(span).await
}

async fn invoked(
    module: &Module,
    identity: &Identity,
    request: RunRequest,
    answer: &mut Answer,
) -> Result<(), HostError> {
    let request = RunRequest { awaited: true, ..request };
    let run = module.executions().start_for_host(identity, request).await.map_err(|error| failure::of(&error))?;
    let _cancel = run.cancel_on_drop();
    let id = run.id();
    let finished = run.finished().await;
    // For the host's own code the result of an endpoint is a value, regardless of its HTTP status.
    match finished.record().and_then(|record| record.outcome.result()) {
        Some(value) => {
            answer.finish(&json!({"success": true, "value": value, "execution_id": id}), &[]);
        }
        None => answer.finish(&json!({"success": false, "error": finished.fault(), "execution_id": id}), &[]),
    }
    Ok(())
}

/// Runs a script and streams its log lines.
pub(super) async fn stream(module: &Module, head: &[u8], answer: &mut Answer) -> Result<(), HostError> {
    let (identity, request) = module.identities().read::<Call>(head)?.into_request()?;
    let span = tracing::debug_span!("request", operation = "run", tenant = %identity.tenant_id());
    streamed(module, &identity, request, answer).instrument(span).await
}

async fn streamed(
    module: &Module,
    identity: &Identity,
    request: RunRequest,
    answer: &mut Answer,
) -> Result<(), HostError> {
    let run = module.executions().start_for_host(identity, request).await.map_err(|error| failure::of(&error))?;
    let _cancel = run.cancel_on_drop();
    answer.open(&json!({"started": {"execution_id": run.id()}}));
    let mut listener = run.follow();
    while let Some(event) = listener.next().await {
        match event {
            RunEvent::Log(line) => {
                let offset_ms = u64::try_from(line.at.since(run.began()).as_millis()).unwrap_or(u64::MAX);
                let mut log =
                    json!({"at": line.at, "offset_ms": offset_ms, "level": line.level, "message": line.message});
                if let Some(data) = &line.data {
                    log["data"] = data.to_value();
                }
                answer.head(&json!({"log": log})).await;
            }
            RunEvent::Finished(execution) => {
                answer.finish(&json!({"finished": without_logs(&execution)}), &[]);
            }
        }
    }
    Ok(())
}

/// The lines have been sent already.
fn without_logs(execution: &Execution) -> Value {
    let mut document = iota_scripts_presentation::execution_json(execution);
    if let Some(document) = document.as_object_mut() {
        document.remove("logs");
    }
    document
}

fn invalid(field: &str, message: &str) -> HostError {
    HostError { field: Some(field.to_owned()), ..HostError::new(HostErrorCode::Validation, message) }
}
