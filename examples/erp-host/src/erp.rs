//! The context of every use case: the database, the event bus, and one unit of work on them.

use serde_json::Value as Json;

use crate::call_context::CallContext;
use crate::caller::CallerCache;
use crate::db::{Db, DbError, Row, Tx, Value};
use crate::events::{Event, EventBus};
use crate::tenant::Tenant;

/// The ERP without its web pages.
#[derive(Debug, Clone)]
pub struct Erp {
    pub db: Db,
    pub bus: EventBus,
    pub caller_cache: CallerCache,
    /// Fixed at start.
    pub tenants: std::sync::Arc<[Tenant]>,
}

impl Erp {
    /// The tenant with this id.
    pub fn tenant(&self, id: &str) -> Option<&Tenant> {
        self.tenants.iter().find(|tenant| tenant.id.as_str() == id)
    }

    /// The tenant whose public pages are served under a host name; the port is ignored.
    pub fn tenant_by_host(&self, host: &str) -> Option<&Tenant> {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        self.tenants.iter().find(|tenant| tenant.domain.eq_ignore_ascii_case(name))
    }

    /// Starts a unit of work for a caller.
    pub async fn begin<'a>(&'a self, context: &'a CallContext) -> Result<Work<'a>, DbError> {
        Ok(Work { erp: self, context, tx: self.db.begin().await?, events: Vec::new() })
    }
}

/// A transaction and the events to publish after it. A dry run is rolled back and publishes none.
#[derive(Debug)]
pub struct Work<'a> {
    erp: &'a Erp,
    context: &'a CallContext,
    tx: Tx,
    events: Vec<Event>,
}

impl Work<'_> {
    /// The first row of a query, if any.
    pub async fn first(&mut self, sql: &str, values: &[Value]) -> Result<Option<Row>, DbError> {
        self.tx.first(sql, values).await
    }

    /// All rows of a query.
    pub async fn fetch(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, DbError> {
        self.tx.fetch(sql, values).await
    }

    /// Runs a statement and returns the number of affected rows.
    pub async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, DbError> {
        self.tx.execute(sql, values).await
    }

    /// Inserts one row.
    pub async fn insert(&mut self, table: &str, columns: &[&str], values: Vec<Value>) -> Result<(), DbError> {
        self.tx.insert(table, columns, values).await
    }

    /// Inserts many rows.
    pub async fn insert_all(&mut self, table: &str, columns: &[&str], rows: Vec<Vec<Value>>) -> Result<(), DbError> {
        self.tx.insert_all(table, columns, rows).await
    }

    /// Adds an event, published when the work is committed.
    pub fn event(&mut self, kind: &str, data: Json) {
        self.events.push(Event::new(self.context, kind, data));
    }

    /// The next number of a tenant's orders or invoices. The tenant's row stays locked until the work ends.
    pub async fn next_number(&mut self, counter: Counter) -> Result<i64, DbError> {
        let column = match counter {
            Counter::Order => "last_order_number",
            Counter::Invoice => "last_invoice_number",
        };
        let sql = format!("UPDATE erp_tenants SET {column} = {column} + 1 WHERE id = $1 RETURNING {column} AS number");
        let row = self.tx.first(&sql, &[self.context.tenant.id.as_str().into()]).await?;
        row.map_or(Err(sqlx::Error::RowNotFound.into()), |row| row.int("number"))
    }

    /// Commits the work and publishes its events; rolls a dry run back.
    pub async fn commit(mut self) -> Result<(), DbError> {
        if self.context.dry_run {
            return self.tx.rollback().await;
        }
        for event in &self.events {
            event.log(&mut self.tx).await?;
        }
        self.tx.commit().await?;
        for event in self.events {
            self.erp.bus.tell(event);
        }
        Ok(())
    }
}

/// Records with consecutive numbers in a tenant.
#[derive(Debug, Clone, Copy)]
pub enum Counter {
    Order,
    Invoice,
}
