//! What the plugin tells the host's bus about itself. What scripts publish is not here.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    EndpointCaller, Execution, ExecutionStatus, FaultCode, Pause, Script, TenantId, Timestamp, Trigger, UserId,
};

/// Something that happened to a script or an execution.
#[derive(Debug, Clone, PartialEq)]
pub enum DomainEvent {
    /// A script was made.
    ScriptCreated(Script),
    /// A script was edited, switched on or off, or restored.
    ScriptUpdated(Script),
    /// A script was deleted.
    ScriptDeleted {
        /// As it was.
        script: Script,
        /// Who deleted it.
        by: UserId,
    },
    /// A script was switched off because of what its runs did.
    ScriptQuarantined(Script),
    /// Requests of a caller ended at hard limits of an endpoint so often that the endpoint does not serve them for a while.
    EndpointThrottled {
        /// The endpoint.
        script: Script,
        /// Whose requests they were.
        caller: EndpointCaller,
        /// What the last of them ran into.
        fault: FaultCode,
        /// When the caller is served again.
        until: Timestamp,
        /// How many callers of the endpoint are held back, as far as one node knows.
        callers: u32,
    },
    /// The schedules of a tenant were paused, or the reason or end of the pause was changed.
    SchedulesPaused(Pause),
    /// A pause was ended before its time; one that ends by itself ends without an event.
    SchedulesResumed {
        /// As it was.
        pause: Pause,
        /// Who ended it.
        by: UserId,
    },
    /// A run began.
    ExecutionStarted(Arc<Execution>),
    /// A run ended well, or with an endpoint's answer that refuses its request.
    ExecutionCompleted(Arc<Execution>),
    /// A run ended otherwise.
    ExecutionFailed(Arc<Execution>),
}

impl DomainEvent {
    /// Every type of event, for the manifest.
    pub const TYPES: [&'static str; 10] = [
        "scripts.script.created",
        "scripts.script.updated",
        "scripts.script.deleted",
        "scripts.quarantined",
        "scripts.execution.started",
        "scripts.execution.completed",
        "scripts.execution.failed",
        "scripts.endpoint_throttled",
        "scripts.schedules_paused",
        "scripts.schedules_resumed",
    ];

    /// The event of a finished run.
    #[must_use]
    pub fn of_finished(execution: Arc<Execution>) -> Self {
        if matches!(execution.status(), ExecutionStatus::Success | ExecutionStatus::Refused) {
            Self::ExecutionCompleted(execution)
        } else {
            Self::ExecutionFailed(execution)
        }
    }

    /// `scripts.script.created`
    #[must_use]
    pub const fn event_type(&self) -> &'static str {
        match self {
            Self::ScriptCreated(_) => Self::TYPES[0],
            Self::ScriptUpdated(_) => Self::TYPES[1],
            Self::ScriptDeleted { .. } => Self::TYPES[2],
            Self::ScriptQuarantined(_) => Self::TYPES[3],
            Self::ExecutionStarted(_) => Self::TYPES[4],
            Self::ExecutionCompleted(_) => Self::TYPES[5],
            Self::ExecutionFailed(_) => Self::TYPES[6],
            Self::EndpointThrottled { .. } => Self::TYPES[7],
            Self::SchedulesPaused(_) => Self::TYPES[8],
            Self::SchedulesResumed { .. } => Self::TYPES[9],
        }
    }

    /// Whose it is.
    #[must_use]
    pub fn tenant(&self) -> &TenantId {
        match self {
            Self::ScriptCreated(script)
            | Self::ScriptUpdated(script)
            | Self::ScriptDeleted { script, .. }
            | Self::EndpointThrottled { script, .. }
            | Self::ScriptQuarantined(script) => script.tenant(),
            Self::ExecutionStarted(execution)
            | Self::ExecutionCompleted(execution)
            | Self::ExecutionFailed(execution) => execution.tenant(),
            Self::SchedulesPaused(pause) | Self::SchedulesResumed { pause, .. } => &pause.tenant,
        }
    }

    /// The user who caused it, if one did.
    #[must_use]
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::ScriptCreated(script) | Self::ScriptUpdated(script) | Self::ScriptQuarantined(script) => {
                Some(&script.updated().by)
            }
            Self::ScriptDeleted { by, .. } | Self::SchedulesResumed { by, .. } => Some(by),
            // Nobody did it on purpose, and it may be a stranger.
            Self::EndpointThrottled { .. } => None,
            Self::SchedulesPaused(pause) => Some(&pause.paused.by),
            Self::ExecutionStarted(execution)
            | Self::ExecutionCompleted(execution)
            | Self::ExecutionFailed(execution) => execution.user(),
        }
    }

    /// What the host's subscribers see. Sources, inputs, results and logs stay inside: whoever may see them asks for them.
    #[must_use]
    pub fn data(&self) -> Value {
        match self {
            Self::ScriptCreated(script) | Self::ScriptUpdated(script) | Self::ScriptQuarantined(script) => {
                script_data(script, &script.updated().by)
            }
            Self::ScriptDeleted { script, by } => script_data(script, by),
            Self::EndpointThrottled { script, caller, fault, until, callers } => json!({
                "script_id": script.id(),
                "name": script.definition().name,
                "version": script.version(),
                "caller": caller,
                "fault": fault,
                "until": until,
                "callers": callers,
            }),
            Self::ExecutionStarted(execution)
            | Self::ExecutionCompleted(execution)
            | Self::ExecutionFailed(execution) => execution_data(execution),
            Self::SchedulesPaused(pause) => pause_data(pause, &pause.paused.by),
            Self::SchedulesResumed { pause, by } => pause_data(pause, by),
        }
    }
}

fn pause_data(pause: &Pause, by: &UserId) -> Value {
    json!({"reason": pause.reason.as_str(), "since": pause.paused.at, "until": pause.ends_at, "by": by})
}

fn script_data(script: &Script, by: &UserId) -> Value {
    let definition = script.definition();
    let mut data = json!({
        "script_id": script.id(),
        "name": definition.name,
        "type": definition.kind.script_type(),
        "version": script.version(),
        "is_active": definition.active,
        "by": by,
    });
    if let Some(quarantine) = script.quarantine() {
        data["quarantine"] = json!(quarantine);
    }
    data
}

fn execution_data(execution: &Execution) -> Value {
    let mut data = json!({
        "execution_id": execution.id(),
        "script_id": execution.script().id,
        "script_name": execution.script().name,
        "script_version": execution.script().version,
        "status": execution.status(),
        "trigger": execution.trigger(),
        "user_id": execution.user(),
    });
    if let Some(duration) = execution.duration() {
        data["duration_ms"] = json!(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
    }
    if execution.is_trial() {
        // Whoever is told of failures can leave these out.
        data["test"] = json!(execution.trigger() == Trigger::Test);
        data["dry_run"] = json!(execution.head().dry_run);
    }
    if let Some(status) = execution.record().and_then(|record| record.http_status) {
        data["http_status"] = json!(status);
    }
    if let Some(fault) = execution.fault() {
        data["error"] = json!(fault);
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execution::fixture;
    use crate::{Fault, FaultCode, JsonText, Outcome, RunRecord, Timestamp};

    #[test]
    fn a_failed_run_says_why_and_keeps_its_input_to_itself() {
        let outcome = Outcome::TimedOut(Fault::new(FaultCode::Timeout, "too long"));
        let run = fixture::running().finish(RunRecord::new(outcome), Timestamp::from_micros(5_000)).unwrap();
        let event = DomainEvent::of_finished(Arc::new(run));
        assert_eq!(event.event_type(), "scripts.execution.failed");
        assert_eq!(event.data()["error"]["code"], "TIMEOUT");
        assert_eq!(event.data()["status"], "timeout");
        assert!(event.data().get("input").is_none());
    }

    #[test]
    fn an_endpoint_that_refuses_is_no_failure_and_one_that_answers_an_error_is() {
        let ended = |outcome, status| {
            let record = RunRecord { http_status: Some(status), ..RunRecord::new(outcome) };
            DomainEvent::of_finished(Arc::new(
                fixture::running().finish(record, Timestamp::from_micros(5_000)).unwrap(),
            ))
        };
        let refused = ended(Outcome::Refused(JsonText::null()), 401);
        assert_eq!(refused.event_type(), "scripts.execution.completed");
        assert_eq!((&refused.data()["status"], &refused.data()["http_status"]), (&json!("refused"), &json!(401)));
        let fault = Fault::new(FaultCode::ScriptError, "the endpoint answered 503");
        let failed = ended(Outcome::FailedAnswer(JsonText::null(), fault), 503);
        assert_eq!(failed.event_type(), "scripts.execution.failed");
    }
}
