//! Measures `db.findOne`, `storage.get` and a service call, made one after the other by one script, against the same query or host
//! function without the plugin.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use iota_scripts_host::Host as _;
use iota_scripts_tests::{Stage, TestDatabase, admin, tables};
use serde_json::Value;
use sqlx::{PgPool, SqlitePool};

use crate::{ROUNDS, figures::Figures};

/// Calls in one run; a run may make 1,000.
const CALLS: u32 = 900;

/// The script's call and the equivalent bare statement.
struct Comparison {
    name: &'static str,
    call: &'static str,
    /// `None` if the call does not reach a database.
    bare: Option<&'static str>,
}

const FIND_ONE: Comparison = Comparison {
    name: "db.findOne",
    call: "db.findOne('clients', {id: 1})",
    bare: Some(
        "SELECT id, name, active, balance, since, born, extra, photo FROM shop_clients WHERE tenant_id = 'acme' AND id = 1",
    ),
};
const STORAGE_GET: Comparison = Comparison {
    name: "storage.get",
    call: "storage.get('rate')",
    bare: Some(
        "SELECT value FROM kept WHERE tenant_id = 'acme' AND key = 'rate' AND (expires_at IS NULL OR expires_at > 0)",
    ),
};
const SERVICE: Comparison = Comparison { name: "services.echo.same", call: "services.echo.same({id: 1})", bare: None };

/// A copy of the plugin's table of stored values, in a database that only the bare query opens.
const CREATE_VALUES: &str = "CREATE TABLE kept (tenant_id TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, expires_at BIGINT, \
    PRIMARY KEY (tenant_id, key)); INSERT INTO kept VALUES ('acme', 'rate', '12.5', NULL);";

pub(crate) async fn measure(figures: &mut Figures) -> anyhow::Result<()> {
    for (database, own, host, bare) in [
        ("SQLite", TestDatabase::sqlite(), TestDatabase::sqlite(), TestDatabase::sqlite()),
        ("PostgreSQL", TestDatabase::postgres().await, TestDatabase::postgres().await, TestDatabase::postgres().await),
    ] {
        for tables in [&host, &bare] {
            tables::create(tables).await;
        }
        bare.tamper(CREATE_VALUES).await;
        let stage = Stage::start(own.url(), &tables::config(host.url())).await;
        for comparison in [FIND_ONE, STORAGE_GET, SERVICE] {
            one(&stage, &bare, database, &comparison, figures).await?;
        }
        stage.stop().await;
    }
    Ok(())
}

async fn one(
    stage: &Stage,
    bare: &TestDatabase,
    database: &str,
    comparison: &Comparison,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let Comparison { name, call, bare: sql } = comparison;
    let source = format!(
        "async function main() {{
            await storage.set('rate', 12.5);
            for (let i = 0; i < 50; i++) await {call};
            const began = Date.now();
            for (let i = 0; i < {CALLS}; i++) await {call};
            return Date.now() - began;
        }}"
    );
    let script = stage.script(&admin(), name, "one_off", &source).await;
    for _ in 0..ROUNDS {
        let run = stage.run(&admin(), &script, Value::Null).await;
        let ms = run["result"].as_f64().with_context(|| format!("missing figure: {run}"))?;
        let call_us = ms * 1e3 / f64::from(CALLS);
        let took = match sql {
            Some(sql) => queries(bare, sql).await?,
            None => host_calls(stage).await?,
        };
        figures.add(&format!("{name} from one script, {database}"), "calls/s", 1e6 / call_us);
        let bare_us = took.as_secs_f64() * 1e6 / f64::from(CALLS);
        figures.add(&format!("{name} over the bare call, {database}"), "µs", call_us - bare_us);
    }
    Ok(())
}

/// Runs the same query through the driver alone, on one connection.
async fn queries(database: &TestDatabase, sql: &'static str) -> anyhow::Result<Duration> {
    macro_rules! time {
        ($pool:expr) => {{
            let pool = $pool;
            sqlx::query(sql).fetch_one(&pool).await?;
            let began = Instant::now();
            for _ in 0..CALLS {
                sqlx::query(sql).fetch_one(&pool).await?;
            }
            let took = began.elapsed();
            pool.close().await;
            took
        }};
    }
    Ok(if database.url().starts_with("sqlite") {
        time!(SqlitePool::connect(database.url()).await?)
    } else {
        time!(PgPool::connect(database.url()).await?)
    })
}

/// Calls the host's function directly, as the application would.
async fn host_calls(stage: &Stage) -> anyhow::Result<Duration> {
    let call = stage.host.called("echo.same", 1).await.swap_remove(0);
    stage.host.forget();
    let began = Instant::now();
    for _ in 0..CALLS {
        stage.host.call_service(call.clone()).await.map_err(|error| anyhow::anyhow!("the host refused: {error:?}"))?;
    }
    Ok(began.elapsed())
}
