//! The transaction of a run. There is one at a time; nested ones are savepoints, and only the innermost takes statements.
//!
//! It ends when its script ends it, or else with the run, which rolls it back.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::Mutex;

use crate::ports::{ScopedSql, SqlBounds, SqlError, SqlRows, SqlTransaction};

/// The open transaction of a run.
#[derive(Default)]
pub(crate) struct RunTransaction {
    slot: parking_lot::Mutex<Arc<Slot>>,
    numbers: AtomicU64,
}

type Slot = Mutex<Option<Open>>;

struct Open {
    transaction: Box<dyn SqlTransaction>,
    /// The ids that the script has for the transaction and its savepoints.
    levels: Vec<String>,
}

impl RunTransaction {
    /// Begins the run's transaction.
    pub(super) async fn begin(
        &self,
        begin: impl Future<Output = Result<Box<dyn SqlTransaction>, SqlError>>,
    ) -> Result<String, SqlError> {
        let slot = self.slot();
        let open = slot.try_lock();
        let Some(mut open) = open.ok().filter(|open| open.is_none()) else {
            return Err(refused("this run already has an open transaction: use tx.transaction(…) inside of it"));
        };
        let transaction = begin.await?;
        let id = self.next();
        *open = Some(Open { transaction, levels: vec![id.clone()] });
        Ok(id)
    }

    /// Sets a savepoint in the transaction.
    pub(super) async fn nest(&self, outer: &str) -> Result<String, SqlError> {
        let slot = self.slot();
        let mut open = slot.lock().await;
        let open = innermost(&mut open, outer)?;
        open.transaction.save(depth(open.levels.len())).await?;
        let id = self.next();
        open.levels.push(id.clone());
        Ok(id)
    }

    /// Runs a statement in this transaction.
    pub(super) async fn run(&self, id: &str, statement: ScopedSql, bounds: SqlBounds) -> Result<SqlRows, SqlError> {
        let slot = self.slot();
        let mut open = slot.lock().await;
        innermost(&mut open, id)?.transaction.run(statement, bounds).await
    }

    /// Commits the transaction or savepoint; discards it if a nested one is still open.
    pub(super) async fn commit(&self, id: &str) -> Result<(), SqlError> {
        let slot = self.slot();
        let mut slot = slot.lock().await;
        let (open, level) = level_of(&mut slot, id)?;
        if level + 1 < open.levels.len() {
            undo(&mut slot, level).await?;
            return Err(refused(
                "a nested transaction was still open, so this one was rolled back: await the nested one",
            ));
        }
        if level > 0 {
            open.levels.truncate(level);
            return open.transaction.keep(depth(level)).await;
        }
        match slot.take() {
            Some(open) => open.transaction.commit().await,
            None => Ok(()),
        }
    }

    /// Rolls back the transaction or savepoint, with those nested in it.
    pub(super) async fn rollback(&self, id: &str) -> Result<(), SqlError> {
        let slot = self.slot();
        let mut slot = slot.lock().await;
        let (_, level) = level_of(&mut slot, id)?;
        undo(&mut slot, level).await
    }

    /// Returns whether a transaction is open, or about to be.
    pub(super) fn is_open(&self) -> bool {
        self.slot().try_lock().map_or(true, |open| open.is_some())
    }

    /// Forgets the open transaction of a run that restarts; a call that still holds it drops it.
    pub(crate) fn forget(&self) {
        *self.slot.lock() = Arc::default();
    }

    /// The run and its calls have ended: rolls back an open transaction.
    pub(crate) async fn end(&self) {
        let open = self.slot().lock().await.take();
        if let Some(open) = open
            && let Err(error) = open.transaction.rollback().await
        {
            tracing::warn!("a transaction that a run left open was not rolled back cleanly: {error}");
        }
    }

    fn slot(&self) -> Arc<Slot> {
        Arc::clone(&self.slot.lock())
    }

    fn next(&self) -> String {
        format!("tx{}", self.numbers.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Returns the open transaction, if `id` is its innermost level.
fn innermost<'o>(open: &'o mut Option<Open>, id: &str) -> Result<&'o mut Open, SqlError> {
    let (open, level) = level_of(open, id)?;
    if level + 1 < open.levels.len() {
        return Err(refused("a nested transaction is open: use its tx until it ends"));
    }
    Ok(open)
}

/// Returns the open transaction and the level with this id.
fn level_of<'o>(open: &'o mut Option<Open>, id: &str) -> Result<(&'o mut Open, usize), SqlError> {
    let ended = || refused("the transaction has ended");
    let open = open.as_mut().ok_or_else(ended)?;
    let level = open.levels.iter().position(|level| level == id).ok_or_else(ended)?;
    Ok((open, level))
}

/// Rolls back to the start of a level.
async fn undo(slot: &mut Option<Open>, level: usize) -> Result<(), SqlError> {
    match slot {
        Some(open) if level > 0 => {
            open.levels.truncate(level);
            open.transaction.undo(depth(level)).await
        }
        _ => match slot.take() {
            Some(open) => open.transaction.rollback().await,
            None => Ok(()),
        },
    }
}

/// Returns the savepoint that a level began with.
fn depth(level: usize) -> u32 {
    u32::try_from(level).unwrap_or(u32::MAX)
}

fn refused(message: &str) -> SqlError {
    SqlError::Refused(message.to_owned())
}
