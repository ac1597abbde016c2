//! Values that scripts store: counted, compared and listed, within a quota, on every worker and database.

use iota_scripts_tests::{ALL, admin, user};
use serde_json::json;

use crate::world::{everywhere, everywhere_with};

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_increments_count_and_one_run_gets_a_lock() {
    everywhere(|stage| async move {
        let source = "async function main() {
            const won = await storage.setIf('lock', null, context.execution.id, 60);
            await Promise.all([1, 2, 3, 4, 5].map(() => storage.increment('n', 1, { ttl: 3600 })));
            return won;
        }";
        let id = stage.script(&admin(), "job", "one_off", source).await;
        let mut runs = Vec::new();
        for _ in 0..6 {
            runs.push(stage.begin(&admin(), &id, json!(null)).await);
        }
        let mut won = 0;
        for run in &runs {
            let ended = stage.ended(&admin(), run).await;
            assert_eq!(ended["status"], "success", "{ended:#}");
            won += u32::from(ended["result"] == true);
        }
        assert_eq!(won, 1);
        let look = "async function main() { return [await storage.get('n'), await storage.list(), await storage.list('l', {limit: 1})] }";
        let look = stage.script(&admin(), "look", "one_off", look).await;
        let seen = stage.run(&admin(), &look, json!(null)).await;
        assert_eq!(seen["result"], json!([30, ["lock", "n"], ["lock"]]), "{seen:#}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_store_reports_its_figures_until_values_are_deleted() {
    everywhere_with(&json!({"storage": {"max_keys": 2, "max_bytes": 1000}}), async |stage| {
        let source = "async function main() {
            const seen = [];
            const attempt = async work => { try { await work(); seen.push('ok') } catch (error) { seen.push([error.code, error.details]) } };
            await attempt(() => storage.set('a', 'x'.repeat(500)));
            await attempt(() => storage.set('b', 'x'.repeat(500)));
            await attempt(() => storage.set('b', 1));
            await attempt(() => storage.increment('c'));
            await attempt(() => storage.delete('a'));
            await attempt(() => storage.increment('c'));
            return seen;
        }";
        let full = |bytes, keys| {
            json!(["STORAGE_QUOTA", {"used": {"bytes": bytes, "keys": keys}, "allowed": {"bytes": 1000, "keys": 2}}])
        };
        let expected = json!(["ok", full(503, 1), "ok", full(505, 2), "ok", "ok"]);
        for who in [admin(), user("globex", "gus", &ALL)] {
            let id = stage.script(&who, "job", "one_off", source).await;
            let run = stage.run(&who, &id, json!(null)).await;
            assert_eq!(run["result"], expected, "{run:#}");
        }
        stage.stop().await;
    })
    .await;
}
