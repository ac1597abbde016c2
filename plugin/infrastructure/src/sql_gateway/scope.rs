//! Makes a script's SQL safe to run: parses it, checks it and generates new SQL.
//!
//! None of the author's text reaches the database unchanged. Each supported construct has code here that writes it; any other is rejected
//! by name. Each table becomes a subquery of the tenant's rows with the declared columns only. Each name is resolved here and written in
//! full, so the database resolves none itself. This module is pure: no connections, no I/O.

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
mod parsing;
mod preview;
mod query;
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

/// The rules for one tenant's statements.
#[derive(Debug, Clone, Copy)]
pub struct Scoping<'a> {
    /// SQL dialect of the database.
    pub dialect: Dialect,
    /// The declared tables.
    pub tables: &'a [DeclaredTable],
    /// The tenant whose rows are visible.
    pub tenant: &'a TenantId,
}

/// A parsed statement. It is independent of the tenant and of the parameter values.
#[derive(Debug, Clone)]
pub struct ParsedStatement(Arc<Statement>);

impl ParsedStatement {
    /// Parses a statement with `params` parameters.
    ///
    /// # Errors
    /// Returns why the SQL cannot be parsed.
    pub fn of(sql: &str, dialect: Dialect, params: usize) -> Result<Self, SqlRejection> {
        parsing::parse(sql, dialect, params).map(|statement| Self(Arc::new(statement)))
    }
}

impl Scoping<'_> {
    /// Parses a statement, checks it and rewrites it for the tenant.
    ///
    /// # Errors
    /// Returns which construct is not supported, or why the SQL cannot be parsed.
    pub fn scope(&self, sql: &str, params: &[SqlValue]) -> Result<ScopedSql, SqlRejection> {
        self.rewrite(&ParsedStatement::of(sql, self.dialect, params.len())?, params)
    }

    /// Checks a parsed statement and rewrites it for the tenant. `params` must be as many as it was parsed for.
    ///
    /// # Errors
    /// Returns which construct is not supported.
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

    /// Writes the statement; `with` is the WITH clause before an INSERT, UPDATE or DELETE.
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
            other => return Err(parsing::unsupported_statement(&other.to_string())),
        };
        let columns = outputs
            .into_iter()
            .map(|output| SqlColumn { name: output.written, column_type: output.column_type })
            .collect();
        let (sql, values) = writer.finish();
        Ok(ScopedSql { sql, values, effect, columns, preview: None })
    }
}

/// Returns a statement that selects zero rows of a table, which fails unless the tenant column and every declared column exist.
pub(super) fn probe(table: &DeclaredTable, dialect: Dialect) -> ScopedSql {
    let name = |name: &str| writer::quoted(name, dialect);
    let columns = table.columns.iter().map(|column| &column.name).chain([&table.tenant.column]);
    let columns: Vec<String> = columns.map(|column| name(column)).collect();
    let schema = table.schema.as_deref().map(|schema| name(schema) + ".").unwrap_or_default();
    let sql = format!("SELECT {} FROM {schema}{} WHERE 1 = 0", columns.join(", "), name(table.stored_name()));
    ScopedSql { sql, values: Vec::new(), effect: SqlEffect::Reads, columns: Vec::new(), preview: None }
}

/// Quotes a name for PostgreSQL.
pub(super) fn quoted_name(name: &str) -> String {
    writer::quoted(name, Dialect::Postgres)
}
