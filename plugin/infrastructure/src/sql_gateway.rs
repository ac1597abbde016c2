//! The host's tables for scripts: statements are scoped, then run on connections of their own.
//!
//! What a script may is decided before; here, a connection that is to read cannot write, whatever its statement says.

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
use statements::Statements;
use tenants::Tenants;

/// Declared tables on pools of their own.
#[derive(Debug)]
pub struct PooledSqlGateway {
    config: ScriptDatabaseConfig,
    connections: Connections,
    statements: Statements,
    tenants: Tenants,
}

/// What one statement is held to by the gateway itself.
#[derive(Debug, Clone, Copy)]
struct Caps {
    time: Duration,
    rows: u64,
    changes: u64,
}

impl PooledSqlGateway {
    /// Opens the pools, and sees that the database answers and has every declared table and column.
    ///
    /// # Errors
    /// The key of the configuration that is wrong, and why.
    pub async fn connect(config: ScriptDatabaseConfig) -> Result<Self, ScriptDatabaseError> {
        let connections = Connections::open(&config).await?;
        let tenants = Tenants::new(config.per_tenant_connections);
        let gateway = Self { config, connections, statements: Statements::default(), tenants };
        gateway.look_at_tables().await?;
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

    /// Asks each table for nothing, so that a wrong declaration is found at the start.
    async fn look_at_tables(&self) -> Result<(), ScriptDatabaseError> {
        let bounds = SqlBounds { time: self.config.statement_timeout, rows_read: 0, rows_written: 0 };
        for (position, table) in self.config.tables.iter().enumerate() {
            let sql = scope::probe(table, self.dialect());
            let looked = self.connections.read(None, &sql, self.caps(bounds)).await;
            looked.map_err(|error| ScriptDatabaseError::table(position, &table.name, &error))?;
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
            let turn = self.tenants.turn(tenant, caps.time).await?;
            match statement.effect {
                SqlEffect::Reads => self.connections.read(Some((tenant, turn)), &statement, caps).await,
                SqlEffect::Writes => self.connections.write((tenant, turn), &statement, caps).await,
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
        let turn = self.tenants.turn(tenant, patience).await?;
        let transaction = self.connections.begin((tenant, turn), effect, patience).await?;
        let own = SqlBounds { time: Duration::MAX, rows_read: u64::MAX, rows_written: u64::MAX };
        Ok(Box::new(Session { transaction, caps: self.caps(own) }))
    }
}

/// Runs a statement in a span of its own. No text: it may have values of the tenant in it.
async fn traced(
    effect: SqlEffect,
    running: impl Future<Output = Result<SqlRows, SqlError>>,
) -> Result<SqlRows, SqlError> {
    let effect = if effect == SqlEffect::Reads { "read" } else { "write" };
    let span = tracing::debug_span!("statement", effect, rows = Empty, changed = Empty, error = Empty);
    let done = running.instrument(span.clone()).await;
    match &done {
        Ok(rows) => span.record("rows", rows.rows.len()).record("changed", rows.changed),
        Err(error) => span.record("error", tracing::field::display(error)),
    };
    done
}

/// A transaction of a run.
struct Session {
    transaction: connections::Open,
    caps: Caps,
}

#[async_trait]
impl SqlTransaction for Session {
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
