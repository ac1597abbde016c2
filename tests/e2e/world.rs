//! The combinations that every promise is held on: two databases, two isolations.

use std::future::Future;

use iota_scripts_tests::{Stage, TestDatabase};
use serde_json::{Value, json};

/// Runs a test on every combination.
pub(crate) async fn everywhere<F: Future<Output = ()>>(test: impl Fn(Stage) -> F) {
    for isolation in ["worker", "in_process"] {
        on_both_databases(isolation, &test).await;
    }
}

/// Runs a test on every combination, with this configuration besides.
pub(crate) async fn everywhere_with(more: &Value, test: impl AsyncFn(Stage)) {
    for isolation in ["worker", "in_process"] {
        for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
            let mut config = more.clone();
            config["isolation"] = isolation.into();
            test(Stage::start(database.url(), &config).await).await;
        }
    }
}

/// Runs a test on both databases with scripts in processes of their own.
pub(crate) async fn in_workers<F: Future<Output = ()>>(test: impl Fn(Stage) -> F) {
    on_both_databases("worker", &test).await;
}

async fn on_both_databases<F: Future<Output = ()>>(isolation: &str, test: &impl Fn(Stage) -> F) {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        test(Stage::start(database.url(), &json!({"isolation": isolation})).await).await;
    }
}
