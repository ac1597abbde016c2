//! Quotas are checked before a run is recorded; a rejection names the time to try again.

use std::time::Duration;

use iota_scripts_domain::{Quota, QuotaExceeded, QuotaPolicy};
use iota_scripts_services::{QuotaPolicies, ServiceError};
use serde_json::json;

use crate::{
    fakes::Play,
    world::{World, ann, gus, input, request},
};

fn refused<T>(started: Result<T, ServiceError>) -> QuotaExceeded {
    match started {
        Err(ServiceError::QuotaExceeded(exceeded)) => exceeded,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it started"),
    }
}

#[tokio::test]
async fn a_tenant_s_concurrent_runs_are_counted_until_they_end() {
    let world = World::with_quotas(QuotaPolicy { concurrent_runs: 1, ..QuotaPolicy::default() });
    let run = world.start(Play::Wait).await;
    let script = world.stored_scripts.all().remove(0);
    let exceeded = refused(world.runs.start(&ann(), request(&script)).await);
    assert_eq!((exceeded.quota, exceeded.limit), (Quota::ConcurrentRuns, 1));
    assert_eq!(exceeded.retry_after, Duration::from_secs(1));
    assert_eq!(world.stored_runs.all().len(), 1, "a rejected run is not recorded");
    assert_eq!(world.counted.refused(), [Quota::ConcurrentRuns]);

    let theirs = world.scripts.create(&gus(), &input("Report")).await.expect("a script");
    world.runs.start(&gus(), request(&theirs)).await.expect("another tenant has its own");
    world.runtime.release();
    world.runtime.release();
    run.finished().await;
    world.runs.start_for_host(&ann(), request(&script)).await.expect("there is room again");
}

#[tokio::test]
async fn cpu_time_is_charged_at_the_end_and_refills_in_an_hour() {
    // Each run of the fake takes a second.
    let world = World::with_quotas(QuotaPolicy { cpu_seconds_per_hour: 1, ..QuotaPolicy::default() });
    for _ in 0..2 {
        world.run(Play::Value(json!(1))).await;
    }
    let script = world.stored_scripts.all().remove(0);
    let exceeded = refused(world.runs.start(&ann(), request(&script)).await);
    assert_eq!((exceeded.quota, exceeded.retry_after), (Quota::CpuSecondsPerHour, Duration::from_secs(3600)));
    world.clock.advance(exceeded.retry_after);
    world.runs.start(&ann(), request(&script)).await.expect("an hour later it may");
}

#[tokio::test]
async fn a_tenant_can_have_its_own_quota_of_runs_per_minute() {
    let acme = QuotaPolicy { runs_per_minute: 2, ..QuotaPolicy::default() };
    let policies = QuotaPolicies { tenants: [(ann().tenant_id().clone(), acme)].into(), ..QuotaPolicies::default() };
    let world = World::with(iota_scripts_domain::Limits::granted(), policies);
    for _ in 0..2 {
        world.run(Play::Value(json!(1))).await;
    }
    let script = world.stored_scripts.all().remove(0);
    assert_eq!(refused(world.runs.start(&ann(), request(&script)).await).quota, Quota::RunsPerMinute);
    let theirs = world.scripts.create(&gus(), &input("Report")).await.expect("a script");
    for _ in 0..3 {
        world.runs.start(&gus(), request(&theirs)).await.expect("the usual quota").finished().await;
    }
}

#[tokio::test]
async fn a_run_that_could_not_be_recorded_frees_its_quota() {
    let world = World::with_quotas(QuotaPolicy { concurrent_runs: 1, ..QuotaPolicy::default() });
    let script = world.script(&input("Report")).await;
    world.stored_runs.on_insert(crate::fakes::Insert::Refuses);
    assert!(world.runs.start(&ann(), request(&script)).await.is_err());
    world.settled().await;
    world.stored_runs.on_insert(crate::fakes::Insert::Takes);
    world.runs.start(&ann(), request(&script)).await.expect("there is room");
}

#[tokio::test]
async fn setting_the_clock_neither_uses_nor_refills_quotas() {
    let world = World::with_quotas(QuotaPolicy { runs_per_minute: 3, ..QuotaPolicy::default() });
    world.run(Play::Value(json!(1))).await;
    world.clock.set_back(Duration::from_secs(120));
    world.run(Play::Value(json!(1))).await;
    world.clock.set_forward(Duration::from_secs(86_400));
    world.run(Play::Value(json!(1))).await;
    let script = world.stored_scripts.all().remove(0);
    assert_eq!(refused(world.runs.start(&ann(), request(&script)).await).quota, Quota::RunsPerMinute);
}
