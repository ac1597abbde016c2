//! For any small database and any allowed SELECT, the scoped statement gives what the plain one gives over the tenant's rows alone.
//!
//! Both lie in one database: `shop_clients`, `shop_orders` and `shop_log` hold the rows of both tenants; `clients`, `orders` and `log` hold
//! acme's own, under the names and with the columns that are declared.

use std::time::Duration;

use iota_scripts_domain::{SqlValue, TenantId};
use iota_scripts_services::ports::{SqlBounds, SqlGateway as _};
use proptest::{prelude::*, test_runner::TestRunner};

use crate::host_tables::{HostTables, PlainRow};

const CASES: u32 = 96;

const ALONE: &str = "
CREATE TABLE clients (id BIGINT, name TEXT, active BOOLEAN);
CREATE TABLE orders (id BIGINT, client_id BIGINT, total BIGINT, note TEXT, code TEXT);
CREATE TABLE log (id BIGINT, line TEXT);
";

/// Rows of one table: whose, and a few small numbers.
type Rows = Vec<(bool, [Option<u8>; 3])>;

#[derive(Debug, Clone)]
struct World {
    clients: Rows,
    orders: Rows,
    log: Rows,
}

fn world() -> impl Strategy<Value = World> {
    let rows = || prop::collection::vec((any::<bool>(), prop::array::uniform3(prop::option::of(0_u8..4))), 0..6);
    (rows(), rows(), rows()).prop_map(|(clients, orders, log)| World { clients, orders, log })
}

impl World {
    /// The statements that make it, in both forms.
    fn sql(&self) -> String {
        let mut sql = "DELETE FROM shop_clients; DELETE FROM shop_orders; DELETE FROM shop_log; \
            DELETE FROM clients; DELETE FROM orders; DELETE FROM log;\n"
            .to_owned();
        let number = |value: Option<u8>| value.map_or_else(|| "NULL".to_owned(), |value| value.to_string());
        let text = |value: Option<u8>| value.map_or_else(|| "NULL".to_owned(), |value| format!("'t{value}'"));
        for (id, (ours, [name, ..])) in (0..).zip(&self.clients) {
            let (tenant, name) = (tenant(*ours), name.map_or_else(|| "'none'".to_owned(), |name| format!("'t{name}'")));
            sql += &format!(
                "INSERT INTO shop_clients VALUES ({id}, '{tenant}', {name}, 's', TRUE, NULL, NULL, NULL, NULL, NULL);\n"
            );
            if *ours {
                sql += &format!("INSERT INTO clients VALUES ({id}, {name}, TRUE);\n");
            }
        }
        for (id, (ours, [client, total, note])) in (0..).zip(&self.orders) {
            let (tenant, client) = (tenant(*ours), client.unwrap_or(9));
            let (total, note) = (number(Some(total.unwrap_or(0))), text(*note));
            sql += &format!("INSERT INTO shop_orders VALUES ({id}, '{tenant}', {client}, {total}, {note}, 'c{id}');\n");
            if *ours {
                sql += &format!("INSERT INTO orders VALUES ({id}, {client}, {total}, {note}, 'c{id}');\n");
            }
        }
        for (id, (ours, [line, ..])) in (0..).zip(&self.log) {
            let (tenant, line) = (tenant(*ours), line.map_or_else(|| "'none'".to_owned(), |line| format!("'t{line}'")));
            sql += &format!("INSERT INTO shop_log VALUES ({id}, '{tenant}', {line});\n");
            if *ours {
                sql += &format!("INSERT INTO log VALUES ({id}, {line});\n");
            }
        }
        sql
    }
}

const fn tenant(ours: bool) -> &'static str {
    if ours { "acme" } else { "globex" }
}

/// A table expression under the alias, with its number columns and its text columns.
fn relation(alias: &'static str) -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        format!("(SELECT id, id AS n, name AS t FROM clients) {alias}"),
        format!("(SELECT id, client_id AS n, note AS t FROM orders) AS {alias}"),
        format!("(SELECT id, total AS n, code AS t FROM orders WHERE total > 0) {alias}"),
        format!("(SELECT id, id AS n, line AS t FROM log) AS {alias}"),
        format!("(SELECT client_id AS id, count(*) AS n, max(note) AS t FROM orders GROUP BY client_id) {alias}"),
        format!("(SELECT id, id AS n, name AS t FROM clients UNION SELECT id, total, note FROM orders) {alias}"),
        format!(
            "(SELECT c.id, o.total AS n, c.name AS t FROM clients c LEFT JOIN orders o ON o.client_id = c.id) {alias}"
        ),
        format!("(SELECT id, total AS n, note AS t FROM orders JOIN (SELECT id FROM log) l USING (id)) {alias}"),
        format!(
            "(WITH w AS (SELECT id, name FROM clients WHERE name <> 't1') SELECT id, id AS n, name AS t FROM w) {alias}"
        ),
    ])
}

fn condition(alias: &'static str) -> impl Strategy<Value = String> {
    let simple = prop::sample::select(vec![
        format!("{alias}.n > 1"),
        format!("{alias}.n = {alias}.id"),
        format!("{alias}.t = 't1'"),
        format!("{alias}.t IS NULL"),
        format!("{alias}.t LIKE 't%'"),
        format!("{alias}.n BETWEEN 1 AND 2"),
        format!("{alias}.n + 1 < 3"),
        format!("{alias}.id IN (1, 2)"),
        format!("{alias}.id IN (SELECT client_id FROM orders WHERE total > 1)"),
        format!("{alias}.id NOT IN (SELECT id FROM clients)"),
        format!("EXISTS (SELECT 1 FROM clients c WHERE c.id = {alias}.n)"),
        format!("NOT EXISTS (SELECT 1 FROM orders o WHERE o.client_id = {alias}.id AND o.note = {alias}.t)"),
        format!("CASE WHEN {alias}.n = 0 THEN 1 = 1 ELSE 10 / {alias}.n > 4 END"),
        format!("{alias}.n = (SELECT max(total) FROM orders WHERE client_id = {alias}.id)"),
        format!("lower({alias}.t) = coalesce({alias}.t, 'x')"),
    ]);
    simple.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} AND {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            inner.prop_map(|a| format!("NOT ({a})")),
        ]
    })
}

fn query() -> impl Strategy<Value = String> {
    let join = prop::sample::select(vec!["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"]);
    let on = prop::sample::select(vec!["a.id = b.id", "a.n = b.id", "a.t = b.t"]);
    let joined = (relation("a"), join, relation("b"), on, condition("a"), condition("b")).prop_map(
        |(a, join, b, on, first, second)| {
            format!("SELECT a.id AS x, a.t AS y, b.n AS z FROM {a} {join} {b} ON {on} WHERE {first} OR {second}")
        },
    );
    let merged =
        (relation("a"), prop::sample::select(vec!["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"]), relation("b"))
            .prop_map(|(a, join, b)| format!("SELECT id AS x, a.t AS y, b.t AS z FROM {a} {join} {b} USING (id)"));
    let single = || {
        let parts = (relation("a"), condition("a"));
        parts.prop_map(|(a, condition)| format!("SELECT a.id AS x, a.n AS y, a.t AS z FROM {a} WHERE {condition}"))
    };
    let grouped = (relation("a"), condition("a")).prop_map(|(a, condition)| {
        format!(
            "SELECT a.t AS x, count(*) AS y, sum(a.n) AS z FROM {a} WHERE {condition} GROUP BY a.t HAVING count(*) > 0"
        )
    });
    let windowed = relation("a")
        .prop_map(|a| format!("SELECT a.id AS x, a.t AS y, count(*) OVER (PARTITION BY a.t) AS z FROM {a}"));
    let stars =
        prop::sample::select(vec!["o.total > 1", "o.note LIKE 't%'", "o.client_id IN (SELECT id FROM clients)"])
            .prop_map(|condition| format!("SELECT o.* FROM orders o WHERE {condition}"));
    let flat = prop_oneof![joined, merged, single(), grouped, windowed, stars];
    let sets = (single(), prop::sample::select(vec!["UNION", "UNION ALL", "EXCEPT", "INTERSECT"]), single())
        .prop_map(|(a, set, b)| format!("{a} {set} {b}"));
    let common = (condition("w"),).prop_map(|(condition,)| {
        format!(
            "WITH w AS (SELECT id, total AS n, note AS t FROM orders), v AS (SELECT * FROM w WHERE {condition}) \
            SELECT v.id AS x, v.n AS y, v.t AS z FROM v LEFT JOIN clients ON clients.id = v.id"
        )
    });
    (prop_oneof![flat, sets, common], prop::option::of(0_u8..4)).prop_map(|(query, limit)| match limit {
        Some(limit) => format!("{query} ORDER BY 1, 2, 3 LIMIT {limit}"),
        None => query,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scoped_select_gives_what_the_tenant_alone_would_in_sqlite() {
    holds(HostTables::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scoped_select_gives_what_the_tenant_alone_would_in_postgres() {
    holds(HostTables::postgres().await).await;
}

async fn holds(tables: HostTables) {
    tables.execute(ALONE).await;
    let here = tokio::runtime::Handle::current();
    let tested = tokio::task::spawn_blocking(move || {
        let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
        let strategy = (world(), prop::collection::vec(query(), 6));
        TestRunner::new(config).run(&strategy, |(world, queries)| {
            here.block_on(async {
                tables.execute(&world.sql()).await;
                for query in queries {
                    let scoped = scoped(&tables, &query).await.map_err(TestCaseError::fail)?;
                    let mut plain = tables.plain(&query).await;
                    plain.sort();
                    prop_assert_eq!(scoped, plain, "{}", query);
                }
                Ok(())
            })
        })
    });
    let failed = tested.await.expect("no panic").err().map(|failure| failure.to_string());
    assert_eq!(failed, None);
}

async fn scoped(tables: &HostTables, query: &str) -> Result<Vec<PlainRow>, String> {
    let acme = TenantId::parse("acme").expect("an id");
    let bounds = SqlBounds { time: Duration::from_secs(10), rows_read: 1_000, rows_written: 0 };
    let scoped = tables.gateway.scope(&acme, query, &[]).map_err(|error| format!("{query}: {error}"))?;
    let text = scoped.sql.clone();
    let rows = tables.gateway.run(&acme, scoped, bounds).await.map_err(|error| format!("{query}: {error}\n{text}"))?;
    let mut rows: Vec<PlainRow> = rows.rows.iter().map(|row| row.iter().map(shown).collect()).collect();
    rows.sort();
    Ok(rows)
}

fn shown(value: &SqlValue) -> Option<String> {
    match value {
        SqlValue::Null => None,
        SqlValue::Boolean(value) => Some(if *value { "t" } else { "f" }.to_owned()),
        SqlValue::Integer(number) => Some(number.to_string()),
        SqlValue::Number(number) => Some(number.to_string()),
        SqlValue::Decimal(text) | SqlValue::Text(text) | SqlValue::Json(text) => Some(text.clone()),
        SqlValue::Timestamp(at) => Some(at.to_string()),
        SqlValue::Bytes(bytes) => Some(format!("{bytes:?}")),
    }
}
