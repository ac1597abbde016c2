//! Runs statements on a SQLite file, in a separate process: two copies of SQLite in one process (the library has one) must not open one
//! file, because closing it in one drops the locks of the other. Prints the first column of each row. With `hold` after the statements,
//! it keeps their locks until its input ends.

use std::io::{Read as _, Write as _};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, Row as _};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let (url, sql, holds) = match arguments.as_slice() {
        [_, url, sql] => (url, sql, false),
        [_, url, sql, hold] if hold == "hold" => (url, sql, true),
        _ => anyhow::bail!("a database URL, SQL and perhaps `hold`, please"),
    };
    let mut connection = sqlx::SqliteConnection::connect(url).await?;
    connection.execute("PRAGMA busy_timeout = 10000").await?;
    for row in connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql.clone()))).await? {
        let text = row.try_get_unchecked::<String, _>(0)?;
        writeln!(std::io::stdout(), "{text}")?;
    }
    if holds {
        std::io::stdin().read_to_end(&mut Vec::new())?;
    }
    Ok(connection.close().await?)
}
