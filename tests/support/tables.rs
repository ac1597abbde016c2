//! The host's tables of the tests: two tenants with the same ids and different secrets, and one undeclared table.

use serde_json::{Value, json};

use crate::TestDatabase;

/// A text in every row of globex, which must not reach acme.
pub const FOREIGN: &str = "globex-secret";
/// A text in the undeclared table.
pub const HIDDEN: &str = "hidden-secret";

const TABLES: &str = "
CREATE TABLE shop_clients (id BIGINT NOT NULL, tenant_id TEXT NOT NULL, name TEXT NOT NULL, secret TEXT NOT NULL DEFAULT '', active BOOLEAN NOT NULL,
    balance NUMERIC, since TIMESTAMPTZ, born DATE, extra JSONB, photo BYTEA, PRIMARY KEY (tenant_id, id));
CREATE TABLE shop_orders (id BIGINT NOT NULL, tenant_id TEXT NOT NULL, client_id BIGINT NOT NULL, total BIGINT NOT NULL, note TEXT,
    code TEXT NOT NULL UNIQUE, PRIMARY KEY (tenant_id, id));
CREATE TABLE shop_log (id BIGINT NOT NULL, tenant_id TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE TABLE shop_passwords (id BIGINT NOT NULL PRIMARY KEY, tenant_id TEXT NOT NULL, password TEXT NOT NULL);
INSERT INTO shop_passwords VALUES (1, 'acme', 'hidden-secret'), (2, 'globex', 'hidden-secret');
";

/// Fills both tenants: clients 1 to 3, four orders, two log lines.
fn rows() -> String {
    let mut sql = String::new();
    for (tenant, mark) in [("acme", "acme"), ("globex", FOREIGN)] {
        for id in 1..=3 {
            sql += &format!(
                "INSERT INTO shop_clients VALUES ({id}, '{tenant}', '{mark} {id}', '{HIDDEN}', TRUE, 12.50, '2024-03-01 12:34:56+00', \
                 '2024-03-01', '{{\"mark\": \"{mark}\"}}', NULL);\n"
            );
        }
        for id in 1..=4 {
            sql += &format!(
                "INSERT INTO shop_orders VALUES ({id}, '{tenant}', {}, {}, '{mark}', '{mark}-{id}');\n",
                1 + id % 2,
                id * 100
            );
        }
        for id in 1..=2 {
            sql += &format!("INSERT INTO shop_log VALUES ({id}, '{tenant}', '{mark} line');\n");
        }
    }
    sql
}

/// Creates and fills the tables, and the file of a SQLite database.
///
/// # Panics
/// If the database cannot be created.
pub async fn create(database: &TestDatabase) {
    if let Some(path) = database.url().strip_prefix("sqlite://") {
        std::fs::File::create_new(path).expect("a new file");
    }
    database.tamper(TABLES).await;
    database.tamper(&refill(database.url().starts_with("sqlite"))).await;
}

/// Statements that restore every row. SQLite does not convert values: times are in the form that hosts usually write.
#[must_use]
pub fn refill(sqlite: bool) -> String {
    let clear = "DELETE FROM shop_clients; DELETE FROM shop_orders; DELETE FROM shop_log;\n";
    let rows = if sqlite { rows().replace("+00'", "Z'") } else { rows() };
    format!("BEGIN;\n{clear}{rows}COMMIT;")
}

/// Their declarations: orders and clients may be written, the log only read; the column `secret` of the clients is hidden.
#[must_use]
pub fn declarations() -> Value {
    let tenant = json!({"column": "tenant_id"});
    let columns = |columns: &[(&str, &str)]| -> Value {
        columns.iter().map(|(name, kind)| json!({"name": name, "type": kind})).collect()
    };
    json!([
        {"name": "clients", "table": "shop_clients", "tenant": tenant, "access": "read_write", "columns": columns(&[
            ("id", "integer"), ("name", "text"), ("active", "boolean"), ("balance", "decimal"), ("since", "timestamp"),
            ("born", "date"), ("extra", "json"), ("photo", "bytes")])},
        {"name": "orders", "table": "shop_orders", "tenant": tenant, "access": "read_write", "columns": columns(&[
            ("id", "integer"), ("client_id", "integer"), ("total", "integer"), ("note", "text"), ("code", "text")])},
        {"name": "log", "table": "shop_log", "tenant": tenant, "columns": columns(&[("id", "integer"), ("line", "text")])},
    ])
}

/// The plugin's configuration for them.
#[must_use]
pub fn config(url: &str) -> Value {
    json!({"script_database": {"url": url, "tables": declarations()}})
}
