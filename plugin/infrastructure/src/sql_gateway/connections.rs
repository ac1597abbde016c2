//! Dispatches to SQLite or PostgreSQL: single statements and transactions.

use std::time::Duration;

use iota_scripts_domain::TenantId;
use iota_scripts_services::ports::{ScopedSql, SqlEffect, SqlError, SqlRows};

use super::{
    Caps,
    config::{ScriptDatabaseConfig, ScriptDatabaseError},
    postgres::{PostgresPools, PostgresTransaction},
    sqlite::{SqliteClient, SqliteTransaction},
    tenants::TenantPermit,
};
use crate::persistence::{Dialect, Target};

/// The connections of scripts to one database.
#[derive(Debug)]
pub(super) enum Connections {
    Sqlite(SqliteClient),
    Postgres(Box<PostgresPools>),
}

/// An open transaction. For PostgreSQL it also holds the tenant's permit; the SQLite client keeps it itself.
pub(super) enum OpenTransaction {
    Sqlite(SqliteTransaction),
    Postgres(PostgresTransaction, TenantPermit),
}

impl Connections {
    pub(super) async fn open(config: &ScriptDatabaseConfig) -> Result<Self, ScriptDatabaseError> {
        let (url, read_url) = config.check()?;
        let replica = read_url.as_ref().map(|replica| &replica.target);
        match (&url.target, replica) {
            (Target::Sqlite { path }, replica) => {
                let replica = match replica {
                    Some(Target::Sqlite { path }) => path,
                    Some(Target::Postgres { .. }) | None => path,
                };
                SqliteClient::open(path, replica, config).await.map(Self::Sqlite)
            }
            (Target::Postgres { options, .. }, replica) => {
                let replica = match replica {
                    Some(Target::Postgres { options, .. }) => Some(options.as_ref()),
                    Some(Target::Sqlite { .. }) | None => None,
                };
                PostgresPools::open(options, replica, config).await.map(|pools| Self::Postgres(Box::new(pools)))
            }
        }
    }

    pub(super) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a reading statement outside any script transaction. The tenant's permit is held until the connection is free, which may be
    /// after the caller was dropped.
    pub(super) async fn read(
        &self,
        tenant: Option<(&TenantId, TenantPermit)>,
        statement: &ScopedSql,
        caps: Caps,
    ) -> Result<SqlRows, SqlError> {
        match self {
            Self::Sqlite(client) => client.read(statement, caps, tenant.map(|(_, permit)| permit)).await,
            Self::Postgres(pools) => {
                let (tenant, _permit) = tenant.unzip();
                pools.read(tenant, statement, caps).await
            }
        }
    }

    /// Runs a writing statement outside any script transaction.
    pub(super) async fn write(
        &self,
        (tenant, permit): (&TenantId, TenantPermit),
        statement: &ScopedSql,
        caps: Caps,
    ) -> Result<SqlRows, SqlError> {
        match self {
            Self::Sqlite(client) => client.write(statement, caps, permit).await,
            Self::Postgres(pools) => {
                let _permit = permit;
                pools.write(tenant, statement, caps).await
            }
        }
    }

    pub(super) async fn begin(
        &self,
        (tenant, permit): (&TenantId, TenantPermit),
        effect: SqlEffect,
        patience: Duration,
    ) -> Result<OpenTransaction, SqlError> {
        match self {
            Self::Sqlite(client) => client.begin(effect, permit).await.map(OpenTransaction::Sqlite),
            Self::Postgres(pools) => {
                let begun = pools.begin(tenant, effect, patience).await;
                begun.map(|transaction| OpenTransaction::Postgres(transaction, permit))
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

impl OpenTransaction {
    /// Runs a statement. If it fails or exceeds a limit, only this statement is rolled back, unless the database aborts the whole
    /// transaction.
    pub(super) async fn run(&mut self, statement: &ScopedSql, caps: Caps) -> Result<SqlRows, SqlError> {
        match self {
            Self::Sqlite(transaction) => transaction.run(statement, caps).await,
            Self::Postgres(transaction, _permit) => transaction.run(statement, caps).await,
        }
    }

    /// Runs an internal statement that returns no rows.
    pub(super) async fn execute(&mut self, sql: &str) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(transaction) => transaction.execute(sql).await,
            Self::Postgres(transaction, _permit) => transaction.execute(sql).await,
        }
    }

    pub(super) async fn commit(self) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction, _permit) => transaction.commit().await,
        }
    }

    pub(super) async fn rollback(self) -> Result<(), SqlError> {
        match self {
            Self::Sqlite(transaction) => transaction.rollback().await,
            Self::Postgres(transaction, _permit) => transaction.rollback().await,
        }
    }
}
