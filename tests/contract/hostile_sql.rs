//! Statements that try to leave their tenant, their tables or the database: `hostile_sql/*.txt`, each run for acme with all permissions.
//!
//! Whether a statement is refused, fails or succeeds: no data of globex or of the undeclared table is returned, in rows or in messages,
//! and none of it changes.

use std::collections::HashSet;
use std::time::Duration;

use iota_scripts_domain::{ColumnType, DeclaredColumn, SqlValue, TenantId};
use iota_scripts_infrastructure::persistence::Dialect;
use iota_scripts_services::ports::{SqlBounds, SqlError, SqlGateway as _, SqlRows};
use iota_scripts_tests::tables::{FOREIGN, HIDDEN};

use crate::host_tables::HostTables;

const BOTH: &str = include_str!("hostile_sql/both.txt");
const SQLITE: &str = include_str!("hostile_sql/sqlite.txt");
const POSTGRES: &str = include_str!("hostile_sql/postgres.txt");

/// Resource limits of one statement.
pub(crate) const BOUNDS: SqlBounds = SqlBounds { time: Duration::from_secs(10), rows_read: 1_000, rows_written: 1_000 };

/// The secrets of globex and of the undeclared table.
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

/// Rows of others on which an expression fails, in a database whose index finds them before the tenant is checked.
#[tokio::test(flavor = "multi_thread")]
async fn errors_on_rows_of_others_are_not_visible() {
    let acme = TenantId::parse("acme").expect("an id");
    let long = SqlValue::Text("x".repeat((1 << 20) - 10));
    let pattern = SqlValue::Text("x%".repeat(600));
    let on_sqlite: [(&str, &[SqlValue]); 4] = [
        ("SELECT id FROM orders WHERE code >= 'globex' AND length(code || $1) > 0", std::slice::from_ref(&long)),
        ("SELECT id FROM orders WHERE code = 'globex-secret-1' AND note || $1 <> ''", std::slice::from_ref(&long)),
        ("DELETE FROM orders WHERE code >= 'globex' AND length($1 || code) > 0", std::slice::from_ref(&long)),
        ("SELECT id FROM orders WHERE code >= 'globex' AND code LIKE $1", &[pattern]),
    ];
    let on_postgres: [(&str, &[SqlValue]); 3] = [
        ("SELECT id FROM clients WHERE length(photo, 'UTF8') > 0", &[]),
        ("SELECT id FROM clients WHERE ARRAY[tags, ARRAY['one']] IS NOT NULL", &[]),
        ("DELETE FROM clients WHERE ARRAY[tags, ARRAY['one']] IS NULL", &[]),
    ];
    let sqlite = HostTables::sqlite().await;
    let postgres = HostTables::postgres().await;
    postgres
        .execute(
            "ALTER TABLE shop_clients ADD COLUMN tags TEXT[]; CREATE INDEX ON shop_clients (name); \
             UPDATE shop_clients SET photo = '\\xff', tags = '{a,b}' WHERE tenant_id = 'globex'; \
             UPDATE shop_clients SET tags = '{a}' WHERE tenant_id = 'acme'; ANALYZE;",
        )
        .await;
    let url = postgres.url().to_owned();
    let tagged = HostTables::postgres_with(|config| {
        config.url = url;
        config.tables[0].columns.push(DeclaredColumn { name: "tags".to_owned(), column_type: ColumnType::Text });
    });
    let postgres = tagged.await;
    for (tables, attempts) in [(sqlite, &on_sqlite[..]), (postgres, &on_postgres[..])] {
        for (sql, params) in attempts {
            let scoped = tables.gateway.scope(&acme, sql, params).expect("allowed");
            let text = scoped.sql.clone();
            let ran = tables.gateway.run(&acme, scoped, BOUNDS).await;
            assert!(ran.is_ok(), "{sql}: {ran:?}\n{text}");
        }
    }
}

#[test]
fn hostile_statements_are_many_and_distinct() {
    for own in [SQLITE, POSTGRES] {
        let mut met = HashSet::new();
        for (_, sql) in cases(BOTH).chain(cases(own)) {
            assert!(met.insert(sql), "{sql}");
        }
        assert!(met.len() >= 500);
    }
}

async fn all(tables: HostTables, dialect: Dialect) {
    let own = match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => POSTGRES,
    };
    let others = others(&tables).await;
    let mut wrong = Vec::new();
    for (expected, sql) in cases(BOTH).chain(cases(own)) {
        let (outcome, output) = attempt(&tables, sql).await;
        if outcome != expected {
            wrong.push(format!("{expected}, but {outcome}: {sql}\n    {output}"));
        }
        for secret in [FOREIGN, HIDDEN] {
            // A statement may contain a secret that it already knows.
            if output.contains(secret) && !sql.contains(secret) {
                wrong.push(format!("{secret} leaked: {sql}\n    {output}"));
            }
        }
        assert_eq!(self::others(&tables).await, others, "rows of others have changed: {sql}");
        tables.restore().await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Everything that the author of a statement sees of its execution.
async fn attempt(tables: &HostTables, sql: &str) -> (&'static str, String) {
    let acme = TenantId::parse("acme").expect("an id");
    let scoped = match tables.gateway.scope(&acme, sql, &[]) {
        Ok(scoped) => scoped,
        Err(refusal) => return ("refused", refusal.to_string()),
    };
    match tables.gateway.run(&acme, scoped.clone(), BOUNDS).await {
        Ok(rows) => ("own", shown(&rows)),
        Err(SqlError::Refused(message)) => ("refused", message),
        Err(error) => ("failed", format!("{error}\n    {}", scoped.sql)),
    }
}

pub(crate) fn shown(rows: &SqlRows) -> String {
    let value = |value: &SqlValue| format!("{value:?}");
    rows.rows.iter().map(|row| row.iter().map(value).collect::<Vec<_>>().join(" ") + "\n").collect()
}

/// The rows of all other tenants, and the undeclared table.
pub(crate) async fn others(tables: &HostTables) -> Vec<Vec<Vec<Option<String>>>> {
    let mut found = Vec::new();
    for sql in OTHERS {
        found.push(tables.plain(sql).await);
    }
    found
}

/// All statements for a database.
pub(crate) fn statements(postgres: bool) -> Vec<&'static str> {
    cases(BOTH).chain(cases(if postgres { POSTGRES } else { SQLITE })).map(|(_, sql)| sql).collect()
}

fn cases(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines.map(|line| {
        line.split_once('|').map(|(expected, sql)| (expected.trim(), sql.trim())).expect("a | in each line")
    })
}
