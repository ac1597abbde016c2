//! SQL of a script, made safe to run: read by a parser, checked, and written anew.
//!
//! Nothing of the author's text reaches the database as it was. Every construct that is allowed has a place here that writes it; what has
//! none is refused by name. Each table becomes a subquery of the tenant's own rows with the declared columns only, each name is resolved
//! here and written in full, so that the database has nothing left to look up by itself. Pure: no connection, no IO.

mod aggregates;
mod conditions;
mod expression;
mod from;
mod functions;
mod insert;
mod literal;
mod names;
mod operators;
mod query;
mod reading;
mod refusal;
mod select;
mod types;
mod update;
mod window;
mod with;
mod writer;
mod writes;

#[cfg(test)]
mod tests;

use iota_scripts_domain::{ColumnType, DeclaredTable, SqlValue, TenantId};
use sqlparser::ast::Statement;

pub use refusal::Refusal;

use crate::persistence::Dialect;

use names::Scope;
use writer::Writer;

/// What statements of one tenant are held to.
#[derive(Debug, Clone, Copy)]
pub struct Scoping<'a> {
    /// The database's dialect.
    pub dialect: Dialect,
    /// The tables that there are.
    pub tables: &'a [DeclaredTable],
    /// Whose rows.
    pub tenant: &'a TenantId,
}

/// A statement that may run.
#[derive(Debug, Clone, PartialEq)]
pub struct Scoped {
    /// The text for the database.
    pub sql: String,
    /// The values that it names `?1`, `?2` …; PostgreSQL's are in the text.
    pub values: Vec<SqlValue>,
    /// Whether it changes rows.
    pub effect: Effect,
    /// The columns of the rows that come back, with the declared types where they are known; empty when none come.
    pub columns: Vec<OutputColumn>,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It reads.
    Reads,
    /// It changes rows.
    Writes,
}

/// A column of the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputColumn {
    /// Its name.
    pub name: String,
    /// What its values were declared to be.
    pub column_type: Option<ColumnType>,
}

impl Scoping<'_> {
    /// Checks a statement and rewrites it.
    ///
    /// # Errors
    /// What is not allowed, or not understood.
    pub fn scope(&self, sql: &str, params: &[SqlValue]) -> Result<Scoped, Refusal> {
        let statement = reading::read(sql, self.dialect, params.len())?;
        let mut writer = Writer::new(*self, params);
        let nothing = Scope::default();
        let (effect, outputs) = match statement {
            Statement::Query(query) => (Effect::Reads, writer.query(&query, &nothing, select::Naming::Shown)?),
            Statement::Insert(insert) => (Effect::Writes, writer.insert(insert)?),
            Statement::Update(update) => (Effect::Writes, writer.update(update)?),
            Statement::Delete(delete) => (Effect::Writes, writer.delete(delete)?),
            other => return Err(reading::not_a_statement(&other)),
        };
        let columns = outputs
            .into_iter()
            .map(|output| OutputColumn { name: output.written, column_type: output.column_type })
            .collect();
        let (sql, values) = writer.finish();
        Ok(Scoped { sql, values, effect, columns })
    }
}
