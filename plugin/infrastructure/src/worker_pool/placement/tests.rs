//! The rules of the roster, without workers.

use super::*;

/// A waiter by number; negative numbers have gone away.
impl Waiter for i32 {
    fn is_gone(&self) -> bool {
        *self < 0
    }
}

fn tenant(name: &str) -> TenantId {
    TenantId::parse(name).unwrap()
}

fn enqueue(placement: &mut Placement<i32>, name: &str, waiter: i32) -> Vec<Decision<i32>> {
    placement.enqueue(&tenant(name), Sharing::Default, waiter)
}

/// The run on a worker ends, and nothing has its processor.
fn ends(placement: &mut Placement<i32>, slot: SlotId) -> Vec<Decision<i32>> {
    let mut decisions = placement.left(slot);
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
fn a_run_joins_those_that_wait_only_when_there_is_no_place_for_a_worker() {
    let mut placement = Placement::new(1);
    enqueue(&mut placement, "acme", 1);
    assert_eq!(enqueue(&mut placement, "acme", 2), [], "a busy worker takes no second run");
    assert_eq!(placement.free(1), [Decision::Join(1, 2)]);
    assert_eq!(placement.counts(), Counts { workers: 1, occupied: 1, runs: 2, waiting: 0 });
}

#[test]
fn a_run_that_must_be_alone_is() {
    let mut placement = Placement::new(1);
    assert_eq!(placement.enqueue(&tenant("acme"), Sharing::Alone, 1), [Decision::Start(1, 1)]);
    assert_eq!(enqueue(&mut placement, "acme", 2), []);
    assert_eq!(placement.free(1), [], "nobody joins it while it waits");
    assert_eq!(placement.left(1), [Decision::Join(1, 2)]);
    assert_eq!(placement.enqueue(&tenant("acme"), Sharing::Alone, 3), []);
    assert_eq!(placement.free(1), [Decision::Start(2, 3)], "and it joins nobody, nor waits for those that wait");
    assert_eq!(placement.enqueue(&tenant("acme"), Sharing::Alone, 4), [], "but not without end");
    assert_eq!(ends(&mut placement, 2), [Decision::Retire(2), Decision::Start(3, 4)]);
}

#[test]
fn some_workers_are_kept_from_any_one_tenant() {
    let mut placement = Placement::new(10);
    for waiter in 0..20 {
        enqueue(&mut placement, "acme", waiter);
    }
    assert_eq!(placement.counts(), Counts { workers: 8, occupied: 8, runs: 8, waiting: 12 });
    assert_eq!(enqueue(&mut placement, "globex", 100), [Decision::Start(9, 100)]);
}

#[test]
fn a_thousand_runs_of_one_tenant_hold_up_another_s_first_by_one_run_at_most() {
    let mut placement = Placement::new(2);
    for waiter in 0..1000 {
        enqueue(&mut placement, "acme", waiter);
    }
    assert_eq!(enqueue(&mut placement, "globex", 5000), []);
    assert_eq!(ends(&mut placement, 2), [Decision::Retire(2), Decision::Start(3, 5000)]);
    assert_eq!(ends(&mut placement, 1), [Decision::Join(1, 2)], "the other one stays with its tenant");
}

#[test]
fn workers_that_only_wait_hold_up_nobody_who_has_none() {
    let mut placement = Placement::new(1);
    enqueue(&mut placement, "acme", 1);
    placement.free(1);
    assert_eq!(enqueue(&mut placement, "globex", 100), [Decision::Start(2, 100)], "one more than there may be");
    assert_eq!(enqueue(&mut placement, "initech", 200), [], "but not without end");
    assert_eq!(ends(&mut placement, 2), [Decision::Retire(2), Decision::Start(3, 200)]);
    assert_eq!(ends(&mut placement, 3), [Decision::Retire(3)]);
}

#[test]
fn runs_do_not_join_a_worker_for_ever_while_another_tenant_has_none() {
    let mut placement = Placement::new(1);
    enqueue(&mut placement, "acme", 1);
    assert_eq!(enqueue(&mut placement, "globex", 100), []);
    assert_eq!(enqueue(&mut placement, "acme", 2), []);
    assert_eq!(ends(&mut placement, 1), [Decision::Retire(1), Decision::Start(2, 100)]);
    assert_eq!(ends(&mut placement, 2), [Decision::Retire(2), Decision::Start(3, 2)]);
}

#[test]
fn an_idle_worker_of_another_tenant_makes_room() {
    let mut placement = Placement::new(2);
    for (name, slot) in [("acme", 1), ("globex", 2)] {
        enqueue(&mut placement, name, 1);
        ends(&mut placement, slot);
    }
    assert_eq!(enqueue(&mut placement, "initech", 1), [Decision::Retire(1), Decision::Start(3, 1)]);
}

#[test]
fn a_spent_worker_goes_when_its_runs_have_ended() {
    let mut placement = Placement::new(1);
    enqueue(&mut placement, "acme", 1);
    placement.free(1);
    enqueue(&mut placement, "acme", 2);
    placement.retire(1);
    assert_eq!(placement.left(1), []);
    assert_eq!(enqueue(&mut placement, "acme", 3), []);
    assert_eq!(ends(&mut placement, 1), [Decision::Retire(1), Decision::Start(2, 3)]);
}

#[test]
fn a_dead_worker_leaves_its_place_to_the_next_in_line() {
    let mut placement = Placement::new(1);
    enqueue(&mut placement, "acme", 1);
    enqueue(&mut placement, "acme", -2);
    enqueue(&mut placement, "acme", 3);
    assert_eq!(placement.gone(1), [Decision::Start(2, 3)], "who is gone gets nothing");
}

#[test]
fn a_closed_roster_empties() {
    let mut placement = Placement::new(2);
    enqueue(&mut placement, "acme", 1);
    enqueue(&mut placement, "globex", 1);
    ends(&mut placement, 1);
    assert_eq!(placement.close(), [Decision::Retire(1)]);
    assert_eq!(ends(&mut placement, 2), [Decision::Retire(2)]);
    assert_eq!(placement.counts(), Counts { workers: 0, occupied: 0, runs: 0, waiting: 0 });
}

#[test]
fn unused_workers_go() {
    let mut placement = Placement::new(2);
    enqueue(&mut placement, "acme", 1);
    assert_eq!(placement.retire_idle(Duration::ZERO), []);
    ends(&mut placement, 1);
    assert_eq!(placement.retire_idle(Duration::ZERO), [Decision::Retire(1)]);
}

#[test]
fn a_tenant_has_no_more_than_its_share_and_runs_know_nothing_of_checks() {
    let mut checks = Placement::with_share(2, 1);
    assert_eq!(enqueue(&mut checks, "acme", 1), [Decision::Start(1, 1)]);
    for waiter in 2..26 {
        assert_eq!(enqueue(&mut checks, "acme", waiter), [], "a second place is there, but not for them");
    }
    assert_eq!((checks.waiting_of(&tenant("acme")), checks.waiting_of(&tenant("globex"))), (24, 0));
    assert_eq!(enqueue(&mut checks, "globex", 100), [Decision::Start(2, 100)]);
    assert_eq!(enqueue(&mut checks, "initech", 200), []);
    assert_eq!(ends(&mut checks, 1), [Decision::Retire(1), Decision::Start(3, 200)], "who has none is next");
    assert_eq!(ends(&mut checks, 2), [Decision::Retire(2), Decision::Start(4, 2)]);
}

#[test]
fn a_quick_run_goes_behind_others_like_it_once_each_core_has_a_worker() {
    let (acme, mut placement) = (tenant("acme"), Placement { cores: 1, ..Placement::new(2) });
    let quick = |placement: &mut Placement<i32>, waiter| placement.enqueue(&acme, Sharing::Quick, waiter);
    assert_eq!(quick(&mut placement, 1), [Decision::Start(1, 1)]);
    assert_eq!(quick(&mut placement, 2), [Decision::Start(2, 2)], "not to one that is still being started");
    placement.ready(1);
    for waiter in 3..=5 {
        assert_eq!(quick(&mut placement, waiter), [Decision::Join(1, waiter)]);
    }
    placement.ready(2);
    assert_eq!(quick(&mut placement, 6), [Decision::Join(2, 6)], "the one with fewer");
    assert_eq!(placement.left(1), [], "it has its processor still");
    assert_eq!(quick(&mut placement, 7), [Decision::Join(2, 7)]);
    placement.lasts(1);
    placement.lasts(2);
    assert_eq!(quick(&mut placement, 8), [], "nobody waits behind a run that lasts");
    assert_eq!(placement.free(2), [Decision::Join(2, 8)]);
}

#[test]
fn no_usual_run_goes_behind_one_that_has_the_processor() {
    let (acme, mut placement) = (tenant("acme"), Placement { cores: 1, ..Placement::new(1) });
    assert_eq!(placement.enqueue(&acme, Sharing::Quick, 1), [Decision::Start(1, 1)]);
    assert_eq!(placement.enqueue(&acme, Sharing::Default, 2), []);
    assert_eq!(ends(&mut placement, 1), [Decision::Join(1, 2)]);
    assert_eq!(placement.enqueue(&acme, Sharing::Quick, 3), [], "nor a quick one behind one that is not");
}

#[test]
fn whoever_spoils_workers_gets_no_more_than_a_share() {
    let mut placement = Placement::new(2);
    assert_eq!(enqueue(&mut placement, "acme", 1), [Decision::Start(1, 1)]);
    assert_eq!(enqueue(&mut placement, "acme", 2), [Decision::Start(2, 2)]);
    for slot in [1, 2] {
        assert_eq!(placement.tainted(slot), []);
        assert_eq!(placement.free(slot), []);
    }
    assert_eq!(enqueue(&mut placement, "acme", 3), [], "though its workers take no more runs");
    assert_eq!(enqueue(&mut placement, "globex", 100), [Decision::Start(3, 100)]);
    assert_eq!(placement.left(1), [Decision::Retire(1)], "globex has the place that is there beyond");
}
