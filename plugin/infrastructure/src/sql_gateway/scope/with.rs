//! WITH: common table expressions. Each gets a generated name, so that none can shadow a table.

use iota_scripts_domain::ColumnType;
use sqlparser::ast::{Cte, CteAsMaterialized, Query, SetExpr, SetOperator, Statement, TableAlias, With};

use super::{
    names::{Name, Scope, label},
    query::Output,
    rejection::{SqlRejection, unless, unsupported},
    select::Naming,
    writer::Writer,
};
use crate::persistence::Dialect;

/// A column's name for lookup, and its name in a result.
pub(super) type ColumnName = (Name, String);

/// A common table expression in scope.
#[derive(Debug, Clone)]
pub(super) struct CommonTable {
    pub(super) name: Name,
    pub(super) written: String,
    /// Its columns: name, name in the generated SQL, and type.
    pub(super) columns: Vec<(Option<ColumnName>, String, Option<ColumnType>)>,
}

impl Writer<'_> {
    /// Writes WITH. Its names are in scope until the end of the statement that it belongs to.
    pub(super) fn with(&mut self, with: &With, scope: &Scope<'_>) -> Result<(), SqlRejection> {
        let With { with_token: _, recursive, cte_tables } = with;
        self.write(if *recursive { "WITH RECURSIVE " } else { "WITH " });
        for (index, cte) in cte_tables.iter().enumerate() {
            if index > 0 {
                self.write(", ");
            }
            self.common_table(cte, *recursive, scope)?;
        }
        self.write(" ");
        Ok(())
    }

    fn common_table(&mut self, cte: &Cte, recursive: bool, scope: &Scope<'_>) -> Result<(), SqlRejection> {
        let Cte { alias, query, from, materialized, closing_paren_token: _ } = cte;
        unless(from.is_none(), "FROM after a common table expression")?;
        let written = self.next_relation()?;
        self.name(&written);
        self.write(match materialized {
            None => " AS (",
            Some(CteAsMaterialized::Materialized) => " AS MATERIALIZED (",
            Some(CteAsMaterialized::NotMaterialized) => " AS NOT MATERIALIZED (",
        });
        let outputs = match query.body.as_ref() {
            SetExpr::SetOperation { op: SetOperator::Union, left, set_quantifier, right } if recursive => {
                let outputs = self.deeper(|writer| writer.set_expr(left, scope, Naming::Internal))?;
                unless(query.with.is_none(), "WITH inside a recursive common table expression")?;
                unless(query.order_by.is_none(), "ORDER BY in a recursive common table expression")?;
                self.define(alias, written.clone(), &outputs)?;
                self.union(*set_quantifier)?;
                let repeated = self.deeper(|writer| writer.set_expr(right, scope, Naming::Internal))?;
                same_width(&outputs, &repeated)?;
                self.end_of_query(query, scope)?;
                self.write(")");
                return Ok(());
            }
            _ => self.query(query, scope, Naming::Internal)?,
        };
        self.write(")");
        self.define(alias, written, &outputs)
    }

    /// Adds the expression to the scope.
    fn define(&mut self, alias: &TableAlias, written: String, outputs: &[Output]) -> Result<(), SqlRejection> {
        let dialect = self.dialect();
        let names = column_names(Some(alias), outputs, dialect)?;
        let columns = names
            .into_iter()
            .zip(outputs)
            .map(|(name, output)| (name, output.written.clone(), output.column_type))
            .collect();
        self.common_tables.push(CommonTable { name: Name::of(&alias.name, dialect), written, columns });
        Ok(())
    }
}

/// Whether a query is a write with a WITH before it.
pub(super) fn is_with_write(query: &Query) -> bool {
    query.with.is_some() && matches!(query.body.as_ref(), SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_))
}

/// Splits a query into WITH and the INSERT, UPDATE or DELETE after it, which the parser treats as the query's body. Returns other queries
/// unchanged.
pub(super) fn split_with_write(query: Query) -> Result<Result<(With, Statement), Box<Query>>, SqlRejection> {
    if !is_with_write(&query) {
        return Ok(Err(Box::new(query)));
    }
    let Query { with, body, order_by, limit_clause, fetch, locks, for_clause, settings, format_clause, pipe_operators } =
        query;
    let bare = order_by.is_none() && limit_clause.is_none() && fetch.is_none() && locks.is_empty();
    unless(bare, "ORDER BY and LIMIT after a write")?;
    let plain = for_clause.is_none() && settings.is_none() && format_clause.is_none() && pipe_operators.is_empty();
    unless(plain, "a clause after a write")?;
    match (with, *body) {
        (Some(with), SetExpr::Insert(write) | SetExpr::Update(write) | SetExpr::Delete(write)) => Ok(Ok((with, write))),
        _ => unsupported("INSERT, UPDATE and DELETE inside a query"),
    }
}

/// Returns the column names of a subquery: those of the alias, then its own.
pub(super) fn column_names(
    alias: Option<&TableAlias>,
    outputs: &[Output],
    dialect: Dialect,
) -> Result<Vec<Option<ColumnName>>, SqlRejection> {
    let own = |output: &Output| output.name.as_deref().map(|name| (Name::declared(name, dialect), name.to_owned()));
    let mut names: Vec<Option<ColumnName>> = outputs.iter().map(own).collect();
    let Some(TableAlias { explicit: _, name: _, columns, at }) = alias else { return Ok(names) };
    unless(at.is_none(), "AT after an alias")?;
    if columns.len() > outputs.len() {
        return unsupported(format!("an alias with {} columns for a query with {}", columns.len(), outputs.len()));
    }
    for (place, column) in names.iter_mut().zip(columns) {
        unless(column.data_type.is_none(), "types in an alias")?;
        *place = Some((Name::of(&column.name, dialect), label(&column.name, dialect)));
    }
    Ok(names)
}

/// Checks that both sides of a set operation have the same number of columns.
pub(super) fn same_width(left: &[Output], right: &[Output]) -> Result<(), SqlRejection> {
    if left.len() == right.len() {
        return Ok(());
    }
    unsupported(format!("a set operation on {} and {} columns", left.len(), right.len()))
}
