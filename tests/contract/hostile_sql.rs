//! Statements that try to leave their tenant, their tables or the database: `hostile_sql/*.txt`, each run for acme with every right.
//!
//! Whatever becomes of one, nothing of globex or of the undeclared table comes back, in rows or in messages, and nothing of it changes.

use std::time::Duration;

use iota_scripts_domain::{SqlValue, TenantId};
use iota_scripts_infrastructure::persistence::Dialect;
use iota_scripts_services::ports::{SqlBounds, SqlError, SqlGateway as _, SqlRows};
use iota_scripts_tests::tables::{FOREIGN, HIDDEN};

use crate::host_tables::HostTables;

const BOTH: &str = include_str!("hostile_sql/both.txt");
const SQLITE: &str = include_str!("hostile_sql/sqlite.txt");
const POSTGRES: &str = include_str!("hostile_sql/postgres.txt");

/// What globex and the undeclared table have.
const OTHERS: [&str; 4] = [
    "SELECT * FROM shop_clients WHERE tenant_id <> 'acme' ORDER BY id",
    "SELECT * FROM shop_orders WHERE tenant_id <> 'acme' ORDER BY id",
    "SELECT * FROM shop_log WHERE tenant_id <> 'acme' ORDER BY id",
    "SELECT * FROM shop_passwords ORDER BY id",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_hostile_statement_leaves_its_tenant_in_sqlite() {
    all(HostTables::sqlite().await, Dialect::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_hostile_statement_leaves_its_tenant_in_postgres() {
    all(HostTables::postgres().await, Dialect::Postgres).await;
}

#[test]
fn there_are_enough_of_them() {
    let count = |text| cases(text).count();
    assert!(count(BOTH) + count(SQLITE) >= 150 && count(BOTH) + count(POSTGRES) >= 150);
}

async fn all(tables: HostTables, dialect: Dialect) {
    let own = match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => POSTGRES,
    };
    let others = others(&tables).await;
    let mut wrong = Vec::new();
    for (expected, sql) in cases(BOTH).chain(cases(own)) {
        let (became, told) = attempt(&tables, sql).await;
        if became != expected {
            wrong.push(format!("{expected}, but {became}: {sql}\n    {told}"));
        }
        for secret in [FOREIGN, HIDDEN] {
            // A statement may name a secret that it knows already.
            if told.contains(secret) && !sql.contains(secret) {
                wrong.push(format!("{secret} came back: {sql}\n    {told}"));
            }
        }
        assert_eq!(self::others(&tables).await, others, "what others have changed: {sql}");
        tables.restore().await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What becomes of a statement, and all that its author gets to see.
async fn attempt(tables: &HostTables, sql: &str) -> (&'static str, String) {
    let acme = TenantId::parse("acme").expect("an id");
    let bounds = SqlBounds { time: Duration::from_secs(10), rows_read: 1_000, rows_written: 1_000 };
    let scoped = match tables.gateway.scope(&acme, sql, &[]) {
        Ok(scoped) => scoped,
        Err(refusal) => return ("refused", refusal.to_string()),
    };
    match tables.gateway.run(&acme, scoped.clone(), bounds).await {
        Ok(rows) => ("own", shown(&rows)),
        Err(SqlError::Refused(message)) => ("refused", message),
        Err(error) => ("failed", format!("{error}\n    {}", scoped.sql)),
    }
}

fn shown(rows: &SqlRows) -> String {
    let value = |value: &SqlValue| format!("{value:?}");
    rows.rows.iter().map(|row| row.iter().map(value).collect::<Vec<_>>().join(" ") + "\n").collect()
}

async fn others(tables: &HostTables) -> Vec<Vec<Vec<Option<String>>>> {
    let mut found = Vec::new();
    for sql in OTHERS {
        found.push(tables.plain(sql).await);
    }
    found
}

fn cases(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(|line| {
        line.split_once('|').map(|(expected, sql)| (expected.trim(), sql.trim())).expect("a | in each line")
    })
}
