//! Fills an empty database with as much data as years of work: `fill --database-url sqlite://full.db`.
//!
//! The tables are created by the library's own migrations. Rows are written by SQL alone, in minutes; the same options produce the same
//! rows, apart from the time that they count back from. No row is due in the next two hours.

mod statements;

use std::{
    io::Write as _,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, ensure};
use clap::Parser;
use iota_scripts_domain::{ManualClock, Timestamp};
use iota_scripts_infrastructure::persistence::{DatabaseConfig, Db, Dialect, migrations};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};

use statements::{Size, Statements};

/// Runs in one transaction.
const CHUNK: u64 = 50_000;

#[derive(Parser)]
#[command(about = "Fills an empty database with scripts, schedules and runs")]
struct Options {
    /// sqlite://PATH or postgres://USER@HOST/NAME
    #[arg(long)]
    database_url: String,
    /// Scripts without a schedule
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(100..=10_000_000))]
    scripts: u64,
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(0..=1_000_000_000))]
    runs: u64,
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u64).range(1..=9_000))]
    tenants: u64,
    /// Scripts with a schedule; one in 25 is inactive
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(0..=10_000_000))]
    schedules: u64,
    /// Share of the first tenant, acme, in per cent
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=100))]
    share: u64,
    /// Share of endpoints among the scripts without a schedule, in per cent
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(0..=100))]
    endpoints: u64,
    /// Days that the runs are spread over
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3_650))]
    days: u64,
    /// The time that everything counts back from, in seconds since 1970 [now]
    #[arg(long)]
    until: Option<u32>,
}

/// A separate connection to the same database.
enum Target {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let until = match options.until {
        Some(seconds) => i64::from(seconds),
        None => i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?,
    };
    let Options { scripts, runs, tenants, schedules, share, endpoints, days, .. } = options;
    let size = Size { scripts, schedules, runs, tenants, share, endpoints, days, until: until * 1_000_000 };
    let dialect = migrate(&options.database_url, &size).await?;
    let statements = Statements { dialect, size: &size };
    let mut target = Target::connect(dialect, &options.database_url).await?;
    let began = Instant::now();
    target.write(&statements.scripts()).await?;
    say(&format!("{} scripts after {:.0?}", scripts + schedules, began.elapsed()))?;
    for from in (1..=runs).step_by(usize::try_from(CHUNK)?) {
        let to = (from + CHUNK - 1).min(runs);
        target.write(&statements.runs(from, to)).await?;
        if to % (10 * CHUNK) == 0 || to == runs {
            say(&format!("{to} runs after {:.0?}", began.elapsed()))?;
        }
    }
    target.write(&statements.sums()).await?;
    target.settle().await?;
    say(&format!("done after {:.0?}", began.elapsed()))
}

/// Creates the tables, and checks that they are empty.
async fn migrate(url: &str, size: &Size) -> anyhow::Result<Dialect> {
    let db = Db::connect(&DatabaseConfig::parse(url)?).await?;
    let dialect = db.dialect();
    let applied = migrations::migrate(&db, &ManualClock::new(Timestamp::from_micros(size.until))).await?;
    db.close().await;
    ensure!(applied > 0, "the database already has tables of iota-scripts; use an empty database");
    Ok(dialect)
}

impl Target {
    async fn connect(dialect: Dialect, url: &str) -> anyhow::Result<Self> {
        Ok(match dialect {
            Dialect::Sqlite => {
                let mut connection = SqliteConnection::connect(url).await?;
                // No other process uses the file, and a lost file can be filled again.
                connection.execute("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000").await?;
                Self::Sqlite(connection)
            }
            Dialect::Postgres => {
                let mut connection = PgConnection::connect(url).await?;
                connection.execute("SET synchronous_commit = off").await?;
                Self::Postgres(connection)
            }
        })
    }

    /// Runs several statements in one transaction.
    async fn write(&mut self, statements: &[String]) -> anyhow::Result<()> {
        let all = format!("BEGIN; {}; COMMIT", statements.join("; "));
        self.execute(all).await.with_context(|| statements.join(";\n"))
    }

    async fn execute(&mut self, sql: String) -> anyhow::Result<()> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            Self::Sqlite(connection) => connection.execute(sql).await.map(drop)?,
            Self::Postgres(connection) => connection.execute(sql).await.map(drop)?,
        }
        Ok(())
    }

    /// Leaves the database as after a long time at work: PostgreSQL gathers statistics automatically, SQLite has none.
    async fn settle(&mut self) -> anyhow::Result<()> {
        let sql = match self {
            Self::Sqlite(_) => "PRAGMA wal_checkpoint(TRUNCATE)",
            Self::Postgres(_) => "VACUUM ANALYZE",
        };
        self.execute(sql.to_owned()).await
    }
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
