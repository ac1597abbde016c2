//! The host's tables in a dry run: from the first write on, everything runs in one transaction that is never committed.
//!
//! A script's transaction is a savepoint in it. Changes that the script rolls back are not reported.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use iota_scripts_domain::{DeclaredTable, SqlValue, TenantId};
use tokio::sync::Mutex;

use super::{
    Recording,
    recording::{Rows, StatementChanges},
};
use crate::ports::{
    PreviewSql, ScopedSql, SqlBounds, SqlEffect, SqlError, SqlGateway, SqlMode, SqlRows, SqlTransaction,
};

// Our own savepoints, deeper than those that a script can reach.
/// Around the script's transaction.
const SCRIPT_TRANSACTION: u32 = 1_000_000;
/// Around a statement outside of a script's transaction.
const SINGLE_STATEMENT: u32 = 1_000_001;
/// Around a write with possibly too many rows to show.
const PREVIEWED_WRITE: u32 = 1_000_002;

pub(super) struct DrySql {
    inner: Arc<dyn SqlGateway>,
    shared: Arc<SharedTransaction>,
    recording: Arc<Recording>,
}

/// The transaction that is never committed.
#[derive(Default)]
pub(super) struct SharedTransaction {
    open: Mutex<Option<Box<dyn SqlTransaction>>>,
    begun: AtomicBool,
}

/// A transaction of the script.
struct DryTransaction {
    shared: Arc<SharedTransaction>,
    recording: Arc<Recording>,
    /// The number of statements at its start, and at each of its savepoints.
    marks: Vec<usize>,
}

impl DrySql {
    pub(super) fn over(
        inner: Arc<dyn SqlGateway>,
        shared: &Arc<SharedTransaction>,
        recording: &Arc<Recording>,
    ) -> Self {
        Self { inner, shared: Arc::clone(shared), recording: Arc::clone(recording) }
    }
}

impl SharedTransaction {
    pub(super) async fn end(&self) {
        let open = self.open.lock().await.take();
        if let Some(open) = open
            && let Err(error) = open.rollback().await
        {
            tracing::warn!("the transaction of a dry run was not rolled back cleanly: {error}");
        }
    }

    fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Acquire)
    }
}

/// Opens the transaction if it is not open yet.
async fn opened(
    open: &mut Option<Box<dyn SqlTransaction>>,
    begin: impl Future<Output = Result<Box<dyn SqlTransaction>, SqlError>>,
) -> Result<&mut dyn SqlTransaction, SqlError> {
    let transaction = match open.take() {
        Some(transaction) => transaction,
        None => begin.await?,
    };
    Ok(&mut **open.insert(transaction))
}

#[async_trait]
impl SqlGateway for DrySql {
    fn tables(&self) -> &[DeclaredTable] {
        self.inner.tables()
    }

    fn mode(&self) -> SqlMode {
        self.inner.mode()
    }

    fn scope(&self, tenant: &TenantId, sql: &str, params: &[SqlValue]) -> Result<ScopedSql, SqlError> {
        let scoped = self.inner.scope(tenant, sql, params)?;
        if scoped.effect == SqlEffect::Reads {
            return Ok(scoped);
        }
        let preview = self.inner.preview(tenant, sql, params)?;
        Ok(ScopedSql { preview: Some(Box::new(preview)), ..scoped })
    }

    fn preview(&self, tenant: &TenantId, sql: &str, params: &[SqlValue]) -> Result<PreviewSql, SqlError> {
        self.inner.preview(tenant, sql, params)
    }

    async fn run(&self, tenant: &TenantId, statement: ScopedSql, bounds: SqlBounds) -> Result<SqlRows, SqlError> {
        if statement.effect == SqlEffect::Reads && !self.shared.has_begun() {
            return self.inner.run(tenant, statement, bounds).await;
        }
        let mut open = self.shared.open.lock().await;
        let begin = self.inner.begin(tenant, SqlEffect::Writes, bounds.time);
        let transaction = opened(&mut open, begin).await?;
        self.shared.begun.store(true, Ordering::Release);
        // A failed statement undoes only itself, like a statement outside of a transaction.
        transaction.save(SINGLE_STATEMENT).await?;
        match perform(transaction, statement, bounds, &self.recording).await {
            Ok(rows) => transaction.keep(SINGLE_STATEMENT).await.map(|()| rows),
            Err(error) => transaction.undo(SINGLE_STATEMENT).await.and(Err(error)),
        }
    }

    async fn begin(
        &self,
        tenant: &TenantId,
        effect: SqlEffect,
        patience: Duration,
    ) -> Result<Box<dyn SqlTransaction>, SqlError> {
        if effect == SqlEffect::Reads && !self.shared.has_begun() {
            return self.inner.begin(tenant, effect, patience).await;
        }
        let mut open = self.shared.open.lock().await;
        opened(&mut open, self.inner.begin(tenant, SqlEffect::Writes, patience))
            .await?
            .save(SCRIPT_TRANSACTION)
            .await?;
        self.shared.begun.store(true, Ordering::Release);
        let marks = vec![self.recording.statements()];
        Ok(Box::new(DryTransaction { shared: Arc::clone(&self.shared), recording: Arc::clone(&self.recording), marks }))
    }
}

impl DryTransaction {
    fn take_back(&mut self) {
        if let Some(mark) = self.marks.pop() {
            self.recording.take_back(mark);
        }
    }
}

#[async_trait]
impl SqlTransaction for DryTransaction {
    async fn run(&mut self, statement: ScopedSql, bounds: SqlBounds) -> Result<SqlRows, SqlError> {
        let mut open = self.shared.open.lock().await;
        perform(within(&mut open)?, statement, bounds, &self.recording).await
    }

    async fn save(&mut self, depth: u32) -> Result<(), SqlError> {
        let mut open = self.shared.open.lock().await;
        within(&mut open)?.save(depth).await?;
        self.marks.push(self.recording.statements());
        Ok(())
    }

    async fn keep(&mut self, depth: u32) -> Result<(), SqlError> {
        let mut open = self.shared.open.lock().await;
        within(&mut open)?.keep(depth).await?;
        self.marks.pop();
        Ok(())
    }

    async fn undo(&mut self, depth: u32) -> Result<(), SqlError> {
        let shared = Arc::clone(&self.shared);
        let mut open = shared.open.lock().await;
        within(&mut open)?.undo(depth).await?;
        // Nested savepoints end with it.
        self.marks.truncate(usize::try_from(depth).unwrap_or(usize::MAX).saturating_add(1));
        self.take_back();
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), SqlError> {
        let mut open = self.shared.open.lock().await;
        within(&mut open)?.keep(SCRIPT_TRANSACTION).await
    }

    async fn rollback(mut self: Box<Self>) -> Result<(), SqlError> {
        let shared = Arc::clone(&self.shared);
        let mut open = shared.open.lock().await;
        within(&mut open)?.undo(SCRIPT_TRANSACTION).await?;
        self.marks.truncate(1);
        self.take_back();
        Ok(())
    }
}

fn within(open: &mut Option<Box<dyn SqlTransaction>>) -> Result<&mut dyn SqlTransaction, SqlError> {
    match open {
        Some(transaction) => Ok(&mut **transaction),
        None => Err(SqlError::Refused("the run has ended".to_owned())),
    }
}

/// Runs a statement; for a write, also reads the rows before and after.
async fn perform(
    transaction: &mut dyn SqlTransaction,
    mut statement: ScopedSql,
    bounds: SqlBounds,
    recording: &Recording,
) -> Result<SqlRows, SqlError> {
    let Some(preview) = statement.preview.take() else { return transaction.run(statement, bounds).await };
    let PreviewSql { sql, before, write, removes } = *preview;
    let read_bounds = SqlBounds { rows_read: u64::MAX, rows_written: 0, ..bounds };
    let (before_columns, before) = match before {
        None => (Vec::new(), SqlRows::default()),
        Some(lookup) => (lookup.columns.clone(), transaction.run(lookup, read_bounds).await?),
    };
    let returns = !statement.columns.is_empty();
    let (after_columns, rows, after) = if returns {
        let columns = statement.columns.clone();
        let rows = transaction.run(statement, bounds).await?;
        (columns, rows.clone(), rows.rows)
    } else {
        let columns = write.columns.clone();
        transaction.save(PREVIEWED_WRITE).await?;
        match transaction.run(write, SqlBounds { rows_read: u64::MAX, ..bounds }).await {
            Ok(SqlRows { rows, changed }) => {
                transaction.keep(PREVIEWED_WRITE).await?;
                (columns, SqlRows { rows: Vec::new(), changed }, rows)
            }
            // A write with too many rows to show is still made.
            Err(SqlError::TooManyRows(_) | SqlError::TooManyBytes(_)) => {
                transaction.undo(PREVIEWED_WRITE).await?;
                (Vec::new(), transaction.run(statement, bounds).await?, Vec::new())
            }
            Err(error) => return Err(error),
        }
    };
    recording.statement(&StatementChanges {
        sql: &sql,
        changed: rows.changed,
        before: Rows { columns: &before_columns, rows: &before.rows },
        after: if removes { Rows::NONE } else { Rows { columns: &after_columns, rows: &after } },
    });
    Ok(rows)
}
