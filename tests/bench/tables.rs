//! `db.findOne` from one script, one after the other, and what it costs over the same query without any of us.

use std::time::Instant;

use anyhow::Context as _;
use iota_scripts_tests::{Stage, TestDatabase, admin, tables};
use serde_json::Value;
use sqlx::{PgPool, SqlitePool};

use crate::{ROUNDS, figures::Figures};

/// Calls in one run: a run may make a thousand.
const CALLS: u32 = 900;
const BARE: &str = "SELECT id, name, active, balance, since, born, extra, photo FROM shop_clients WHERE tenant_id = 'acme' AND id = $1";

pub(crate) async fn measure(figures: &mut Figures) -> anyhow::Result<()> {
    for (name, own, host) in [
        ("SQLite", TestDatabase::sqlite(), TestDatabase::sqlite()),
        ("PostgreSQL", TestDatabase::postgres().await, TestDatabase::postgres().await),
    ] {
        tables::create(&host).await;
        let stage = Stage::start(own.url(), &tables::config(host.url())).await;
        let source = format!(
            "async function main() {{
                for (let i = 0; i < 50; i++) await db.findOne('clients', {{id: 1}});
                const began = Date.now();
                for (let i = 0; i < {CALLS}; i++) await db.findOne('clients', {{id: 1 + i % 3}});
                return Date.now() - began;
            }}"
        );
        let script = stage.script(&admin(), "finds", "one_off", &source).await;
        for _ in 0..ROUNDS {
            let run = stage.run(&admin(), &script, Value::Null).await;
            let ms = run["result"].as_f64().with_context(|| format!("no figure: {run}"))?;
            let call_us = ms * 1e3 / f64::from(CALLS);
            figures.add(&format!("db.findOne from one script, {name}"), "calls/s", 1e6 / call_us);
            figures.add(&format!("db.findOne over the bare query, {name}"), "µs", call_us - bare_us(name).await?);
        }
        stage.stop().await;
    }
    Ok(())
}

/// The same query through the driver alone, on the same tables in a database that nobody else has open.
async fn bare_us(name: &str) -> anyhow::Result<f64> {
    macro_rules! time {
        ($pool:expr) => {{
            let pool = $pool;
            let began = Instant::now();
            for i in 0..CALLS {
                sqlx::query(BARE).bind(i64::from(1 + i % 3)).fetch_one(&pool).await?;
            }
            let took = began.elapsed();
            pool.close().await;
            took
        }};
    }
    let took = if name == "SQLite" {
        let database = TestDatabase::sqlite();
        tables::create(&database).await;
        time!(SqlitePool::connect(database.url()).await?)
    } else {
        let database = TestDatabase::postgres().await;
        tables::create(&database).await;
        time!(PgPool::connect(database.url()).await?)
    };
    Ok(took.as_secs_f64() * 1e6 / f64::from(CALLS))
}
