//! Scheduled runs: the order of tenants, planning that never waits, and how a node handles its clock and database.

use std::{sync::Arc, time::Duration};

use iota_scripts_domain::{
    Absence, Cause, Clock as _, ExecutionStatus, Occurrence, OccurrenceId, OccurrenceRepository as _, OccurrenceState,
    Script, SystemClock,
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

struct Plant {
    world: World,
    ledger: Arc<Occurrences>,
    schedules: ScheduleService,
}

impl Plant {
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
    let plant = Plant::new(4);
    let (many, one) = (plant.script(&ann(), "Sleeps").await, plant.script(&gus(), "Minutely").await);
    plant.world.runtime.play(Play::WaitOutside);
    plant.queue(&many, 100).await;
    plant.until("its share of them sleeps", |plant| plant.running() == 40).await;
    plant.queue(&one, 1).await;
    plant.until("the other's has begun", |plant| plant.states(&one) == [OccurrenceState::Running]).await;
    let load = plant.schedules.load().await.expect("the load");
    assert_eq!((load.places, load.backlog.waiting), (4, 60));
    let backlog = plant.schedules.backlog(&ann()).await.expect("the backlog");
    assert_eq!((backlog.waiting, backlog.since), (60, Some(plant.world.clock.now())));
    assert_eq!(plant.schedules.backlog(&gus()).await.expect("the backlog").waiting, 0);
}

#[tokio::test(start_paused = true)]
async fn a_freed_slot_goes_to_the_other_tenant() {
    let plant = Plant::new(2);
    let (many, one) = (plant.script(&ann(), "Long").await, plant.script(&gus(), "Minutely").await);
    plant.world.runtime.play(Play::Wait);
    plant.queue(&many, 20).await;
    plant.until("every place is taken", |plant| plant.running() == 2).await;
    plant.queue(&one, 1).await;
    plant.world.runtime.release();
    plant.until("the other's has begun", |plant| plant.states(&one) == [OccurrenceState::Running]).await;
    assert_eq!(plant.running(), 2, "and no more than there are places");
}

#[tokio::test(start_paused = true)]
async fn an_end_is_recorded_even_if_its_settlement_is_rejected() {
    let plant = Plant::new(1);
    let script = plant.script(&ann(), "Nightly").await;
    plant.world.stored_runs.refuse_settlements(1);
    plant.queue(&script, 1).await;
    plant.until("it is settled by itself", |plant| plant.states(&script) == [OccurrenceState::Ran]).await;
    assert!(plant.world.stored_runs.all().iter().all(|run| run.status() == ExecutionStatus::Success));
}

#[tokio::test(start_paused = true)]
async fn planning_does_not_wait_for_runs() {
    let plant = Plant::new(1);
    let script = plant.script(&ann(), "Long").await;
    plant.world.runtime.play(Play::Wait);
    plant.queue(&script, 3).await;
    plant.until("there is no room", |plant| plant.running() == 1).await;
    let planned = plant.ledger.plannings();
    plant.schedules.wake();
    plant.until("it has planned again", |plant| plant.ledger.plannings() > planned).await;
    assert_eq!(plant.running(), 1);
}

#[tokio::test(start_paused = true)]
async fn setting_the_clock_is_noticed() {
    let plant = Plant::new(1);
    plant.until("it has planned", |plant| plant.ledger.plannings() > 0).await;
    let clock = &plant.world.clock;
    let (realigned, before) = (plant.ledger.realigned(), clock.now());
    clock.set_forward(Duration::from_secs(86_400));
    let planned = plant.ledger.plannings();
    plant.schedules.wake();
    plant.until("it has planned", |plant| plant.ledger.plannings() > planned).await;
    let hours = |hours: u64| before.plus(Duration::from_secs(3600 * hours));
    assert_eq!(plant.ledger.absences().why(hours(12)), Absence::Clock);
    assert_eq!(plant.ledger.realigned(), realigned);

    clock.set_back(Duration::from_secs(86_400));
    plant.schedules.wake();
    plant.until("what is due next is computed anew", |plant| plant.ledger.realigned() > realigned).await;
    let planned = plant.ledger.plannings();
    plant.schedules.wake();
    plant.until("it has planned", |plant| plant.ledger.plannings() > planned).await;
    assert_eq!(plant.ledger.absences().why(hours(12)), Absence::NoNode, "that has not been yet");
}

#[tokio::test(start_paused = true)]
async fn times_missed_in_a_database_outage_name_it_as_the_cause() {
    let plant = Plant::new(1);
    plant.until("it has planned", |plant| plant.ledger.plannings() > 0).await;
    let began = plant.world.clock.now();
    plant.ledger.in_trouble(true);
    plant.schedules.wake();
    sleep(Duration::from_secs(3)).await;
    plant.world.clock.advance(Duration::from_secs(300));
    plant.ledger.in_trouble(false);
    let planned = plant.ledger.plannings();
    plant.until("it has planned", |plant| plant.ledger.plannings() > planned).await;
    let absences = plant.ledger.absences();
    assert_eq!(absences.why(began.plus(Duration::from_secs(100))), Absence::Database);
    assert_eq!(absences.why(plant.world.clock.now()), Absence::NoNode);
}
