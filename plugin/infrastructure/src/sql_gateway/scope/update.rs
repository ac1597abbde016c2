//! UPDATE and DELETE: only rows of the tenant, whatever the author's condition is.

use sqlparser::ast::{
    Delete, FromTable, Ident, ObjectName, TableAlias, TableFactor, TableWithJoins, Update, UpdateTableFromKind,
};

use super::{
    from::plain_table_only,
    names::Scope,
    query::Output,
    rejection::{SqlRejection, unless, unsupported},
    writer::Writer,
    writes::TARGET,
};
use crate::persistence::Dialect;

impl Writer<'_> {
    pub(super) fn update(&mut self, update: Update) -> Result<Vec<Output>, SqlRejection> {
        let Update {
            update_token: _,
            optimizer_hints,
            table,
            on_cluster,
            assignments,
            from,
            selection,
            returning,
            output,
            or,
            order_by,
            limit,
            settings,
        } = update;
        unless(optimizer_hints.is_empty(), "hints to the optimizer")?;
        unless(on_cluster.is_none(), "ON CLUSTER")?;
        unless(or.is_none(), "UPDATE OR …")?;
        unless(output.is_none(), "OUTPUT (use RETURNING)")?;
        unless(order_by.is_empty() && limit.is_none(), "ORDER BY and LIMIT in an UPDATE")?;
        unless(settings.is_none(), "SETTINGS")?;
        let (name, alias) = target_of(&table)?;
        let table = self.writable(name)?;
        self.write("UPDATE ");
        self.stored_table(table);
        self.write(" AS ");
        self.name(TARGET);
        let nothing = Scope::default();
        let target = self.target(table, alias, &nothing)?;
        let others = match from {
            None => Vec::new(),
            Some(UpdateTableFromKind::AfterSet(others)) => others,
            Some(UpdateTableFromKind::BeforeSet(_)) => return unsupported("FROM before SET"),
        };
        let (from, scope) = self.with_target(&others, &target, &nothing)?;
        self.assignments(table, &assignments, &scope)?;
        self.write(&from);
        self.conditions(table, selection.as_ref(), &scope)?;
        self.returning(table, returning.as_ref(), &target)
    }

    pub(super) fn delete(&mut self, delete: Delete) -> Result<Vec<Output>, SqlRejection> {
        let Delete {
            delete_token: _,
            optimizer_hints,
            tables,
            from,
            on_cluster,
            using,
            selection,
            returning,
            output,
            order_by,
            limit,
            settings,
        } = delete;
        unless(optimizer_hints.is_empty(), "hints to the optimizer")?;
        unless(on_cluster.is_none(), "ON CLUSTER")?;
        unless(tables.is_empty(), "DELETE with tables before FROM")?;
        unless(output.is_none(), "OUTPUT (use RETURNING)")?;
        unless(order_by.is_empty() && limit.is_none(), "ORDER BY and LIMIT in a DELETE")?;
        unless(settings.is_none(), "SETTINGS")?;
        let FromTable::WithFromKeyword(from) = &from else { return unsupported("DELETE without FROM") };
        let [table] = from.as_slice() else { return unsupported("DELETE from several tables") };
        let (name, alias) = target_of(table)?;
        let table = self.writable(name)?;
        let others = using.unwrap_or_default();
        unless(others.is_empty() || self.dialect() == Dialect::Postgres, "DELETE … USING in SQLite (use EXISTS)")?;
        self.write("DELETE FROM ");
        self.stored_table(table);
        self.write(" AS ");
        self.name(TARGET);
        let nothing = Scope::default();
        let target = self.target(table, alias, &nothing)?;
        let (from, scope) = self.with_target(&others, &target, &nothing)?;
        self.write(&from.replacen(" FROM ", " USING ", 1));
        self.conditions(table, selection.as_ref(), &scope)?;
        self.returning(table, returning.as_ref(), &target)
    }

    /// Returns the FROM of the other tables, and a scope with them and the written table.
    fn with_target<'p>(
        &mut self,
        others: &[TableWithJoins],
        target: &Scope<'_>,
        outer: &'p Scope<'p>,
    ) -> Result<(String, Scope<'p>), SqlRejection> {
        let (from, mut scope) = self.buffered(|writer| writer.from(others, outer))?;
        scope.add(target.relations.clone(), target.visible.clone())?;
        Ok((from, scope))
    }
}

/// Returns the table of an UPDATE or DELETE, and its alias.
fn target_of(table: &TableWithJoins) -> Result<(&ObjectName, Option<&Ident>), SqlRejection> {
    let TableWithJoins { relation, joins } = table;
    unless(joins.is_empty(), "a join in the written table")?;
    let TableFactor::Table { name, alias, .. } = relation else {
        return unsupported("a write to something that is not a table");
    };
    plain_table_only(relation).or_else(|_| unsupported("anything between the written table and its alias"))?;
    match alias {
        None => Ok((name, None)),
        Some(TableAlias { explicit: _, name: alias, columns, at }) => {
            unless(columns.is_empty() && at.is_none(), "columns in the alias of the written table")?;
            Ok((name, Some(alias)))
        }
    }
}
