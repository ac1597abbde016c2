//! The new text of a statement: names always quoted, values always as values, every alias our own.

use iota_scripts_domain::{DeclaredColumn, DeclaredTable, SqlValue};
use sqlparser::ast::WindowSpec;

use super::{
    Scoping, literal,
    names::{Column, Name},
    rejection::SqlRejection,
    with::CommonTable,
};
use crate::persistence::Dialect;

/// Stands in the text where a subquery of a table ends; no name and no value contains it.
const FENCE: char = '\0';
/// Depth of expressions, subqueries and joins.
const DEPTH: usize = 120;
/// Tables, subqueries and common table expressions of one statement.
const RELATIONS: u32 = 200;
/// Bytes of the new text: names are written in full, and a window as often as it is used.
const TEXT: usize = 32 << 20;
/// Bytes of the values of one statement, each counted as often as it is written.
const VALUES: usize = 16 << 20;

/// A statement while it is written.
pub(super) struct Writer<'a> {
    pub(super) scoping: Scoping<'a>,
    pub(super) params: &'a [SqlValue],
    /// The common table expressions that can be named right now.
    pub(super) common_tables: Vec<CommonTable>,
    /// The windows that can be named right now.
    pub(super) windows: Vec<(Name, WindowSpec)>,
    out: String,
    values: Vec<SqlValue>,
    /// What the values that are written have in bytes.
    size: usize,
    relations: u32,
    depth: usize,
    /// What is written right now is worked out only for rows that have passed every condition.
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

    /// Notes an expression that can fail on some row. A database may test the author's conditions before ours, and then an error would
    /// tell of rows of others: a statement with such expressions gets a fence around each table, which no condition passes.
    pub(super) const fn may_fail(&mut self) {
        self.fallible |= !self.guarded;
    }

    /// Writes what is worked out only for rows that have passed every condition: there, an error tells nothing.
    pub(super) fn guarded<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, SqlRejection>,
    ) -> Result<T, SqlRejection> {
        self.with_guard(true, work)
    }

    /// Writes what may be worked out at any time.
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

    /// Writes a piece, and says whether anything in it can fail on some row.
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

    /// Writes a name in quotes.
    pub(super) fn name(&mut self, name: &str) {
        let dialect = self.dialect();
        quote(&mut self.out, name, dialect);
    }

    /// Writes names or other pieces with commas between them.
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

    /// Writes a value: bound in SQLite, as a literal in PostgreSQL, which gives it the type that its place wants.
    pub(super) fn value(&mut self, value: &SqlValue) -> Result<(), SqlRejection> {
        self.size += literal::size(value);
        if self.size > VALUES {
            return Err(SqlRejection::TooLarge(format!("its values have more than {VALUES} bytes together")));
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

    /// A fresh name for a relation.
    pub(super) fn next_relation(&mut self) -> Result<String, SqlRejection> {
        if self.relations == RELATIONS {
            return Err(SqlRejection::TooLarge(format!("it has more than {RELATIONS} tables and subqueries")));
        }
        self.relations += 1;
        Ok(format!("iota_t{}", self.relations))
    }

    /// Writes what `work` writes into a text of its own.
    pub(super) fn buffered<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, SqlRejection>,
    ) -> Result<(String, T), SqlRejection> {
        let before = std::mem::take(&mut self.out);
        let result = work(self);
        let written = std::mem::replace(&mut self.out, before);
        Ok((written, result?))
    }

    /// Checks what `work` would write, and leaves no trace of it.
    pub(super) fn discarded<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, SqlRejection>,
    ) -> Result<T, SqlRejection> {
        let values = self.values.len();
        let (_, result) = self.buffered(work)?;
        self.values.truncate(values);
        Ok(result)
    }

    /// Goes one level deeper, if that is not too deep.
    pub(super) fn deeper<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, SqlRejection>,
    ) -> Result<T, SqlRejection> {
        if self.depth == DEPTH {
            return Err(SqlRejection::TooLarge(format!("it nests more than {DEPTH} deep")));
        }
        if self.out.len() > TEXT {
            return Err(SqlRejection::TooLarge("what it stands for is more than fits into a statement".to_owned()));
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }

    /// The expression for a column of a relation of ours.
    pub(super) fn qualified(&self, relation: &str, column: &str) -> String {
        let mut text = String::with_capacity(relation.len() + column.len() + 5);
        quote(&mut text, relation, self.dialect());
        text.push('.');
        quote(&mut text, column, self.dialect());
        text
    }

    /// The declared columns of a table under a relation's name.
    pub(super) fn columns_of(&self, table: &DeclaredTable, relation: &str) -> Vec<Column> {
        let column = |column: &DeclaredColumn| Column {
            name: Name::declared(&column.name, self.dialect()),
            label: column.name.clone(),
            written: self.qualified(relation, &column.name),
            column_type: Some(column.column_type),
        };
        table.columns.iter().map(column).collect()
    }

    /// Writes the name of a declared table as the database knows it.
    pub(super) fn stored_table(&mut self, table: &DeclaredTable) {
        if let Some(schema) = &table.schema {
            self.name(schema);
            self.write(".");
        }
        self.name(table.stored_name());
    }

    /// Writes the condition that a row is the tenant's; `relation` is the name that it lies under.
    pub(super) fn tenant_condition(&mut self, table: &DeclaredTable, relation: &str) -> Result<(), SqlRejection> {
        self.name(relation);
        self.write(".");
        self.name(&table.tenant.column);
        self.write(" = ");
        self.tenant(table)
    }

    /// Writes the tenant as it stands in a table.
    pub(super) fn tenant(&mut self, table: &DeclaredTable) -> Result<(), SqlRejection> {
        let value = table.tenant.stored_as.value_of(self.scoping.tenant);
        self.value(&value.ok_or_else(|| SqlRejection::Tenant(table.tenant.column.clone()))?)
    }

    /// Writes a table as the subquery that is all of it that the tenant has.
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

    /// The whole text with its values.
    pub(super) fn finish(self) -> (String, Vec<SqlValue>) {
        // Neither database moves a condition from outside into a subquery with a limit.
        let fence = match (self.fallible, self.scoping.dialect) {
            (false, _) => "",
            (true, Dialect::Sqlite) => " LIMIT -1",
            (true, Dialect::Postgres) => " OFFSET 0",
        };
        (self.out.replace(FENCE, fence), self.values)
    }
}

/// A name in quotes.
pub(super) fn quoted(name: &str, dialect: Dialect) -> String {
    let mut text = String::with_capacity(name.len() + 2);
    quote(&mut text, name, dialect);
    text
}

/// Writes a name in quotes. SQLite takes a name in double quotes that it does not know for a text; one in backquotes never is.
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
