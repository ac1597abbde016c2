//! SELECT. FROM is processed first, because it defines the names that the other clauses use.

use iota_scripts_domain::ColumnType;
use sqlparser::ast::{
    Distinct, Expr, GroupByExpr, OrderBy, Select, SelectFlavor, SelectItem, SelectItemQualifiedWildcardKind,
    WildcardAdditionalOptions,
};

use super::{
    names::{Column, Name, Scope, label, plain},
    query::{Output, check_position, check_width, position_of},
    rejection::{SqlRejection, unless, unsupported},
    writer::Writer,
};
use crate::persistence::Dialect;

/// Names of the result columns in the generated SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// The names that the script sees.
    Public,
    /// Unique generated names, used only by generated SQL.
    Internal,
}

impl Writer<'_> {
    pub(super) fn select(
        &mut self,
        select: &Select,
        order: Option<&OrderBy>,
        outer: &Scope<'_>,
        naming: Naming,
    ) -> Result<Vec<Output>, SqlRejection> {
        let Select {
            select_token: _,
            optimizer_hints,
            distinct,
            select_modifiers,
            top,
            top_before_distinct: _,
            projection,
            exclude,
            into,
            from,
            lateral_views,
            prewhere,
            selection,
            connect_by,
            group_by,
            cluster_by,
            distribute_by,
            sort_by,
            having,
            named_window,
            qualify,
            window_before_qualify: _,
            value_table_mode,
            flavor,
        } = select;
        unless(optimizer_hints.is_empty(), "hints to the optimizer")?;
        unless(select_modifiers.is_none(), "modifiers after SELECT")?;
        unless(top.is_none(), "TOP (use LIMIT)")?;
        unless(exclude.is_none(), "EXCLUDE")?;
        unless(into.is_none(), "SELECT INTO")?;
        unless(lateral_views.is_empty(), "LATERAL VIEW")?;
        unless(prewhere.is_none(), "PREWHERE")?;
        unless(connect_by.is_empty(), "CONNECT BY")?;
        unless(cluster_by.is_empty(), "CLUSTER BY")?;
        unless(distribute_by.is_empty(), "DISTRIBUTE BY")?;
        unless(sort_by.is_empty(), "SORT BY")?;
        unless(qualify.is_none(), "QUALIFY")?;
        unless(value_table_mode.is_none(), "AS STRUCT and AS VALUE")?;
        unless(*flavor == SelectFlavor::Standard, "FROM before SELECT")?;

        let windows = self.windows.len();
        self.name_windows(named_window)?;
        let (from, scope) = self.buffered(|writer| writer.from(from, outer))?;
        self.write("SELECT ");
        match distinct {
            None | Some(Distinct::All) => {}
            Some(Distinct::Distinct) => self.write("DISTINCT "),
            Some(Distinct::On(expressions)) => {
                unless(self.dialect() == Dialect::Postgres, "DISTINCT ON in SQLite (use GROUP BY)")?;
                self.write("DISTINCT ON (");
                self.list(expressions, |writer, expr| writer.expression(expr, &scope).map(drop))?;
                self.write(") ");
            }
        }
        let outputs = match naming {
            Naming::Public => self.guarded(|writer| writer.projection(projection, &scope, naming))?,
            Naming::Internal => self.projection(projection, &scope, naming)?,
        };
        self.write(&from);
        self.clause(" WHERE ", selection.as_ref(), &scope)?;
        self.group_by(group_by, &scope, &outputs)?;
        self.clause(" HAVING ", having.as_ref(), &scope)?;
        if let Some(order) = order {
            self.order_by(order, |writer, expr| writer.output_or_expression(expr, &scope, &outputs))?;
        }
        self.windows.truncate(windows);
        Ok(outputs)
    }

    /// Writes a clause with one condition, if there is one.
    pub(super) fn clause(
        &mut self,
        word: &str,
        condition: Option<&Expr>,
        scope: &Scope<'_>,
    ) -> Result<(), SqlRejection> {
        let Some(condition) = condition else { return Ok(()) };
        self.write(word);
        self.expression(condition, scope).map(drop)
    }

    /// Writes the columns of a SELECT or RETURNING.
    pub(super) fn projection(
        &mut self,
        items: &[SelectItem],
        scope: &Scope<'_>,
        naming: Naming,
    ) -> Result<Vec<Output>, SqlRejection> {
        if items.is_empty() {
            return unsupported("SELECT without columns");
        }
        let mut outputs: Vec<Output> = Vec::new();
        for item in items {
            match item {
                SelectItem::UnnamedExpr(expr) => self.output(expr, None, scope, naming, &mut outputs)?,
                SelectItem::ExprWithAlias { expr, alias } => {
                    let name = label(alias, self.dialect());
                    self.output(expr, Some(name), scope, naming, &mut outputs)?;
                }
                SelectItem::ExprWithAliases { .. } => return unsupported("several aliases for one expression"),
                SelectItem::Wildcard(options) => {
                    check_wildcard(options)?;
                    if scope.visible.is_empty() {
                        return unsupported("SELECT * without FROM");
                    }
                    self.columns(&scope.visible, naming, &mut outputs)?;
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                    check_wildcard(options)?;
                    let name = Name::of(plain(name, "table")?, self.dialect());
                    let relation = scope.relation(&name)?;
                    self.columns(&relation.columns, naming, &mut outputs)?;
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(_), _) => {
                    return unsupported("the columns of an expression, as in (…).*");
                }
            }
        }
        Ok(outputs)
    }

    fn columns(&mut self, columns: &[Column], naming: Naming, outputs: &mut Vec<Output>) -> Result<(), SqlRejection> {
        check_width(outputs.len() + columns.len())?;
        for column in columns {
            self.next_item(outputs);
            self.write(&column.written);
            self.named_output(Some(column.label.clone()), column.column_type, naming, outputs);
        }
        Ok(())
    }

    fn output(
        &mut self,
        expr: &Expr,
        alias: Option<String>,
        scope: &Scope<'_>,
        naming: Naming,
        outputs: &mut Vec<Output>,
    ) -> Result<(), SqlRejection> {
        check_width(outputs.len() + 1)?;
        self.next_item(outputs);
        let column_type = self.expression(expr, scope)?;
        let name = alias.or_else(|| default_name(expr, self.dialect()));
        self.named_output(name, column_type, naming, outputs);
        Ok(())
    }

    fn next_item(&mut self, outputs: &[Output]) {
        if !outputs.is_empty() {
            self.write(", ");
        }
    }

    fn named_output(
        &mut self,
        name: Option<String>,
        column_type: Option<ColumnType>,
        naming: Naming,
        outputs: &mut Vec<Output>,
    ) {
        let number = outputs.len() + 1;
        let written = match (naming, &name) {
            (Naming::Public, Some(name)) => name.clone(),
            (Naming::Public, None) => format!("column{number}"),
            (Naming::Internal, _) => format!("iota_c{number}"),
        };
        self.write(" AS ");
        self.name(&written);
        outputs.push(Output { name, written, column_type });
    }

    fn group_by(&mut self, group_by: &GroupByExpr, scope: &Scope<'_>, outputs: &[Output]) -> Result<(), SqlRejection> {
        let GroupByExpr::Expressions(expressions, modifiers) = group_by else { return unsupported("GROUP BY ALL") };
        unless(modifiers.is_empty(), "ROLLUP, CUBE and TOTALS")?;
        if expressions.is_empty() {
            return Ok(());
        }
        self.write(" GROUP BY ");
        self.list(expressions, |writer, expr| {
            // A table's column takes precedence over an alias.
            if let Expr::Identifier(ident) = expr
                && scope.own_column(&Name::of(ident, writer.dialect()))?.is_some()
            {
                return writer.expression(expr, scope).map(drop);
            }
            writer.output_or_expression(expr, scope, outputs)
        })
    }

    /// Writes the position of an alias of the result, or else an expression.
    fn output_or_expression(&mut self, expr: &Expr, scope: &Scope<'_>, outputs: &[Output]) -> Result<(), SqlRejection> {
        if let Expr::Identifier(ident) = expr
            && let Some(number) = position_of(outputs, &Name::of(ident, self.dialect()), self.dialect())
        {
            self.write(&number.to_string());
            return Ok(());
        }
        check_position(expr)?;
        self.expression(expr, scope).map(drop)
    }
}

fn check_wildcard(options: &WildcardAdditionalOptions) -> Result<(), SqlRejection> {
    let WildcardAdditionalOptions {
        wildcard_token: _,
        opt_ilike,
        opt_exclude,
        opt_except,
        opt_replace,
        opt_rename,
        opt_alias,
    } = options;
    let plain = opt_ilike.is_none()
        && opt_exclude.is_none()
        && opt_except.is_none()
        && opt_replace.is_none()
        && opt_rename.is_none()
        && opt_alias.is_none();
    unless(plain, "anything after *")
}

/// Returns the name of a result column without an alias, which is the same on both databases.
fn default_name(expr: &Expr, dialect: Dialect) -> Option<String> {
    match expr {
        Expr::Identifier(ident) => Some(label(ident, dialect)),
        Expr::CompoundIdentifier(idents) => idents.last().map(|ident| label(ident, dialect)),
        Expr::Nested(inner) => default_name(inner, dialect),
        Expr::Cast { expr, .. } => default_name(expr, dialect),
        Expr::Function(function) => {
            function.name.0.last().and_then(|part| part.as_ident()).map(|ident| ident.value.to_ascii_lowercase())
        }
        _ => None,
    }
}
