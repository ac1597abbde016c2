//! Everyday statements of authors: `ordinary_sql/*.txt`. Each of them runs.

use std::time::Duration;

use iota_scripts_domain::{SqlValue, TenantId};
use iota_scripts_services::ports::{SqlBounds, SqlGateway as _};
use serde_json::Value as Json;

use crate::host_tables::HostTables;

const BOTH: &str = include_str!("ordinary_sql/both.txt");
const SQLITE: &str = include_str!("ordinary_sql/sqlite.txt");
const POSTGRES: &str = include_str!("ordinary_sql/postgres.txt");

#[tokio::test(flavor = "multi_thread")]
async fn everyday_statements_run_in_sqlite() {
    all(HostTables::sqlite().await, SQLITE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everyday_statements_run_in_postgres() {
    all(HostTables::postgres().await, POSTGRES).await;
}

async fn all(tables: HostTables, own: &str) {
    let acme = TenantId::parse("acme").expect("an id");
    let bounds = SqlBounds { time: Duration::from_secs(10), rows_read: 1_000, rows_written: 1_000 };
    let mut wrong = Vec::new();
    for line in lines(BOTH).chain(lines(own)) {
        let (sql, params) = read(line);
        let ran = match tables.gateway.scope(&acme, sql, &params) {
            Ok(scoped) => tables.gateway.run(&acme, scoped, bounds).await,
            Err(refused) => Err(refused),
        };
        if let Err(error) = ran {
            wrong.push(format!("{sql}\n    {error}"));
        }
        tables.restore().await;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All statements for a database that need no values.
pub(crate) fn statements(postgres: bool) -> Vec<&'static str> {
    let own = if postgres { POSTGRES } else { SQLITE };
    lines(BOTH).chain(lines(own)).filter(|line| !line.starts_with('[')).collect()
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The statement of a line, and the values before it.
fn read(line: &str) -> (&str, Vec<SqlValue>) {
    if !line.starts_with('[') {
        return (line, Vec::new());
    }
    let mut values = serde_json::Deserializer::from_str(line).into_iter::<Vec<Json>>();
    let params = values.next().expect("values").expect("JSON");
    let value = |value: Json| match value {
        Json::String(text) => SqlValue::Text(text),
        Json::Number(number) => SqlValue::Integer(number.as_i64().expect("a whole number")),
        other => SqlValue::Json(other.to_string()),
    };
    (line[values.byte_offset()..].trim(), params.into_iter().map(value).collect())
}
