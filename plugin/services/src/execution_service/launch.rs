//! Starts runs: determines limits, checks quotas, and spawns the run's task.

use std::sync::Arc;

use iota_scripts_domain::{
    Execution, ExecutionId, Handler, JsonText, Limits, NewExecution, Script, ScriptRef, SourceCode, TenantId, Trigger,
};
use serde::Serialize;
use serde_json::value::to_raw_value;
use tokio::sync::oneshot;
use tracing::{Instrument as _, Span};

use super::{
    Inner, RunRequest, input,
    receipt::InputStats,
    run::Run,
    run_task::{ActiveRunGuard, RunTask},
};
use crate::{
    Identity, ServiceError,
    endpoint_service::{RequestInput, implied_raw_body},
    host_bridge::{HostBridge, RunScope},
    ports::{Check, HostError, HostErrorCode, Job, LIBRARY_SCHEME},
    run_feed::RunFeed,
    run_record::{Recording, Records},
    script_cache,
};

impl Inner {
    pub(super) async fn launch(
        self: &Arc<Self>,
        identity: &Identity,
        script: &Script,
        request: RunRequest,
    ) -> Result<Run, ServiceError> {
        let own = self.limits(script);
        let limits = request.timeout_ms.map_or(own, |ms| own.within_ms(ms));
        let Handler { usual: entry, fallback } = match request.entry {
            Some(named) => Handler { usual: named, fallback: None },
            None => script.definition().handler(),
        };
        let imports = if request.source.is_some() { &request.imports } else { &script.definition().imports };
        let libraries = match &request.libraries {
            Some(pinned) => self.script_cache.pinned(identity.tenant_id(), pinned).await?,
            None => self.script_cache.link(identity.tenant_id(), imports, None).await?,
        };
        // A repeated run derives `rawBody` from the body again.
        let is_request = script.definition().kind.endpoint().is_some();
        let RequestInput { bytes, raw_body } = request.input.unwrap_or_else(|| RequestInput {
            bytes: input::bytes(&request.args),
            raw_body: is_request.then(|| implied_raw_body(request.args.as_str())).flatten(),
        });
        let (now, began) = (self.clock.now(), self.clock.monotonic());
        let head = NewExecution {
            id: request.id.unwrap_or_else(ExecutionId::generate),
            tenant: identity.tenant_id().clone(),
            script: ScriptRef::from(script),
            libraries: libraries.iter().map(|library| library.script.clone()).collect(),
            entry: entry.clone(),
            trigger: request.trigger,
            user: identity.user_id().cloned(),
            origin: request.origin,
            input: request.args.clone(),
            dry_run: request.dry_run,
            created_at: now,
        };
        let id = head.id;
        let execution = Execution::running(head, self.policy.node.clone(), now);
        let job = Job {
            execution: id,
            tenant: identity.tenant_id().clone(),
            script: ScriptRef::from(script),
            unsaved: request.source.is_some(),
            source: request.source.as_ref().map_or_else(|| source_of(script), SourceCode::to_shared),
            libraries,
            entry,
            fallback,
            args: request.args,
            raw_body,
            context: self.contexts.of(identity, script)?,
            execution_context: json(&ContextExecution { id, triggered_by: execution.trigger() })?,
            limits,
        };
        let depth = input::check(&job.args, bytes, &limits)?;

        let admission = self.quotas.admit(identity.tenant_id())?;
        let feed = RunFeed::new();
        let entered = self.active.enter(id, identity.tenant_id(), &feed, &self.terms);
        let (cancel, lease) = entered.ok_or(ServiceError::Stopping)?;
        let guard = ActiveRunGuard { inner: Arc::clone(self), id };
        let record_first = !request.awaited || self.policy.records == Records::Each;
        // A run that is recorded later is shortened then.
        let execution = if record_first { self.quotas.fit_input(execution) } else { execution };
        let span = span(identity, script, id);
        let scope = RunScope {
            span: span.clone(),
            identity: identity.clone(),
            recording: Recording::of(execution, &lease, &self.terms),
            lease: Arc::clone(&lease),
            script_type: script.definition().kind.script_type(),
            database_access: script.definition().database_access,
            limits,
            feed: Arc::clone(&feed),
            dry_run: request.dry_run,
        };
        let bridge = HostBridge::new(&self.ports, scope);
        let run_task = RunTask {
            input_stats: InputStats::of(&job, script.definition().kind.script_type(), (bytes, depth)),
            answer: request.answer,
            own_ms: own.wall_ms,
            began,
            lease,
            caller: request.caller,
            settling: request.settling,
            bridge: Arc::new(bridge),
            cancel: cancel.clone(),
            record_first,
            job,
            admission,
            guard,
        };
        // If the caller goes away before the run is recorded, nothing else would end the run.
        let abandoned = cancel.clone().drop_guard();
        let (begun, recorded) = oneshot::channel();
        // Boxed, because a spawned future is moved several times and this one is large.
        tokio::spawn(Box::pin(run_task.run_task(begun)).instrument(span));
        recorded.await.unwrap_or(Err(ServiceError::Stopping))?;
        abandoned.disarm();
        Ok(Run { id, began: now, feed, cancel })
    }

    /// Returns the libraries that a text imports.
    pub(super) async fn imports(&self, tenant: &TenantId, source: &SourceCode) -> Result<Vec<String>, ServiceError> {
        // Most texts import nothing and need not be parsed here.
        if !source.as_str().contains(LIBRARY_SCHEME) {
            return Ok(Vec::new());
        }
        let checked = self.runtime.check(tenant, &Check::text(source.as_str()), &self.policy.limits).await;
        script_cache::names(&checked.map_err(ServiceError::Unchecked)?.imports)
    }

    /// Returns the limits of the script's runs.
    fn limits(&self, script: &Script) -> Limits {
        self.policy.limits.of_script(script.definition().limits)
    }
}

/// Returns the span for a run's log records. Without debug logs, that is the current span: the occurrence's, if the run has one.
fn span(identity: &Identity, script: &Script, id: ExecutionId) -> Span {
    let span = tracing::debug_span!("run", tenant = %identity.tenant_id(), script = %script.id(), execution = %id);
    if !span.is_disabled() {
        return span;
    }
    let around = Span::current();
    around.record("execution", tracing::field::display(id));
    around
}

fn source_of(script: &Script) -> Arc<str> {
    script.definition().source.to_shared()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ContextExecution {
    id: ExecutionId,
    triggered_by: Trigger,
}

/// The host's data about tenant and user were parsed from JSON, so they can be serialized.
pub(super) fn json(value: &impl Serialize) -> Result<JsonText, ServiceError> {
    let text = to_raw_value(value);
    text.map(JsonText::from)
        .map_err(|error| ServiceError::Host(HostError::new(HostErrorCode::Internal, error.to_string())))
}
