//! Implements the SQL port: runs script statements on the application's database through separate connection pools.
//!
//! Each statement is first scoped to the tenant (see [`scope`]). A statement that reads runs on a read-only connection, so it cannot write
//! even if the scoping has a bug. Permissions are checked by the caller.

mod config;
mod connections;
mod failure;
mod postgres;
mod rows;
pub mod scope;
pub mod sqlite;
mod statements;
mod tenants;

use std::time::Duration;

use async_trait::async_trait;
use iota_scripts_domain::{DeclaredTable, SqlValue, TenantId};
use iota_scripts_services::ports::{
    PreviewSql, ScopedSql, SqlBounds, SqlEffect, SqlError, SqlGateway, SqlMode, SqlRows, SqlTransaction,
};

use tracing::{Instrument as _, field::Empty};

pub use config::{ScriptDatabaseConfig, ScriptDatabaseError};

use crate::persistence::Dialect;

use connections::Connections;
use scope::Scoping;
use statements::StatementCache;
use tenants::Tenants;

/// Gives scripts access to the declared tables, on connection pools separate from the plugin's own.
#[derive(Debug)]
pub struct PooledSqlGateway {
    config: ScriptDatabaseConfig,
    connections: Connections,
    statements: StatementCache,
    tenants: Tenants,
}

/// The limits of one statement: time, rows read and rows changed.
#[derive(Debug, Clone, Copy)]
struct Caps {
    time: Duration,
    rows: u64,
    changes: u64,
}

impl PooledSqlGateway {
    /// Opens the pools and checks that the database responds and has every declared table and column.
    ///
    /// # Errors
    /// Returns the configuration key that is wrong and the reason.
    pub async fn connect(config: ScriptDatabaseConfig) -> Result<Self, ScriptDatabaseError> {
        let connections = Connections::open(&config).await?;
        let tenants = Tenants::new(config.per_tenant_connections);
        let gateway = Self { config, connections, statements: StatementCache::default(), tenants };
        gateway.check_tables().await?;
        Ok(gateway)
    }

    /// Closes every connection.
    pub async fn close(&self) {
        self.connections.close().await;
    }

    const fn dialect(&self) -> Dialect {
        self.connections.dialect()
    }

    const fn caps(&self, bounds: SqlBounds) -> Caps {
        let time = if bounds.time.as_millis() < self.config.statement_timeout.as_millis() {
            bounds.time
        } else {
            self.config.statement_timeout
        };
        let rows = if bounds.rows_read < self.config.max_rows { bounds.rows_read } else { self.config.max_rows };
        Caps { time, rows, changes: bounds.rows_written }
    }

    /// Selects zero rows from each declared table, so that a wrong declaration fails at startup.
    async fn check_tables(&self) -> Result<(), ScriptDatabaseError> {
        let bounds = SqlBounds { time: self.config.statement_timeout, rows_read: 0, rows_written: 0 };
        for (position, table) in self.config.tables.iter().enumerate() {
            let sql = scope::probe(table, self.dialect());
            let probed = self.connections.read(None, &sql, self.caps(bounds)).await;
            probed.map_err(|error| ScriptDatabaseError::table(position, &table.name, &error))?;
        }
        Ok(())
    }
}

#[async_trait]
impl SqlGateway for PooledSqlGateway {
    fn tables(&self) -> &[DeclaredTable] {
        &self.config.tables
    }

    fn mode(&self) -> SqlMode {
        self.config.mode
    }

    fn scope(&self, tenant: &TenantId, sql: &str, params: &[SqlValue]) -> Result<ScopedSql, SqlError> {
        let scoping = Scoping { dialect: self.dialect(), tables: &self.config.tables, tenant };
        let read = self.statements.read(sql, self.dialect(), params.len());
        read.and_then(|read| scoping.rewrite(&read, params)).map_err(|refusal| SqlError::Refused(refusal.to_string()))
    }

    fn preview(&self, tenant: &TenantId, sql: &str, params: &[SqlValue]) -> Result<PreviewSql, SqlError> {
        let scoping = Scoping { dialect: self.dialect(), tables: &self.config.tables, tenant };
        scoping.preview(sql, params).map_err(|refusal| SqlError::Refused(refusal.to_string()))
    }

    async fn run(&self, tenant: &TenantId, statement: ScopedSql, bounds: SqlBounds) -> Result<SqlRows, SqlError> {
        let caps = self.caps(bounds);
        let running = async {
            let permit = self.tenants.acquire(tenant, caps.time).await?;
            match statement.effect {
                SqlEffect::Reads => self.connections.read(Some((tenant, permit)), &statement, caps).await,
                SqlEffect::Writes => self.connections.write((tenant, permit), &statement, caps).await,
            }
        };
        traced(statement.effect, running).await
    }

    async fn begin(
        &self,
        tenant: &TenantId,
        effect: SqlEffect,
        patience: Duration,
    ) -> Result<Box<dyn SqlTransaction>, SqlError> {
        let permit = self.tenants.acquire(tenant, patience).await?;
        let transaction = self.connections.begin((tenant, permit), effect, patience).await?;
        let unlimited = SqlBounds { time: Duration::MAX, rows_read: u64::MAX, rows_written: u64::MAX };
        Ok(Box::new(GatewayTransaction { transaction, caps: self.caps(unlimited) }))
    }
}

/// Runs a statement in a tracing span. The span omits the SQL text because it may contain tenant data.
async fn traced(
    effect: SqlEffect,
    running: impl Future<Output = Result<SqlRows, SqlError>>,
) -> Result<SqlRows, SqlError> {
    let effect = if effect == SqlEffect::Reads { "read" } else { "write" };
    let span = tracing::debug_span!("statement", effect, rows = Empty, changed = Empty, error = Empty);
    let result = running.instrument(span.clone()).await;
    match &result {
        Ok(rows) => span.record("rows", rows.rows.len()).record("changed", rows.changed),
        Err(error) => span.record("error", variant(error)),
    };
    result
}

/// The name of the variant: the message of a database may quote values.
fn variant(error: &SqlError) -> String {
    let text = format!("{error:?}");
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
}

/// A transaction opened by a script run.
struct GatewayTransaction {
    transaction: connections::OpenTransaction,
    caps: Caps,
}

#[async_trait]
impl SqlTransaction for GatewayTransaction {
    async fn run(&mut self, statement: ScopedSql, bounds: SqlBounds) -> Result<SqlRows, SqlError> {
        let caps = Caps {
            time: self.caps.time.min(bounds.time),
            rows: self.caps.rows.min(bounds.rows_read),
            changes: bounds.rows_written,
        };
        traced(statement.effect, self.transaction.run(&statement, caps)).await
    }

    async fn save(&mut self, depth: u32) -> Result<(), SqlError> {
        self.transaction.execute(&format!("SAVEPOINT iota_{depth}")).await
    }

    async fn keep(&mut self, depth: u32) -> Result<(), SqlError> {
        self.transaction.execute(&format!("RELEASE SAVEPOINT iota_{depth}")).await
    }

    async fn undo(&mut self, depth: u32) -> Result<(), SqlError> {
        self.transaction.execute(&format!("ROLLBACK TO SAVEPOINT iota_{depth}")).await?;
        self.transaction.execute(&format!("RELEASE SAVEPOINT iota_{depth}")).await
    }

    async fn commit(self: Box<Self>) -> Result<(), SqlError> {
        self.transaction.commit().await
    }

    async fn rollback(self: Box<Self>) -> Result<(), SqlError> {
        self.transaction.rollback().await
    }
}
