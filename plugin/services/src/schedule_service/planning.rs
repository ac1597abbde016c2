//! Writes down what has come due, and sleeps until the next time. It never waits for anything to run.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{Absence, Absences, ClockStep, ClockWatch, RepositoryError, Timestamp};
use tokio::time::{Instant, sleep};

use super::{Inner, TROUBLE_PAUSE};
use crate::{Background, BackgroundTask};

/// Schedules that one transaction moves on.
const SCHEDULES: u32 = 100;
/// How often the clocks of the tenants are asked for.
const ZONES_EVERY: Duration = Duration::from_secs(3600);
/// How often it is looked for what a clock has computed that was ahead.
const REALIGN_EVERY: Duration = Duration::from_secs(60);
/// How much the clock of another node may be ahead of this one's.
const TOLERANCE: Duration = Duration::from_secs(120);

/// What a node knows of the time in which it could not plan.
struct Planner {
    absences: Absences,
    watch: ClockWatch,
    /// The last moment at which the database took what was planned.
    planned: Timestamp,
    /// It has not taken anything since.
    in_trouble: bool,
    /// The clock was set back, and what it had computed is not put right yet.
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
    // A clock may have been set back while no node was running.
    let mut planner =
        Planner { absences: Absences::default(), watch, planned: now, in_trouble: false, set_back: false };
    if let Err(error) = inner.occurrences.realign_attempts(now).await {
        tracing::warn!("attempts that a clock has put off wait for now: {error}");
    }
    loop {
        if zones_due <= Instant::now() {
            follow_clocks(inner, &clocks).await;
            zones_due = Instant::now() + ZONES_EVERY;
        }
        // Registered before the look, so that what comes meanwhile is not missed.
        let woken = inner.plan.notified();
        changed.mark_unchanged();
        let planned = planner.turn(inner, &mut realign_due).await;
        task.ended(&planned);
        let pause = match planned {
            Ok(pause) => pause,
            Err(error) => {
                planner.in_trouble = true;
                tracing::error!("schedules wait for the database: {error}");
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
    /// How long until the next turn, if nothing wakes it.
    async fn turn(&mut self, inner: &Inner, realign_due: &mut Instant) -> Result<Duration, RepositoryError> {
        let now = inner.clock.now();
        self.look_at_the_clock(inner, now);
        if self.set_back {
            tracing::warn!("the clock was set back; what is due next is computed anew");
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
            absences.note(self.planned, now, Absence::Database);
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

    fn look_at_the_clock(&mut self, inner: &Inner, now: Timestamp) {
        match self.watch.look(now, inner.clock.monotonic()) {
            None => {}
            Some(ClockStep::Forward(from, to)) => {
                tracing::warn!("the clock was set forward from {from} to {to}, or the machine was suspended");
                self.absences.note(from, to, Absence::Clock);
            }
            Some(ClockStep::Back(to)) => {
                self.absences.set_back(to);
                self.planned = self.planned.min(to);
                self.set_back = true;
            }
        }
    }
}

/// Schedules that follow their tenant's clock get the clock that the host tells.
async fn follow_clocks(inner: &Inner, task: &BackgroundTask) {
    inner.tenants.refresh().await;
    let mut followed = Ok(());
    for (tenant, zone) in inner.tenants.zones() {
        if let Err(error) = inner.occurrences.set_tenant_zone(&tenant, zone, inner.clock.now()).await {
            tracing::warn!(%tenant, "the schedules of a tenant keep their clock for now: {error}");
            followed = Err(error);
        }
    }
    task.ended(&followed);
}
