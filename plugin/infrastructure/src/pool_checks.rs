//! Which connections a pool keeps: only those whose state is known.
//!
//! It decides nothing about statements; it closes connections, and the pool opens others in their place.

mod read_only;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use sqlx::{
    Connection, Database, Postgres, Sqlite,
    pool::{PoolConnectionMetadata, PoolOptions},
    sqlite::SqliteConnection,
};
use tokio::time::timeout;

pub(crate) use read_only::is_read_only;

/// How long a connection may be idle that is used without being asked: a server that was started again has closed it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trusted {
    /// For work that is tried again on another connection when the first was broken.
    ForSeconds,
    /// For work that is not. It was there when it was given back, and in so short a time no server is started again.
    Hardly,
}

impl Trusted {
    const fn idle(self) -> Duration {
        match self {
            Self::ForSeconds => Duration::from_secs(5),
            Self::Hardly => Duration::from_millis(20),
        }
    }
}

/// How long a server may take to say that it is there.
const PING: Duration = Duration::from_secs(2);

/// How often a connection that can only read is replaced: some files are meant to be read only.
const REOPENED: Duration = Duration::from_secs(1);

/// When a connection of a pool was last found broken. The others are doubted then, because a server seldom loses one alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Doubt(Arc<Mutex<Option<Instant>>>);

impl Doubt {
    /// From now on, connections that are idle are asked before they are used.
    pub(crate) fn raise(&self) {
        *self.0.lock() = Some(Instant::now());
    }

    fn is_about(&self, idle_for: Duration) -> bool {
        self.0.lock().is_some_and(|since| idle_for >= since.elapsed())
    }
}

/// PostgreSQL: a connection that is back has no transaction open, and one that was idle is asked before it is used.
pub(crate) fn of_postgres(options: PoolOptions<Postgres>, doubt: &Doubt, trusted: Trusted) -> PoolOptions<Postgres> {
    let doubt = doubt.clone();
    options.test_before_acquire(false).after_release(without_transaction::<Postgres>).before_acquire(
        move |connection, PoolConnectionMetadata { idle_for, .. }| {
            let is_doubtful = idle_for >= trusted.idle() || doubt.is_about(idle_for);
            Box::pin(async move {
                if is_doubtful {
                    return Ok(matches!(timeout(PING, connection.ping()).await, Ok(Ok(()))));
                }
                Ok(true)
            })
        },
    )
}

/// SQLite: a connection that is back has no transaction open, and one that could only be opened for reading is replaced, so that the file
/// is written as soon as it can be. `prepare` is done with each connection that was opened.
pub(crate) fn of_sqlite<P>(options: PoolOptions<Sqlite>, prepare: P) -> PoolOptions<Sqlite>
where
    P: for<'c> Fn(&'c mut SqliteConnection) -> BoxFuture<'c, sqlx::Result<()>> + Send + Sync + Copy + 'static,
{
    // Nobody pays for the question where the file could always be written.
    let asks = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&asks);
    options
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let told = Arc::clone(&told);
            Box::pin(async move {
                prepare(connection).await?;
                if is_read_only(connection).await? && !told.swap(true, Ordering::AcqRel) {
                    tracing::warn!("a SQLite file cannot be written: it was opened for reading, until it can be");
                }
                Ok(())
            })
        })
        .after_release(without_transaction::<Sqlite>)
        .before_acquire(move |connection, PoolConnectionMetadata { age, .. }| {
            let asks = age >= REOPENED && asks.load(Ordering::Acquire);
            Box::pin(async move { Ok(!asks || !is_read_only(connection).await?) })
        })
}

/// Whether the driver counts no transaction. Its count stays above zero after a ROLLBACK that failed (SQLite has then rolled back by
/// itself, as it does when the disk is full), and it would begin nothing on that connection ever again.
fn without_transaction<D>(
    connection: &mut D::Connection,
    _: PoolConnectionMetadata,
) -> BoxFuture<'_, sqlx::Result<bool>>
where
    D: Database,
{
    Box::pin(async move {
        if connection.is_in_transaction() {
            // A rollback that was begun by dropping its transaction comes before the answer to this.
            connection.ping().await?;
        }
        Ok(!connection.is_in_transaction())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubt_is_about_connections_that_were_idle_when_it_was_raised() {
        let doubt = Doubt::default();
        assert!(!doubt.is_about(Duration::from_secs(3600)));
        doubt.raise();
        assert!(doubt.is_about(Duration::from_secs(3600)));
        assert!(!doubt.is_about(Duration::ZERO), "it was used since");
    }
}
