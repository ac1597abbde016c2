//! Runs: values, logs, services, storage, events, faults, cancellation.

use std::time::Duration;

use iota_scripts_host::{InvokeError, RunRequest};
use iota_scripts_tests::{admin, user};
use serde_json::{Value, json};

use crate::world::{everywhere, in_workers, page};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_recorded_with_result_logs_receipt_and_events() {
    everywhere(|stage| async move {
        let ann = admin();
        let source = "async function main(input) {
            console.info('got', input);
            const same = await services.echo.same({deep: [input.n]});
            return {same, tenant: await services.echo.tenant(), user: context.user.id, zone: context.tenant.timezone};
        }";
        let id = stage.script(&ann, "job", "one_off", source).await;
        let run = stage.run(&ann, &id, json!({"n": 7})).await;
        assert_eq!(run["status"], "success", "{run:#}");
        let expected = json!({"same": {"deep": [7]}, "tenant": "acme", "user": "ann", "zone": "Asia/Tashkent"});
        assert_eq!(run["result"], expected);
        assert_eq!((&run["logs"][0]["level"], &run["triggered_by"]), (&json!("info"), &json!("api")));
        assert_eq!((&run["logs"][0]["message"], &run["logs"][0]["data"]), (&json!("got {\"n\":7}"), &json!({"n": 7})));
        assert_eq!(run["receipt"]["host_calls"]["used"], 2);
        assert!(run["receipt"]["cpu_us"]["used"].as_u64().unwrap() > 0);
        assert_eq!(run["receipt"]["wall_ms"]["allowed"], 20_000);
        let call = stage.host.called("echo.same", 1).await.remove(0);
        assert_eq!(call.execution_id, run["id"].as_str().unwrap());
        stage.host.event(|event| event.kind == "scripts.execution.completed").await;
        let listed = stage.api(&ann, "GET", &format!("/executions?script_id={id}"), None).await.expect(200);
        assert_eq!((&listed["total"], &listed["items"][0]["id"]), (&json!(1), &run["id"]));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn logged_values_are_stored_as_values() {
    everywhere(|stage| async move {
        let ann = admin();
        let source = "function main() {
            const order = {id: 7, lines: [{sku: 'A-1', text: '<b>bold</b>', count: 2}, {sku: 'B-2', count: 1}]};
            console.log('an order', order, [1]);
            console.log('only words');
        }";
        let id = stage.script(&ann, "job", "one_off", source).await;
        let run = stage.run(&ann, &id, json!(null)).await;
        let order =
            json!({"id": 7, "lines": [{"sku": "A-1", "text": "<b>bold</b>", "count": 2}, {"sku": "B-2", "count": 1}]});
        assert_eq!(run["logs"][0]["data"], json!([order, [1]]), "{run:#}");
        assert!(run["logs"][1].get("data").is_none(), "{run:#}");
        let run = run["id"].as_str().expect("an id");
        let shown = page(&stage, &ann, &format!("/scripts/runs/{run}")).await.text;
        assert!(shown.contains("<summary>values</summary>") && !shown.contains("<b>bold"), "{shown}");
        let streamed = page(&stage, &ann, &format!("/scripts/api/v1/executions/{run}/stream")).await.text;
        assert!(streamed.contains(r#""data":[{"id":7,"lines":"#), "{streamed}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_embedded_script_returns_a_value_or_a_fault() {
    everywhere(|stage| async move {
        let ann = admin();
        let source = "function validateOrder(order) {
            if (order.bad) throw new TypeError('no good');
            return {valid: true, id: order.id};
        }";
        let id = stage.script(&ann, "validate_order", "embedded", source).await;
        // The permission to execute scripts was not checked for this user: the host's own code calls.
        let customer = user("acme", "carl", &[]);
        let verdict = stage.plugin.invoke(&customer, "validate_order", &json!({"id": 5})).await.unwrap();
        assert_eq!(verdict, json!({"valid": true, "id": 5}));
        let error = stage.plugin.invoke(&customer, "validate_order", &json!({"bad": true})).await.unwrap_err();
        let InvokeError::Script { error, .. } = error else { panic!("{error:?}") };
        assert_eq!((error.code.as_str(), &error.more["line"]), ("SCRIPT_ERROR", &json!(2)), "{error:?}");
        assert!(stage.plugin.invoke(&customer, "no_such", &Value::Null).await.is_err());
        stage.api(&ann, "POST", &format!("/scripts/{id}/deactivate"), None).await.expect(200);
        let error = stage.plugin.invoke(&customer, "validate_order", &json!({})).await.unwrap_err();
        assert!(error.to_string().contains("inactive"), "{error}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn services_validate_arguments_and_return_full_errors() {
    everywhere(|stage| async move {
        let ann = admin();
        let source = "async function main() {
            const seen = [];
            for (const call of [() => services.echo.fail('x'), () => services.echo.fail(7),
                                () => services.echo.embedded_only(), () => services.echo.missing(), () => services.none.at()]) {
                try { await call() } catch (error) {
                    seen.push([error instanceof Error, error.code, error.field ?? null]);
                }
            }
            return seen;
        }";
        let id = stage.script(&ann, "job", "one_off", source).await;
        let run = stage.run(&ann, &id, json!(null)).await;
        assert_eq!(run["status"], "success", "{run:#}");
        assert_eq!(run["result"][0], json!([true, "VALIDATION", "email"]));
        assert_eq!(run["result"][1], json!([true, "VALIDATION", "/0"]));
        assert_eq!(run["result"][2], json!([true, "FORBIDDEN", null]));
        for unbound in [3, 4] {
            assert_eq!(run["result"][unbound][0], true, "{run:#}");
        }
        assert_eq!(stage.host.called("echo.fail", 1).await.len(), 1, "a wrong argument never reaches the host");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_events_and_templates_are_the_tenant_s_own() {
    everywhere(|stage| async move {
        let (ann, gus) = (admin(), user("globex", "gus", &iota_scripts_tests::ALL));
        let broken = stage.api(&ann, "PUT", "/templates/hello", Some(json!({"body": "Dear\n{% if }"}))).await.expect(422);
        assert_eq!(broken["error"]["field"], "body", "{broken}");
        assert!(broken["error"]["message"].as_str().expect("words").starts_with("body: line 2: syntax error"), "{broken}");
        stage.api(&ann, "GET", "/templates/hello", None).await.expect(404);
        let text = json!({"body": "Dear {{ name }}"});
        stage.api(&ann, "PUT", "/templates/hello", Some(text)).await.expect(200);
        let source = "async function main(input) {
            const before = await storage.get('k');
            await storage.set('k', {n: input}, 3600);
            await events.publish('thing.done', {n: input});
            let greeting = null;
            try { greeting = await utils.template.render('hello', {name: 'Ada'}) } catch (error) { greeting = error.code }
            return {before, after: await storage.get('k'), gone: await storage.get('none'), greeting};
        }";
        let ours = stage.script(&ann, "job", "one_off", source).await;
        let theirs = stage.script(&gus, "job", "one_off", source).await;
        let first = stage.run(&ann, &ours, json!(1)).await;
        let expected = json!({"before": null, "after": {"n": 1}, "gone": null, "greeting": "Dear Ada"});
        assert_eq!(first["result"], expected, "{first:#}");
        let foreign = stage.run(&gus, &theirs, json!(2)).await;
        assert_eq!((&foreign["result"]["before"], &foreign["result"]["greeting"]), (&Value::Null, &json!("NOT_FOUND")));
        let again = stage.run(&ann, &ours, json!(3)).await;
        assert_eq!(again["result"]["before"], json!({"n": 1}));
        let event = stage.host.event(|event| event.kind == "scripts.custom.thing.done" && event.tenant == "globex").await;
        assert_eq!(event.data, json!({"n": 2}));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn globals_do_not_reach_the_next_run() {
    everywhere(|stage| async move {
        let ann = admin();
        let source = "let counter = 0;
            function main() { counter++; const had = typeof leaked; globalThis.leaked = 1; return [counter, had]; }";
        let id = stage.script(&ann, "job", "one_off", source).await;
        for _ in 0..3 {
            let run = stage.run(&ann, &id, json!(null)).await;
            assert_eq!(run["result"], json!([1, "undefined"]), "{run:#}");
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_have_a_kind_and_a_source_line() {
    everywhere(|stage| async move {
        let ann = admin();
        for (name, source, status, code, kind, line) in [
            ("thrown", "function main() {\n  null.x;\n}", "failed", "SCRIPT_ERROR", "user", Some(2)),
            ("syntax", "function main() {\n  retur 1;\n}", "failed", "COMPILE_ERROR", "compile", Some(2)),
            ("entry", "const x = 1;", "failed", "ENTRY_POINT_MISSING", "compile", None),
            (
                "pending",
                "function main() { return new Promise(() => {}) }",
                "failed",
                "PROMISE_NEVER_SETTLES",
                "user",
                None,
            ),
            (
                "rejected",
                "async function main() {\n\n  throw new Error('later');\n}",
                "failed",
                "SCRIPT_ERROR",
                "user",
                Some(3),
            ),
        ] {
            let id = stage.draft(&ann, name, "one_off", source).await;
            let run = stage.run(&ann, &id, json!(null)).await;
            let error = &run["error"];
            let seen = (&run["status"], &error["code"], &error["type"], error["line"].as_u64());
            assert_eq!(seen, (&json!(status), &json!(code), &json!(kind), line), "{name}: {run:#}");
        }
        let failed = stage.host.event(|event| event.kind == "scripts.execution.failed").await;
        assert_eq!(failed.data["error"]["code"], "SCRIPT_ERROR");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runaway_runs_end_in_faults_and_the_next_run_works() {
    everywhere(|stage| async move {
        let ann = admin();
        let fine = stage.script(&ann, "fine", "one_off", "function main() { return 'fine' }").await;
        for (name, timeout_seconds, source, code) in [
            ("spin", 1, "function main() { console.log('before'); for (;;) {} }", "TIMEOUT"),
            ("native", 1, "function main() { const a = []; a.length = 2 ** 32 - 1; a.forEach(() => {}); }", "TIMEOUT"),
            (
                "swell",
                60,
                "function main() { const a = []; for (;;) a.push('x'.repeat(1e5) + a.length); }",
                "MEMORY_LIMIT",
            ),
            (
                "deep",
                60,
                "function main() { const o = {get x() { return Reflect.get(o, 'x') }}; return o.x; }",
                "STACK_OVERFLOW",
            ),
        ] {
            let body = json!({"name": name, "type": "one_off", "content": source,
                              "timeout_seconds": timeout_seconds, "max_memory_mb": 64});
            let script = stage.api(&ann, "POST", "/scripts", Some(body)).await.expect(201);
            let run = stage.run(&ann, script["id"].as_str().unwrap(), json!(null)).await;
            assert_eq!(run["error"]["code"], code, "{name}: {run:#}");
            if name == "spin" {
                assert_eq!(run["logs"][0]["message"], "before", "lines logged before the kill are kept");
            }
            assert_eq!(stage.run(&ann, &fine, json!(null)).await["result"], "fine");
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_streamed_while_the_script_runs() {
    everywhere(|stage| async move {
        let ann = admin();
        let source =
            "async function main() { console.log('one'); await services.echo.wait(); console.log('two'); return 3 }";
        let id = stage.script(&ann, "job", "one_off", source).await;
        let execution = stage.begin(&ann, &id, json!(null)).await;
        let path = format!("/executions/{execution}/stream");
        let early = stage.stream(&ann, &path, |text| text.contains("one")).await;
        assert!(early.contains("event: state") && !early.contains("two"), "{early}");
        stage.host.release();
        let whole = stage.stream(&ann, &path, |_| false).await;
        let order: Vec<usize> =
            ["event: state", "one", "two", "event: result"].iter().map(|part| whole.find(part).expect(part)).collect();
        assert!(order.is_sorted(), "{whole}");
        let other = user("globex", "gus", &iota_scripts_tests::ALL);
        stage.api(&other, "GET", &path, None).await.expect(404);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_runs_do_not_delay_other_runs() {
    in_workers(|stage| async move {
        let (ann, gus) = (admin(), user("globex", "gus", &iota_scripts_tests::ALL));
        let source = "async function main() { await services.echo.wait() }";
        let ours = stage.script(&ann, "job", "one_off", source).await;
        let theirs = stage.script(&gus, "job", "one_off", "function main() { return 1 }").await;
        let mut runs = Vec::new();
        for _ in 0..4 {
            runs.push(stage.begin(&ann, &ours, json!(null)).await);
        }
        // Two workers hold all four: a run that waits makes room for the next.
        stage.host.called("echo.wait", 4).await;
        let ended = stage.run(&gus, &theirs, json!(null)).await;
        assert_eq!(ended["status"], "success", "{ended:#}");
        for run in runs.iter().rev() {
            stage.api(&ann, "POST", &format!("/executions/{run}/cancel"), None).await;
        }
        for run in &runs {
            stage.ended(&ann, run).await;
        }
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_waits_for_runs_and_aborts_slow_ones() {
    everywhere(|stage| async move {
        let ann = admin();
        let id = stage.script(&ann, "job", "one_off", "async function main() { await services.echo.wait() }").await;
        let _run = stage.plugin.run(&ann, RunRequest::by_id(&id)).unwrap();
        stage.host.called("echo.wait", 1).await;
        let stopped = stage.plugin.stop(Duration::from_millis(100)).await;
        assert_eq!(stopped.cancelled, 1);
        let failed = stage.host.event(|event| event.kind == "scripts.execution.failed").await;
        assert_eq!(failed.data["status"], "cancelled");
    })
    .await;
}
