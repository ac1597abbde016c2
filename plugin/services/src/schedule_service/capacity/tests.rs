//! Tests the fairness of the bookkeeping for any queues of the tenants.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;

use super::*;

fn tenant(name: &str) -> TenantId {
    TenantId::parse(name).expect("a tenant")
}

fn names(shares: &[(TenantId, u32)]) -> Vec<(&str, u32)> {
    shares.iter().map(|(tenant, share)| (tenant.as_str(), *share)).collect()
}

#[test]
fn free_slots_go_to_tenants_with_the_fewest_runs() {
    let (acme, globex, initech) = (tenant("acme"), tenant("globex"), tenant("initech"));
    let mut capacity = Capacity::new(4);
    capacity.enter(&acme);
    capacity.enter(&acme);
    let shares = capacity.share(&[acme.clone(), globex.clone(), initech]);
    assert_eq!(names(&shares), [("globex", 1), ("initech", 1)]);
    assert_eq!(names(&capacity.share(&[acme, globex])), [("globex", 2)]);
}

#[test]
fn a_waiting_run_holds_no_slot() {
    let acme = tenant("acme");
    let mut capacity = Capacity::new(1);
    capacity.enter(&acme);
    assert_eq!(capacity.free_slots(), 0);
    capacity.wait(&acme);
    assert_eq!((capacity.free_slots(), capacity.in_flight()), (1, InFlight { busy: 0, waiting: 1 }));
    capacity.leave(&acme, Slot::Released);
    assert_eq!((capacity.free_slots(), capacity.tenants.len()), (1, 0));
}

#[test]
fn a_tenant_is_limited_in_waiting_runs_and_slots() {
    let (acme, globex) = (tenant("acme"), tenant("globex"));
    let mut capacity = Capacity::new(10);
    assert_eq!(names(&capacity.share(std::slice::from_ref(&acme))), [("acme", 8)]);
    for _ in 0..100 {
        capacity.enter(&acme);
        capacity.wait(&acme);
    }
    assert!(!capacity.admits(&acme));
    assert_eq!(names(&capacity.share(&[acme, globex])), [("globex", 8)]);
}

/// The longest that a run holds its slot.
const LONGEST: u64 = 50;

/// A run: how long it holds its slot, and how long it continues after it has first waited.
type Run = (u64, Option<u64>);

/// A clock, the queue of each tenant, and the runs in flight.
struct World {
    capacity: Capacity,
    now: u64,
    queues: BTreeMap<TenantId, VecDeque<Run>>,
    /// Ordered by the time of the next change: the tenant and the change.
    running: Vec<(u64, TenantId, Next)>,
    begun: Vec<(TenantId, u64)>,
    /// The tenant that had the last turn.
    last: Option<TenantId>,
}

#[derive(Clone, Copy)]
enum Next {
    Ends(Slot),
    Waits(u64),
}

impl World {
    fn with(places: usize, queues: impl IntoIterator<Item = (TenantId, Vec<Run>)>) -> Self {
        let queues = queues.into_iter().map(|(tenant, runs)| (tenant, VecDeque::from(runs))).collect();
        Self { capacity: Capacity::new(places), now: 0, queues, running: Vec::new(), begun: Vec::new(), last: None }
    }

    /// Claims as a node does: repeatedly, until no tenant gets a slot.
    fn claim(&mut self) {
        loop {
            let due = self.queues.iter().filter(|(_, queue)| !queue.is_empty());
            let mut due: Vec<_> = due.map(|(tenant, _)| tenant.clone()).collect();
            let behind = due.iter().position(|tenant| self.last.as_ref().is_some_and(|last| tenant > last));
            due.rotate_left(behind.unwrap_or(0));
            let shares = self.capacity.share(&due);
            let Some((turn, _)) = shares.last() else { return };
            self.last = Some(turn.clone());
            for (tenant, share) in shares {
                for _ in 0..share {
                    let Some((busy, after)) = self.queues.get_mut(&tenant).and_then(VecDeque::pop_front) else { break };
                    self.capacity.enter(&tenant);
                    self.begun.push((tenant.clone(), self.now));
                    let next = after.map_or(Next::Ends(Slot::Held), Next::Waits);
                    self.running.push((self.now + busy, tenant.clone(), next));
                }
            }
        }
    }

    /// Advances to the next change; false if there is none.
    fn step(&mut self) -> bool {
        let Some(next) = (0..self.running.len()).min_by_key(|at| self.running[*at].0) else { return false };
        let (at, tenant, next) = self.running.swap_remove(next);
        self.now = at;
        match next {
            Next::Ends(place) => self.capacity.leave(&tenant, place),
            Next::Waits(after) => {
                self.capacity.wait(&tenant);
                self.running.push((at + after, tenant, Next::Ends(Slot::Released)));
            }
        }
        self.claim();
        true
    }
}

fn runs() -> impl Strategy<Value = Vec<Run>> {
    prop::collection::vec((1..=LONGEST, prop::option::of(0..100_000_u64)), 0..300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_full_queue_delays_other_tenants_by_one_run_at_most(
        places in 1_usize..12,
        flood in runs(),
        after in 0_usize..400,
    ) {
        let (acme, globex) = (tenant("acme"), tenant("globex"));
        let mut world = World::with(places, [(acme, flood)]);
        world.claim();
        let _ = (0..after).all(|_| world.step());
        let due = world.now;
        world.queues.insert(globex.clone(), VecDeque::from([(1, None)]));
        world.claim();
        let began = loop {
            if let Some((_, at)) = world.begun.iter().find(|(tenant, _)| *tenant == globex) {
                break *at;
            }
            prop_assert!(world.step(), "it never began");
        };
        prop_assert!(began - due <= LONGEST, "due at {due}, begun at {began}");
        let few_are_kept = places >= 5;
        prop_assert!(!few_are_kept || began == due, "a few places are kept from any one tenant");
    }

    #[test]
    fn each_tenant_waits_for_at_most_one_run_of_every_other(
        places in 1_usize..6,
        floods in prop::collection::vec(runs(), 1..6),
        after in 0_usize..200,
    ) {
        let others = floods.len() as u64;
        let named = floods.into_iter().enumerate().map(|(at, flood)| (tenant(&format!("t{at}")), flood));
        let mut world = World::with(places, named);
        let last = tenant("zz");
        world.claim();
        let _ = (0..after).all(|_| world.step());
        let due = world.now;
        world.queues.insert(last.clone(), VecDeque::from([(1, None)]));
        world.claim();
        let began = loop {
            if let Some((_, at)) = world.begun.iter().find(|(tenant, _)| *tenant == last) {
                break *at;
            }
            prop_assert!(world.step(), "it never began");
        };
        prop_assert!(began - due <= LONGEST * (others + 1), "due at {due}, begun at {began}");
    }

    #[test]
    fn slots_are_never_exceeded_and_finished_runs_free_them(
        places in 1_usize..12,
        floods in prop::collection::vec(runs(), 1..4),
    ) {
        let named = floods.into_iter().enumerate().map(|(at, flood)| (tenant(&format!("t{at}")), flood));
        let mut world = World::with(places, named);
        world.claim();
        while world.step() {
            prop_assert!(world.capacity.in_flight().busy <= places);
        }
        prop_assert!(world.queues.values().all(VecDeque::is_empty), "whatever is queued begins");
        prop_assert_eq!(world.capacity.in_flight(), InFlight::default());
        prop_assert!(world.capacity.tenants.is_empty());
    }
}
