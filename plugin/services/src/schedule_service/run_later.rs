//! What people ask of schedules and occurrences: when is it due, run it later, what became of it, never mind.

use std::time::Duration;

use iota_scripts_domain::{
    Backlog, Cause, CronSchedule, FieldError, FieldProblem, JsonText, NextDue, Occurrence, OccurrenceId,
    OccurrenceQuery, Page, Permission, Reason, RepositoryError, ScriptId, TimeZone, Timestamp, Total,
};

use super::ScheduleService;
use crate::{Identity, ServiceError, error::OrNotFound as _};

/// Times that are told ahead.
const AHEAD: u8 = 10;
/// The furthest that a run can be wished for.
const FURTHEST: Duration = Duration::from_secs(366 * 24 * 3600);
/// A wish for a moment that has just passed is a wish for now.
const TOLERANCE: Duration = Duration::from_secs(60);

/// A schedule and its next times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upcoming {
    /// The schedule.
    pub schedule: CronSchedule,
    /// The zone whose clock counts.
    pub zone: TimeZone,
    /// The next ten times, the soonest first.
    pub times: Vec<Timestamp>,
}

impl ScheduleService {
    /// The next times of a schedule that need not be saved.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or what the host says.
    pub async fn preview(&self, identity: &Identity, schedule: CronSchedule) -> Result<Upcoming, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        let tenant_zone = identity.tenant.timezone().unwrap_or(TimeZone::UTC);
        let zone = schedule.zone_for(tenant_zone);
        let times = schedule.upcoming(self.inner.clock.now(), tenant_zone, AHEAD.into());
        Ok(Upcoming { schedule, zone, times })
    }

    /// The next times of a cron script, as if it were active.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, `NotFound` unless it is a cron script, or what the host or the database says.
    pub async fn upcoming(&self, identity: &Identity, script: ScriptId) -> Result<Upcoming, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        let script = self.inner.scripts.get(identity.tenant_id(), script).await.or_not_found("script")?;
        let schedule = script.definition().kind.schedule().cloned().ok_or(ServiceError::NotFound("schedule"))?;
        self.preview(identity, schedule).await
    }

    /// The tenant's scripts that are due next, the soonest first; at most ten.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or what the host or the database says.
    pub async fn next_due(&self, identity: &Identity) -> Result<Vec<NextDue>, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.occurrences.upcoming(identity.tenant_id(), AHEAD.into()).await?)
    }

    /// Runs a script at another time, as it is now and on behalf of the user who asks for it now. The form carries the id: sent twice, it is one wish.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.execute`, `NotFound`, `Inactive`, `Invalid` for a moment that has passed or is more than a
    /// year away, `InputTooLarge`, `InputTooNested`, or what the host or the database says.
    pub async fn later(
        &self,
        identity: &Identity,
        script: ScriptId,
        id: OccurrenceId,
        at: Timestamp,
        args: JsonText,
    ) -> Result<Occurrence, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Execute).await?;
        let now = self.inner.clock.now();
        let wrong = |message: &str| FieldError::new("at", FieldProblem::OutOfRange, message);
        if at.plus(TOLERANCE) < now {
            return Err(wrong("this moment has passed").into());
        }
        if at > now.plus(FURTHEST) {
            return Err(wrong("at most a year ahead").into());
        }
        let script = self.inner.scripts.get(identity.tenant_id(), script).await.or_not_found("script")?;
        if !script.definition().active {
            return Err(ServiceError::Inactive);
        }
        self.inner.runs.check_input(&args)?;
        let whose = (script.tenant().clone(), script.id(), script.definition().name.clone());
        let occurrence = Occurrence {
            id,
            args,
            requested_by: identity.user_id().cloned(),
            pinned: Some(self.inner.runs.pin(&script).await?),
            ..Occurrence::due(whose, Cause::Later, id.to_string(), at, now)
        };
        match self.inner.occurrences.insert(&occurrence).await {
            Ok(true) => {
                self.wake();
                Ok(occurrence)
            }
            Ok(false) => self.inner.occurrences.get(script.tenant(), id).await.or_not_found("occurrence"),
            // The same form came a second time, and the store may say so in its own way.
            Err(error) => self.inner.occurrences.get(script.tenant(), id).await.map_err(|_| error.into()),
        }
    }

    /// A page of the tenant's occurrences, the latest due first.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or what the host or the database says.
    pub async fn occurrences(
        &self,
        identity: &Identity,
        query: &OccurrenceQuery,
    ) -> Result<Page<Occurrence>, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.occurrences.list(identity.tenant_id(), query).await?)
    }

    /// How many of the tenant's occurrences a query lets through.
    ///
    /// # Errors
    /// As for [`Self::occurrences`].
    pub async fn count(&self, identity: &Identity, query: &OccurrenceQuery) -> Result<Total, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.occurrences.count(identity.tenant_id(), query).await?)
    }

    /// What has come due in the tenant and has not begun, because there is no place for it yet.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or what the host or the database says.
    pub async fn backlog(&self, identity: &Identity) -> Result<Backlog, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.occurrences.backlog(Some(identity.tenant_id()), self.inner.clock.now()).await?)
    }

    /// Cancels an occurrence that waits.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.execute`, `RunsAs` without `scripts.manage_endpoints` when it would act as another user, `NotFound`,
    /// `AlreadyFinished` when it runs or ran, or what the host or database says.
    pub async fn cancel(&self, identity: &Identity, id: OccurrenceId) -> Result<Occurrence, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Execute).await?;
        let reason = Reason::CancelledBy { user: identity.author() };
        let tenant = identity.tenant_id();
        let occurrence = self.inner.occurrences.get(tenant, id).await.or_not_found("occurrence")?;
        let run_as = match occurrence.requested_by {
            Some(user) => Some(user),
            None => match self.inner.scripts.get(tenant, occurrence.script).await {
                Ok(script) => script.runs_as().cloned(),
                Err(RepositoryError::NotFound) => None,
                Err(error) => return Err(error.into()),
            },
        };
        self.inner.authorizer.require_to_end(identity, run_as.as_ref()).await?;
        match self.inner.occurrences.cancel(tenant, id, &reason, self.inner.clock.now()).await {
            Err(RepositoryError::WrongState) => Err(ServiceError::AlreadyFinished),
            cancelled => cancelled.or_not_found("occurrence"),
        }?;
        self.inner.occurrences.get(tenant, id).await.or_not_found("occurrence")
    }
}
