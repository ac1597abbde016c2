//! The operator's settings for the host's tables: a replica for reads, a role and settings, limits, and a tenant's share of the
//! connections.

use std::time::Duration;

use iota_scripts_domain::{SqlValue, TenantId};
use iota_scripts_infrastructure::sql_gateway::ScriptDatabaseConfig;
use iota_scripts_services::ports::{SqlBounds, SqlEffect, SqlError, SqlGateway as _, SqlRows};
use iota_scripts_tests::{TestDatabase, tables};

use crate::host_tables::HostTables;

const BOUNDS: SqlBounds = SqlBounds { time: Duration::from_secs(10), rows_read: 1_000, rows_written: 1_000 };
const COUNT: &str = "SELECT count(*) AS n FROM orders";

fn acme() -> TenantId {
    TenantId::parse("acme").expect("an id")
}

async fn run(tables: &HostTables, sql: &str, bounds: SqlBounds) -> Result<SqlRows, SqlError> {
    let scoped = tables.gateway.scope(&acme(), sql, &[])?;
    tables.gateway.run(&acme(), scoped, bounds).await
}

fn number(rows: &SqlRows) -> &SqlValue {
    &rows.rows[0][0]
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_use_the_replica_except_in_transactions() {
    let copy = TestDatabase::sqlite();
    tables::create(&copy).await;
    copy.tamper("DELETE FROM shop_orders WHERE id > 1").await;
    let tables = HostTables::sqlite_with(|config| config.read_url = Some(copy.url().to_owned())).await;
    assert_eq!(number(&run(&tables, COUNT, BOUNDS).await.expect("rows")), &SqlValue::Integer(1));

    let mut transaction = tables.gateway.begin(&acme(), SqlEffect::Writes, BOUNDS.time).await.expect("it begins");
    let scoped = tables.gateway.scope(&acme(), COUNT, &[]).expect("allowed");
    assert_eq!(number(&transaction.run(scoped, BOUNDS).await.expect("rows")), &SqlValue::Integer(4));
    transaction.rollback().await.expect("it ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_s_row_level_security_applies_in_addition() {
    let role = format!("scripts_{}", std::process::id());
    let tables = HostTables::postgres().await;
    let secure = format!(
        "CREATE ROLE {role}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}; \
         ALTER TABLE shop_orders ENABLE ROW LEVEL SECURITY; \
         CREATE POLICY own ON shop_orders USING (tenant_id = current_setting('app.tenant') AND id < 3);"
    );
    tables.execute(&secure).await;
    let url = tables.url().to_owned();
    let secured = HostTables::postgres_with(|config| {
        config.url = url;
        config.role = Some(role.clone());
        config.settings = [("app.tenant".to_owned(), "{tenant}".to_owned())].into();
    })
    .await;
    let count = run(&secured, COUNT, BOUNDS).await.expect("rows");
    assert_eq!(number(&count), &SqlValue::Integer(2), "the host's policy applies to reads");
    let deleted = run(&secured, "DELETE FROM orders", BOUNDS).await.expect("a count");
    assert_eq!(deleted.changed, 2, "and to writes");
}

#[tokio::test(flavor = "multi_thread")]
async fn results_over_a_limit_are_not_transferred() {
    for tables in [HostTables::sqlite().await, HostTables::postgres().await] {
        let few = SqlBounds { rows_read: 3, rows_written: 3, ..BOUNDS };
        assert_eq!(run(&tables, "SELECT * FROM orders", few).await, Err(SqlError::TooManyRows(3)));
        assert_eq!(run(&tables, "UPDATE orders SET note = 'x'", few).await, Err(SqlError::TooManyChanges(3)));
        let untouched = run(&tables, "SELECT count(*) AS n FROM orders WHERE note = 'x'", BOUNDS).await.expect("rows");
        assert_eq!(number(&untouched), &SqlValue::Integer(0), "a write over its limit is undone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_waits_only_for_its_own_transactions() {
    let tables = HostTables::sqlite_with(|config| config.per_tenant_connections = 1).await;
    let held = tables.gateway.begin(&acme(), SqlEffect::Reads, BOUNDS.time).await.expect("it begins");
    let soon = SqlBounds { time: Duration::from_millis(1), ..BOUNDS };
    assert_eq!(run(&tables, COUNT, soon).await, Err(SqlError::Busy));
    let globex = TenantId::parse("globex").expect("an id");
    let scoped = tables.gateway.scope(&globex, COUNT, &[]).expect("allowed");
    assert_eq!(number(&tables.gateway.run(&globex, scoped, BOUNDS).await.expect("rows")), &SqlValue::Integer(4));
    held.rollback().await.expect("it ends");
    assert_eq!(number(&run(&tables, COUNT, BOUNDS).await.expect("rows")), &SqlValue::Integer(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_connection_cannot_write() {
    for tables in [HostTables::sqlite().await, HostTables::postgres().await] {
        let mut scoped = tables.gateway.scope(&acme(), "DELETE FROM orders", &[]).expect("allowed");
        scoped.effect = SqlEffect::Reads;
        assert!(matches!(tables.gateway.run(&acme(), scoped, BOUNDS).await, Err(SqlError::Failed { .. })));
        assert_eq!(number(&run(&tables, COUNT, BOUNDS).await.expect("rows")), &SqlValue::Integer(4));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_statement_undoes_only_itself() {
    for tables in [HostTables::sqlite().await, HostTables::postgres().await] {
        let mut transaction = tables.gateway.begin(&acme(), SqlEffect::Writes, BOUNDS.time).await.expect("it begins");
        let few = SqlBounds { rows_read: 3, rows_written: 3, ..BOUNDS };
        for (sql, bounds, becomes) in [
            ("UPDATE orders SET note = 'kept' WHERE id = 1", BOUNDS, Ok(1)),
            ("INSERT INTO orders (id, client_id, total, code) VALUES (9, 1, 1, 'acme-1')", BOUNDS, Err(())),
            ("UPDATE orders SET note = 'lost'", few, Err(())),
            ("UPDATE orders SET note = 'lost' RETURNING id", few, Err(())),
            ("SELECT * FROM orders", few, Err(())),
            ("UPDATE orders SET note = 'kept' WHERE id = 2 RETURNING id", BOUNDS, Ok(1)),
        ] {
            let scoped = tables.gateway.scope(&acme(), sql, &[]).expect("allowed");
            let ran = transaction.run(scoped, bounds).await;
            assert_eq!(ran.map(|rows| rows.changed).map_err(drop), becomes, "{sql}");
        }
        transaction.commit().await.expect("it is kept");
        let notes = tables.plain("SELECT note FROM shop_orders WHERE tenant_id = 'acme' ORDER BY id").await;
        let notes: Vec<&str> = notes.iter().filter_map(|row| row[0].as_deref()).collect();
        assert_eq!(notes, ["kept", "kept", "acme", "acme"]);
    }
}

/// More rows than can be read, and values larger than any message: neither is transferred, and no other statement waits for them.
#[tokio::test(flavor = "multi_thread")]
async fn endless_statements_time_out_and_free_their_connection() {
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n";
    let crossed = "SELECT a.id FROM orders a CROSS JOIN orders b CROSS JOIN orders c CROSS JOIN orders d CROSS JOIN orders e \
        CROSS JOIN orders f CROSS JOIN orders g CROSS JOIN orders h CROSS JOIN orders i CROSS JOIN orders j CROSS JOIN orders k";
    let huge = "WITH RECURSIVE d(x, n) AS (SELECT CAST('xxxxxxxxxxxxxxxx' AS TEXT), 1 UNION ALL SELECT x || x, n + 1 FROM d WHERE n < 20) \
        SELECT x FROM d WHERE n = 20";
    let returned = format!("UPDATE orders SET note = 'x' WHERE id = 1 RETURNING ({huge}) AS x");
    for tables in [HostTables::sqlite().await, HostTables::postgres().await] {
        for _ in 0..6 {
            for sql in [endless, crossed] {
                let ran = run(&tables, sql, BOUNDS).await;
                assert!(matches!(ran, Err(SqlError::TooManyRows(1_000) | SqlError::TimedOut(_))), "{sql}: {ran:?}");
            }
        }
        for sql in [huge, &returned] {
            let ran = run(&tables, sql, BOUNDS).await;
            assert!(matches!(ran, Err(SqlError::TooManyBytes(_) | SqlError::Failed { .. })), "{sql}: {ran:?}");
        }
        assert_eq!(number(&run(&tables, COUNT, BOUNDS).await.expect("rows")), &SqlValue::Integer(4));
        let kept = tables.plain("SELECT note FROM shop_orders WHERE id = 1 AND tenant_id = 'acme'").await;
        assert_eq!(kept, [[Some("acme".to_owned())]], "a write whose result is too large is not committed");
    }
}

/// Short statements with an excessive cost: to plan, to compare, or to execute. All of them end in time, with a result or an error.
#[tokio::test(flavor = "multi_thread")]
async fn expensive_statements_end_in_time() {
    let mut doubled = "WITH c0 AS (SELECT id FROM orders)".to_owned();
    let mut looked = "SELECT id FROM orders o0 WHERE 1 = 1".to_owned();
    for level in 1..30 {
        doubled += &format!(", c{level} AS (SELECT a.id FROM c{0} a, c{0} b)", level - 1);
        looked +=
            &format!(" AND id IN (SELECT o{level}.id FROM orders o{level} WHERE o{level}.total > o{0}.id", level - 1);
    }
    let doubled = doubled + " SELECT count(*) AS n FROM c29";
    let looked = looked + &")".repeat(29);
    let joined: String =
        (1..60).map(|number| format!(" JOIN orders o{number} ON o{number}.total <> o0.total")).collect();
    let joined = format!("SELECT count(*) AS n FROM orders o0{joined}");
    let compared: String = (0..400).map(|number| format!("{number} + total * ")).collect();
    let compared = format!("SELECT {compared}1 AS n FROM orders WHERE total = 0");
    let text = "a".repeat(400_000);
    let pattern = "%a".repeat(200) + "b";
    let hasty = |config: &mut ScriptDatabaseConfig| config.statement_timeout = Duration::from_secs(1);
    for tables in [HostTables::sqlite_with(hasty).await, HostTables::postgres_with(hasty).await] {
        for sql in [&doubled, &looked, &joined, &compared] {
            let ran = tokio::time::timeout(BOUNDS.time, run(&tables, sql, BOUNDS)).await.expect("in time");
            assert!(
                matches!(ran, Ok(_) | Err(SqlError::TimedOut(_) | SqlError::Failed { .. } | SqlError::Refused(_))),
                "{ran:?}"
            );
        }
        let params = [SqlValue::Text(text.clone()), SqlValue::Text(pattern.clone())];
        let scoped = tables.gateway.scope(&acme(), "SELECT $1 LIKE $2 AS fits", &params).expect("allowed");
        let ran = tokio::time::timeout(BOUNDS.time, tables.gateway.run(&acme(), scoped, BOUNDS)).await;
        assert!(matches!(ran.expect("in time"), Ok(_) | Err(SqlError::TimedOut(_))));
        assert_eq!(number(&run(&tables, COUNT, BOUNDS).await.expect("rows")), &SqlValue::Integer(4));
    }
}

/// A write that never ends.
const ENDLESS_WRITE: &str = "UPDATE orders SET note = CAST((WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
    SELECT max(i) FROM n) AS TEXT) WHERE id = 1";

/// PostgreSQL undoes the write alone, SQLite the whole transaction: later statements must not be committed without the earlier ones.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_transaction_is_committed_whole_or_not() {
    let hasty = |config: &mut ScriptDatabaseConfig| config.statement_timeout = Duration::from_millis(200);
    for tables in [HostTables::sqlite_with(hasty).await, HostTables::postgres_with(hasty).await] {
        let mut transaction = tables.gateway.begin(&acme(), SqlEffect::Writes, BOUNDS.time).await.expect("it begins");
        let mut ran = Vec::new();
        for sql in [
            "INSERT INTO orders (id, client_id, total, code) VALUES (50, 1, 1, 'before')",
            ENDLESS_WRITE,
            "INSERT INTO orders (id, client_id, total, code) VALUES (51, 1, 1, 'after')",
            COUNT,
        ] {
            let scoped = tables.gateway.scope(&acme(), sql, &[]).expect("allowed");
            ran.push(transaction.run(scoped, BOUNDS).await.map(drop));
        }
        assert_eq!((&ran[0], &ran[1]), (&Ok(()), &Err(SqlError::TimedOut(200))), "{ran:?}");
        let kept = transaction.commit().await.is_ok();
        assert_eq!((ran[2].is_ok(), ran[3].is_ok()), (kept, kept), "a statement ran in an ended transaction: {ran:?}");
        assert_eq!(kept, tables.is_postgres());
        let there = tables.plain("SELECT id FROM shop_orders WHERE id IN (50, 51) AND tenant_id = 'acme'").await.len();
        assert_eq!(there, if kept { 2 } else { 0 });
        run(&tables, "UPDATE orders SET note = 'well' WHERE id = 1", BOUNDS).await.expect("the connection is sound");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_work_after_interrupted_writes() {
    let hasty = |config: &mut ScriptDatabaseConfig| {
        config.statement_timeout = Duration::from_millis(250);
        config.max_connections = 2;
    };
    for tables in [HostTables::sqlite_with(hasty).await, HostTables::postgres_with(hasty).await] {
        for _ in 0..4 {
            assert_eq!(run(&tables, ENDLESS_WRITE, BOUNDS).await, Err(SqlError::TimedOut(250)));
            let mut transaction =
                tables.gateway.begin(&acme(), SqlEffect::Writes, BOUNDS.time).await.expect("it begins");
            let scoped = tables.gateway.scope(&acme(), ENDLESS_WRITE, &[]).expect("allowed");
            assert_eq!(transaction.run(scoped, BOUNDS).await, Err(SqlError::TimedOut(250)));
            transaction.rollback().await.expect("it ends");
        }
        let long = SqlBounds { time: Duration::from_secs(10), ..BOUNDS };
        assert_eq!(run(&tables, "UPDATE orders SET note = 'well'", long).await.map(|rows| rows.changed), Ok(4));
        let mut transaction = tables.gateway.begin(&acme(), SqlEffect::Writes, BOUNDS.time).await.expect("it begins");
        let scoped = tables.gateway.scope(&acme(), "UPDATE orders SET note = 'undone'", &[]).expect("allowed");
        transaction.run(scoped, long).await.expect("it runs");
        transaction.rollback().await.expect("it ends");
        let notes = tables.plain("SELECT DISTINCT note FROM shop_orders WHERE tenant_id = 'acme'").await;
        assert_eq!(notes, [[Some("well".to_owned())]]);
    }
}
