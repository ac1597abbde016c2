//! History is removed when its retention is over, and not before.

use std::time::Duration;

use iota_scripts_domain::{Clock as _, SystemClock};
use iota_scripts_tests::{Stage, TestDatabase, admin};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn old_runs_are_removed_except_the_newest() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        let stage = Stage::start(database.url(), &json!({})).await;
        let id = stage.script(&admin(), "Report", "one_off", "function main() { return 1; }").await;
        for _ in 0..3 {
            stage.run(&admin(), &id, json!(null)).await;
        }
        stage.stop().await;
        let days_ago = SystemClock.now().minus(Duration::from_secs(60 * 60 * 60));
        let moment = if database.url().starts_with("sqlite") {
            days_ago.as_micros().to_string()
        } else {
            format!("'{days_ago}'")
        };
        database.tamper(&format!("UPDATE script_executions SET created_at = {moment}, completed_at = {moment}")).await;

        let total = async |stage: &Stage| {
            let runs = stage.api(&admin(), "GET", &format!("/executions?script_id={id}"), None).await.expect(200);
            runs["total"].as_u64().expect("a number")
        };
        // The default is three days, but acme's retention is two.
        let config = json!({"history": {"keep_days": 3, "tenants": {"acme": {"keep_days": 2}}}});
        let stage = Stage::start(database.url(), &config).await;
        let removed = async {
            while total(&stage).await > 1 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), removed).await.expect("two of the three are removed");
        stage.host.logged("history before").await;
        assert_eq!(total(&stage).await, 1);
        stage.stop().await;
    }
}
