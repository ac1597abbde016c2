//! SQL of a script, made safe to run: read by a parser, checked, and written anew.
//!
//! Nothing of the author's text reaches the database as it was. Every construct that is allowed has a place here that writes it; what has
//! none is refused by name. Each table becomes a subquery of the tenant's own rows with the declared columns only, each name is resolved
//! here and written in full, so that the database has nothing left to look up by itself. Pure: no connection, no IO.

mod catalogue;
mod conditions;
mod expression;
mod from;
mod function_syntax;
mod functions;
mod insert;
mod literal;
mod names;
mod operators;
mod preview;
mod query;
mod reading;
mod rejection;
mod select;
mod types;
mod update;
mod window;
mod with;
mod writer;
mod writes;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use iota_scripts_domain::{DeclaredTable, SqlValue, TenantId};
use iota_scripts_services::ports::{ScopedSql, SqlColumn, SqlEffect};
use sqlparser::ast::{Query, Statement, With};

pub(super) use literal::{instant, text as quoted_text};
pub use rejection::SqlRejection;

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

/// A statement that was read. What it says does not depend on whose it is, nor on its values.
#[derive(Debug, Clone)]
pub struct ParsedStatement(Arc<Statement>);

impl ParsedStatement {
    /// Reads a statement that names so many values.
    ///
    /// # Errors
    /// What is not understood.
    pub fn of(sql: &str, dialect: Dialect, params: usize) -> Result<Self, SqlRejection> {
        reading::read(sql, dialect, params).map(|statement| Self(Arc::new(statement)))
    }
}

impl Scoping<'_> {
    /// Checks a statement and rewrites it.
    ///
    /// # Errors
    /// What is not allowed, or not understood.
    pub fn scope(&self, sql: &str, params: &[SqlValue]) -> Result<ScopedSql, SqlRejection> {
        self.rewrite(&ParsedStatement::of(sql, self.dialect, params.len())?, params)
    }

    /// Checks a statement that was read and rewrites it, with as many values as it was read for.
    ///
    /// # Errors
    /// What is not allowed.
    pub fn rewrite(
        &self,
        ParsedStatement(statement): &ParsedStatement,
        params: &[SqlValue],
    ) -> Result<ScopedSql, SqlRejection> {
        match statement.as_ref() {
            Statement::Query(query) if with::is_with_write(query) => {
                match with::split_with_write(Query::clone(query))? {
                    Ok((with, write)) => self.write(&write, Some(&with), params),
                    Err(query) => self.write(&Statement::Query(query), None, params),
                }
            }
            statement => self.write(statement, None, params),
        }
    }

    /// `with` stands before a write.
    fn write(
        &self,
        statement: &Statement,
        with: Option<&With>,
        params: &[SqlValue],
    ) -> Result<ScopedSql, SqlRejection> {
        let mut writer = Writer::new(*self, params);
        let nothing = Scope::default();
        if let Some(with) = with {
            writer.with(with, &nothing)?;
        }
        let (effect, outputs) = match statement {
            Statement::Query(query) => (SqlEffect::Reads, writer.query(query, &nothing, select::Naming::Public)?),
            Statement::Insert(_) | Statement::Update(_) | Statement::Delete(_) => {
                (SqlEffect::Writes, writer.write_statement(statement.clone())?)
            }
            other => return Err(reading::unsupported_statement(&other.to_string())),
        };
        let columns = outputs
            .into_iter()
            .map(|output| SqlColumn { name: output.written, column_type: output.column_type })
            .collect();
        let (sql, values) = writer.finish();
        Ok(ScopedSql { sql, values, effect, columns, preview: None })
    }
}

/// A statement that asks a table for none of its rows, and so whether it has the tenant column and every declared one.
pub(super) fn probe(table: &DeclaredTable, dialect: Dialect) -> ScopedSql {
    let name = |name: &str| writer::quoted(name, dialect);
    let columns = table.columns.iter().map(|column| &column.name).chain([&table.tenant.column]);
    let columns: Vec<String> = columns.map(|column| name(column)).collect();
    let schema = table.schema.as_deref().map(|schema| name(schema) + ".").unwrap_or_default();
    let sql = format!("SELECT {} FROM {schema}{} WHERE 1 = 0", columns.join(", "), name(table.stored_name()));
    ScopedSql { sql, values: Vec::new(), effect: SqlEffect::Reads, columns: Vec::new(), preview: None }
}

/// A name as PostgreSQL reads it.
pub(super) fn quoted_name(name: &str) -> String {
    writer::quoted(name, Dialect::Postgres)
}
