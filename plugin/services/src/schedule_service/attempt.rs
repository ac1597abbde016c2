//! One attempt at an occurrence: starts the run, waits for its end, and settles the occurrence.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{
    Cause, Execution, ExecutionStatus, FaultCode, Occurrence, OccurrenceState, Origin, Reason, RepositoryError,
    RetryPolicy, Script, Settlement, Timestamp, Trigger, UserId,
};

use super::{Inner, pausing, slot_guard::SlotGuard};
use crate::{Identity, Run, RunRequest, ServiceError, Settling, Target, ports::HostErrorCode};

/// Number of attempts of a run that found no free worker, whatever its script's retry policy.
const BUSY_ATTEMPTS: u32 = 20;
/// The pause before that.
const BUSY_PAUSE: Duration = Duration::from_secs(15);

/// Minimum and maximum pause before a run over its tenant's quota is tried again: another node may have room.
const QUOTA_PAUSES: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(60));

/// Why an attempt did not start a run.
enum Rejection {
    /// There is nothing left to run.
    Skip(Reason),
    /// It may not run.
    Fail(Reason),
    /// It could not run now; try again after this time.
    Later(Reason, Duration),
    /// Another node has it, or this one stops: the owner settles it.
    Leave,
}

pub(super) async fn run(inner: &Inner, occurrence: Occurrence, slot_guard: &mut SlotGuard) {
    let script = match inner.runs.script(&occurrence.tenant, occurrence.script).await {
        Ok(script) => script,
        Err(RepositoryError::NotFound) => {
            return settle(inner, &occurrence, refused(inner, OccurrenceState::Skipped, Reason::ScriptDeleted)).await;
        }
        // Recovery finds it stranded and tries again.
        Err(error) => {
            return tracing::error!(occurrence = %occurrence.id, "an occurrence waits for the database: {error}");
        }
    };
    let script = match &occurrence.pinned {
        None => script,
        Some(pinned) => match inner.scripts.version(&occurrence.tenant, script.id(), pinned.script).await {
            Ok(version) => Arc::new(Script::clone(&script).at(version)),
            // Deleted on another node, of which this one has not been notified.
            Err(RepositoryError::NotFound) => {
                return settle(inner, &occurrence, refused(inner, OccurrenceState::Skipped, Reason::ScriptDeleted))
                    .await;
            }
            Err(error) => {
                return tracing::error!(occurrence = %occurrence.id, "an occurrence waits for its version: {error}");
            }
        },
    };
    let settling = settling(inner, &occurrence, &script);
    let settlement = match begin(inner, &occurrence, &script, &settling).await {
        Ok(run) => {
            let finished = slot_guard.until_end_of(&run).await;
            if settling.is_written() {
                return;
            }
            settling.after(&finished)
        }
        Err(Rejection::Skip(reason)) => refused(inner, OccurrenceState::Skipped, reason),
        Err(Rejection::Fail(reason)) => refused(inner, OccurrenceState::Failed, reason),
        Err(Rejection::Later(reason, pause)) => Settlement::Again {
            attempt: occurrence.attempt,
            at: inner.clock.now().plus(pause),
            execution: None,
            reason,
        },
        Err(Rejection::Leave) => return,
    };
    settle(inner, &occurrence, settlement).await;
}

/// Checks the pause first: it may have begun after the time was planned, or between two attempts.
async fn begin(
    inner: &Inner,
    occurrence: &Occurrence,
    script: &Script,
    settling: &Arc<Settling>,
) -> Result<Run, Rejection> {
    if occurrence.cause != Cause::Schedule {
        return start(inner, occurrence, script, settling).await;
    }
    match pausing::active_pause(inner, occurrence).await {
        Ok(None) => start(inner, occurrence, script, settling).await,
        Ok(Some(pause)) if occurrence.attempt == 1 => Err(Rejection::Skip(Reason::from(pause.sentence()))),
        Ok(Some(pause)) => Err(Rejection::Fail(Reason::from(format!("not tried again: {}", pause.sentence())))),
        Err(error) => Err(Rejection::Later(reason(&error.into()), BUSY_PAUSE)),
    }
}

async fn start(
    inner: &Inner,
    occurrence: &Occurrence,
    script: &Script,
    settling: &Arc<Settling>,
) -> Result<Run, Rejection> {
    if !script.definition().active {
        return Err(Rejection::Skip(off(script)));
    }
    let kind = &script.definition().kind;
    let (trigger, still) = match occurrence.cause {
        Cause::Schedule => (Trigger::Cron, kind.schedule().is_some()),
        Cause::Later => (Trigger::Manual, true),
        Cause::Event => (Trigger::Event, kind.event_patterns().is_some()),
    };
    if !still {
        return Err(Rejection::Skip(Reason::from("the type of the script has changed")));
    }
    let request = RunRequest {
        args: occurrence.args.clone(),
        origin: Some(Origin { occurrence: occurrence.id, attempt: occurrence.attempt }),
        libraries: occurrence.pinned.as_ref().map(|pinned| pinned.libraries.clone()),
        settling: Some(Arc::clone(settling)),
        ..RunRequest::of(Target::Id(script.id()), trigger)
    };
    let identity = identity(inner, occurrence, script).await?;
    // The user who requested it may have lost the permission since.
    let started = match occurrence.cause {
        Cause::Later => inner.runs.start_version(&identity, script, request).await,
        Cause::Schedule | Cause::Event => inner.runs.start_for_host(&identity, request).await,
    };
    started.map_err(|error| match error {
        ServiceError::AttemptTaken | ServiceError::Stopping => Rejection::Leave,
        ServiceError::NotFound("library") => Rejection::Fail(Reason::from("a library that it used was deleted")),
        ServiceError::NotFound(_) => Rejection::Skip(Reason::ScriptDeleted),
        ServiceError::Inactive => Rejection::Skip(off(script)),
        ServiceError::Host(_) | ServiceError::Repository(_) => Rejection::Later(reason(&error), BUSY_PAUSE),
        ServiceError::QuotaExceeded(ref exceeded) => {
            let pause = exceeded.retry_after.clamp(QUOTA_PAUSES.0, QUOTA_PAUSES.1);
            Rejection::Later(reason(&error), pause)
        }
        other => Rejection::Fail(reason(&other)),
    })
}

fn reason(error: &ServiceError) -> Reason {
    Reason::Fault { fault: error.code(), message: error.to_string() }
}

/// Returns the identity of a run, with its current permissions: the user who requested it, else the script's `run_as` user. Without a user
/// if that is the host itself, or if the host does not list its users.
async fn identity(inner: &Inner, occurrence: &Occurrence, script: &Script) -> Result<Identity, Rejection> {
    let active = inner.tenants.active(&occurrence.tenant).await;
    let tenant = active.ok_or(Rejection::Skip(Reason::TenantInactive))?;
    let asked = occurrence.requested_by.as_ref();
    if asked.is_none() && occurrence.cause == Cause::Later {
        // The host itself requested it.
        return Ok(tenant);
    }
    let user = asked
        .or_else(|| script.runs_as())
        .ok_or_else(|| Rejection::Skip(Reason::from("the script no longer starts automatically")))?;
    if *user == UserId::system() {
        return Ok(tenant);
    }
    inner.host.resolve_identity(&occurrence.tenant, user).await.or_else(|error| match error.code {
        HostErrorCode::Unsupported if asked.is_none() => Ok(tenant),
        HostErrorCode::NotFound | HostErrorCode::Unsupported => {
            Err(Rejection::Fail(Reason::UserUnknown { user: user.clone() }))
        }
        _ => {
            let cause = error.to_string();
            Err(Rejection::Later(Reason::UserUnresolved { user: user.clone(), cause }, BUSY_PAUSE))
        }
    })
}

const fn off(script: &Script) -> Reason {
    if script.quarantine().is_some() { Reason::ScriptQuarantined } else { Reason::ScriptOff }
}

/// Returns the rule that settles the occurrence when the run ends.
fn settling(inner: &Inner, occurrence: &Occurrence, script: &Script) -> Arc<Settling> {
    let (clock, attempt, retry) = (Arc::clone(&inner.clock), occurrence.attempt, script.definition().retry);
    Arc::new(Settling::new(move |run| after(clock.now(), attempt, retry, run)))
}

/// Returns the settlement for the end of a run.
fn after(now: Timestamp, attempt: u32, retry: RetryPolicy, run: &Execution) -> Settlement {
    let fault = run.fault();
    let reason =
        fault.map_or_else(Reason::none, |fault| Reason::Fault { fault: fault.code, message: fault.message.clone() });
    let busy = fault.is_some_and(|fault| fault.code == FaultCode::PoolExhausted);
    let of_run = |state| Settlement::Final { state, execution: Some(run.id()), reason: reason.clone(), at: now };
    match run.status() {
        ExecutionStatus::Success | ExecutionStatus::Refused => of_run(OccurrenceState::Ran),
        ExecutionStatus::Cancelled => of_run(OccurrenceState::Cancelled),
        _ => {
            let pause = retry.delay_after(attempt).or_else(|| (busy && attempt < BUSY_ATTEMPTS).then_some(BUSY_PAUSE));
            match pause {
                None => of_run(OccurrenceState::Failed),
                Some(pause) => {
                    Settlement::Again { attempt: attempt + 1, at: now.plus(pause), execution: Some(run.id()), reason }
                }
            }
        }
    }
}

/// Returns the settlement for a run of another node, from its record.
pub(super) async fn after_lost(inner: &Inner, occurrence: &Occurrence, run: &Execution) -> Settlement {
    let script = inner.scripts.get(&occurrence.tenant, occurrence.script).await;
    let retry = script.map(|script| script.definition().retry).unwrap_or_default();
    after(inner.clock.now(), occurrence.attempt, retry, run)
}

fn refused(inner: &Inner, state: OccurrenceState, reason: Reason) -> Settlement {
    Settlement::Final { state, execution: None, reason, at: inner.clock.now() }
}

/// Written once; if that fails, recovery finds the occurrence stranded and settles it by its run's record.
pub(super) async fn settle(inner: &Inner, occurrence: &Occurrence, settlement: Settlement) {
    if let Err(error) = inner.occurrences.settle(occurrence.id, occurrence.attempt, &settlement).await {
        tracing::error!(occurrence = %occurrence.id, "an occurrence is not settled yet: {error}");
    }
}
