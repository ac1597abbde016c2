//! INSERT: the tenant column is set here and cannot be given. On a conflict, only rows of the tenant can be updated.

use iota_scripts_domain::DeclaredTable;
use sqlparser::ast::{
    ConflictTarget, DoUpdate, Ident, Insert, ObjectName, OnConflict, OnConflictAction, OnInsert, Query, SetExpr,
    TableObject, Values,
};

use super::{
    names::{Name, Scope},
    query::Output,
    rejection::{SqlRejection, unless, unsupported},
    select::Naming,
    writer::Writer,
    writes::TARGET,
};
use crate::persistence::Dialect;

/// Name of the row proposed for insertion, in ON CONFLICT.
const EXCLUDED: &str = "excluded";

impl Writer<'_> {
    pub(super) fn insert(&mut self, insert: Insert) -> Result<Vec<Output>, SqlRejection> {
        let Insert {
            insert_token: _,
            optimizer_hints,
            or,
            ignore,
            into: _,
            table,
            table_alias,
            columns,
            by_name,
            overwrite,
            source,
            assignments,
            partitioned,
            after_columns,
            overriding,
            has_table_keyword,
            on,
            returning,
            output,
            replace_into,
            priority,
            insert_alias,
            settings,
            format_clause,
            multi_table_insert_type,
            multi_table_into_clauses,
            multi_table_when_clauses,
            multi_table_else_clause,
        } = insert;
        unless(optimizer_hints.is_empty(), "hints to the optimizer")?;
        unless(or.is_none(), "INSERT OR … (use ON CONFLICT)")?;
        unless(!replace_into, "REPLACE (use ON CONFLICT)")?;
        unless(!ignore && priority.is_none(), "modifiers after INSERT")?;
        unless(!by_name && !overwrite && !has_table_keyword, "INSERT in this form")?;
        unless(assignments.is_empty(), "INSERT … SET")?;
        unless(partitioned.is_none() && after_columns.is_empty(), "PARTITION")?;
        unless(overriding.is_none(), "OVERRIDING")?;
        unless(output.is_none(), "OUTPUT (use RETURNING)")?;
        unless(insert_alias.is_none(), "an alias for the inserted row")?;
        unless(settings.is_none() && format_clause.is_none(), "SETTINGS and FORMAT")?;
        unless(
            multi_table_insert_type.is_none()
                && multi_table_into_clauses.is_empty()
                && multi_table_when_clauses.is_empty()
                && multi_table_else_clause.is_none(),
            "INSERT into several tables",
        )?;
        let TableObject::TableName(name) = &table else { return unsupported("INSERT into anything but a table") };
        let table = self.writable(name)?;
        let Some(source) = source else { return unsupported("INSERT without VALUES or SELECT") };
        unless(!columns.is_empty(), "INSERT without column names")?;

        self.write("INSERT INTO ");
        self.stored_table(table);
        self.write(" AS ");
        self.name(TARGET);
        self.write(" (");
        self.list(&columns, |writer, column: &ObjectName| writer.assignable_column(table, column))?;
        self.write(", ");
        self.name(&table.tenant.column);
        self.write(") ");
        self.rows(table, &source, columns.len())?;
        let nothing = Scope::default();
        let alias: Option<Ident> = table_alias.map(|alias| alias.alias);
        let target = self.target(table, alias.as_ref(), &nothing)?;
        match on {
            None => {}
            Some(OnInsert::OnConflict(conflict)) => self.on_conflict(table, &conflict, &target)?,
            Some(OnInsert::DuplicateKeyUpdate(_)) => return unsupported("ON DUPLICATE KEY (use ON CONFLICT)"),
            Some(_) => return unsupported("ON after INSERT in this form"),
        }
        self.returning(table, returning.as_ref(), &target)
    }

    /// Writes the rows to insert, each with the tenant.
    fn rows(&mut self, table: &DeclaredTable, source: &Query, width: usize) -> Result<(), SqlRejection> {
        let nothing = Scope::default();
        let bare = source.with.is_none() && source.order_by.is_none() && source.limit_clause.is_none();
        if let SetExpr::Values(Values { explicit_row, value_keyword, rows }) = source.body.as_ref()
            && bare
        {
            unless(!explicit_row && !value_keyword, "ROW in VALUES")?;
            self.end_of_query(source, &nothing)?;
            self.write("VALUES ");
            return self.list(rows, |writer, row| {
                if row.content.len() != width {
                    return unsupported(format!("a row of {} values for {width} columns", row.content.len()));
                }
                writer.write("(");
                writer.list(&row.content, |writer, value| writer.assigned(value, &nothing))?;
                writer.write(", ");
                writer.tenant(table)?;
                writer.write(")");
                Ok(())
            });
        }
        let relation = self.next_relation()?;
        let (query, outputs) = self.buffered(|writer| writer.query(source, &nothing, Naming::Internal))?;
        if outputs.len() != width {
            return unsupported(format!("a SELECT of {} columns into {width} columns", outputs.len()));
        }
        self.write("SELECT ");
        for output in &outputs {
            let column = self.qualified(&relation, &output.written);
            self.write(&column);
            self.write(", ");
        }
        self.tenant(table)?;
        self.write(" FROM (");
        self.write(&query);
        self.write(") AS ");
        self.name(&relation);
        // Without WHERE, SQLite parses ON CONFLICT as the ON of a join.
        self.write(" WHERE 1 = 1");
        Ok(())
    }

    fn on_conflict(
        &mut self,
        table: &DeclaredTable,
        conflict: &OnConflict,
        target: &Scope<'_>,
    ) -> Result<(), SqlRejection> {
        let OnConflict { conflict_target, action } = conflict;
        self.write(" ON CONFLICT");
        match conflict_target {
            None => {}
            Some(ConflictTarget::Columns { columns, predicate }) => {
                unless(predicate.is_none(), "WHERE in the target of a conflict")?;
                self.write(" (");
                self.list(columns, |writer, column| {
                    // An application's key often begins with the tenant column. Naming it here reveals nothing.
                    let name = if column.value.eq_ignore_ascii_case(&table.tenant.column) {
                        table.tenant.column.clone()
                    } else {
                        writer.declared_column(table, column)?
                    };
                    writer.name(&name);
                    Ok(())
                })?;
                self.write(")");
            }
            Some(ConflictTarget::OnConstraint(_)) => return unsupported("ON CONFLICT ON CONSTRAINT"),
        }
        match action {
            OnConflictAction::DoNothing => {
                self.write(" DO NOTHING");
                Ok(())
            }
            OnConflictAction::DoUpdate(DoUpdate { assignments, selection }) => {
                self.write(" DO UPDATE");
                let excluded = self.columns_of(table, EXCLUDED);
                let name = Name::declared(EXCLUDED, Dialect::Sqlite);
                let mut scope =
                    Scope { parent: None, relations: target.relations.clone(), visible: target.visible.clone() };
                // Its columns must be qualified.
                scope.add(self.single_relation(name, excluded, &Scope::default())?.relations, Vec::new())?;
                self.assignments(table, assignments, &scope)?;
                self.conditions(table, selection.as_ref(), &scope)
            }
        }
    }
}
