//! Builds the generated SQL: names are always quoted, values are always values, and every alias is generated.

use iota_scripts_domain::{DeclaredColumn, DeclaredTable, SqlValue};
use sqlparser::ast::WindowSpec;

use super::{
    Scoping, literal,
    names::{Column, Name},
    rejection::SqlRejection,
    with::CommonTable,
};
use crate::persistence::Dialect;

/// Marks the end of a table's subquery in the text; no name or value contains it.
const FENCE: char = '\0';
/// Maximum depth of expressions, subqueries and joins.
const DEPTH: usize = 120;
/// Maximum tables, subqueries and common table expressions of one statement.
const RELATIONS: u32 = 200;
/// Maximum bytes of the generated text: names are written in full, and a window at each use.
const TEXT: usize = 32 << 20;
/// Maximum bytes of the values of one statement, counted at each use.
const VALUES: usize = 16 << 20;

/// A statement being written.
pub(super) struct Writer<'a> {
    pub(super) scoping: Scoping<'a>,
    pub(super) params: &'a [SqlValue],
    /// The common table expressions in scope.
    pub(super) common_tables: Vec<CommonTable>,
    /// The named windows in scope.
    pub(super) windows: Vec<(Name, WindowSpec)>,
    out: String,
    values: Vec<SqlValue>,
    /// Bytes of the values written so far.
    size: usize,
    relations: u32,
    depth: usize,
    /// The expression being written is evaluated only for rows that passed every condition.
    guarded: bool,
    fallible: bool,
}

impl<'a> Writer<'a> {
    pub(super) const fn new(scoping: Scoping<'a>, params: &'a [SqlValue]) -> Self {
        Self {
            scoping,
            params,
            common_tables: Vec::new(),
            windows: Vec::new(),
            out: String::new(),
            values: Vec::new(),
            size: 0,
            relations: 0,
            depth: 0,
            guarded: false,
            fallible: false,
        }
    }

    pub(super) const fn dialect(&self) -> Dialect {
        self.scoping.dialect
    }

    /// Records an expression that can fail on some row. A database may evaluate the author's conditions before ours, and an error would
    /// then reveal rows of other tenants. A statement with such expressions gets a fence around each table, which no condition can cross.
    pub(super) const fn may_fail(&mut self) {
        self.fallible |= !self.guarded;
    }

    /// Writes expressions that are evaluated only for rows that passed every condition, so an error reveals nothing.
    pub(super) fn guarded<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, SqlRejection>,
    ) -> Result<T, SqlRejection> {
        self.with_guard(true, work)
    }

    /// Writes expressions that may be evaluated on any row.
    pub(super) fn unguarded<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, SqlRejection>,
    ) -> Result<T, SqlRejection> {
        self.with_guard(false, work)
    }

    fn with_guard<T>(
        &mut self,
        guarded: bool,
        work: impl FnOnce(&mut Self) -> Result<T, SqlRejection>,
    ) -> Result<T, SqlRejection> {
        let before = std::mem::replace(&mut self.guarded, guarded);
        let result = work(self);
        self.guarded = before;
        result
    }

    /// Writes a part, and returns whether anything in it can fail on some row.
    pub(super) fn can_fail<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, SqlRejection>,
    ) -> Result<(T, bool), SqlRejection> {
        let before = std::mem::replace(&mut self.fallible, false);
        let result = self.unguarded(work);
        let fallible = std::mem::replace(&mut self.fallible, before);
        self.fallible |= fallible;
        Ok((result?, fallible))
    }

    pub(super) fn write(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Writes a quoted name.
    pub(super) fn name(&mut self, name: &str) {
        let dialect = self.dialect();
        quote(&mut self.out, name, dialect);
    }

    /// Writes items separated by commas.
    pub(super) fn list<T>(
        &mut self,
        items: &[T],
        mut each: impl FnMut(&mut Self, &T) -> Result<(), SqlRejection>,
    ) -> Result<(), SqlRejection> {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.write(", ");
            }
            each(self, item)?;
        }
        Ok(())
    }

    /// Writes a value: bound in SQLite; as a literal in PostgreSQL, which infers its type from the context.
    pub(super) fn value(&mut self, value: &SqlValue) -> Result<(), SqlRejection> {
        self.size += literal::size(value);
        if self.size > VALUES {
            return Err(SqlRejection::TooLarge(format!("its values exceed {VALUES} bytes in total")));
        }
        match self.dialect() {
            Dialect::Sqlite => {
                literal::check(value)?;
                self.values.push(value.clone());
                let number = self.values.len();
                self.out.push_str(&format!("?{number}"));
            }
            Dialect::Postgres => self.out.push_str(&literal::postgres(value)?),
        }
        Ok(())
    }

    /// Returns a new alias for a relation.
    pub(super) fn next_relation(&mut self) -> Result<String, SqlRejection> {
        if self.relations == RELATIONS {
            return Err(SqlRejection::TooLarge(format!("it uses more than {RELATIONS} tables and subqueries")));
        }
        self.relations += 1;
        Ok(format!("iota_t{}", self.relations))
    }

    /// Captures the output of `work` instead of appending it.
    pub(super) fn buffered<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, SqlRejection>,
    ) -> Result<(String, T), SqlRejection> {
        let before = std::mem::take(&mut self.out);
        let result = work(self);
        let written = std::mem::replace(&mut self.out, before);
        Ok((written, result?))
    }

    /// Runs `work` for its checks, and discards its output.
    pub(super) fn discarded<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, SqlRejection>,
    ) -> Result<T, SqlRejection> {
        let values = self.values.len();
        let (_, result) = self.buffered(work)?;
        self.values.truncate(values);
        Ok(result)
    }

    /// Runs `work` one level deeper, within the depth limit.
    pub(super) fn deeper<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, SqlRejection>,
    ) -> Result<T, SqlRejection> {
        if self.depth == DEPTH {
            return Err(SqlRejection::TooLarge(format!("it is nested more than {DEPTH} levels deep")));
        }
        if self.out.len() > TEXT {
            return Err(SqlRejection::TooLarge("its expanded form exceeds the size of a statement".to_owned()));
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }

    /// Returns a qualified column of a generated relation.
    pub(super) fn qualified(&self, relation: &str, column: &str) -> String {
        let mut text = String::with_capacity(relation.len() + column.len() + 5);
        quote(&mut text, relation, self.dialect());
        text.push('.');
        quote(&mut text, column, self.dialect());
        text
    }

    /// Returns the declared columns of a table under a relation's name.
    pub(super) fn columns_of(&self, table: &DeclaredTable, relation: &str) -> Vec<Column> {
        let column = |column: &DeclaredColumn| Column {
            name: Name::declared(&column.name, self.dialect()),
            label: column.name.clone(),
            written: self.qualified(relation, &column.name),
            column_type: Some(column.column_type),
        };
        table.columns.iter().map(column).collect()
    }

    /// Writes a declared table's name in the database.
    pub(super) fn stored_table(&mut self, table: &DeclaredTable) {
        if let Some(schema) = &table.schema {
            self.name(schema);
            self.write(".");
        }
        self.name(table.stored_name());
    }

    /// Writes the condition that a row belongs to the tenant; `relation` is the table's name in the statement.
    pub(super) fn tenant_condition(&mut self, table: &DeclaredTable, relation: &str) -> Result<(), SqlRejection> {
        self.name(relation);
        self.write(".");
        self.name(&table.tenant.column);
        self.write(" = ");
        self.tenant(table)
    }

    /// Writes the tenant's value in the table's tenant column.
    pub(super) fn tenant(&mut self, table: &DeclaredTable) -> Result<(), SqlRejection> {
        let value = table.tenant.stored_as.value_of(self.scoping.tenant);
        self.value(&value.ok_or_else(|| SqlRejection::Tenant(table.tenant.column.clone()))?)
    }

    /// Writes a table as a subquery of the tenant's rows.
    pub(super) fn tenant_subquery(&mut self, table: &DeclaredTable, relation: &str) -> Result<(), SqlRejection> {
        const STORED: &str = "iota_s";
        self.write("(SELECT ");
        self.list(&table.columns, |writer, column| {
            writer.name(STORED);
            writer.write(".");
            writer.name(&column.name);
            writer.write(" AS ");
            writer.name(&column.name);
            Ok(())
        })?;
        self.write(" FROM ");
        self.stored_table(table);
        self.write(" AS ");
        self.name(STORED);
        self.write(" WHERE ");
        self.tenant_condition(table, STORED)?;
        self.out.push(FENCE);
        self.write(") AS ");
        self.name(relation);
        Ok(())
    }

    /// Returns the whole text with its values.
    pub(super) fn finish(self) -> (String, Vec<SqlValue>) {
        // Neither database pushes an outer condition into a subquery with LIMIT or OFFSET.
        let fence = match (self.fallible, self.scoping.dialect) {
            (false, _) => "",
            (true, Dialect::Sqlite) => " LIMIT -1",
            (true, Dialect::Postgres) => " OFFSET 0",
        };
        (self.out.replace(FENCE, fence), self.values)
    }
}

/// Returns a quoted name.
pub(super) fn quoted(name: &str, dialect: Dialect) -> String {
    let mut text = String::with_capacity(name.len() + 2);
    quote(&mut text, name, dialect);
    text
}

/// Writes a quoted name. SQLite treats an unknown name in double quotes as a string, but never one in backquotes.
fn quote(out: &mut String, name: &str, dialect: Dialect) {
    let mark = match dialect {
        Dialect::Sqlite => '`',
        Dialect::Postgres => '"',
    };
    out.push(mark);
    if name.contains([mark, FENCE]) {
        for c in name.chars().filter(|c| *c != FENCE) {
            out.push(c);
            if c == mark {
                out.push(mark);
            }
        }
    } else {
        out.push_str(name);
    }
    out.push(mark);
}
