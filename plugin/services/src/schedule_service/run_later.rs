//! Use cases of schedules and occurrences: preview times, run a script later, list, and cancel.

use std::time::Duration;

use iota_scripts_domain::{
    Backlog, Cause, CronSchedule, FieldError, FieldProblem, JsonText, NextDue, Occurrence, OccurrenceId,
    OccurrenceQuery, Page, Permission, Reason, RepositoryError, ScriptId, TimeZone, Timestamp, Total,
};

use super::ScheduleService;
use crate::{Identity, ServiceError, error::OrNotFound as _};

/// Number of future times that are returned.
const PREVIEWED_TIMES: u8 = 10;
/// How far in the future a run can be scheduled.
const MAX_AHEAD: Duration = Duration::from_secs(366 * 24 * 3600);
/// A time that passed no longer ago than this counts as now.
const TOLERANCE: Duration = Duration::from_secs(60);

/// A schedule and its next times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upcoming {
    /// The schedule.
    pub schedule: CronSchedule,
    /// The time zone of the schedule.
    pub zone: TimeZone,
    /// The next ten times, the soonest first.
    pub times: Vec<Timestamp>,
}

impl ScheduleService {
    /// Returns the next times of a schedule, which need not be saved.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or an error from the host.
    pub async fn preview(&self, identity: &Identity, schedule: CronSchedule) -> Result<Upcoming, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        let tenant_zone = identity.tenant.timezone().unwrap_or(TimeZone::UTC);
        let zone = schedule.zone_for(tenant_zone);
        let times = schedule.upcoming(self.inner.clock.now(), tenant_zone, PREVIEWED_TIMES.into());
        Ok(Upcoming { schedule, zone, times })
    }

    /// Returns the next times of a cron script, as if it were active.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, `NotFound` unless it is a cron script, or an error from the host or the database.
    pub async fn upcoming(&self, identity: &Identity, script: ScriptId) -> Result<Upcoming, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        let script = self.inner.scripts.get(identity.tenant_id(), script).await.or_not_found("script")?;
        let schedule = script.definition().kind.schedule().cloned().ok_or(ServiceError::NotFound("schedule"))?;
        self.preview(identity, schedule).await
    }

    /// Returns the tenant's next due scripts, the soonest first; at most ten.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or an error from the host or the database.
    pub async fn next_due(&self, identity: &Identity) -> Result<Vec<NextDue>, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.occurrences.upcoming(identity.tenant_id(), PREVIEWED_TIMES.into()).await?)
    }

    /// Runs the script's current version at a later time, on behalf of the requesting user. The form provides the id: submitting it twice
    /// schedules one run.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.execute`, `NotFound`, `Inactive`, `Invalid` for a time that has passed or is more than a year away,
    /// `InputTooLarge`, `InputTooNested`, or an error from the host or the database.
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
            return Err(wrong("this time has passed").into());
        }
        if at > now.plus(MAX_AHEAD) {
            return Err(wrong("at most a year ahead").into());
        }
        let script = self.inner.scripts.get(identity.tenant_id(), script).await.or_not_found("script")?;
        if !script.definition().active {
            return Err(ServiceError::Inactive);
        }
        self.inner.runs.check_input(&args)?;
        let target = (script.tenant().clone(), script.id(), script.definition().name.clone());
        let occurrence = Occurrence {
            id,
            args,
            requested_by: identity.user_id().cloned(),
            pinned: Some(self.inner.runs.pin(&script).await?),
            ..Occurrence::due(target, Cause::Later, id.to_string(), at, now)
        };
        match self.inner.occurrences.insert(&occurrence).await {
            Ok(true) => {
                self.wake();
                Ok(occurrence)
            }
            Ok(false) => self.inner.occurrences.get(script.tenant(), id).await.or_not_found("occurrence"),
            // The same form was submitted twice; the store's error for that may vary.
            Err(error) => self.inner.occurrences.get(script.tenant(), id).await.map_err(|_| error.into()),
        }
    }

    /// Returns a page of the tenant's occurrences, the latest due first.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or an error from the host or the database.
    pub async fn occurrences(
        &self,
        identity: &Identity,
        query: &OccurrenceQuery,
    ) -> Result<Page<Occurrence>, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.occurrences.list(identity.tenant_id(), query).await?)
    }

    /// Returns the number of the tenant's occurrences that match a query.
    ///
    /// # Errors
    /// As for [`Self::occurrences`].
    pub async fn count(&self, identity: &Identity, query: &OccurrenceQuery) -> Result<Total, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.occurrences.count(identity.tenant_id(), query).await?)
    }

    /// Returns the tenant's due occurrences that have not started because no slot is free.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.read`, or an error from the host or the database.
    pub async fn backlog(&self, identity: &Identity) -> Result<Backlog, ServiceError> {
        self.inner.authorizer.require(identity, Permission::Read).await?;
        Ok(self.inner.occurrences.backlog(Some(identity.tenant_id()), self.inner.clock.now()).await?)
    }

    /// Cancels a waiting occurrence.
    ///
    /// # Errors
    /// `Forbidden` without `scripts.execute`, `RunsAs` without `scripts.manage_endpoints` when it would act as another user, `NotFound`,
    /// `AlreadyFinished` when it runs or ran, or an error from the host or the database.
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
            Err(RepositoryError::InvalidState) => Err(ServiceError::AlreadyFinished),
            cancelled => cancelled.or_not_found("occurrence"),
        }?;
        self.inner.occurrences.get(tenant, id).await.or_not_found("occurrence")
    }
}
