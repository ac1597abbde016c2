//! Code shared by INSERT, UPDATE and DELETE: the written table, its writable columns, conditions and RETURNING.

use iota_scripts_domain::{DeclaredTable, TableAccess};
use sqlparser::ast::{Assignment, AssignmentTarget, Expr, Ident, ObjectName, SelectItem, Statement};

use super::{
    names::{Column, Name, Relation, Scope, plain},
    parsing::unsupported_statement,
    query::Output,
    rejection::{SqlRejection, unsupported},
    select::Naming,
    writer::Writer,
};
use crate::persistence::Dialect;

/// Alias of the written table, the only table in a statement that is not a subquery.
pub(super) const TARGET: &str = "iota_target";

impl<'a> Writer<'a> {
    /// Writes an INSERT, UPDATE or DELETE.
    pub(super) fn write_statement(&mut self, statement: Statement) -> Result<Vec<Output>, SqlRejection> {
        match statement {
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => self.update(update),
            Statement::Delete(delete) => self.delete(delete),
            other => Err(unsupported_statement(&other.to_string())),
        }
    }

    /// Returns the declared table, if scripts may write it.
    pub(super) fn writable(&self, name: &ObjectName) -> Result<&'a DeclaredTable, SqlRejection> {
        let table = self.declared(name)?;
        match table.access {
            TableAccess::ReadWrite => Ok(table),
            TableAccess::Read => Err(SqlRejection::ReadOnlyTable(table.name.clone())),
        }
    }

    /// Returns a scope with the written table under its name or alias.
    pub(super) fn target<'p>(
        &self,
        table: &DeclaredTable,
        alias: Option<&Ident>,
        outer: &'p Scope<'p>,
    ) -> Result<Scope<'p>, SqlRejection> {
        let dialect = self.dialect();
        let name = alias.map_or_else(|| Name::declared(&table.name, dialect), |alias| Name::of(alias, dialect));
        self.single_relation(name, self.columns_of(table, TARGET), outer)
    }

    /// Returns a scope with one relation.
    pub(super) fn single_relation<'p>(
        &self,
        name: Name,
        columns: Vec<Column>,
        outer: &'p Scope<'p>,
    ) -> Result<Scope<'p>, SqlRejection> {
        let mut scope = Scope::inside(outer);
        scope.add(vec![Relation { name: Some(name), columns: columns.clone() }], columns)?;
        Ok(scope)
    }

    /// Writes the name of a column that a script can set.
    pub(super) fn assignable_column(&mut self, table: &DeclaredTable, name: &ObjectName) -> Result<(), SqlRejection> {
        let ident = plain(name, "column")?;
        let own = Name::of(ident, self.dialect());
        if own == Name::declared(&table.tenant.column, self.dialect())
            || ident.value.eq_ignore_ascii_case(&table.tenant.column)
        {
            return Err(SqlRejection::TenantColumn(table.tenant.column.clone()));
        }
        let column = self.declared_column(table, ident)?;
        self.name(&column);
        Ok(())
    }

    /// Returns the stored name of a declared column.
    pub(super) fn declared_column(&self, table: &DeclaredTable, ident: &Ident) -> Result<String, SqlRejection> {
        let own = Name::of(ident, self.dialect());
        let found = table.columns.iter().find(|column| Name::declared(&column.name, self.dialect()) == own);
        found.map(|column| column.name.clone()).ok_or_else(|| {
            let known: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            SqlRejection::Column {
                name: own.0,
                place: format!(" in `{}`; its columns: {}", table.name, known.join(", ")),
            }
        })
    }

    /// Writes the assignments of a SET.
    pub(super) fn assignments(
        &mut self,
        table: &DeclaredTable,
        assignments: &[Assignment],
        scope: &Scope<'_>,
    ) -> Result<(), SqlRejection> {
        let mut pairs: Vec<(&ObjectName, &Expr)> = Vec::new();
        for Assignment { target, value } in assignments {
            match (target, value) {
                (AssignmentTarget::ColumnName(column), value) => pairs.push((column, value)),
                (AssignmentTarget::Tuple(columns), Expr::Tuple(values)) if columns.len() == values.len() => {
                    pairs.extend(columns.iter().zip(values));
                }
                (AssignmentTarget::Tuple(_), _) => {
                    return unsupported("SET of several columns without as many values (write (a, b) = (1, 2))");
                }
            }
        }
        self.write(" SET ");
        self.list(&pairs, |writer, (column, value)| {
            writer.assignable_column(table, column)?;
            writer.write(" = ");
            writer.assigned(value, scope)
        })
    }

    /// Writes a value to store in a column.
    pub(super) fn assigned(&mut self, value: &Expr, scope: &Scope<'_>) -> Result<(), SqlRejection> {
        match value {
            // The parser treats DEFAULT as a name.
            Expr::Identifier(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("default") => {
                if self.dialect() == Dialect::Sqlite {
                    return unsupported("DEFAULT as a value in SQLite");
                }
                self.write("DEFAULT");
                Ok(())
            }
            other => self.guarded(|writer| writer.expression(other, scope).map(drop)),
        }
    }

    /// Writes the conditions of a write: the row belongs to the tenant, and the author's condition holds. CASE prevents the second from
    /// being evaluated before the first, where it could fail on rows of other tenants.
    pub(super) fn conditions(
        &mut self,
        table: &DeclaredTable,
        condition: Option<&Expr>,
        scope: &Scope<'_>,
    ) -> Result<(), SqlRejection> {
        self.write(" WHERE ");
        self.tenant_condition(table, TARGET)?;
        let Some(condition) = condition else { return Ok(()) };
        let (written, (_, fallible)) =
            self.buffered(|writer| writer.can_fail(|writer| writer.expression(condition, scope)))?;
        self.write(" AND ");
        if fallible {
            self.write("CASE WHEN ");
            self.tenant_condition(table, TARGET)?;
            self.write(" THEN (");
            self.write(&written);
            self.write(") ELSE 1 = 0 END");
        } else {
            self.write("(");
            self.write(&written);
            self.write(")");
        }
        Ok(())
    }

    /// Writes RETURNING, if given. Only the written table is in scope; SQLite knows it there only by its own name.
    pub(super) fn returning(
        &mut self,
        table: &DeclaredTable,
        items: Option<&Vec<SelectItem>>,
        target: &Scope<'_>,
    ) -> Result<Vec<Output>, SqlRejection> {
        let Some(items) = items else { return Ok(Vec::new()) };
        self.write(" RETURNING ");
        let written_as = match self.dialect() {
            Dialect::Postgres => TARGET,
            Dialect::Sqlite => table.stored_name(),
        };
        let columns = self.columns_of(table, written_as);
        let mut scope = Scope::default();
        let name = target.relations.first().and_then(|relation| relation.name.clone());
        scope.add(vec![Relation { name, columns: columns.clone() }], columns)?;
        self.guarded(|writer| writer.projection(items, &scope, Naming::Public))
    }
}
