//! Dry runs: reads are real, writes are only recorded.

use iota_scripts_tests::{Stage, admin};
use serde_json::{Value, json};

use crate::{
    db::{with_tables, writer},
    world::{everywhere, everywhere_with, form, page},
};

/// Starts a dry run of a script and returns its record.
async fn dry(stage: &Stage, id: &str) -> Value {
    let body = json!({"dry_run": true});
    let started = stage.api(&admin(), "POST", &format!("/scripts/{id}/run"), Some(body)).await.expect(202);
    stage.ended(&admin(), started["execution_id"].as_str().expect("an id")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn dry_statements_are_visible_to_the_run_and_previewed() {
    with_tables(json!({}), |stage| async move {
        let ann = admin();
        let source = "async function main() {
            const note = async () => (await db.findOne('orders', {id: 2})).note;
            const seen = [await note()];
            const changed = await db.update('orders', {client_id: 1}, {note: 'seen'});
            seen.push(await note());
            await db.insert('orders', {id: 70, client_id: 1, total: 5, code: 'n'});
            await db.delete('orders', {id: 70});
            await db.transaction(async tx => { await tx.query('UPDATE orders SET total = total + 1 WHERE id = $1', [3]) });
            try {
                await db.transaction(async tx => { await tx.delete('orders', {id: 4}); throw new Error('no') });
            } catch {}
            let refused = null;
            try { await db.insert('orders', {id: 1, client_id: 1, total: 5, code: 'twice'}) } catch (error) { refused = error.code }
            const [{n}] = await db.query('SELECT count(*) AS n FROM orders');
            return {seen, changed, refused, n, total: (await db.findOne('orders', {id: 3})).total};
        }";
        let id = writer(&stage, &ann, source).await;
        let run = dry(&stage, &id).await;
        assert_eq!((&run["status"], &run["dry_run"]), (&json!("success"), &json!(true)), "{run:#}");
        let expected = json!({"seen": ["acme", "seen"], "changed": 2, "refused": "CONFLICT", "n": 4, "total": 301});
        assert_eq!(run["result"], expected, "{run:#}");
        let statements = run["would_change"]["statements"].as_array().expect("a list");
        assert_eq!(statements.len(), 4, "{run:#}");
        let row = |id: u64, note: &str| json!({"id": id, "client_id": 1, "total": id * 100, "note": note, "code": format!("acme-{id}")});
        let sorted = |rows: &Value| {
            let mut rows = rows.as_array().expect("rows").clone();
            rows.sort_by_key(|row| row["id"].as_u64());
            rows
        };
        assert_eq!(sorted(&statements[0]["before"]), [row(2, "acme"), row(4, "acme")], "{run:#}");
        assert_eq!(sorted(&statements[0]["after"]), [row(2, "seen"), row(4, "seen")], "{run:#}");
        assert_eq!((&statements[0]["changed"], &statements[0]["cut"]), (&json!(2), &json!(false)));
        assert_eq!((&statements[1]["before"], &statements[1]["after"][0]["code"]), (&json!([]), &json!("n")));
        assert_eq!((&statements[2]["before"][0]["code"], &statements[2]["after"]), (&json!("n"), &json!([])));
        let third = &statements[3];
        assert_eq!((&third["before"][0]["total"], &third["after"][0]["total"]), (&json!(300), &json!(301)), "{run:#}");
        assert!(third["sql"].as_str().expect("text").starts_with("UPDATE orders SET total"), "{run:#}");

        // No change was made, and no transaction is open: the next run writes immediately.
        let look = "async function main() {
            const rows = await db.findMany('orders', {}, {orderBy: 'id'});
            await db.update('orders', {id: 1}, {note: 'mine'});
            return rows.map(row => [row.id, row.total, row.note]);
        }";
        let look = writer(&stage, &ann, look).await;
        let run = stage.run(&ann, &look, json!(null)).await;
        let rows = json!([[1, 100, "acme"], [2, 200, "acme"], [3, 300, "acme"], [4, 400, "acme"]]);
        assert_eq!((&run["result"], &run["dry_run"], &run["would_change"]), (&rows, &Value::Null, &Value::Null), "{run:#}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_needs_the_permission_to_write_too() {
    with_tables(json!({}), |stage| async move {
        let source = "async function main() { await db.delete('orders', {id: 1}) }";
        let id = stage.script(&admin(), "reader", "one_off", source).await;
        let run = dry(&stage, &id).await;
        assert_eq!(
            (&run["status"], &run["error"]["details"]["code"]),
            (&json!("failed"), &json!("FORBIDDEN")),
            "{run:#}"
        );
        assert_eq!(run["would_change"]["statements"], json!([]), "{run:#}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_services_requests_and_events_are_only_previewed() {
    everywhere(|stage| async move {
        let ann = admin();
        stage.api(&ann, "PUT", "/http-hosts/partner.example", None).await.expect(200);
        let begin = "async function main() { await storage.set('old', 'kept'); await storage.set('n', 5) }";
        let begin = stage.script(&ann, "begin", "one_off", begin).await;
        stage.run(&ann, &begin, json!(null)).await;
        stage.host.forget();
        let source = "async function main() {
            await storage.set('new', {a: 1});
            const n = await storage.increment('n', 2);
            const gone = await storage.delete('old');
            const swapped = await storage.setIf('new', {a: 1}, {a: 2});
            const answer = await http.post('https://partner.example/pay', {amount: 7});
            return {
                n, gone, swapped, new: await storage.get('new'), old: await storage.get('old'), keys: await storage.list(''),
                answer: [answer.status, answer.json()],
                written: await services.echo.fail('x'),
                read: await services.echo.same(7),
                event: (await events.publish('thing.done', {n: 1})).type,
            };
        }";
        let id = stage.script(&ann, "job", "one_off", source).await;
        let run = dry(&stage, &id).await;
        let expected = json!({
            "n": 7, "gone": true, "swapped": true, "new": {"a": 2}, "old": null, "keys": ["n", "new"],
            "answer": [202, {"dry_run": true}], "written": null, "read": 7, "event": "scripts.custom.thing.done",
        });
        assert_eq!(run["result"], expected, "{run:#}");
        let preview = &run["would_change"];
        assert_eq!(preview["services"], json!([{"method": "echo.fail", "args": ["x"]}]), "{run:#}");
        let sent = &preview["http"][0];
        assert_eq!((&sent["method"], &sent["url"]), (&json!("POST"), &json!("https://partner.example/pay")), "{run:#}");
        assert_eq!(sent["body"], r#"{"amount":7}"#, "{run:#}");
        assert_eq!(preview["events"], json!([{"type": "scripts.custom.thing.done", "data": {"n": 1}}]), "{run:#}");
        assert_eq!(preview["storage"], json!([
            {"key": "n", "before": 5, "after": 7}, {"key": "new", "before": null, "after": {"a": 2}},
            {"key": "old", "before": "kept", "after": null},
        ]), "{run:#}");
        assert_eq!(preview["left_out"], 0);

        // The host received only the call that reads, marked as a dry run.
        let calls = stage.host.called("echo.same", 1).await;
        assert!(calls[0].dry_run);
        assert!(!stage.host.event_types().iter().any(|kind| kind.contains("thing.done")));
        let look = "async function main() { return [await storage.get('old'), await storage.get('n'), await storage.get('new')] }";
        let look = stage.script(&ann, "look", "one_off", look).await;
        assert_eq!(stage.run(&ann, &look, json!(null)).await["result"], json!(["kept", 5, null]));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_has_the_same_restrictions_as_a_run() {
    let config = json!({"storage": {"max_bytes": 1024}});
    everywhere_with(&config, async |stage: Stage| {
        let source = "async function main() {
            const code = async (work) => { try { await work(); return 'done'; } catch (error) { return error.code; } };
            return [
                await code(() => http.post('https://nobody.example/pay', {})),
                await code(() => storage.set('large', 'x'.repeat(2000))),
                await code(() => storage.set('small', 1)),
                await code(() => events.publish('thing', 'x'.repeat(70000))),
            ];
        }";
        let id = stage.script(&admin(), "job", "one_off", source).await;
        let run = dry(&stage, &id).await;
        assert_eq!(run["result"], json!(["HTTP_BLOCKED", "STORAGE_QUOTA", "done", "TOO_LARGE"]), "{run:#}");
        let preview = &run["would_change"];
        assert_eq!((&preview["http"], &preview["events"]), (&json!([]), &json!([])), "{run:#}");
        assert_eq!(preview["storage"][0]["key"], "small", "{run:#}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_start_dry_runs_and_show_what_would_have_changed() {
    everywhere(|stage| async move {
        let ann = admin();
        let source = "async function main() { await storage.set('colour', 'green'); }";
        let id = stage.script(&ann, "job", "one_off", source).await;
        let run = uuid::Uuid::now_v7();
        let fields = format!("run_id={run}&input=&at=&dry_run=yes");
        let started = form(&stage, &ann, &format!("/scripts/{id}/run"), &fields).await;
        assert_eq!(started.header("location"), format!("/scripts/runs/{run}"), "{}", started.text);
        stage.ended(&ann, &run.to_string()).await;
        let shown = page(&stage, &ann, &format!("/scripts/runs/{run}")).await;
        for words in ["Dry run", "What would have changed", "colour", "green"] {
            assert!(shown.text.contains(words), "{words}: {}", shown.text);
        }
        let test = json!({"content": "function main() { return 1 }", "dry_run": true});
        let test = stage.api(&ann, "POST", &format!("/scripts/{id}/test"), Some(test)).await.expect(202);
        let test = stage.ended(&ann, test["execution_id"].as_str().expect("an id")).await;
        assert_eq!((&test["dry_run"], &test["would_change"]["storage"]), (&json!(true), &json!([])), "{test:#}");
        let shown = page(&stage, &ann, &format!("/scripts/runs/{}", test["id"].as_str().expect("an id"))).await;
        assert!(shown.text.contains("No changes."), "{}", shown.text);
        let listed = stage.api(&ann, "GET", "/executions", None).await.expect(200);
        assert!(listed["items"].as_array().expect("a list").iter().all(|run| run["dry_run"] == true), "{listed:#}");
        let later = json!({"at": "2030-01-01T00:00:00Z", "dry_run": true});
        let refused = stage.api(&ann, "POST", &format!("/scripts/{id}/run"), Some(later)).await.expect(422);
        assert_eq!(refused["error"]["field"], "dry_run", "{refused}");
        stage.stop().await;
    })
    .await;
}
