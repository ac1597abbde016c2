//! `db.*`: access to the declared tables of the host, restricted to the tenant's rows and the script's permissions.
//!
//! Every operation ends as SQL text that the gateway scopes; this module does not decide which rows belong to a tenant.

mod run_transaction;
mod statements;
mod values;

use std::sync::Arc;

use iota_scripts_domain::{DatabaseAccess, JsonText, SqlValue};
use serde_json::value::RawValue;

use super::{HostBridge, arguments, json, refuse};
use crate::ports::{CallError, SqlBounds, SqlEffect, SqlError, SqlFailure, SqlGateway, SqlMode, SqlRows};

pub(crate) use run_transaction::RunTransaction;
use statements::{Statement, TableOp};
use values::{SqlResult, Tagged};

/// The id of the call's transaction; `None` for a call outside of a transaction.
type TransactionId = Option<String>;

pub(super) async fn call(bridge: &HostBridge, operation: &str, args: &JsonText) -> Result<JsonText, CallError> {
    let Some(gateway) = bridge.ports.sql.clone() else {
        let message = format!("db.{operation}: the operator has not set up a database for scripts");
        return Err(refuse("UNAVAILABLE", message));
    };
    Call { bridge, gateway, method: format!("db.{operation}") }.perform(operation, args).await
}

struct Call<'b> {
    bridge: &'b HostBridge,
    gateway: Arc<dyn SqlGateway>,
    /// `db.query`
    method: String,
}

impl Call<'_> {
    async fn perform(&self, operation: &str, args: &JsonText) -> Result<JsonText, CallError> {
        match operation {
            "query" => {
                let (within, sql, params): (TransactionId, String, Vec<Tagged>) = arguments(&self.method, args)?;
                let params: Vec<SqlValue> = params.into_iter().map(|Tagged(value)| value).collect();
                self.rows(&within, &Statement { sql, params }).await
            }
            "begin" => {
                let (within,): (TransactionId,) = arguments(&self.method, args)?;
                self.begin(&within).await
            }
            "commit" | "rollback" => {
                let (within,): (String,) = arguments(&self.method, args)?;
                let run_transaction = &self.bridge.sql;
                let ended = if operation == "commit" {
                    run_transaction.commit(&within).await
                } else {
                    run_transaction.rollback(&within).await
                };
                ended.map_err(|error| self.failed(&error))?;
                Ok(JsonText::null())
            }
            "findOne" | "findMany" | "insert" | "update" | "delete" => {
                let (within, table, rest) = self.helper(args)?;
                let op = TableOp::read(operation, &rest).map_err(|error| super::invalid(&self.method, &error))?;
                let known = self.gateway.tables().iter().find(|known| known.name.eq_ignore_ascii_case(&table));
                let statement = op.statement(&table, known).map_err(|error| self.refused(error.to_string()))?;
                match op {
                    TableOp::Update { .. } | TableOp::Delete { .. } => {
                        json(&self.run(&within, &statement).await?.1.changed)
                    }
                    TableOp::FindOne { .. } | TableOp::FindMany { .. } | TableOp::Insert { .. } => {
                        self.rows(&within, &statement).await
                    }
                }
            }
            _ => Err(refuse("NOT_FOUND", format!("there is no db.{operation}"))),
        }
    }

    /// `[transaction or null, table, …]`
    fn helper(&self, args: &JsonText) -> Result<(TransactionId, String, Vec<Box<RawValue>>), CallError> {
        let mut parts: Vec<Box<RawValue>> = arguments(&self.method, args)?;
        if parts.len() < 2 {
            return Err(super::invalid(&self.method, &"the table's name is missing"));
        }
        let rest = parts.split_off(2);
        let mut parts = parts.into_iter().map(JsonText::from);
        let mut next = || parts.next().unwrap_or_else(JsonText::null);
        let within: TransactionId = arguments(&self.method, &next())?;
        let table: String = arguments(&self.method, &next())?;
        Ok((within, table, rest))
    }

    async fn rows(&self, within: &TransactionId, statement: &Statement) -> Result<JsonText, CallError> {
        let (columns, rows) = self.run(within, statement).await?;
        json(&SqlResult { columns, rows })
    }

    /// Scopes a statement, checks the script's permission, counts the call, and runs it.
    async fn run(&self, within: &TransactionId, statement: &Statement) -> Result<(Vec<String>, SqlRows), CallError> {
        let bridge = self.bridge;
        let tenant = bridge.scope.identity.tenant_id();
        let scoped =
            self.gateway.scope(tenant, &statement.sql, &statement.params).map_err(|error| self.failed(&error))?;
        if scoped.effect == SqlEffect::Writes {
            self.may_write()?;
            bridge.writes().await?;
        }
        let columns = scoped.columns.iter().map(|column| column.name.clone()).collect();
        let effect = scoped.effect;
        let ran = match within {
            Some(id) => bridge.sql.run(id, scoped, self.bounds()).await,
            None if effect == SqlEffect::Writes && bridge.sql.is_open() => {
                return Err(self.refused("a transaction is open: write with its tx, as in tx.insert(…)".to_owned()));
            }
            None => self.gateway.run(tenant, scoped, self.bounds()).await,
        };
        let rows = ran.map_err(|error| self.failed(&error))?;
        bridge.counts.rows(rows.rows.len() as u64, rows.changed);
        Ok((columns, rows))
    }

    async fn begin(&self, within: &TransactionId) -> Result<JsonText, CallError> {
        let effect = if self.may_write().is_ok() { SqlEffect::Writes } else { SqlEffect::Reads };
        let (run_transaction, tenant) = (&self.bridge.sql, self.bridge.scope.identity.tenant_id());
        let begun = match within {
            Some(outer) => run_transaction.nest(outer).await,
            None => run_transaction.begin(self.gateway.begin(tenant, effect, self.bridge.time_left())).await,
        };
        json(&begun.map_err(|error| self.failed(&error))?)
    }

    fn may_write(&self) -> Result<(), CallError> {
        let reason = match (self.gateway.mode(), self.bridge.scope.database_access) {
            (SqlMode::ReadOnly, _) => "the operator does not allow scripts to write",
            (SqlMode::ReadWrite, DatabaseAccess::Read) => {
                "this script may only read; a user with scripts.manage_endpoints can allow it to write in its settings"
            }
            (SqlMode::ReadWrite, DatabaseAccess::ReadWrite) => return Ok(()),
        };
        Err(refuse("FORBIDDEN", format!("{}: {reason}", self.method)))
    }

    fn bounds(&self) -> SqlBounds {
        let (limits, counts) = (&self.bridge.scope.limits, &self.bridge.counts);
        SqlBounds {
            time: self.bridge.time_left(),
            rows_read: limits.sql_rows_read.saturating_sub(counts.rows_read()),
            rows_written: limits.sql_rows_written.saturating_sub(counts.rows_written()),
        }
    }

    fn refused(&self, message: String) -> CallError {
        self.failed(&SqlError::Refused(message))
    }

    fn failed(&self, error: &SqlError) -> CallError {
        let code = match error {
            SqlError::Refused(_) => "SQL_REFUSED",
            SqlError::Failed { reason: SqlFailure::Constraint, .. } => "CONFLICT",
            SqlError::Failed { reason: SqlFailure::Value, .. } => "VALIDATION",
            SqlError::Failed { reason: SqlFailure::Other, .. } => "SQL_FAILED",
            SqlError::TooManyRows(_) | SqlError::TooManyChanges(_) => "QUOTA_EXCEEDED",
            SqlError::TooManyBytes(_) => "TOO_LARGE",
            SqlError::TimedOut(_) => "TIMEOUT",
            SqlError::Busy | SqlError::Unavailable(_) => "UNAVAILABLE",
        };
        refuse(code, format!("{}: {error}", self.method))
    }
}
