//! The dry run of a write: one statement that reads the rows it will change, and the write itself, which returns the changed rows. Both are
//! scoped like any other.

use iota_scripts_domain::SqlValue;
use iota_scripts_services::ports::{PreviewSql, ScopedSql};
use sqlparser::ast::{Expr, FromTable, SelectItem, SetExpr, Statement, TableWithJoins};

use super::{Scoping, SqlRejection, parsing, with::split_with_write};

/// Reads one row more than is shown, so that the caller can tell that there are more.
const PREVIEW_ROWS: &str = "SELECT * FROM looked_at LIMIT 21";

impl Scoping<'_> {
    /// Checks a write and returns the statements of its dry run.
    ///
    /// # Errors
    /// Returns which construct is not supported, or why the SQL cannot be parsed.
    pub fn preview(&self, sql: &str, params: &[SqlValue]) -> Result<PreviewSql, SqlRejection> {
        let statement = parsing::parse(sql, self.dialect, params.len())?;
        let (mut statement, with) = match statement {
            Statement::Query(query) => match split_with_write(*query)? {
                Ok((with, write)) => (write, Some(with)),
                Err(query) => (Statement::Query(query), None),
            },
            other => (other, None),
        };
        let removes = matches!(statement, Statement::Delete(_));
        // Rows selected through other tables are not read beforehand.
        let touched = match &statement {
            _ if with.is_some() => None,
            Statement::Update(update) if update.from.is_none() => Some((&update.table, update.selection.as_ref())),
            Statement::Delete(delete) if delete.using.is_none() => match &delete.from {
                FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from) => {
                    from.first().map(|table| (table, delete.selection.as_ref()))
                }
            },
            _ => None,
        };
        let before = touched.map(|(table, selection)| self.rows_before(table, selection, params)).transpose()?;
        let returning = match &mut statement {
            Statement::Insert(insert) => &mut insert.returning,
            Statement::Update(update) => &mut update.returning,
            Statement::Delete(delete) => &mut delete.returning,
            other => return Err(parsing::unsupported_statement(&other.to_string())),
        };
        returning.get_or_insert_with(|| vec![SelectItem::Wildcard(Default::default())]);
        Ok(PreviewSql { sql: sql.to_owned(), before, write: self.write(&statement, with.as_ref(), params)?, removes })
    }

    fn rows_before(
        &self,
        table: &TableWithJoins,
        selection: Option<&Expr>,
        params: &[SqlValue],
    ) -> Result<ScopedSql, SqlRejection> {
        let mut rows_before = parsing::parse(PREVIEW_ROWS, self.dialect, 0)?;
        if let Statement::Query(query) = &mut rows_before
            && let SetExpr::Select(select) = query.body.as_mut()
        {
            select.from = vec![table.clone()];
            select.selection = selection.cloned();
        }
        self.write(&rows_before, None, params)
    }
}
