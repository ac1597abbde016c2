//! Concurrent calls of one run: awaited and unawaited ones, and those that fail, hang or get an invalid answer.

use iota_scripts_tests::admin;
use serde_json::{Value, json};

use crate::world::everywhere;

fn lines(run: &Value) -> Vec<&str> {
    let lines = run["logs"].as_array().expect("lines").iter();
    lines.map(|line| line["message"].as_str().expect("text")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_calls_reach_the_host_together() {
    everywhere(|stage| async move {
        let ann = admin();
        let source = "async function main() {
            const order = [];
            const call = async (name, made) => { await made; order.push(name); };
            await Promise.all([
                call('first', services.echo.wait()),
                call('second', services.echo.wait()),
                call('third', services.echo.same(3).then(() => storage.set('k', 1)).then(() => storage.get('k'))),
            ]);
            return order;
        }";
        let id = stage.script(&ann, "job", "one_off", source).await;
        let execution = stage.begin(&ann, &id, json!(null)).await;
        // Neither is answered before both have arrived.
        stage.host.called("echo.wait", 2).await;
        stage.host.release();
        stage.host.release();
        let run = stage.ended(&ann, &execution).await;
        let mut order: Vec<&str> = run["result"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        order.sort_unstable();
        assert_eq!(order, ["first", "second", "third"], "{run:#}");
        assert!(run["receipt"]["pending_host_calls"]["used"].as_u64() >= Some(2), "{run:#}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_a_run_finish_before_its_end_is_reported() {
    everywhere(|stage| async move {
        let ann = admin();
        let failing = "async function main() {
            const later = async () => { await services.echo.after(30); await storage.set('late', 'written'); };
            await Promise.all([later(), services.echo.fail('x')]);
        }";
        let spinning = "function main() { storage.set('spun', 'written'); const deep = () => deep() + 1; deep(); }";
        let look = "async function main() { return [await storage.get('late'), await storage.get('spun')] }";
        let failing = stage.script(&ann, "failing", "one_off", failing).await;
        let spinning = stage.script(&ann, "spinning", "one_off", spinning).await;
        let look = stage.script(&ann, "look", "one_off", look).await;
        let run = stage.run(&ann, &failing, json!(null)).await;
        assert_eq!((&run["status"], &run["error"]["code"]), (&json!("failed"), &json!("SERVICE_ERROR")), "{run:#}");
        let run = stage.run(&ann, &spinning, json!(null)).await;
        assert_eq!(run["error"]["code"], "STACK_OVERFLOW", "{run:#}");
        let seen = stage.run(&ann, &look, json!(null)).await;
        assert_eq!(seen["result"], json!(["written", "written"]), "{seen:#}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_and_unanswered_calls_without_await_are_reported() {
    everywhere(|stage| async move {
        let ann = admin();
        let source = "async function main() { services.echo.fail('x'); return 'fine' }";
        let id = stage.script(&ann, "careless", "one_off", source).await;
        let run = stage.run(&ann, &id, json!(null)).await;
        assert_eq!((&run["result"], &run["logs"][0]["level"]), (&json!("fine"), &json!("warn")), "{run:#}");
        assert!(lines(&run)[0].contains("VALIDATION: the email is taken"), "{run:#}");

        let source = "async function main() { services.echo.wait(); await services.echo.wait() }";
        let id = stage.script(&ann, "waiting", "one_off", source).await;
        let execution = stage.begin(&ann, &id, json!(null)).await;
        stage.host.called("echo.wait", 2).await;
        stage.api(&ann, "POST", &format!("/executions/{execution}/cancel"), None).await;
        let run = stage.ended(&ann, &execution).await;
        assert_eq!(run["status"], "cancelled", "{run:#}");
        let lines = lines(&run);
        assert_eq!(lines.len(), 1, "{run:#}");
        assert!(lines[0].contains("2 of its calls") && lines[0].contains("services.echo.wait"), "{run:#}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hanging_and_invalid_services_throw_catchable_errors() {
    everywhere(|stage| async move {
        let ann = admin();
        let echo = json!({"name": "odd", "methods": [
            {"name": "number", "access": "read", "result": {"type": "number"}},
        ]});
        stage.plugin.bind_service(&echo).expect("bound");
        let source = "async function main() {
            const codes = [];
            for (const call of [() => services.odd.number(), () => services.echo.same([[[[[[[[[[1]]]]]]]]]]), () => services.echo.wait()]) {
                try { codes.push(JSON.stringify(await call())) } catch (error) { codes.push(error.code) }
            }
            return codes;
        }";
        let body = json!({"name": "patient", "type": "one_off", "content": source, "timeout_seconds": 1});
        let script = stage.api(&ann, "POST", "/scripts", Some(body)).await.expect(201);
        let run = stage.run(&ann, script["id"].as_str().expect("an id"), json!(null)).await;
        assert_eq!(run["result"], json!(["BAD_ANSWER", "[[[[[[[[[[1]]]]]]]]]]", "TIMEOUT"]), "{run:#}");
        stage.stop().await;
    })
    .await;
}
