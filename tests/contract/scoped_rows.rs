//! For any small database and any allowed SELECT, the scoped statement returns the rows that the plain one returns over the tenant's rows
//! alone.
//!
//! Both are in one database: `shop_clients`, `shop_orders` and `shop_log` have the rows of both tenants; `clients`, `orders` and `log`
//! have acme's only, under the declared names and columns.

use std::time::Duration;

use iota_scripts_domain::{SqlValue, TenantId};
use iota_scripts_services::ports::{SqlBounds, SqlGateway as _};
use proptest::{prelude::*, test_runner::TestRunner};

use crate::host_tables::{HostTables, PlainRow};

const CASES: u32 = 96;

const TENANT_SCHEMA: &str = "
CREATE TABLE clients (id BIGINT, name TEXT, active BOOLEAN);
CREATE TABLE orders (id BIGINT, client_id BIGINT, total BIGINT, note TEXT, code TEXT);
CREATE TABLE log (id BIGINT, line TEXT);
";

/// Rows of one table: the owner, and a few small numbers.
type Rows = Vec<(bool, [Option<u8>; 3])>;

#[derive(Debug, Clone)]
pub(crate) struct SampleRows {
    clients: Rows,
    orders: Rows,
    log: Rows,
}

pub(crate) fn world() -> impl Strategy<Value = SampleRows> {
    let rows = || prop::collection::vec((any::<bool>(), prop::array::uniform3(prop::option::of(0_u8..4))), 0..6);
    (rows(), rows(), rows()).prop_map(|(clients, orders, log)| SampleRows { clients, orders, log })
}

impl SampleRows {
    /// The statements that create the database, in both forms. No two orders have the same code.
    pub(crate) fn sql(&self) -> String {
        let mut sql = "BEGIN; DELETE FROM shop_clients; DELETE FROM shop_orders; DELETE FROM shop_log; \
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
            let mark = if *ours { 'c' } else { 'g' };
            sql += &format!(
                "INSERT INTO shop_orders VALUES ({id}, '{tenant}', {client}, {total}, {note}, '{mark}{id}');\n"
            );
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
        sql + "COMMIT;"
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
        format!("(SELECT id, total AS n, line AS t FROM orders NATURAL LEFT JOIN log) {alias}"),
        format!("(SELECT c.id, l.id AS n, c.name AS t FROM clients c CROSS JOIN log l) {alias}"),
        format!(
            "(SELECT o.id, c.id AS n, l.line AS t FROM orders o RIGHT JOIN clients c ON c.id = o.client_id \
             FULL JOIN log l ON l.id = o.total) {alias}"
        ),
        format!(
            "(SELECT c.id, o.id AS n, o.note AS t FROM (clients c JOIN (log l JOIN orders o USING (id)) ON c.id = o.total)) {alias}"
        ),
        format!("(SELECT DISTINCT client_id AS id, total AS n, note AS t FROM orders) {alias}"),
        format!("(SELECT id, total AS n, note AS t FROM orders ORDER BY total DESC, id LIMIT 3) {alias}"),
        format!(
            "(SELECT id, sum(total) OVER (PARTITION BY client_id ORDER BY id) AS n, note AS t FROM orders) {alias}"
        ),
        format!(
            "(SELECT client_id AS id, max(total) AS n, min(code) AS t FROM orders GROUP BY 1 HAVING count(*) > 1) {alias}"
        ),
        format!(
            "(SELECT v.column1 AS id, o.total AS n, o.note AS t FROM (VALUES (0), (1), (2)) v LEFT JOIN orders o ON o.client_id = v.column1) {alias}"
        ),
        format!(
            "(SELECT id, (SELECT count(*) FROM orders o WHERE o.client_id = c.id) AS n, name AS t FROM clients c) {alias}"
        ),
        format!(
            "(SELECT min(x.id) AS id, max(x.b) AS n, x.c AS t, x.c AS u FROM (SELECT id, total AS b, note AS c FROM orders) x \
             GROUP BY u) {alias}"
        ),
        format!(
            "(SELECT coalesce(x.b, 0) AS id, count(*) AS n, 't1' AS t FROM (SELECT note AS a, total AS b FROM orders) x GROUP BY id \
             ORDER BY id DESC LIMIT 2) {alias}"
        ),
        format!("(SELECT id, id AS n, name AS t FROM clients EXCEPT SELECT id, total, note FROM orders) {alias}"),
        format!(
            "(WITH RECURSIVE r(id, n) AS (SELECT id, 0 FROM clients UNION SELECT o.client_id, r.n + 1 FROM orders o JOIN r ON o.id = r.id \
             WHERE r.n < 3) SELECT id, n, 't1' AS t FROM r) {alias}"
        ),
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
        format!("{alias}.t IS DISTINCT FROM 't2'"),
        format!("({alias}.id, {alias}.n) IN (SELECT client_id, total FROM orders)"),
        format!("{alias}.n > ALL_OF (SELECT total FROM orders WHERE client_id = {alias}.id)"),
        format!("{alias}.t IN (SELECT note FROM orders UNION SELECT line FROM log)"),
        format!(
            "{alias}.n < (SELECT count(*) FROM clients c JOIN orders o ON o.client_id = c.id WHERE c.id <> {alias}.id)"
        ),
        format!(
            "EXISTS (SELECT 1 FROM orders o WHERE o.total = {alias}.n AND EXISTS (SELECT 1 FROM log l WHERE l.id = {alias}.id OR l.line = o.note))"
        ),
        format!("{alias}.id IN (SELECT client_id FROM orders GROUP BY client_id HAVING sum(total) > {alias}.n)"),
        format!("{alias}.n IN (WITH m AS (SELECT max(total) AS most FROM orders) SELECT most FROM m)"),
        format!("CASE WHEN {alias}.t LIKE 't_' THEN CAST(substr({alias}.t, 2) AS INTEGER) >= 1 ELSE 1 = 0 END"),
        format!("{alias}.t || 'x' <> 't1x'"),
    ]);
    simple.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} AND {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            inner.prop_map(|a| format!("NOT ({a})")),
        ]
    })
}

/// Replacements for syntax that only PostgreSQL has.
fn in_dialect(query: &str, postgres: bool) -> String {
    // NOT IN is equivalent to `<> ALL`; `>` has no equivalent.
    let (all, lateral, seen) =
        if postgres { ("n > ALL (", "LATERAL (", " AND u.n <= a.n") } else { ("n NOT IN (", "(", "") };
    query.replace("n > ALL_OF (", all).replace("SIDEWAYS (", lateral).replace(" AND SEEN", seen)
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
    let worked_out = (relation("a"), condition("a")).prop_map(|(a, condition)| {
        format!(
            "SELECT CASE WHEN {condition} THEN a.t ELSE 'none' END AS x, (SELECT max(o.note) FROM orders o WHERE o.client_id = a.id) AS y, \
             coalesce(a.n, 0) + 1 AS z FROM {a}"
        )
    });
    let ranked = (relation("a"), condition("a")).prop_map(|(a, condition)| {
        format!(
            "SELECT a.t AS x, rank() OVER w AS y, sum(a.n) OVER (PARTITION BY a.t ORDER BY a.id RANGE UNBOUNDED PRECEDING) AS z \
             FROM {a} WHERE {condition} WINDOW w AS (PARTITION BY a.t ORDER BY a.n, a.id)"
        )
    });
    let distinct = (relation("a"), relation("b"), condition("b")).prop_map(|(a, b, condition)| {
        format!("SELECT DISTINCT a.t AS x, b.n AS y, b.t AS z FROM {a}, {b} WHERE {condition} AND a.id = b.n")
    });
    let natural = (
        relation("a"),
        prop::sample::select(vec!["NATURAL JOIN", "NATURAL LEFT JOIN", "NATURAL FULL JOIN"]),
        relation("b"),
    )
        .prop_map(|(a, join, b)| format!("SELECT * FROM {a} {join} {b}"));
    let three = (relation("a"), relation("b"), condition("b"), relation("c")).prop_map(|(a, b, condition, c)| {
        format!("SELECT a.id AS x, b.t AS y, c.n AS z FROM {a} LEFT JOIN {b} ON a.id = b.n AND {condition} LEFT JOIN {c} ON c.id = b.id")
    });
    let beside = (relation("a"), condition("u")).prop_map(|(a, condition)| {
        format!(
            "SELECT a.id AS x, s.n AS y, a.t AS z FROM {a} CROSS JOIN SIDEWAYS (SELECT count(*) AS n FROM \
             (SELECT id, total AS n, note AS t FROM orders) u WHERE ({condition}) AND SEEN) s"
        )
    });
    let sideways = (relation("a"), prop::sample::select(vec!["o.client_id = a.id", "o.total < a.n", "o.note = a.t"])).prop_map(|(a, on)| {
        format!(
            "SELECT a.id AS x, (SELECT count(*) FROM orders o WHERE {on} AND EXISTS (SELECT 1 FROM clients c WHERE c.id = o.client_id)) AS y, a.t AS z \
             FROM {a} WHERE a.n >= (SELECT coalesce(min(total), 0) FROM orders o WHERE {on})"
        )
    });
    let flat = prop_oneof![
        joined,
        merged,
        single(),
        grouped,
        windowed,
        stars,
        worked_out,
        ranked,
        distinct,
        natural,
        three,
        beside,
        sideways
    ];
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
async fn a_scoped_select_sees_only_the_tenant_in_sqlite() {
    holds(HostTables::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scoped_select_sees_only_the_tenant_in_postgres() {
    holds(HostTables::postgres().await).await;
}

async fn holds(tables: HostTables) {
    tables.execute(TENANT_SCHEMA).await;
    let here = tokio::runtime::Handle::current();
    let tested = tokio::task::spawn_blocking(move || {
        let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
        let strategy = (world(), prop::collection::vec(query(), 6));
        TestRunner::new(config).run(&strategy, |(world, queries)| {
            here.block_on(async {
                tables.execute(&world.sql()).await;
                for query in queries {
                    let query = in_dialect(&query, tables.is_postgres());
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

pub(crate) async fn scoped(tables: &HostTables, query: &str) -> Result<Vec<PlainRow>, String> {
    let acme = TenantId::parse("acme").expect("an id");
    let bounds = SqlBounds { time: Duration::from_secs(10), rows_read: 1_000, rows_written: 1_000 };
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
