use iota_scripts_domain::{DeclaredTable, SqlValue, TenantId};
use serde_json::json;

use super::{Refusal, Scoping};
use crate::persistence::Dialect;
use iota_scripts_services::ports::ScopedSql;

fn tables() -> Vec<DeclaredTable> {
    let tenant = json!({"column": "tenant_id"});
    let tables = json!([
        {"name": "clients", "table": "erp_clients", "tenant": tenant, "access": "read_write", "columns": [
            {"name": "id", "type": "integer"}, {"name": "name", "type": "text"}, {"name": "since", "type": "timestamp"}]},
        {"name": "orders", "tenant": tenant, "columns": [
            {"name": "id", "type": "integer"}, {"name": "client_id", "type": "integer"}, {"name": "total", "type": "decimal"}]},
    ]);
    serde_json::from_value(tables).unwrap()
}

fn scope(dialect: Dialect, sql: &str, params: &[SqlValue]) -> Result<ScopedSql, Refusal> {
    let tenant = TenantId::parse("acme").unwrap();
    Scoping { dialect, tables: &tables(), tenant: &tenant }.scope(sql, params)
}

fn postgres(sql: &str) -> String {
    scope(Dialect::Postgres, sql, &[]).unwrap_or_else(|refusal| panic!("{sql}: {refusal}")).sql
}

#[test]
fn show() {
    for sql in [
        "SELECT * FROM clients",
        "SELECT c.name, count(*) AS n FROM clients c JOIN orders o ON o.client_id = c.id WHERE o.total > 5 GROUP BY c.name HAVING count(*) > 1 ORDER BY n DESC, c.name LIMIT 5 OFFSET 2",
        "SELECT name FROM clients WHERE 1 / id = 1",
        "WITH x AS (SELECT id FROM clients), y(a) AS (SELECT id FROM x) SELECT * FROM y, x WHERE y.a = x.id",
        "SELECT * FROM clients JOIN orders USING (id)",
        "UPDATE clients SET name = upper(name) WHERE 1 / id = 1 RETURNING *",
        "INSERT INTO clients (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = excluded.name",
        "INSERT INTO clients (id, name) SELECT id, 'x' FROM orders",
        "DELETE FROM clients c USING orders o WHERE o.client_id = c.id",
        "SELECT lower(name), name || 'x', CAST(id AS text), EXTRACT(YEAR FROM since) FROM clients WHERE name LIKE 'a%' AND id IN (1,2) AND since > now()",
    ] {
        println!("{sql}\n   {}\n", postgres(sql));
    }
}
