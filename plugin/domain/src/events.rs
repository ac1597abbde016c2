//! Events about scripts and runs that the plugin publishes on the host's bus. Events that scripts publish are defined elsewhere.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    EndpointCaller, Execution, ExecutionStatus, FaultCode, Pause, Script, TenantId, Timestamp, Trigger, UserId,
};

/// A change of a script, a run or a pause.
#[derive(Debug, Clone, PartialEq)]
pub enum DomainEvent {
    /// A script was created.
    ScriptCreated(Script),
    /// A script was edited, activated, deactivated or restored.
    ScriptUpdated(Script),
    /// A script was deleted.
    ScriptDeleted {
        /// The deleted script.
        script: Script,
        /// User who deleted it.
        by: UserId,
    },
    /// A script was deactivated because its runs hit hard limits.
    ScriptQuarantined(Script),
    /// A caller's requests hit hard limits of an endpoint so often that the endpoint rejects the caller for some time.
    EndpointThrottled {
        /// The endpoint.
        script: Script,
        /// The caller.
        caller: EndpointCaller,
        /// Fault of the caller's last request.
        fault: FaultCode,
        /// Time at which the endpoint accepts the caller again.
        until: Timestamp,
        /// Number of callers that the endpoint rejects, as known to one node.
        callers: u32,
    },
    /// The schedules of a tenant were paused, or the reason or end of the pause was changed.
    SchedulesPaused(Pause),
    /// A user ended a pause. A pause that reaches its end time produces no event.
    SchedulesResumed {
        /// The ended pause.
        pause: Pause,
        /// User who ended it.
        by: UserId,
    },
    /// A run started.
    ExecutionStarted(Arc<Execution>),
    /// A run succeeded, or its endpoint responded with an HTTP status from 400 to 499.
    ExecutionCompleted(Arc<Execution>),
    /// A run failed.
    ExecutionFailed(Arc<Execution>),
}

impl DomainEvent {
    /// All event types, for the manifest.
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

    /// Creates the event of a finished run.
    #[must_use]
    pub fn of_finished(execution: Arc<Execution>) -> Self {
        if matches!(execution.status(), ExecutionStatus::Success | ExecutionStatus::Refused) {
            Self::ExecutionCompleted(execution)
        } else {
            Self::ExecutionFailed(execution)
        }
    }

    /// Returns the event type, such as `scripts.script.created`.
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

    /// Returns the tenant.
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

    /// Returns the user who caused the event, if any.
    #[must_use]
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::ScriptCreated(script) | Self::ScriptUpdated(script) | Self::ScriptQuarantined(script) => {
                Some(&script.updated().by)
            }
            Self::ScriptDeleted { by, .. } | Self::SchedulesResumed { by, .. } => Some(by),
            // The caller did not act on the script, and may be an anonymous client.
            Self::EndpointThrottled { .. } => None,
            Self::SchedulesPaused(pause) => Some(&pause.paused.by),
            Self::ExecutionStarted(execution)
            | Self::ExecutionCompleted(execution)
            | Self::ExecutionFailed(execution) => execution.user(),
        }
    }

    /// Returns the data for the host's subscribers. It contains no source, input, result or log: subscribers with permission fetch
    /// those through the API.
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
        // Lets subscribers of failures ignore trials.
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
    fn event_of_a_failed_run_has_the_fault_but_no_input() {
        let outcome = Outcome::TimedOut(Fault::new(FaultCode::Timeout, "too long"));
        let run = fixture::running().finish(RunRecord::new(outcome), Timestamp::from_micros(5_000)).unwrap();
        let event = DomainEvent::of_finished(Arc::new(run));
        assert_eq!(event.event_type(), "scripts.execution.failed");
        assert_eq!(event.data()["error"]["code"], "TIMEOUT");
        assert_eq!(event.data()["status"], "timeout");
        assert!(event.data().get("input").is_none());
    }

    #[test]
    fn endpoint_status_4xx_is_completed_and_5xx_is_failed() {
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
