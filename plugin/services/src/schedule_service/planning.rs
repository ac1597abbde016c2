//! Plans due occurrences, and sleeps until the next time. Never waits for runs.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{ClockJump, ClockWatch, MissCause, PlanningGaps, RepositoryError, Timestamp};
use tokio::time::{Instant, sleep};

use super::{Inner, TROUBLE_PAUSE};
use crate::{Background, BackgroundTask};

/// Number of schedules that one transaction advances.
const SCHEDULES: u32 = 100;
/// How often the tenants' time zones are refreshed.
const ZONES_EVERY: Duration = Duration::from_secs(3600);
/// How often times computed by a fast clock are looked for.
const REALIGN_EVERY: Duration = Duration::from_secs(60);
/// Tolerance for another node's clock ahead of this one's.
const TOLERANCE: Duration = Duration::from_secs(120);

/// When a node could not plan.
struct Planner {
    absences: PlanningGaps,
    watch: ClockWatch,
    /// When the database last accepted planned occurrences.
    planned: Timestamp,
    /// The database has failed since.
    in_trouble: bool,
    /// The clock was set back, and the times computed before are not corrected yet.
    set_back: bool,
}

pub(super) async fn keep(inner: &Arc<Inner>, background: &Background) {
    let task = background.task("planning", Some(inner.policy.poll));
    let clocks = background.task("tenant_clocks", Some(ZONES_EVERY));
    if let Err(error) = inner.occurrences.adopt_schedules(inner.clock.now()).await {
        tracing::error!("scripts of an older version have no schedule yet: {error}");
    }
    let mut changed = inner.changes.news();
    let (mut zones_due, mut realign_due) = (Instant::now(), Instant::now());
    let now = inner.clock.now();
    let watch = ClockWatch::new(now, inner.clock.monotonic());
    // The clock may have been set back while no node was running.
    let mut planner =
        Planner { absences: PlanningGaps::default(), watch, planned: now, in_trouble: false, set_back: false };
    if let Err(error) = inner.occurrences.realign_attempts(now).await {
        tracing::warn!("attempts delayed by a fast clock were not corrected: {error}");
    }
    loop {
        if zones_due <= Instant::now() {
            follow_clocks(inner, &clocks).await;
            zones_due = Instant::now() + ZONES_EVERY;
        }
        // Registered before the query, so that no notification is missed in between.
        let woken = inner.plan.notified();
        changed.mark_unchanged();
        let planned = planner.tick(inner, &mut realign_due).await;
        task.ended(&planned);
        let pause = match planned {
            Ok(pause) => pause,
            Err(error) => {
                planner.in_trouble = true;
                tracing::error!("schedules were not planned: {error}");
                TROUBLE_PAUSE
            }
        };
        tokio::select! {
            () = woken => {}
            // The sender lives as long as `inner`.
            _ = changed.changed() => {}
            () = sleep(pause) => {}
        }
    }
}

impl Planner {
    /// Returns the time until the next tick, unless woken earlier.
    async fn tick(&mut self, inner: &Inner, realign_due: &mut Instant) -> Result<Duration, RepositoryError> {
        let now = inner.clock.now();
        self.check_clock(inner, now);
        if self.set_back {
            tracing::warn!("the clock was set back; the next due times are recomputed");
            while inner.occurrences.realign_schedules(now, Duration::ZERO).await? > 0 {}
            inner.occurrences.realign_attempts(now).await?;
            inner.claim.notify_one();
            self.set_back = false;
        }
        if *realign_due <= Instant::now() {
            while inner.occurrences.realign_schedules(now, TOLERANCE).await? > 0 {}
            *realign_due = Instant::now() + REALIGN_EVERY;
        }
        let mut absences = self.absences.clone();
        if self.in_trouble {
            absences.note(self.planned, now, MissCause::Database);
        }
        let mut planned = 0;
        loop {
            let schedules = inner.occurrences.advance_schedules(now, inner.policy.grace, &absences, SCHEDULES).await?;
            planned += schedules;
            if schedules < SCHEDULES {
                break;
            }
        }
        if planned > 0 {
            inner.claim.notify_one();
        }
        (self.absences, self.planned, self.in_trouble) = (absences, now, false);
        let next = inner.occurrences.next_due().await?;
        let until = next.map_or(inner.policy.poll, |next| next.since(inner.clock.now()));
        Ok(until.min(inner.policy.poll))
    }

    fn check_clock(&mut self, inner: &Inner, now: Timestamp) {
        match self.watch.look(now, inner.clock.monotonic()) {
            None => {}
            Some(ClockJump::Forward(from, to)) => {
                tracing::warn!("the clock was set forward from {from} to {to}, or the machine was suspended");
                self.absences.note(from, to, MissCause::Clock);
            }
            Some(ClockJump::Back(to)) => {
                self.absences.set_back(to);
                self.planned = self.planned.min(to);
                self.set_back = true;
            }
        }
    }
}

/// Updates schedules in their tenant's time zone to the zone that the host reports.
async fn follow_clocks(inner: &Inner, task: &BackgroundTask) {
    inner.tenants.refresh().await;
    let mut followed = Ok(());
    for (tenant, zone) in inner.tenants.zones() {
        if let Err(error) = inner.occurrences.set_tenant_zone(&tenant, zone, inner.clock.now()).await {
            tracing::warn!(%tenant, "the time zone of a tenant's schedules was not updated: {error}");
            followed = Err(error);
        }
    }
    task.ended(&followed);
}
