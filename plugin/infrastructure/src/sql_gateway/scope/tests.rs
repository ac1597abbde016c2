//! Tests: rewriting for one tenant, rejections, and that no input panics or escapes.

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
fn a_table_becomes_a_subquery_of_the_tenants_rows() {
    assert_eq!(
        postgres("SELECT c.name FROM clients c WHERE id = 1"),
        format!(r#"SELECT "iota_t1"."name" AS "name" FROM {CLIENTS}) AS "iota_t1" WHERE "iota_t1"."id" = 1"#)
    );
    let orders = postgres("SELECT * FROM orders");
    assert!(orders.contains(r#"FROM "shop"."orders" AS "iota_s" WHERE "iota_s"."owner" = 7"#), "{orders}");
}

#[test]
fn fallible_conditions_are_fenced_from_other_tenants_rows() {
    let fenced = |sql: &str| postgres(sql).contains("OFFSET 0");
    assert!(fenced("SELECT name FROM clients WHERE 1 / id = 1"));
    assert!(fenced("SELECT name FROM clients WHERE CAST(name AS integer) = 1"));
    assert!(fenced("SELECT x FROM (SELECT 1 / id AS x FROM clients) c WHERE x = 1"));
    assert!(fenced("SELECT name FROM clients WHERE name LIKE 'a\\'"));
    // Comparisons need no fence, and neither do expressions in the result list.
    assert!(!fenced("SELECT 1 / id AS x FROM clients WHERE name LIKE 'a%' AND id IN (1, 2) AND since < now()"));
    let sqlite = scope(Dialect::Sqlite, "SELECT id FROM clients WHERE json_extract(name, '$.a') = 1", &[]).unwrap();
    assert!(sqlite.sql.contains("LIMIT -1"), "{}", sqlite.sql);
}

#[test]
fn writes_affect_only_the_tenants_rows() {
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
fn names_are_resolved_as_by_the_database() {
    assert!(postgres("SELECT NAME FROM Clients").contains(r#""iota_t1"."name""#));
    assert!(rejection("SELECT \"NAME\" FROM clients").contains("no column `NAME`"));
    assert!(scope(Dialect::Sqlite, "SELECT \"NAME\" FROM CLIENTS", &[]).is_ok());
    assert!(rejection("SELECT id FROM clients, orders").contains("ambiguous"));
    assert!(rejection("SELECT id FROM clients, clients").contains("twice"));
    let common = postgres("WITH clients AS (SELECT id FROM orders) SELECT id FROM clients");
    assert!(!common.contains("erp_clients"), "{common}");
    // In the generated SQL the inner column has the name of the outer one.
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
fn a_rejection_names_the_construct() {
    assert_eq!(rejection("SELECT * FROM secrets"), "no table `secrets`; declared tables: clients, orders");
    assert_eq!(rejection("SELECT pg_sleep(1)"), "the function `pg_sleep` cannot be used by scripts");
    assert_eq!(rejection("SELECT 1::regclass"), "the type `REGCLASS` cannot be used by scripts");
    assert_eq!(rejection("SELECT 1; SELECT 2"), "expected exactly one statement, found 2");
    assert_eq!(rejection("UPDATE orders SET total = 1"), "the table `orders` is read-only for scripts");
    assert_eq!(rejection("SELECT * FROM clients FOR UPDATE"), "FOR UPDATE and FOR SHARE cannot be used by scripts");
    assert!(
        rejection("SELECT id FROM clients c WHERE c.secret = 1")
            .contains("no column `secret` in `c`; its columns: id, name, since")
    );
    assert!(rejection("DROP TABLE clients").contains("DROP statements"));
}

#[test]
fn placeholders_must_match_the_values() {
    let one = [SqlValue::Integer(1)];
    let scoped = scope(
        Dialect::Sqlite,
        "SELECT id FROM clients WHERE id = ? AND name = ?",
        &[SqlValue::Integer(1), SqlValue::Text("x".into())],
    );
    let scoped = scoped.unwrap();
    assert_eq!(scoped.values.len(), 3, "two values of the script, and the tenant");
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
fn results_have_their_declared_types() {
    let scoped =
        scope(Dialect::Sqlite, "SELECT max(since) AS last, name, 1 AS one FROM clients GROUP BY name", &[]).unwrap();
    let types: Vec<_> = scoped.columns.iter().map(|column| (column.name.as_str(), column.column_type)).collect();
    assert_eq!(types, [("last", Some(ColumnType::Timestamp)), ("name", Some(ColumnType::Text)), ("one", None)]);
}

#[test]
fn a_tenant_id_of_the_wrong_type_is_rejected() {
    let tenant = TenantId::parse("acme").unwrap();
    let scoping = Scoping { dialect: Dialect::Postgres, tables: &tables(), tenant: &tenant };
    assert_eq!(scoping.scope("SELECT id FROM orders", &[]), Err(SqlRejection::Tenant("owner".to_owned())));
}

/// No statement overflows the stack of an ordinary 2 MiB thread.
#[test]
fn deep_or_long_statements_are_rejected_before_parsing() {
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
            // Long but flat statements are accepted.
            let flat = format!("SELECT id FROM clients WHERE id = 1{}", " OR id = 2".repeat(400));
            assert!(scope(dialect, &flat, &[]).is_ok());
            let nested = format!("SELECT {}1{}", "(".repeat(30), ")".repeat(30));
            assert!(scope(dialect, &nested, &[]).is_ok());
        }
    });
    deep.unwrap().join().unwrap();
}

/// The parser recurses for some keywords without counting. Repeated up to the limit, none of them overflows its stack.
#[test]
fn no_repeated_keyword_overflows_the_parser() {
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

/// Each of these short statements would expand to gigabytes or take hours.
#[test]
fn statements_that_expand_too_far_are_rejected() {
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
    fn no_mix_of_words_panics_or_names_undeclared_objects(
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
                    // The author's own alias may have any name; it is in quotes after AS.
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
        // Parsed again, the literal is the same value.
        let again = scope(Dialect::Sqlite, "SELECT $1 AS x", &[SqlValue::Text(text.clone())]).unwrap();
        prop_assert_eq!(again.values, vec![SqlValue::Text(text.clone())]);
        let literal = scoped.sql.strip_prefix("SELECT ").unwrap().strip_suffix(r#" AS "x""#).unwrap();
        let same = scope(Dialect::Postgres, &format!("SELECT {literal} AS x"), &[]).unwrap();
        prop_assert_eq!(same.sql, scoped.sql);
    }
}
