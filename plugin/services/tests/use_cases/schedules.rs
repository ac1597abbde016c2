//! Scheduled runs: the order of tenants, planning that never waits, and how a node handles its clock and database.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{
    Cause, Clock as _, ExecutionStatus, MissCause, Occurrence, OccurrenceId, OccurrenceRepository as _,
    OccurrenceState, Script, SystemClock,
};
use iota_scripts_services::{
    Background, ExecutionService, Identity, Invalidation, SchedulePolicy, ScheduleService, TenantDirectory,
};
use tokio::time::{sleep, timeout};

use crate::{
    fakes::{Occurrences, Play},
    world::{World, ann, gus, input, node},
};

/// Maximum time between two queries of the store.
const POLL: Duration = Duration::from_secs(30);

struct ScheduleFixture {
    world: World,
    ledger: Arc<Occurrences>,
    schedules: ScheduleService,
}

impl ScheduleFixture {
    fn new(places: usize) -> Self {
        let world = World::new();
        let ledger = Arc::new(Occurrences::default());
        let schedules = ScheduleService::new(
            ledger.clone(),
            world.stored_scripts.clone(),
            ExecutionService::clone(&world.runs),
            world.host.clone(),
            TenantDirectory::new(world.host.clone(), world.clock.clone()),
            Arc::new(Invalidation::default()),
            world.clock.clone(),
            SchedulePolicy {
                node: node("node-1"),
                grace: Duration::from_secs(60),
                concurrency: places,
                lease: Duration::from_secs(60),
                poll: POLL,
            },
        );
        let keeping = schedules.clone();
        tokio::spawn(async move { keeping.keep(&Background::new(Arc::new(SystemClock))).await });
        Self { world, ledger, schedules }
    }

    async fn script(&self, who: &Identity, name: &str) -> Script {
        self.world.scripts.create(who, &input(name)).await.expect("a script")
    }

    /// Queues occurrences of a script, due now.
    async fn queue(&self, script: &Script, number: usize) -> Vec<OccurrenceId> {
        let (now, mut ids) = (self.world.clock.now(), Vec::new());
        for _ in 0..number {
            let whose = (script.tenant().clone(), script.id(), script.definition().name.clone());
            let occurrence = Occurrence::due(whose, Cause::Later, OccurrenceId::generate().to_string(), now, now);
            assert!(self.ledger.insert(&occurrence).await.expect("inserted"));
            ids.push(occurrence.id);
        }
        self.schedules.wake();
        ids
    }

    fn states(&self, script: &Script) -> Vec<OccurrenceState> {
        self.ledger.all().into_iter().filter(|row| row.script == script.id()).map(|row| row.state).collect()
    }

    /// Waits until a condition holds.
    async fn until(&self, what: &str, so: impl Fn(&Self) -> bool) {
        let looking = async {
            while !so(self) {
                sleep(Duration::from_millis(10)).await;
            }
        };
        // Less than the sleep of a node that is not woken.
        timeout(POLL / 2, looking).await.unwrap_or_else(|_| panic!("{what}: {:?}", self.ledger.all()));
    }

    fn running(&self) -> usize {
        let runs = self.world.stored_runs.all();
        runs.iter().filter(|run| run.status() == ExecutionStatus::Running).count()
    }
}

#[tokio::test(start_paused = true)]
async fn sleeping_runs_of_one_tenant_delay_no_other() {
    let fixture = ScheduleFixture::new(4);
    let (many, one) = (fixture.script(&ann(), "Sleeps").await, fixture.script(&gus(), "Minutely").await);
    fixture.world.runtime.play(Play::WaitOutside);
    fixture.queue(&many, 100).await;
    fixture.until("its share of them sleeps", |fixture| fixture.running() == 40).await;
    fixture.queue(&one, 1).await;
    fixture.until("the other's has begun", |fixture| fixture.states(&one) == [OccurrenceState::Running]).await;
    let load = fixture.schedules.load().await.expect("the load");
    assert_eq!((load.places, load.backlog.waiting), (4, 60));
    let backlog = fixture.schedules.backlog(&ann()).await.expect("the backlog");
    assert_eq!((backlog.waiting, backlog.since), (60, Some(fixture.world.clock.now())));
    assert_eq!(fixture.schedules.backlog(&gus()).await.expect("the backlog").waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn a_freed_slot_goes_to_the_other_tenant() {
    let fixture = ScheduleFixture::new(2);
    let (many, one) = (fixture.script(&ann(), "Long").await, fixture.script(&gus(), "Minutely").await);
    fixture.world.runtime.play(Play::Wait);
    fixture.queue(&many, 20).await;
    fixture.until("every place is taken", |fixture| fixture.running() == 2).await;
    fixture.queue(&one, 1).await;
    fixture.world.runtime.release();
    fixture.until("the other's has begun", |fixture| fixture.states(&one) == [OccurrenceState::Running]).await;
    assert_eq!(fixture.running(), 2, "and no more than there are places");
}

#[tokio::test(start_paused = true)]
async fn an_end_is_recorded_even_if_its_settlement_is_rejected() {
    let fixture = ScheduleFixture::new(1);
    let script = fixture.script(&ann(), "Nightly").await;
    fixture.world.stored_runs.fail_settlements(1);
    fixture.queue(&script, 1).await;
    fixture.until("it is settled", |fixture| fixture.states(&script) == [OccurrenceState::Ran]).await;
    assert!(fixture.world.stored_runs.all().iter().all(|run| run.status() == ExecutionStatus::Success));
}

#[tokio::test(start_paused = true)]
async fn planning_does_not_wait_for_runs() {
    let fixture = ScheduleFixture::new(1);
    let script = fixture.script(&ann(), "Long").await;
    fixture.world.runtime.play(Play::Wait);
    fixture.queue(&script, 3).await;
    fixture.until("no slot is free", |fixture| fixture.running() == 1).await;
    let planned = fixture.ledger.plannings();
    fixture.schedules.wake();
    fixture.until("it has planned again", |fixture| fixture.ledger.plannings() > planned).await;
    assert_eq!(fixture.running(), 1);
}

#[tokio::test(start_paused = true)]
async fn setting_the_clock_is_noticed() {
    let fixture = ScheduleFixture::new(1);
    fixture.until("it has planned", |fixture| fixture.ledger.plannings() > 0).await;
    let clock = &fixture.world.clock;
    let (realigned, before) = (fixture.ledger.realigned(), clock.now());
    clock.set_forward(Duration::from_secs(86_400));
    let planned = fixture.ledger.plannings();
    fixture.schedules.wake();
    fixture.until("it has planned", |fixture| fixture.ledger.plannings() > planned).await;
    let hours = |hours: u64| before.plus(Duration::from_secs(3600 * hours));
    assert_eq!(fixture.ledger.absences().why(hours(12)), MissCause::Clock);
    assert_eq!(fixture.ledger.realigned(), realigned);

    clock.set_back(Duration::from_secs(86_400));
    fixture.schedules.wake();
    fixture.until("due times are recomputed", |fixture| fixture.ledger.realigned() > realigned).await;
    let planned = fixture.ledger.plannings();
    fixture.schedules.wake();
    fixture.until("it has planned", |fixture| fixture.ledger.plannings() > planned).await;
    assert_eq!(fixture.ledger.absences().why(hours(12)), MissCause::NoNode, "that has not been yet");
}

#[tokio::test(start_paused = true)]
async fn times_missed_in_a_database_outage_name_it_as_the_cause() {
    let fixture = ScheduleFixture::new(1);
    fixture.until("it has planned", |fixture| fixture.ledger.plannings() > 0).await;
    let began = fixture.world.clock.now();
    fixture.ledger.in_trouble(true);
    fixture.schedules.wake();
    sleep(Duration::from_secs(3)).await;
    fixture.world.clock.advance(Duration::from_secs(300));
    fixture.ledger.in_trouble(false);
    let planned = fixture.ledger.plannings();
    fixture.until("it has planned", |fixture| fixture.ledger.plannings() > planned).await;
    let absences = fixture.ledger.absences();
    assert_eq!(absences.why(began.plus(Duration::from_secs(100))), MissCause::Database);
    assert_eq!(absences.why(fixture.world.clock.now()), MissCause::NoNode);
}
