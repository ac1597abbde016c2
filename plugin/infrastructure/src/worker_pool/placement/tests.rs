//! Tests of the placement rules, without workers.

use super::*;

/// A waiter by number; negative numbers have been abandoned.
impl Waiter for i32 {
    fn is_gone(&self) -> bool {
        *self < 0
    }
}

fn tenant(name: &str) -> TenantId {
    TenantId::parse(name).unwrap()
}

fn enqueue(placement: &mut Placement<i32>, name: &str, waiter: i32) -> Vec<Decision<i32>> {
    placement.enqueue(&tenant(name), Sharing::Shared, waiter)
}

/// The run on a worker ends, and no step is executing.
fn ends(placement: &mut Placement<i32>, slot: SlotId) -> Vec<Decision<i32>> {
    let mut decisions = placement.release(slot);
    decisions.extend(placement.free(slot));
    decisions
}

#[test]
fn an_idle_worker_is_used_again_before_another_is_started() {
    let mut placement = Placement::new(2);
    assert_eq!(enqueue(&mut placement, "acme", 1), [Decision::Start(1, 1)]);
    assert_eq!(ends(&mut placement, 1), []);
    assert_eq!(enqueue(&mut placement, "acme", 2), [Decision::Join(1, 2)]);
    assert_eq!(enqueue(&mut placement, "acme", 3), [Decision::Start(2, 3)]);
}

#[test]
fn a_run_shares_a_worker_only_if_no_new_one_can_start() {
    let mut placement = Placement::new(1);
    enqueue(&mut placement, "acme", 1);
    assert_eq!(enqueue(&mut placement, "acme", 2), [], "a busy worker takes no second run");
    assert_eq!(placement.free(1), [Decision::Join(1, 2)]);
    assert_eq!(placement.counts(), Counts { workers: 1, occupied: 1, runs: 2, waiting: 0 });
}

#[test]
fn an_exclusive_run_shares_its_worker_with_no_other() {
    let mut placement = Placement::new(1);
    assert_eq!(placement.enqueue(&tenant("acme"), Sharing::Exclusive, 1), [Decision::Start(1, 1)]);
    assert_eq!(enqueue(&mut placement, "acme", 2), []);
    assert_eq!(placement.free(1), [], "no run joins it while it waits");
    assert_eq!(placement.release(1), [Decision::Join(1, 2)]);
    assert_eq!(placement.enqueue(&tenant("acme"), Sharing::Exclusive, 3), []);
    assert_eq!(placement.free(1), [Decision::Start(2, 3)], "it neither shares a worker nor waits for waiting runs");
    assert_eq!(placement.enqueue(&tenant("acme"), Sharing::Exclusive, 4), [], "but only one more");
    assert_eq!(ends(&mut placement, 2), [Decision::Retire(2), Decision::Start(3, 4)]);
}

#[test]
fn some_workers_are_reserved_from_any_one_tenant() {
    let mut placement = Placement::new(10);
    for waiter in 0..20 {
        enqueue(&mut placement, "acme", waiter);
    }
    assert_eq!(placement.counts(), Counts { workers: 8, occupied: 8, runs: 8, waiting: 12 });
    assert_eq!(enqueue(&mut placement, "globex", 100), [Decision::Start(9, 100)]);
}

#[test]
fn a_backlog_delays_another_tenants_first_run_by_one_run() {
    let mut placement = Placement::new(2);
    for waiter in 0..1000 {
        enqueue(&mut placement, "acme", waiter);
    }
    assert_eq!(enqueue(&mut placement, "globex", 5000), []);
    assert_eq!(ends(&mut placement, 2), [Decision::Retire(2), Decision::Start(3, 5000)]);
    assert_eq!(ends(&mut placement, 1), [Decision::Join(1, 2)], "the other worker stays with its tenant");
}

#[test]
fn waiting_workers_do_not_delay_a_tenant_without_one() {
    let mut placement = Placement::new(1);
    enqueue(&mut placement, "acme", 1);
    placement.free(1);
    assert_eq!(enqueue(&mut placement, "globex", 100), [Decision::Start(2, 100)], "one above the maximum");
    assert_eq!(enqueue(&mut placement, "initech", 200), [], "but only one more");
    assert_eq!(ends(&mut placement, 2), [Decision::Retire(2), Decision::Start(3, 200)]);
    assert_eq!(ends(&mut placement, 3), [Decision::Retire(3)]);
}

#[test]
fn a_shared_worker_yields_to_a_tenant_without_one() {
    let mut placement = Placement::new(1);
    enqueue(&mut placement, "acme", 1);
    assert_eq!(enqueue(&mut placement, "globex", 100), []);
    assert_eq!(enqueue(&mut placement, "acme", 2), []);
    assert_eq!(ends(&mut placement, 1), [Decision::Retire(1), Decision::Start(2, 100)]);
    assert_eq!(ends(&mut placement, 2), [Decision::Retire(2), Decision::Start(3, 2)]);
}

#[test]
fn an_idle_worker_of_another_tenant_is_replaced() {
    let mut placement = Placement::new(2);
    for (name, slot) in [("acme", 1), ("globex", 2)] {
        enqueue(&mut placement, name, 1);
        ends(&mut placement, slot);
    }
    assert_eq!(enqueue(&mut placement, "initech", 1), [Decision::Retire(1), Decision::Start(3, 1)]);
}

#[test]
fn a_retired_worker_stops_when_its_runs_have_ended() {
    let mut placement = Placement::new(1);
    enqueue(&mut placement, "acme", 1);
    placement.free(1);
    enqueue(&mut placement, "acme", 2);
    placement.retire(1);
    assert_eq!(placement.release(1), []);
    assert_eq!(enqueue(&mut placement, "acme", 3), []);
    assert_eq!(ends(&mut placement, 1), [Decision::Retire(1), Decision::Start(2, 3)]);
}

#[test]
fn a_dead_workers_slot_goes_to_the_next_waiter() {
    let mut placement = Placement::new(1);
    enqueue(&mut placement, "acme", 1);
    enqueue(&mut placement, "acme", -2);
    enqueue(&mut placement, "acme", 3);
    assert_eq!(placement.remove(1), [Decision::Start(2, 3)], "an abandoned request gets no worker");
}

#[test]
fn a_closed_placement_empties() {
    let mut placement = Placement::new(2);
    enqueue(&mut placement, "acme", 1);
    enqueue(&mut placement, "globex", 1);
    ends(&mut placement, 1);
    assert_eq!(placement.close(), [Decision::Retire(1)]);
    assert_eq!(ends(&mut placement, 2), [Decision::Retire(2)]);
    assert_eq!(placement.counts(), Counts { workers: 0, occupied: 0, runs: 0, waiting: 0 });
}

#[test]
fn idle_workers_are_retired() {
    let mut placement = Placement::new(2);
    enqueue(&mut placement, "acme", 1);
    assert_eq!(placement.retire_idle(Duration::ZERO), []);
    ends(&mut placement, 1);
    assert_eq!(placement.retire_idle(Duration::ZERO), [Decision::Retire(1)]);
}

#[test]
fn a_tenant_gets_no_more_than_its_share() {
    let mut checks = Placement::with_share(2, 1);
    assert_eq!(enqueue(&mut checks, "acme", 1), [Decision::Start(1, 1)]);
    for waiter in 2..26 {
        assert_eq!(enqueue(&mut checks, "acme", waiter), [], "the second slot is not for this tenant");
    }
    assert_eq!((checks.waiting_of(&tenant("acme")), checks.waiting_of(&tenant("globex"))), (24, 0));
    assert_eq!(enqueue(&mut checks, "globex", 100), [Decision::Start(2, 100)]);
    assert_eq!(enqueue(&mut checks, "initech", 200), []);
    assert_eq!(
        ends(&mut checks, 1),
        [Decision::Retire(1), Decision::Start(3, 200)],
        "the tenant without a worker is next"
    );
    assert_eq!(ends(&mut checks, 2), [Decision::Retire(2), Decision::Start(4, 2)]);
}

#[test]
fn short_runs_are_pipelined_once_each_core_has_a_worker() {
    let (acme, mut placement) = (tenant("acme"), Placement { cores: 1, ..Placement::new(2) });
    let pipelined = |placement: &mut Placement<i32>, waiter| placement.enqueue(&acme, Sharing::Pipelined, waiter);
    assert_eq!(pipelined(&mut placement, 1), [Decision::Start(1, 1)]);
    assert_eq!(
        pipelined(&mut placement, 2),
        [Decision::Start(2, 2)],
        "not behind a run on a worker that is still starting"
    );
    placement.ready(1);
    for waiter in 3..=5 {
        assert_eq!(pipelined(&mut placement, waiter), [Decision::Join(1, waiter)]);
    }
    placement.ready(2);
    assert_eq!(pipelined(&mut placement, 6), [Decision::Join(2, 6)], "the worker with fewer runs");
    assert_eq!(placement.release(1), [], "a step is still executing");
    assert_eq!(pipelined(&mut placement, 7), [Decision::Join(2, 7)]);
    placement.stop_pipelining(1);
    placement.stop_pipelining(2);
    assert_eq!(pipelined(&mut placement, 8), [], "no run is queued behind a long one");
    assert_eq!(placement.free(2), [Decision::Join(2, 8)]);
}

#[test]
fn no_shared_run_is_queued_behind_an_executing_one() {
    let (acme, mut placement) = (tenant("acme"), Placement { cores: 1, ..Placement::new(1) });
    assert_eq!(placement.enqueue(&acme, Sharing::Pipelined, 1), [Decision::Start(1, 1)]);
    assert_eq!(placement.enqueue(&acme, Sharing::Shared, 2), []);
    assert_eq!(ends(&mut placement, 1), [Decision::Join(1, 2)]);
    assert_eq!(placement.enqueue(&acme, Sharing::Pipelined, 3), [], "nor a short run behind a shared one");
}

#[test]
fn tainted_workers_count_toward_the_tenants_share() {
    let mut placement = Placement::new(2);
    assert_eq!(enqueue(&mut placement, "acme", 1), [Decision::Start(1, 1)]);
    assert_eq!(enqueue(&mut placement, "acme", 2), [Decision::Start(2, 2)]);
    for slot in [1, 2] {
        assert_eq!(placement.retire_tainted(slot), []);
        assert_eq!(placement.free(slot), []);
    }
    assert_eq!(enqueue(&mut placement, "acme", 3), [], "though its workers take no more runs");
    assert_eq!(enqueue(&mut placement, "globex", 100), [Decision::Start(3, 100)]);
    assert_eq!(placement.release(1), [Decision::Retire(1)], "globex has the worker above the maximum");
}
