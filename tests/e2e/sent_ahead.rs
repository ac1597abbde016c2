//! Quick runs that are sent to a worker before the previous ones have ended.

use futures_util::future::{Either, join_all, select};
use iota_scripts_tests::{ALL, Stage, TestDatabase, admin, user};
use serde_json::{Value, json};

/// Quick, unless the input requests an endless loop.
const DOUBLE: &str = "function main(n) { while (n < 0) {} return n * 2; }";

#[tokio::test(flavor = "multi_thread")]
async fn a_run_queued_behind_a_long_one_moves_to_another_worker() {
    for isolation in ["worker", "in_process"] {
        let database = TestDatabase::sqlite();
        let config = json!({"isolation": isolation, "worker": {"max_workers": 3}});
        let stage = Stage::start(database.url(), &config).await;
        let ann = admin();
        stage.script(&ann, "double", "embedded", DOUBLE).await;
        let double = async |n: i64| stage.plugin.invoke(&ann, "double", &json!(n)).await;
        let lanes = async |round: i64| {
            let lane = async |lane: i64| {
                let mut results = Vec::new();
                for call in 0..20 {
                    results.push(double(round + lane * 20 + call).await.expect("a value"));
                }
                results
            };
            join_all((0..12).map(lane)).await.concat()
        };
        let doubled = |round: i64| (round..round + 240).map(|n| json!(n * 2)).collect::<Vec<Value>>();
        // From here on, the script is known to be quick.
        assert_eq!(lanes(0).await, doubled(0));
        let (lasting, quick) = (Box::pin(double(-1)), Box::pin(lanes(1000)));
        match select(lasting, quick).await {
            Either::Left((ended, _)) => panic!("the long run ended first: {ended:?}"),
            Either::Right((results, lasting)) => {
                assert_eq!(results, doubled(1000), "each once and in order");
                drop(lasting);
            }
        }
        assert_eq!(lanes(2000).await, doubled(2000), "{isolation}: and afterwards");
        stage.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_that_crash_workers_do_not_delay_other_tenants() {
    for isolation in ["worker", "in_process"] {
        let database = TestDatabase::sqlite();
        let config = json!({"isolation": isolation, "worker": {"max_workers": 2}});
        let stage = Stage::start(database.url(), &config).await;
        let ann = admin();
        let eve = user("globex", "eve", ALL.as_slice());
        stage.script(&eve, "double", "embedded", DOUBLE).await;
        let spoiling = "async function main() {
            Object.preventExtensions(globalThis);
            await services.echo.wait();
        }";
        stage.script(&ann, "spoiling", "embedded", spoiling).await;
        let spoil = join_all((0..4).map(async |_: i64| stage.plugin.invoke(&ann, "spoiling", &json!(null)).await));
        let double = async {
            // The share of a tenant.
            stage.host.called("echo.wait", 2).await;
            let double = async |n: i64| stage.plugin.invoke(&eve, "double", &json!(n)).await;
            join_all((0..8).map(double)).await
        };
        let (doubled, spoil) = match select(Box::pin(spoil), Box::pin(double)).await {
            Either::Left((ended, _)) => panic!("waiting runs have ended: {ended:?}"),
            Either::Right(done) => done,
        };
        let doubled: Vec<_> = doubled.into_iter().map(|value| value.expect("a value")).collect();
        assert_eq!(doubled, [0, 2, 4, 6, 8, 10, 12, 14].map(|n| json!(n)), "{isolation}");
        drop(spoil);
        stage.stop().await;
    }
}
