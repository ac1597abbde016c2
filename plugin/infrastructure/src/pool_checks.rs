//! Decides which connections a pool keeps: only those in a known state.
//!
//! It does not look at statements. It closes connections, and the pool opens others in their place.

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

/// How long a connection may be idle and still be used without a ping. A server that was restarted has closed it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trusted {
    /// Five seconds, for work that is retried on another connection if this one is broken.
    ForSeconds,
    /// 20 milliseconds, for work that is not retried. The connection worked when it was released, and no server restarts that fast.
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

/// Timeout of a ping.
const PING: Duration = Duration::from_secs(2);

/// Minimum age at which a read-only connection is replaced, since some files are meant to be read-only.
const REOPEN_AGE: Duration = Duration::from_secs(1);

/// When a connection of the pool was last found broken. The others are then pinged before use, because a server seldom loses only one.
#[derive(Debug, Clone, Default)]
pub(crate) struct PoolSuspicion(Arc<Mutex<Option<Instant>>>);

impl PoolSuspicion {
    /// From now on, idle connections are pinged before they are used.
    pub(crate) fn raise(&self) {
        *self.0.lock() = Some(Instant::now());
    }

    fn covers(&self, idle_for: Duration) -> bool {
        self.0.lock().is_some_and(|since| idle_for >= since.elapsed())
    }
}

/// Configures a PostgreSQL pool: a released connection has no open transaction, and one that was idle is pinged before it is used.
pub(crate) fn of_postgres(
    options: PoolOptions<Postgres>,
    doubt: &PoolSuspicion,
    trusted: Trusted,
) -> PoolOptions<Postgres> {
    let doubt = doubt.clone();
    options.test_before_acquire(false).after_release(without_transaction::<Postgres>).before_acquire(
        move |connection, PoolConnectionMetadata { idle_for, .. }| {
            let needs_ping = idle_for >= trusted.idle() || doubt.covers(idle_for);
            Box::pin(async move {
                if needs_ping {
                    return Ok(matches!(timeout(PING, connection.ping()).await, Ok(Ok(()))));
                }
                Ok(true)
            })
        },
    )
}

/// Configures a SQLite pool: a released connection has no open transaction, and one that was opened read-only is replaced, so that the file
/// is written as soon as that is possible. `prepare` runs on each new connection.
pub(crate) fn of_sqlite<P>(options: PoolOptions<Sqlite>, prepare: P) -> PoolOptions<Sqlite>
where
    P: for<'c> Fn(&'c mut SqliteConnection) -> BoxFuture<'c, sqlx::Result<()>> + Send + Sync + Copy + 'static,
{
    // Connections are checked only if the file was read-only at least once.
    let seen_read_only = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&seen_read_only);
    options
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let seen = Arc::clone(&seen);
            Box::pin(async move {
                prepare(connection).await?;
                if is_read_only(connection).await? && !seen.swap(true, Ordering::AcqRel) {
                    tracing::warn!("a SQLite file is not writable; it was opened read-only until it becomes writable");
                }
                Ok(())
            })
        })
        .after_release(without_transaction::<Sqlite>)
        .before_acquire(move |connection, PoolConnectionMetadata { age, .. }| {
            let checks = age >= REOPEN_AGE && seen_read_only.load(Ordering::Acquire);
            Box::pin(async move { Ok(!checks || !is_read_only(connection).await?) })
        })
}

/// Returns whether the driver counts no open transaction. Its count stays above zero after a `ROLLBACK` that failed (SQLite has then rolled
/// back automatically, as it does when the disk is full), and the driver would never begin another transaction on that connection.
fn without_transaction<D>(
    connection: &mut D::Connection,
    _: PoolConnectionMetadata,
) -> BoxFuture<'_, sqlx::Result<bool>>
where
    D: Database,
{
    Box::pin(async move {
        if connection.is_in_transaction() {
            // A rollback that was started by dropping its transaction completes before this ping is answered.
            connection.ping().await?;
        }
        Ok(!connection.is_in_transaction())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubt_covers_connections_idle_when_it_was_raised() {
        let doubt = PoolSuspicion::default();
        assert!(!doubt.covers(Duration::from_secs(3600)));
        doubt.raise();
        assert!(doubt.covers(Duration::from_secs(3600)));
        assert!(!doubt.covers(Duration::ZERO), "it was used after that");
    }
}
