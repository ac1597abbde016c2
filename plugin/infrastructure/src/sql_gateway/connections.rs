//! The ways to either database, and one transaction on it.

use std::time::Duration;

use iota_scripts_domain::TenantId;
use iota_scripts_services::ports::{ScopedSql, SqlEffect, SqlError, SqlRows};

use super::{
    Caps,
    config::{ScriptDatabaseConfig, ScriptDatabaseError},
    postgres::{PostgresPools, PostgresTransaction},
    sqlite::{SqliteClient, SqliteTransaction},
    tenants::Turn,
};
use crate::persistence::{Dialect, Target};

/// Connections for scripts.
#[derive(Debug)]
pub(super) enum Connections {
    Sqlite(SqliteClient),
    Postgres(Box<PostgresPools>),
}

/// A transaction that is open.
pub(super) enum Open {
    Sqlite(SqliteTransaction),
    Postgres(PostgresTransaction, Turn),
}

impl Connections {
    pub(super) async fn open(config: &ScriptDatabaseConfig) -> Result<Self, ScriptDatabaseError> {
        let (url, read_url) = config.check()?;
        let copy = read_url.as_ref().map(|copy| &copy.target);
        match (&url.target, copy) {
            (Target::Sqlite { path }, copy) => {
                let copy = match copy {
                    Some(Target::Sqlite { path }) => path,
                    Some(Target::Postgres { .. }) | None => path,
                };
                SqliteClient::open(path, copy, config).await.map(Self::Sqlite)
            }
            (Target::Postgres { options, .. }, copy) => {
                let copy = match copy {
                    Some(Target::Postgres { options, .. }) => Some(options.as_ref()),
                    Some(Target::Sqlite { .. }) | None => None,
                };
                PostgresPools::open(options, copy, config).await.map(|pools| Self::Postgres(Box::new(pools)))
            }
        }
    }

    pub(super) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement that reads, outside of any transaction of a script. The tenant's turn is kept until its connection is free, which
    /// may be after whoever waited for the statement has gone.
    pub(super) async fn read(
        &self,
        tenant: Option<(&TenantId, Turn)>,
        statement: &ScopedSql,
        caps: Caps,
    ) -> Result<SqlRows, SqlError> {
        match self {
            Self::Sqlite(client) => client.read(statement, caps, tenant.map(|(_, turn)| turn)).await,
            Self::Postgres(pools) => {
                let (tenant, _turn) = tenant.unzip();
                pools.read(tenant, statement, caps).await
            }
        }
    }

    /// Runs a statement that writes, outside of any transaction of a script.
    pub(super) async fn write(
        &self,
        (tenant, turn): (&TenantId, Turn),
        statement: &ScopedSql,
        caps: Caps,
    ) -> Result<SqlRows, SqlError> {
        match self {
            Self::Sqlite(client) => client.write(statement, caps, turn).await,
            Self::Postgres(pools) => {
                let _turn = turn;
                pools.write(tenant, statement, caps).await
            }
        }
    }

    pub(super) async fn begin(
        &self,
        (tenant, turn): (&TenantId, Turn),
        effect: SqlEffect,
        patience: Duration,
    ) -> Result<Open, SqlError> {
        match self {
            Self::Sqlite(client) => client.begin(effect, turn).await.map(Open::Sqlite),
            Self::Postgres(pools) => {
                let begun = pools.begin(tenant, effect, patience).await;
                begun.map(|transaction| Open::Postgres(transaction, turn))
            }
        }
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite(client) => client.close().await,
            Self::Postgres(pools) => pools.close().await,
        }
    }
}

impl Open {
    /// Runs a statement. What fails, or is over a cap, undoes itself and nothing else of the transaction, as far as the database lets us.
    pub(super) async fn run(&mut self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, SqlError> {
        match self {
            Self::Sqlite(transaction) => transaction.run(statement, caps).await,
            Self::Postgres(transaction, _turn) => transaction.run(statement, caps).await,
        }
    }

    /// Runs a statement of ours that gives nothing.
    pub(super) async fn execute(&mut self, sql: &str) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(transaction) => transaction.execute(sql).await,
            Self::Postgres(transaction, _turn) => transaction.execute(sql).await,
        }
    }

    pub(super) async fn commit(self) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction, _turn) => transaction.commit().await,
        }
    }

    pub(super) async fn rollback(self) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(transaction) => transaction.rollback().await,
            Self::Postgres(transaction, _turn) => transaction.rollback().await,
        }
    }
}
