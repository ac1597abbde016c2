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

fn arrive(roster: &mut Roster<i32>, name: &str, waiter: i32) -> Vec<Move<i32>> {
    roster.arrive(&tenant(name), Manner::Usual, waiter)
}

/// The run on a worker ends, and nothing has its processor.
fn ends(roster: &mut Roster<i32>, post: Post) -> Vec<Move<i32>> {
    let mut moves = roster.left(post);
    moves.extend(roster.free(post));
    moves
}

#[test]
fn an_idle_worker_is_used_again_before_another_is_started() {
    let mut roster = Roster::new(2);
    assert_eq!(arrive(&mut roster, "acme", 1), [Move::Start(1, 1)]);
    assert_eq!(ends(&mut roster, 1), []);
    assert_eq!(arrive(&mut roster, "acme", 2), [Move::Join(1, 2)]);
    assert_eq!(arrive(&mut roster, "acme", 3), [Move::Start(2, 3)]);
}

#[test]
fn a_run_joins_those_that_wait_only_when_there_is_no_place_for_a_worker() {
    let mut roster = Roster::new(1);
    arrive(&mut roster, "acme", 1);
    assert_eq!(arrive(&mut roster, "acme", 2), [], "a busy worker takes no second run");
    assert_eq!(roster.free(1), [Move::Join(1, 2)]);
    assert_eq!(roster.counts(), Counts { workers: 1, occupied: 1, runs: 2, waiting: 0 });
}

#[test]
fn a_run_that_must_be_alone_is() {
    let mut roster = Roster::new(1);
    assert_eq!(roster.arrive(&tenant("acme"), Manner::Alone, 1), [Move::Start(1, 1)]);
    assert_eq!(arrive(&mut roster, "acme", 2), []);
    assert_eq!(roster.free(1), [], "nobody joins it while it waits");
    assert_eq!(roster.left(1), [Move::Join(1, 2)]);
    assert_eq!(roster.arrive(&tenant("acme"), Manner::Alone, 3), []);
    assert_eq!(roster.free(1), [Move::Start(2, 3)], "and it joins nobody, nor waits for those that wait");
    assert_eq!(roster.arrive(&tenant("acme"), Manner::Alone, 4), [], "but not without end");
    assert_eq!(ends(&mut roster, 2), [Move::Retire(2), Move::Start(3, 4)]);
}

#[test]
fn some_workers_are_kept_from_any_one_tenant() {
    let mut roster = Roster::new(10);
    for waiter in 0..20 {
        arrive(&mut roster, "acme", waiter);
    }
    assert_eq!(roster.counts(), Counts { workers: 8, occupied: 8, runs: 8, waiting: 12 });
    assert_eq!(arrive(&mut roster, "globex", 100), [Move::Start(9, 100)]);
}

#[test]
fn a_thousand_runs_of_one_tenant_hold_up_another_s_first_by_one_run_at_most() {
    let mut roster = Roster::new(2);
    for waiter in 0..1000 {
        arrive(&mut roster, "acme", waiter);
    }
    assert_eq!(arrive(&mut roster, "globex", 5000), []);
    assert_eq!(ends(&mut roster, 2), [Move::Retire(2), Move::Start(3, 5000)]);
    assert_eq!(ends(&mut roster, 1), [Move::Join(1, 2)], "the other one stays with its tenant");
}

#[test]
fn workers_that_only_wait_hold_up_nobody_who_has_none() {
    let mut roster = Roster::new(1);
    arrive(&mut roster, "acme", 1);
    roster.free(1);
    assert_eq!(arrive(&mut roster, "globex", 100), [Move::Start(2, 100)], "one more than there may be");
    assert_eq!(arrive(&mut roster, "initech", 200), [], "but not without end");
    assert_eq!(ends(&mut roster, 2), [Move::Retire(2), Move::Start(3, 200)]);
    assert_eq!(ends(&mut roster, 3), [Move::Retire(3)]);
}

#[test]
fn runs_do_not_join_a_worker_for_ever_while_another_tenant_has_none() {
    let mut roster = Roster::new(1);
    arrive(&mut roster, "acme", 1);
    assert_eq!(arrive(&mut roster, "globex", 100), []);
    assert_eq!(arrive(&mut roster, "acme", 2), []);
    assert_eq!(ends(&mut roster, 1), [Move::Retire(1), Move::Start(2, 100)]);
    assert_eq!(ends(&mut roster, 2), [Move::Retire(2), Move::Start(3, 2)]);
}

#[test]
fn an_idle_worker_of_another_tenant_makes_room() {
    let mut roster = Roster::new(2);
    for (name, post) in [("acme", 1), ("globex", 2)] {
        arrive(&mut roster, name, 1);
        ends(&mut roster, post);
    }
    assert_eq!(arrive(&mut roster, "initech", 1), [Move::Retire(1), Move::Start(3, 1)]);
}

#[test]
fn a_spent_worker_goes_when_its_runs_have_ended() {
    let mut roster = Roster::new(1);
    arrive(&mut roster, "acme", 1);
    roster.free(1);
    arrive(&mut roster, "acme", 2);
    roster.spent(1);
    assert_eq!(roster.left(1), []);
    assert_eq!(arrive(&mut roster, "acme", 3), []);
    assert_eq!(ends(&mut roster, 1), [Move::Retire(1), Move::Start(2, 3)]);
}

#[test]
fn a_dead_worker_leaves_its_place_to_the_next_in_line() {
    let mut roster = Roster::new(1);
    arrive(&mut roster, "acme", 1);
    arrive(&mut roster, "acme", -2);
    arrive(&mut roster, "acme", 3);
    assert_eq!(roster.gone(1), [Move::Start(2, 3)], "who is gone gets nothing");
}

#[test]
fn a_closed_roster_empties() {
    let mut roster = Roster::new(2);
    arrive(&mut roster, "acme", 1);
    arrive(&mut roster, "globex", 1);
    ends(&mut roster, 1);
    assert_eq!(roster.close(), [Move::Retire(1)]);
    assert_eq!(ends(&mut roster, 2), [Move::Retire(2)]);
    assert_eq!(roster.counts(), Counts { workers: 0, occupied: 0, runs: 0, waiting: 0 });
}

#[test]
fn unused_workers_go() {
    let mut roster = Roster::new(2);
    arrive(&mut roster, "acme", 1);
    assert_eq!(roster.retire_idle(Duration::ZERO), []);
    ends(&mut roster, 1);
    assert_eq!(roster.retire_idle(Duration::ZERO), [Move::Retire(1)]);
}

#[test]
fn a_tenant_has_no_more_than_its_share_and_runs_know_nothing_of_checks() {
    let mut checks = Roster::with_share(2, 1);
    assert_eq!(arrive(&mut checks, "acme", 1), [Move::Start(1, 1)]);
    for waiter in 2..26 {
        assert_eq!(arrive(&mut checks, "acme", waiter), [], "a second place is there, but not for them");
    }
    assert_eq!((checks.waiting_of(&tenant("acme")), checks.waiting_of(&tenant("globex"))), (24, 0));
    assert_eq!(arrive(&mut checks, "globex", 100), [Move::Start(2, 100)]);
    assert_eq!(arrive(&mut checks, "initech", 200), []);
    assert_eq!(ends(&mut checks, 1), [Move::Retire(1), Move::Start(3, 200)], "who has none is next");
    assert_eq!(ends(&mut checks, 2), [Move::Retire(2), Move::Start(4, 2)]);
}

#[test]
fn a_quick_run_goes_behind_others_like_it_once_each_core_has_a_worker() {
    let (acme, mut roster) = (tenant("acme"), Roster { cores: 1, ..Roster::new(2) });
    let quick = |roster: &mut Roster<i32>, waiter| roster.arrive(&acme, Manner::Quick, waiter);
    assert_eq!(quick(&mut roster, 1), [Move::Start(1, 1)]);
    assert_eq!(quick(&mut roster, 2), [Move::Start(2, 2)], "not to one that is still being started");
    roster.ready(1);
    for waiter in 3..=5 {
        assert_eq!(quick(&mut roster, waiter), [Move::Join(1, waiter)]);
    }
    roster.ready(2);
    assert_eq!(quick(&mut roster, 6), [Move::Join(2, 6)], "the one with fewer");
    assert_eq!(roster.left(1), [], "it has its processor still");
    assert_eq!(quick(&mut roster, 7), [Move::Join(2, 7)]);
    roster.lasts(1);
    roster.lasts(2);
    assert_eq!(quick(&mut roster, 8), [], "nobody waits behind a run that lasts");
    assert_eq!(roster.free(2), [Move::Join(2, 8)]);
}

#[test]
fn no_usual_run_goes_behind_one_that_has_the_processor() {
    let (acme, mut roster) = (tenant("acme"), Roster { cores: 1, ..Roster::new(1) });
    assert_eq!(roster.arrive(&acme, Manner::Quick, 1), [Move::Start(1, 1)]);
    assert_eq!(roster.arrive(&acme, Manner::Usual, 2), []);
    assert_eq!(ends(&mut roster, 1), [Move::Join(1, 2)]);
    assert_eq!(roster.arrive(&acme, Manner::Quick, 3), [], "nor a quick one behind one that is not");
}

#[test]
fn whoever_spoils_workers_gets_no_more_than_a_share() {
    let mut roster = Roster::new(2);
    assert_eq!(arrive(&mut roster, "acme", 1), [Move::Start(1, 1)]);
    assert_eq!(arrive(&mut roster, "acme", 2), [Move::Start(2, 2)]);
    for post in [1, 2] {
        assert_eq!(roster.spoiled(post), []);
        assert_eq!(roster.free(post), []);
    }
    assert_eq!(arrive(&mut roster, "acme", 3), [], "though its workers take no more runs");
    assert_eq!(arrive(&mut roster, "globex", 100), [Move::Start(3, 100)]);
    assert_eq!(roster.left(1), [Move::Retire(1)], "globex has the place that is there beyond");
}
