//! Who may have a text checked, how often, and how many at a time.

use std::sync::Arc;

use futures_util::future::join_all;
use iota_scripts_domain::{FaultCode, Permission, UserId};
use iota_scripts_services::{ServiceError, ports::Check};

use crate::world::{World, ann, input, refusal};

fn is_refused<T>(result: &Result<T, ServiceError>) -> bool {
    matches!(result, Err(ServiceError::RateLimited { retry_after }) if !retry_after.is_zero())
}

#[tokio::test]
async fn checks_need_a_permission_to_write_scripts() {
    for granted in Permission::ALL {
        let world = World::new();
        world.host.refuse(&Permission::ALL.into_iter().filter(|it| *it != granted).collect::<Vec<_>>());
        let checked = world.scripts.check(&ann(), &Check::text("one()")).await;
        match granted {
            Permission::Create | Permission::Update => assert!(checked.is_ok(), "{granted}"),
            _ => assert_eq!(refusal(checked), "Forbidden(Update)", "{granted}"),
        }
    }
}

#[tokio::test]
async fn one_of_25_checks_runs_one_waits_and_others_are_rejected() {
    let world = World::new();
    let held = world.runtime.hold_checks();
    let texts: Vec<Check> = (0..25).map(|number| Check::text(format!("f{number}()"))).collect();
    let author = ann();
    let asking = join_all(texts.iter().map(|text| world.scripts.check(&author, text)));
    let mut begun = world.runtime.checks();
    let (answers, ()) = tokio::join!(asking, async {
        begun.wait_for(|begun| *begun == 1).await.expect("a check begins");
        held.add_permits(1);
        begun.wait_for(|begun| *begun == 2).await.expect("the one that waited begins");
        held.add_permits(1);
    });
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 2);
    assert_eq!(answers.iter().filter(|answer| is_refused(answer)).count(), 23);
    assert_eq!(*begun.borrow(), 2);
}

#[tokio::test]
async fn concurrent_saves_of_a_user_are_checked_in_turn() {
    let world = World::new();
    let held = world.runtime.hold_checks();
    let inputs: Vec<_> = (0..40).map(|number| input(&format!("Report {number}"))).collect();
    let author = ann();
    let saving = join_all(inputs.iter().map(|input| world.scripts.create(&author, input)));
    let mut begun = world.runtime.checks();
    let (saved, ()) = tokio::join!(saving, async {
        for number in 1..=40 {
            begun.wait_for(|begun| *begun >= number).await.expect("the next begins");
            assert_eq!(*begun.borrow(), number, "and no other at the same time");
            held.add_permits(1);
        }
    });
    assert_eq!(saved.iter().filter(|saved| saved.is_ok()).count(), 40);
}

#[tokio::test]
async fn each_user_has_an_own_rate() {
    let world = World::new();
    let text = Check::text("one()");
    let mut refused = false;
    for _ in 0..200 {
        refused |= is_refused(&world.scripts.check(&ann(), &text).await);
    }
    assert!(refused, "the rate is limited");
    let mut bob = ann();
    Arc::make_mut(bob.user.as_mut().expect("a user")).id = UserId::parse("bob").expect("an id");
    world.scripts.check(&bob, &text).await.expect("another user has a rate of their own");
}

#[tokio::test]
async fn a_check_that_times_out_is_a_diagnostic() {
    let world = World::new();
    world.runtime.check_nothing(FaultCode::CheckTimeout);
    let found = world.scripts.check(&ann(), &Check::text("one()")).await.expect("an answer");
    assert_eq!(found.iter().map(|found| found.code.as_str()).collect::<Vec<_>>(), ["CHECK_TIMEOUT"]);
    world.runtime.check_nothing(FaultCode::PoolExhausted);
    assert_eq!(
        world.scripts.check(&ann(), &Check::text("two()")).await.expect_err("no answer").code(),
        FaultCode::PoolExhausted
    );
}
