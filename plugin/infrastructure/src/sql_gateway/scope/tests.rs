//! How statements are rewritten for one tenant, which are rejected, and that no input panics or escapes.

use iota_scripts_domain::{ColumnType, DeclaredTable, SqlValue, TenantId};
use iota_scripts_services::ports::{ScopedSql, SqlEffect};
use proptest::prelude::*;
use serde_json::json;

use super::{Scoping, SqlRejection};
use crate::persistence::Dialect;

const BOTH: [Dialect; 2] = [Dialect::Sqlite, Dialect::Postgres];

fn tables() -> Vec<DeclaredTable> {
    let tenant = json!({"column": "tenant_id"});
    let tables = json!([
        {"name": "clients", "table": "erp_clients", "tenant": tenant, "access": "read_write", "columns": [
            {"name": "id", "type": "integer"}, {"name": "name", "type": "text"}, {"name": "since", "type": "timestamp"}]},
        {"name": "orders", "schema": "shop", "tenant": {"column": "owner", "as": "integer"}, "columns": [
            {"name": "id", "type": "integer"}, {"name": "client_id", "type": "integer"}, {"name": "total", "type": "decimal"}]},
    ]);
    serde_json::from_value(tables).unwrap()
}

fn scope(dialect: Dialect, sql: &str, params: &[SqlValue]) -> Result<ScopedSql, SqlRejection> {
    let tenant = TenantId::parse("7").unwrap();
    Scoping { dialect, tables: &tables(), tenant: &tenant }.scope(sql, params)
}

fn postgres(sql: &str) -> String {
    scope(Dialect::Postgres, sql, &[]).unwrap_or_else(|rejection| panic!("{sql}: {rejection}")).sql
}

fn rejection(sql: &str) -> String {
    scope(Dialect::Postgres, sql, &[])
        .map_or_else(|rejection| rejection.to_string(), |scoped| panic!("{sql}: {}", scoped.sql))
}

const CLIENTS: &str = r#"(SELECT "iota_s"."id" AS "id", "iota_s"."name" AS "name", "iota_s"."since" AS "since" FROM "erp_clients" AS "iota_s" WHERE "iota_s"."tenant_id" = '7'"#;

#[test]
fn a_table_becomes_the_tenant_s_part_of_it() {
    assert_eq!(
        postgres("SELECT c.name FROM clients c WHERE id = 1"),
        format!(r#"SELECT "iota_t1"."name" AS "name" FROM {CLIENTS}) AS "iota_t1" WHERE "iota_t1"."id" = 1"#)
    );
    let orders = postgres("SELECT * FROM orders");
    assert!(orders.contains(r#"FROM "shop"."orders" AS "iota_s" WHERE "iota_s"."owner" = 7"#), "{orders}");
}

#[test]
fn what_can_fail_on_a_row_is_kept_from_the_rows_of_others_by_a_fence() {
    let fenced = |sql: &str| postgres(sql).contains("OFFSET 0");
    assert!(fenced("SELECT name FROM clients WHERE 1 / id = 1"));
    assert!(fenced("SELECT name FROM clients WHERE CAST(name AS integer) = 1"));
    assert!(fenced("SELECT x FROM (SELECT 1 / id AS x FROM clients) c WHERE x = 1"));
    assert!(fenced("SELECT name FROM clients WHERE name LIKE 'a\\'"));
    // Comparisons leave the planner free, and so does what is worked out for the result alone.
    assert!(!fenced("SELECT 1 / id AS x FROM clients WHERE name LIKE 'a%' AND id IN (1, 2) AND since < now()"));
    let sqlite = scope(Dialect::Sqlite, "SELECT id FROM clients WHERE json_extract(name, '$.a') = 1", &[]).unwrap();
    assert!(sqlite.sql.contains("LIMIT -1"), "{}", sqlite.sql);
}

#[test]
fn writes_stay_with_the_tenant() {
    assert_eq!(
        postgres("INSERT INTO clients (id, name) VALUES (1, 'it''s')"),
        r#"INSERT INTO "erp_clients" AS "iota_target" ("id", "name", "tenant_id") VALUES (1, 'it''s', '7')"#
    );
    assert_eq!(
        postgres("UPDATE clients c SET name = upper(c.name) WHERE c.id = 1 OR TRUE"),
        r#"UPDATE "erp_clients" AS "iota_target" SET "name" = pg_catalog."upper"("iota_target"."name") WHERE "iota_target"."tenant_id" = '7' AND ("iota_target"."id" = 1 OR TRUE)"#
    );
    assert_eq!(
        postgres("DELETE FROM clients WHERE 1 / id = 1"),
        r#"DELETE FROM "erp_clients" AS "iota_target" WHERE "iota_target"."tenant_id" = '7' AND CASE WHEN "iota_target"."tenant_id" = '7' THEN (1 / "iota_target"."id" = 1) ELSE 1 = 0 END"#
    );
    let conflict = postgres(
        "INSERT INTO clients (id, name) VALUES (1, 'x') ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name",
    );
    let ours = r#"DO UPDATE SET "name" = "excluded"."name" WHERE "iota_target"."tenant_id" = '7'"#;
    assert!(conflict.ends_with(ours), "{conflict}");
    assert_eq!(scope(Dialect::Sqlite, "DELETE FROM clients", &[]).unwrap().effect, SqlEffect::Writes);
}

#[test]
fn names_are_resolved_as_the_database_would() {
    assert!(postgres("SELECT NAME FROM Clients").contains(r#""iota_t1"."name""#));
    assert!(rejection("SELECT \"NAME\" FROM clients").contains("no column `NAME`"));
    assert!(scope(Dialect::Sqlite, "SELECT \"NAME\" FROM CLIENTS", &[]).is_ok());
    assert!(rejection("SELECT id FROM clients, orders").contains("ambiguous"));
    assert!(rejection("SELECT id FROM clients, clients").contains("twice"));
    let common = postgres("WITH clients AS (SELECT id FROM orders) SELECT id FROM clients");
    assert!(!common.contains("erp_clients"), "{common}");
    // In our text the inner column is called as the outer one is.
    let grouped = postgres(
        "SELECT n FROM (SELECT c.b AS y, count(*) AS n FROM (SELECT id AS a, name AS b FROM clients) c GROUP BY y) x",
    );
    assert!(grouped.contains("GROUP BY 1)"), "{grouped}");
    let merged = postgres("SELECT * FROM clients FULL JOIN orders USING (id)");
    assert!(
        merged.starts_with(r#"SELECT COALESCE("iota_t1"."id", "iota_t2"."id") AS "id", "iota_t1"."name""#),
        "{merged}"
    );
}

#[test]
fn a_refusal_names_what_it_refuses() {
    assert_eq!(rejection("SELECT * FROM secrets"), "there is no table `secrets`; there are: clients, orders");
    assert_eq!(rejection("SELECT pg_sleep(1)"), "the function `pg_sleep` cannot be used by scripts");
    assert_eq!(rejection("SELECT 1::regclass"), "the type `REGCLASS` cannot be used by scripts");
    assert_eq!(rejection("SELECT 1; SELECT 2"), "a call takes exactly one statement; there are 2");
    assert_eq!(rejection("UPDATE orders SET total = 1"), "the table `orders` is read-only for scripts");
    assert_eq!(rejection("SELECT * FROM clients FOR UPDATE"), "FOR UPDATE and FOR SHARE cannot be used by scripts");
    assert!(
        rejection("SELECT id FROM clients c WHERE c.secret = 1")
            .contains("no column `secret` in `c`; there are: id, name, since")
    );
    assert!(rejection("DROP TABLE clients").contains("DROP statements"));
}

#[test]
fn placeholders_and_values_go_together() {
    let one = [SqlValue::Integer(1)];
    let scoped = scope(
        Dialect::Sqlite,
        "SELECT id FROM clients WHERE id = ? AND name = ?",
        &[SqlValue::Integer(1), SqlValue::Text("x".into())],
    );
    let scoped = scoped.unwrap();
    assert_eq!(scoped.values.len(), 3, "two of the script and the tenant");
    for (sql, params) in [("SELECT $1", &[][..]), ("SELECT 1", &one), ("SELECT $0", &one), ("SELECT $2", &one)] {
        assert!(matches!(scope(Dialect::Postgres, sql, params), Err(SqlRejection::Parameters(_))), "{sql}");
    }
    let list = [SqlValue::Json("[1, null, \"x\"]".into())];
    let listed = scope(Dialect::Postgres, "SELECT id FROM clients WHERE name IN ($1)", &list).unwrap().sql;
    assert!(listed.ends_with("IN (1, NULL, 'x')"), "{listed}");
    let empty = scope(Dialect::Postgres, "SELECT id FROM clients WHERE id NOT IN ($1)", &[SqlValue::Json("[]".into())]);
    assert!(empty.unwrap().sql.ends_with("WHERE 1 = 1"));
    let negative = scope(Dialect::Postgres, "SELECT 1 -$1", &[SqlValue::Integer(-1)]).unwrap().sql;
    assert_eq!(negative, r#"SELECT 1 - (-1) AS "column1""#);
}

#[test]
fn results_know_their_declared_types() {
    let scoped =
        scope(Dialect::Sqlite, "SELECT max(since) AS last, name, 1 AS one FROM clients GROUP BY name", &[]).unwrap();
    let types: Vec<_> = scoped.columns.iter().map(|column| (column.name.as_str(), column.column_type)).collect();
    assert_eq!(types, [("last", Some(ColumnType::Timestamp)), ("name", Some(ColumnType::Text)), ("one", None)]);
}

#[test]
fn a_tenant_that_cannot_be_in_a_table_reads_nothing_of_it() {
    let tenant = TenantId::parse("acme").unwrap();
    let scoping = Scoping { dialect: Dialect::Postgres, tables: &tables(), tenant: &tenant };
    assert_eq!(scoping.scope("SELECT id FROM orders", &[]), Err(SqlRejection::Tenant("owner".to_owned())));
}

/// On the stack of an ordinary thread of the host, nothing that a script writes is too deep.
#[test]
fn what_is_too_deep_or_too_long_is_refused_before_it_hurts() {
    let deep = std::thread::Builder::new().stack_size(2 << 20).spawn(|| {
        for dialect in BOTH {
            for sql in [
                format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000)),
                format!("SELECT {}1{}", "(SELECT ".repeat(300), ")".repeat(300)),
                format!("SELECT 1{}", "+1".repeat(100_000)),
                format!("SELECT {} 1", "NOT ".repeat(1_400)),
                format!("SELECT {} 1", "- ".repeat(1_400)),
                format!("SELECT 1{}", "::int".repeat(700)),
                format!("SELECT 1{}", " IS NULL".repeat(700)),
                format!("SELECT 1 FROM {}clients{}", "(".repeat(300), ")".repeat(300)),
                "SELECT 1 UNION ".repeat(600) + "SELECT 1",
                format!("SELECT {}1{}", "CASE WHEN TRUE THEN ".repeat(300), " END".repeat(300)),
                format!("SELECT * FROM clients{}", " JOIN clients".repeat(700)),
                format!("{}SELECT 1", "EXPLAIN ".repeat(1_400)),
                format!("SELECT 1{}", " GLOB 1".repeat(1_400)),
                format!("SELECT {}1{}", "[".repeat(120_000), "]".repeat(120_000)),
                "x".repeat(300_000),
            ] {
                assert!(scope(dialect, &sql, &[]).is_err(), "{}", sql.chars().take(40).collect::<String>());
            }
            // What is long and flat is fine.
            let flat = format!("SELECT id FROM clients WHERE id = 1{}", " OR id = 2".repeat(400));
            assert!(scope(dialect, &flat, &[]).is_ok());
            let nested = format!("SELECT {}1{}", "(".repeat(30), ")".repeat(30));
            assert!(scope(dialect, &nested, &[]).is_ok());
        }
    });
    deep.unwrap().join().unwrap();
}

/// The parser goes deeper for some words without counting: none of them, as often as it may stand, takes it off its stack.
#[test]
fn no_word_repeated_is_too_deep_for_the_parser() {
    let deep = std::thread::Builder::new().stack_size(2 << 20).spawn(|| {
        for word in sqlparser::keywords::ALL_KEYWORDS {
            for before in ["SELECT ", "SELECT 1 ", "SELECT * FROM ", "SELECT * FROM clients ", "WITH a AS ("] {
                for repeated in [format!("{word} "), format!("{word} 1 ")] {
                    let sql = format!("{before}{}", repeated.repeat(490));
                    for dialect in BOTH {
                        let _ = scope(dialect, &sql, &[]);
                    }
                }
            }
        }
    });
    deep.unwrap().join().unwrap();
}

/// Each of these few bytes would become gigabytes here, or hours.
#[test]
fn what_grows_without_end_is_refused_while_it_is_small() {
    let stars = ["*"; 400].join(", ");
    let many = |piece: &str, times| vec![piece; times].join(",");
    let aliased: Vec<String> = (0..15_000).map(|number| format!("1 AS a{number}")).collect();
    let long = [SqlValue::Text("x".repeat(1 << 20))];
    let list = [SqlValue::Json(format!("[{}]", many("null", 200_000)))];
    for dialect in BOTH {
        let too_large = |sql: &str, params: &[SqlValue]| {
            let scoped = scope(dialect, sql, params);
            assert!(matches!(scoped, Err(SqlRejection::TooLarge(_))), "{}", sql.chars().take(60).collect::<String>());
        };
        too_large(
            &format!("WITH a AS (SELECT {stars} FROM clients), b AS (SELECT {stars} FROM a) SELECT {stars} FROM b"),
            &[],
        );
        too_large(&format!("SELECT {} FROM clients GROUP BY {}", aliased.join(","), many("a14999", 30_000)), &[]);
        too_large(&format!("SELECT 1 FROM {}", many("clients", 20_000)).replace(",clients", ",(SELECT 1)"), &[]);
        too_large(&format!("SELECT {} FROM (VALUES ({})) v", many("v.column9000", 400), many("1", 50_000)), &[]);
        too_large(&format!("SELECT id IN ({}) FROM clients", many("$1", 60_000)), &long);
        too_large(&format!("SELECT id FROM clients WHERE {}1 = 1", "id IN ($1) OR ".repeat(350)), &list);
    }
}

proptest! {
    #[test]
    fn no_text_panics(sql in "\\PC{0,80}") {
        for dialect in BOTH {
            let _ = scope(dialect, &sql, &[]);
        }
    }

    #[test]
    fn no_mixture_of_words_panics_or_names_what_is_not_declared(
        words in prop::collection::vec(prop::sample::select(vec![
            "SELECT", "*", "FROM", "clients", "orders", "secrets", "pg_shadow", "WHERE", "id", "name", "secret", "=", "1", "'x'", "(", ")", ",",
            "JOIN", "ON", "USING", "UNION", "WITH", "AS", "c", ".", "IN", "EXISTS", "NOT", "UPDATE", "SET", "DELETE", "INSERT", "INTO", "VALUES",
            "RETURNING", "ORDER", "BY", "LIMIT", "LATERAL", "tenant_id", "ctid", "rowid", ";", "--", "/*", "*/", "\"", "::", "regclass",
        ]), 0..24)
    ) {
        let sql = words.join(" ");
        for dialect in BOTH {
            if let Ok(scoped) = scope(dialect, &sql, &[]) {
                for forbidden in ["secrets", "pg_shadow", "regclass", "ctid", "rowid", ";"] {
                    // An alias of the author's own may have any name; it stands in quotes after AS.
                    let aliased = format!("AS \"{forbidden}\"");
                    let written = scoped.sql.replace(&aliased, "").replace(&format!("AS `{forbidden}`"), "");
                    prop_assert!(!written.contains(forbidden), "{}\n{}", sql, scoped.sql);
                }
            }
        }
    }

    #[test]
    fn a_value_never_leaves_its_literal(text in "[a'\\\\;\\-$\"?]{0,12}") {
        let scoped = scope(Dialect::Postgres, "SELECT $1 AS x", &[SqlValue::Text(text.clone())]).unwrap();
        // Read by the parser, what was written is the value again.
        let again = scope(Dialect::Sqlite, "SELECT $1 AS x", &[SqlValue::Text(text.clone())]).unwrap();
        prop_assert_eq!(again.values, vec![SqlValue::Text(text.clone())]);
        let literal = scoped.sql.strip_prefix("SELECT ").unwrap().strip_suffix(r#" AS "x""#).unwrap();
        let same = scope(Dialect::Postgres, &format!("SELECT {literal} AS x"), &[]).unwrap();
        prop_assert_eq!(same.sql, scoped.sql);
    }
}
