//! For any small database and any allowed write, the scoped statement changes the tenant's rows as the plain one does if they are alone,
//! and leaves every other row as it was, including its place on the page.
//!
//! Both are in one database, as in `scoped_rows`; here the tenant's own tables have the keys of the shared ones.

use proptest::{prelude::*, test_runner::TestRunner};

use crate::{
    host_tables::{HostTables, PlainRow},
    scoped_rows::{scoped, world},
};

const CASES: u32 = 64;

const TENANT_SCHEMA: &str = "
CREATE TABLE clients (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, active BOOLEAN NOT NULL);
CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY, client_id BIGINT NOT NULL, total BIGINT NOT NULL, note TEXT, code TEXT NOT NULL UNIQUE);
CREATE TABLE log (id BIGINT NOT NULL PRIMARY KEY, line TEXT NOT NULL);
";

/// The tenant's rows, in the shared tables and alone.
const TENANT_ROWS: [[&str; 2]; 2] = [
    [
        "SELECT id, client_id, total, note, code FROM shop_orders WHERE tenant_id = 'acme'",
        "SELECT id, client_id, total, note, code FROM orders",
    ],
    ["SELECT id, name, active FROM shop_clients WHERE tenant_id = 'acme'", "SELECT id, name, active FROM clients"],
];

fn condition() -> impl Strategy<Value = String> {
    let simple = prop::sample::select(vec![
        "orders.total > 1",
        "orders.note IS NULL",
        "orders.note = 't1'",
        "orders.note LIKE 't%'",
        "orders.total BETWEEN 1 AND 2",
        "orders.id IN (SELECT id FROM clients)",
        "orders.client_id NOT IN (SELECT id FROM clients WHERE name <> 't1')",
        "EXISTS (SELECT 1 FROM log l WHERE l.id = orders.id)",
        "NOT EXISTS (SELECT 1 FROM clients c JOIN log l ON l.line = c.name WHERE c.id = orders.client_id)",
        "orders.total = (SELECT max(o.total) FROM orders o WHERE o.client_id = orders.client_id)",
        "(orders.id, orders.total) IN (SELECT client_id, total FROM orders)",
        "10 / (orders.total + 1) > 3",
        "CAST(substr(orders.code, 2) AS INTEGER) > 2",
        "CASE WHEN orders.total = 0 THEN 1 = 1 ELSE 6 / orders.total > 2 END",
        "coalesce(orders.note, orders.code) <> 't2'",
        "orders.id IN (WITH m AS (SELECT client_id, count(*) AS n FROM orders GROUP BY client_id) SELECT n FROM m)",
    ])
    .prop_map(str::to_owned);
    simple.prop_recursive(2, 5, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} AND {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            inner.prop_map(|a| format!("NOT ({a})")),
        ]
    })
}

fn change() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "note = 'x'",
        "note = NULL",
        "total = total + 1, note = code || '!'",
        "client_id = total, total = client_id",
        "note = (SELECT max(c.name) FROM clients c WHERE c.id = orders.client_id)",
        "total = (SELECT count(*) FROM orders o WHERE o.total <= orders.total)",
        "id = id + 100, code = 'n' || code",
        "total = 6 / (total - 1)",
        "code = 'same'",
        "code = note",
        "(note, total) = (CASE WHEN total > 1 THEN 'much' ELSE note END, total * 2)",
    ])
}

fn returning() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", " RETURNING *", " RETURNING id, coalesce(note, code) AS x, total + 1 AS y"])
}

fn write() -> impl Strategy<Value = String> {
    let update = (change(), condition(), returning())
        .prop_map(|(change, condition, returning)| format!("UPDATE orders SET {change} WHERE {condition}{returning}"));
    let from = (condition(), returning()).prop_map(|(condition, returning)| {
        let returning = returning.replace('*', "orders.id, orders.note").replace(" id,", " orders.id,");
        format!(
            "UPDATE orders SET note = c.name FROM clients c WHERE c.id = orders.client_id AND {condition}{returning}"
        )
    });
    let delete = (condition(), returning())
        .prop_map(|(condition, returning)| format!("DELETE FROM orders WHERE {condition}{returning}"));
    let with = (condition(),).prop_map(|(condition,)| {
        format!("WITH w AS (SELECT client_id FROM orders WHERE {condition}) DELETE FROM clients WHERE id IN (SELECT client_id FROM w)")
    });
    let conflict = || {
        prop::sample::select(vec![
            "",
            " ON CONFLICT DO NOTHING",
            " ON CONFLICT (code) DO NOTHING",
            " ON CONFLICT (code) DO UPDATE SET note = excluded.note, total = orders.total + excluded.total",
            " ON CONFLICT (code) DO UPDATE SET note = orders.code || excluded.code WHERE orders.total > 0",
            " ON CONFLICT (code) DO UPDATE SET total = 6 / (orders.total - 1)",
        ])
    };
    let row =
        (0..9_u8, 0..4_u8, 0..7_u8).prop_map(|(id, total, code)| format!("({id}, {total}, {total}, 'new', 'c{code}')"));
    let insert = (prop::collection::vec(row, 1..3), conflict(), returning()).prop_map(|(rows, conflict, returning)| {
        let rows = rows.join(", ");
        format!("INSERT INTO orders (id, client_id, total, note, code) VALUES {rows}{conflict}{returning}")
    });
    let selects = prop::sample::select(vec![
        "SELECT id + 50, client_id, total, note, 'd' || code FROM orders WHERE ",
        "SELECT id + 50, client_id, total, note, code FROM orders WHERE ",
        "SELECT max(id) + 60, client_id, sum(total), 'sum', min(code) || 'm' FROM orders GROUP BY client_id HAVING 1 = 1 OR max(total) IN (SELECT id FROM orders WHERE ",
        "SELECT c.id + 70, c.id, 1, c.name, 'e' || c.name FROM clients c JOIN orders ON orders.client_id = c.id WHERE ",
    ]);
    let copied =
        (selects, condition(), conflict(), returning()).prop_map(|(select, condition, conflict, returning)| {
            let end = if select.contains("(SELECT id FROM orders WHERE ") { ")" } else { "" };
            format!(
                "INSERT INTO orders (id, client_id, total, note, code) {select}{condition}{end}{conflict}{returning}"
            )
        });
    prop_oneof![update, from, delete, with, insert, copied]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scoped_write_changes_only_the_tenant_in_sqlite() {
    holds(HostTables::sqlite().await, "rowid").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scoped_write_changes_only_the_tenant_in_postgres() {
    holds(HostTables::postgres().await, "ctid, xmin").await;
}

/// `place` are the columns for the physical location and version of a row.
async fn holds(tables: HostTables, place: &'static str) {
    tables.execute(TENANT_SCHEMA).await;
    let here = tokio::runtime::Handle::current();
    let tested = tokio::task::spawn_blocking(move || {
        let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
        let strategy = (world(), prop::collection::vec(write(), 6));
        TestRunner::new(config).run(&strategy, |(world, writes)| {
            here.block_on(async {
                for write in writes {
                    tables.execute(&world.sql()).await;
                    let theirs = others(&tables, place).await;
                    let done = scoped(&tables, &write).await;
                    let plain = tables.attempt(&write).await;
                    prop_assert_eq!(done.is_ok(), plain.is_ok(), "{}\n{:?}\n{:?}", write, done, plain);
                    if let (Ok(done), Ok(mut plain)) = (done, plain) {
                        plain.sort();
                        prop_assert_eq!(done, plain, "{}", write);
                    }
                    for [shared, alone] in TENANT_ROWS {
                        let [mut shared, mut alone] = [tables.plain(shared).await, tables.plain(alone).await];
                        shared.sort();
                        alone.sort();
                        prop_assert_eq!(shared, alone, "{}", write);
                    }
                    prop_assert_eq!(others(&tables, place).await, theirs, "{}", write);
                }
                Ok(())
            })
        })
    });
    let failed = tested.await.expect("no panic").err().map(|failure| failure.to_string());
    assert_eq!(failed, None);
}

/// The rows of all other tenants.
async fn others(tables: &HostTables, place: &str) -> Vec<Vec<PlainRow>> {
    let mut found = Vec::new();
    for table in ["shop_clients", "shop_orders", "shop_log"] {
        let sql = format!("SELECT {place}, {table}.* FROM {table} WHERE tenant_id <> 'acme' ORDER BY id");
        found.push(tables.plain(&sql).await);
    }
    found
}
