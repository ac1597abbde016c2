//! `db`: every function of it on the host's own tables, its errors, and transactions that fail or do not end.

use std::future::Future;

use iota_scripts_host::Identity;
use iota_scripts_tests::{Stage, TestDatabase, admin, tables, user};
use serde_json::{Value, json};

/// Runs a test on every combination, each with the host's tables in a separate database.
pub(crate) async fn with_tables<F: Future<Output = ()>>(more: Value, test: impl Fn(Stage) -> F) {
    with_tables_of(more, async |stage, _| test(stage).await).await;
}

/// As [`with_tables`], for a test that needs the host's database itself.
pub(crate) async fn with_tables_of(more: Value, test: impl AsyncFn(Stage, TestDatabase)) {
    with_tables_and(&json!({"script_database": more}), test).await;
}

/// The same with more configuration, section by section.
pub(crate) async fn with_tables_and(more: &Value, test: impl AsyncFn(Stage, TestDatabase)) {
    for isolation in ["worker", "in_process"] {
        for (own, host) in [
            (TestDatabase::sqlite(), TestDatabase::sqlite()),
            (TestDatabase::postgres().await, TestDatabase::postgres().await),
        ] {
            tables::create(&host).await;
            let mut config = tables::config(host.url());
            config["isolation"] = json!(isolation);
            for (section, more) in more.as_object().into_iter().flatten() {
                match (config[section].as_object_mut(), more) {
                    (Some(into), Value::Object(more)) => into.extend(more.clone()),
                    (_, more) => config[section] = more.clone(),
                }
            }
            test(Stage::start(own.url(), &config).await, host).await;
        }
    }
}

/// Saves a script that may write, and returns its id.
pub(crate) async fn writer(stage: &Stage, who: &Identity, source: &str) -> String {
    let body = json!({"name": format!("writer {}", source.len()), "type": "one_off", "content": source, "timeout_seconds": 20,
        "database_access": "read_write"});
    let script = stage.api(who, "POST", "/scripts", Some(body)).await.expect(201);
    script["id"].as_str().expect("an id").to_owned()
}

async fn result(stage: &Stage, who: &Identity, script: &str) -> Value {
    let run = stage.run(who, script, json!(null)).await;
    assert_eq!(run["status"], "success", "{run:#}");
    run["result"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_reads_its_tenant_s_rows_with_their_types() {
    with_tables(json!({}), |stage| async move {
        let ann = admin();
        let source = "async function main() {
            const [one] = await db.query('SELECT * FROM clients WHERE id = $1', [1]);
            const kinds = Object.fromEntries(Object.entries(one).map(([name, value]) =>
                [name, value === null ? 'null' : value.constructor.name]));
            const totals = await db.query('SELECT c.name, sum(o.total) AS total FROM clients c JOIN orders o ON o.client_id = c.id \
                GROUP BY c.name ORDER BY c.name');
            return {
                kinds, extra: one.extra, since: one.since, born: one.born, balance: Number(one.balance),
                names: (await db.findMany('clients', {id: {gte: 2}}, {orderBy: {id: 'desc'}, columns: ['id', 'name']})),
                page: (await db.findMany('orders', {}, {orderBy: 'id', limit: 2, offset: 1})).map(order => order.id),
                among: (await db.findMany('orders', {id: {in: [1, 4, 9]}, note: {ne: null}})).length,
                none: await db.findOne('clients', {id: 99}),
                listed: (await db.query('SELECT id FROM orders WHERE id IN ($1)', [[2, 3]])).length,
                clients: totals.map(row => row.name),
            };
        }";
        let id = stage.script(&ann, "reader", "one_off", source).await;
        let run = stage.run(&ann, &id, json!(null)).await;
        assert_eq!(run["status"], "success", "{run:#}");
        let kinds = json!({"id": "Number", "name": "String", "active": "Boolean", "balance": "String", "since": "Date",
            "born": "Date", "extra": "Object", "photo": "null"});
        let expected = json!({"kinds": kinds, "extra": {"mark": "acme"}, "since": "2024-03-01T12:34:56.000Z",
            "born": "2024-03-01T00:00:00.000Z", "balance": 12.5,
            "names": [{"id": 3, "name": "acme 3"}, {"id": 2, "name": "acme 2"}],
            "page": [2, 3], "among": 2, "none": null, "listed": 2, "clients": ["acme 1", "acme 2"]});
        assert_eq!(run["result"], expected, "{run:#}");
        assert_eq!(run["receipt"]["sql_rows_read"]["used"], 1 + 2 + 2 + 2 + 2 + 2, "{run:#}");
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_writes_only_its_tenant_s_rows() {
    with_tables(json!({}), |stage| async move {
        let (ann, gus) = (admin(), user("globex", "gus", &iota_scripts_tests::ALL));
        let source = "async function main() {
            const big = 9007199254740993n;
            const made = await db.insert('clients', {id: big, name: \"it's \\\\ new\", active: false, balance: '0.10',
                since: new Date(Date.UTC(2024, 0, 2)), born: new Date(Date.UTC(2000, 1, 3)), extra: {a: [1, 'x']}, photo: new Uint8Array([0, 255])});
            const rows = await db.insert('orders', [{id: 10, client_id: 1, total: 5, code: 'a'}, {id: 11, client_id: 1, total: 6, code: 'b'}]);
            const changed = await db.update('orders', {id: {gte: 10}}, {note: 'seen'});
            const raw = await db.query('UPDATE orders SET total = total + 1 WHERE id = $1 RETURNING id, total', [10]);
            const deleted = await db.delete('orders', {id: 11});
            const plain = await db.query('DELETE FROM orders WHERE id = 10');
            return {id: typeof made.id, same: made.id === big, name: made.name, active: made.active, balance: Number(made.balance), since: made.since,
                born: made.born, extra: made.extra, photo: Array.from(made.photo), rows: rows.length, changed, raw, deleted,
                plain: [plain.length, plain.rowCount]};
        }";
        let id = writer(&stage, &ann, source).await;
        let run = stage.run(&ann, &id, json!(null)).await;
        assert_eq!(run["status"], "success", "{run:#}");
        let expected = json!({"id": "bigint", "same": true, "name": "it's \\ new", "active": false, "balance": 0.1,
            "since": "2024-01-02T00:00:00.000Z", "born": "2000-02-03T00:00:00.000Z", "extra": {"a": [1, "x"]}, "photo": [0, 255],
            "rows": 2, "changed": 2, "raw": [{"id": 10, "total": 6}], "deleted": 1, "plain": [0, 1]});
        assert_eq!(run["result"], expected, "{run:#}");
        assert_eq!(run["receipt"]["sql_rows_written"]["used"], 1 + 2 + 2 + 1 + 1 + 1, "{run:#}");
        let theirs = "async function main() {
            return [await db.query('SELECT count(*) AS n FROM clients'), await db.query('SELECT count(*) AS n FROM orders')];
        }";
        let theirs = stage.script(&gus, "reader", "one_off", theirs).await;
        assert_eq!(result(&stage, &gus, &theirs).await, json!([[{"n": 3}], [{"n": 4}]]));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn denied_operations_throw_catchable_errors() {
    with_tables(json!({"max_rows": 3}), |stage| async move {
        let ann = admin();
        let source = "async function main() {
            const seen = [];
            for (const call of [
                () => db.insert('orders', {id: 50, client_id: 1, total: 1, code: 'z'}),
                () => db.query('DELETE FROM orders'),
                () => db.query('SELECT * FROM shop_passwords'),
                () => db.findOne('passwords', {}),
                () => db.findMany('orders', {}),
                () => db.query('SELECT secret FROM clients'),
                () => db.query('SELECT 1; SELECT 2'),
                () => db.query('SELECT $1', []),
                () => db.query(7),
                () => db.findOne('clients', {id: undefined}),
                () => db.findOne('clients', {id: NaN}),
                () => db.delete('clients', {}),
                () => db.transaction(7),
            ]) {
                try { await call(); seen.push('nothing') } catch (error) { seen.push(error.code ?? error.name) }
            }
            return seen;
        }";
        let id = stage.script(&ann, "reader", "one_off", source).await;
        let expected = json!(["FORBIDDEN", "FORBIDDEN", "SQL_REFUSED", "SQL_REFUSED", "QUOTA_EXCEEDED", "SQL_REFUSED", "SQL_REFUSED",
            "SQL_REFUSED", "TypeError", "TypeError", "TypeError", "VALIDATION", "TypeError"]);
        assert_eq!(result(&stage, &ann, &id).await, expected);
        let log = "async function main() {
            const code = async call => { try { await call() } catch (error) { return error.code } };
            return [await code(() => db.insert('log', {id: 9, line: 'x'})), await code(() => db.update('orders', {id: 1}, {code: 'acme-2'})),
                await code(() => db.insert('orders', {id: 60, client_id: 1, total: 1, code: 'q', tenant_id: 'globex'}))];
        }";
        let id = writer(&stage, &ann, log).await;
        assert_eq!(result(&stage, &ann, &id).await, json!(["SQL_REFUSED", "CONFLICT", "SQL_REFUSED"]));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_atomic() {
    with_tables(json!({}), |stage| async move {
        let ann = admin();
        let source = "async function main() {
            const count = async () => (await db.query('SELECT count(*) AS n FROM orders'))[0].n;
            const add = (tx, id) => tx.insert('orders', {id, client_id: 1, total: 1, code: 'code ' + id});
            const kept = await db.transaction(async tx => { await add(tx, 20); await add(tx, 21); return 'kept' });
            const afterKept = await count();
            let thrown;
            try { await db.transaction(async tx => { await add(tx, 22); throw new RangeError('no') }) } catch (error) { thrown = error.name }
            const inside = await db.transaction(async tx => {
                await add(tx, 23);
                try { await tx.transaction(async inner => { await add(inner, 24); throw new Error('inner') }) } catch (error) {}
                await tx.transaction(async inner => { await add(inner, 25); await inner.transaction(async deep => { await add(deep, 26) }) });
                let outer;
                await tx.transaction(async inner => { try { await add(tx, 27) } catch (error) { outer = error.code } });
                let beside;
                try { await db.insert('orders', {id: 28, client_id: 1, total: 1, code: 'y'}) } catch (error) { beside = error.code }
                let second;
                try { await db.transaction(async () => {}) } catch (error) { second = error.code }
                return {outer, beside, second, ids: (await tx.findMany('orders', {id: {gt: 22}}, {orderBy: 'id'})).map(order => order.id)};
            });
            let late;
            let leaked;
            await db.transaction(async tx => { leaked = tx });
            try { await leaked.query('SELECT 1 AS one') } catch (error) { late = error.code }
            return {kept, afterKept, thrown, inside, late, after: await count()};
        }";
        let id = writer(&stage, &ann, source).await;
        let expected = json!({"kept": "kept", "afterKept": 6, "thrown": "RangeError",
            "inside": {"outer": "SQL_REFUSED", "beside": "SQL_REFUSED", "second": "SQL_REFUSED", "ids": [23, 25, 26]},
            "late": "SQL_REFUSED", "after": 9});
        assert_eq!(result(&stage, &ann, &id).await, expected);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aborted_run_leaves_no_open_transaction() {
    with_tables(json!({}), |stage| async move {
        let ann = admin();
        let begin = "await tx.insert('orders', {id: 70, client_id: 1, total: 1, code: 'never'});";
        let waits = format!("async function main() {{ await db.transaction(async tx => {{ {begin} await services.echo.wait() }}) }}");
        let cancelled = writer(&stage, &ann, &waits).await;
        let execution = stage.begin(&ann, &cancelled, json!(null)).await;
        stage.host.called("echo.wait", 1).await;
        stage.api(&ann, "POST", &format!("/executions/{execution}/cancel"), None).await;
        assert_eq!(stage.ended(&ann, &execution).await["status"], "cancelled");

        let body = json!({"name": "late", "type": "one_off", "content": waits, "timeout_seconds": 1, "database_access": "read_write"});
        let late = stage.api(&ann, "POST", "/scripts", Some(body)).await.expect(201);
        let run = stage.run(&ann, late["id"].as_str().unwrap(), json!(null)).await;
        // The call and the run end at the same moment: either may be reported first.
        assert_ne!(run["status"], "success", "{run:#}");

        // Neither has left a row, and no lock is held.
        let check = "async function main() {
            await db.insert('orders', {id: 71, client_id: 1, total: 1, code: 'after'});
            return await db.findOne('orders', {id: 70});
        }";
        let check = writer(&stage, &ann, check).await;
        assert_eq!(result(&stage, &ann, &check).await, Value::Null);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_worker_s_transaction_is_rolled_back() {
    for (own, host) in [
        (TestDatabase::sqlite(), TestDatabase::sqlite()),
        (TestDatabase::postgres().await, TestDatabase::postgres().await),
    ] {
        tables::create(&host).await;
        let stage = Stage::start(own.url(), &tables::config(host.url())).await;
        let ann = admin();
        let source = "async function main() {
            await db.transaction(async tx => {
                await tx.insert('orders', {id: 80, client_id: 1, total: 1, code: 'never'});
                for (;;) {}
            });
        }";
        let body = json!({"name": "spins", "type": "one_off", "content": source, "timeout_seconds": 1, "database_access": "read_write"});
        let script = stage.api(&ann, "POST", "/scripts", Some(body)).await.expect(201);
        let run = stage.run(&ann, script["id"].as_str().unwrap(), json!(null)).await;
        assert_eq!(run["error"]["code"], "TIMEOUT", "{run:#}");
        let check = "async function main() {
            await db.insert('orders', {id: 81, client_id: 1, total: 1, code: 'after'});
            return await db.findOne('orders', {id: 80});
        }";
        let check = writer(&stage, &ann, check).await;
        assert_eq!(result(&stage, &ann, &check).await, Value::Null);
        stage.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_statement_times_out_and_the_next_one_runs() {
    with_tables(json!({"statement_timeout_ms": 300}), |stage| async move {
        let ann = admin();
        let source = "async function main() {
            let code;
            try { await db.query('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS c FROM n') }
            catch (error) { code = error.code }
            return [code, (await db.query('SELECT count(*) AS n FROM orders'))[0].n];
        }";
        let id = stage.script(&ann, "endless", "one_off", source).await;
        assert_eq!(result(&stage, &ann, &id).await, json!(["TIMEOUT", 4]));
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_need_the_operator_s_and_a_manager_s_consent() {
    with_tables(json!({"mode": "read_only"}), |stage| async move {
        let ann = admin();
        let source = "async function main() {
            try { await db.delete('orders', {id: 1}) } catch (error) { return [error.code, await db.transaction(tx => tx.findOne('orders', {id: 1}).then(o => o.id))] }
        }";
        let id = writer(&stage, &ann, source).await;
        assert_eq!(result(&stage, &ann, &id).await, json!(["FORBIDDEN", 1]));

        let author = user("acme", "abe", &["scripts.create", "scripts.read", "scripts.update", "scripts.execute"]);
        let body = json!({"name": "mine", "type": "one_off", "content": source, "database_access": "read_write"});
        stage.api(&author, "POST", "/scripts", Some(body)).await.expect(403);
        let edit = json!({"name": "mine", "type": "one_off", "content": "1", "base_version": 1});
        stage.api(&author, "PUT", &format!("/scripts/{id}"), Some(edit)).await.expect(403);
        stage.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_and_invalid_table_declarations_are_reported() {
    let own = TestDatabase::sqlite();
    let stage = Stage::start(own.url(), &json!({})).await;
    let ann = admin();
    let source = "async function main() { try { await db.query('SELECT 1') } catch (error) { return [error.code, error.message] } }";
    let id = stage.script(&ann, "none", "one_off", source).await;
    let expected = json!(["UNAVAILABLE", "db.query: the operator has not set up a database for scripts"]);
    assert_eq!(result(&stage, &ann, &id).await, expected);
    stage.stop().await;

    for host in [TestDatabase::sqlite(), TestDatabase::postgres().await] {
        tables::create(&host).await;
        let mut config = tables::config(host.url());
        config["script_database"]["tables"][2]["columns"][0]["name"] = json!("number");
        let failed =
            iota_scripts_tests::start(own.url(), &config, iota_scripts_tests::TestHost::new()).await.unwrap_err();
        assert_eq!(failed.field.as_deref(), Some("script_database.tables[2]"), "{failed}");
    }
}
