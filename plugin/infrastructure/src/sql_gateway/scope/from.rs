//! FROM: tables, subqueries and joins. Each becomes a relation with a generated alias.

use iota_scripts_domain::DeclaredTable;
use sqlparser::ast::{Join, JoinConstraint, JoinOperator, ObjectName, TableAlias, TableFactor, TableWithJoins};

use super::{
    names::{Column, Name, Relation, Scope, check_visible, label, plain},
    rejection::{SqlRejection, unless, unsupported},
    select::Naming,
    with::column_names,
    writer::Writer,
};
use crate::persistence::Dialect;

/// Message that rejects a function in FROM.
const FROM_FUNCTION: &str = "a function in FROM (for a series of numbers or days, use WITH RECURSIVE)";

/// The relations and columns that a FROM item adds to the scope.
struct FromItem {
    relations: Vec<Relation>,
    visible: Vec<Column>,
}

/// Which side's value a column merged by USING has.
#[derive(Clone, Copy)]
enum MergedValue {
    Left,
    Right,
    Either,
}

impl Writer<'_> {
    /// Writes FROM, if `items` is not empty, and returns the scope of its names.
    pub(super) fn from<'p>(
        &mut self,
        items: &[TableWithJoins],
        outer: &'p Scope<'p>,
    ) -> Result<Scope<'p>, SqlRejection> {
        let mut scope = Scope::inside(outer);
        for (index, item) in items.iter().enumerate() {
            self.write(if index == 0 { " FROM " } else { ", " });
            let item = self.joined(item, &scope, outer)?;
            scope.add(item.relations, item.visible)?;
        }
        Ok(scope)
    }

    /// `before` are the items to the left, which LATERAL can see.
    fn joined(
        &mut self,
        item: &TableWithJoins,
        before: &Scope<'_>,
        outer: &Scope<'_>,
    ) -> Result<FromItem, SqlRejection> {
        let TableWithJoins { relation, joins } = item;
        let mut left = self.deeper(|writer| writer.factor(relation, before, outer))?;
        for join in joins {
            left = self.join(left, join, before, outer)?;
        }
        Ok(left)
    }

    fn join(
        &mut self,
        left: FromItem,
        join: &Join,
        before: &Scope<'_>,
        outer: &Scope<'_>,
    ) -> Result<FromItem, SqlRejection> {
        let Join { relation, global, join_operator } = join;
        unless(!global, "GLOBAL JOIN")?;
        let (word, constraint, merged_value) = match join_operator {
            JoinOperator::Join(constraint) | JoinOperator::Inner(constraint) => {
                (" JOIN ", constraint, MergedValue::Left)
            }
            JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => {
                (" LEFT JOIN ", constraint, MergedValue::Left)
            }
            JoinOperator::Right(constraint) | JoinOperator::RightOuter(constraint) => {
                (" RIGHT JOIN ", constraint, MergedValue::Right)
            }
            JoinOperator::FullOuter(constraint) => (" FULL JOIN ", constraint, MergedValue::Either),
            JoinOperator::CrossJoin(constraint) => (" CROSS JOIN ", constraint, MergedValue::Left),
            JoinOperator::Semi(_)
            | JoinOperator::LeftSemi(_)
            | JoinOperator::RightSemi(_)
            | JoinOperator::Anti(_)
            | JoinOperator::LeftAnti(_)
            | JoinOperator::RightAnti(_)
            | JoinOperator::CrossApply
            | JoinOperator::OuterApply
            | JoinOperator::AsOf { .. }
            | JoinOperator::StraightJoin(_)
            | JoinOperator::ArrayJoin
            | JoinOperator::LeftArrayJoin
            | JoinOperator::InnerArrayJoin => return unsupported("a join of this kind"),
        };
        self.write(word);
        let mut sees = Scope::inside(before);
        sees.add(left.relations.clone(), left.visible.clone())?;
        let right = self.deeper(|writer| writer.factor(relation, &sees, outer))?;
        let using = match constraint {
            JoinConstraint::On(condition) => {
                let scope = join_scope(&left, &right, outer)?;
                self.clause(" ON ", Some(condition), &scope)?;
                Vec::new()
            }
            JoinConstraint::Using(names) => {
                let names: Result<Vec<_>, _> =
                    names.iter().map(|name| Ok(Name::of(plain(name, "column")?, self.dialect()))).collect();
                names?
            }
            JoinConstraint::Natural => {
                let named = |name: &Name| right.visible.iter().any(|column| column.name == *name);
                left.visible.iter().map(|column| column.name.clone()).filter(named).collect()
            }
            JoinConstraint::None => {
                unless(word == " CROSS JOIN ", "a join without a condition (use CROSS JOIN)")?;
                Vec::new()
            }
            JoinConstraint::UsingAlias(..) => return unsupported("an alias for USING"),
        };
        if matches!(constraint, JoinConstraint::Natural) && using.is_empty() {
            self.write(" ON 1 = 1");
        }
        self.join_using(left, right, &using, merged_value)
    }

    /// Writes USING as an ON condition, and merges the named columns.
    fn join_using(
        &mut self,
        left: FromItem,
        right: FromItem,
        names: &[Name],
        merged_value: MergedValue,
    ) -> Result<FromItem, SqlRejection> {
        let mut merged = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let ours = column_of(&left.visible, name)?;
            let theirs = column_of(&right.visible, name)?;
            self.write(if index == 0 { " ON " } else { " AND " });
            self.write(&format!("{} = {}", ours.written, theirs.written));
            let written = match merged_value {
                MergedValue::Left => ours.written.clone(),
                MergedValue::Right => theirs.written.clone(),
                MergedValue::Either => format!("COALESCE({}, {})", ours.written, theirs.written),
            };
            merged.push(Column { written, ..ours.clone() });
        }
        let others = left.visible.into_iter().chain(right.visible).filter(|column| !names.contains(&column.name));
        let visible: Vec<Column> = merged.into_iter().chain(others).collect();
        check_visible(&visible)?;
        let relations = left.relations.into_iter().chain(right.relations).collect();
        Ok(FromItem { relations, visible })
    }

    fn factor(
        &mut self,
        factor: &TableFactor,
        before: &Scope<'_>,
        outer: &Scope<'_>,
    ) -> Result<FromItem, SqlRejection> {
        match factor {
            TableFactor::Table { name, alias, .. } => {
                plain_table_only(factor)?;
                self.table_factor(name, alias.as_ref())
            }
            TableFactor::Derived { lateral, subquery, alias, sample } => {
                unless(sample.is_none(), "TABLESAMPLE")?;
                self.write(if *lateral { "LATERAL (" } else { "(" });
                let outputs = self.query(subquery, if *lateral { before } else { outer }, Naming::Internal)?;
                let relation = self.next_relation()?;
                self.write(") AS ");
                self.name(&relation);
                let names = column_names(alias.as_ref(), &outputs, self.dialect())?;
                let mut columns = Vec::new();
                for (name, output) in names.into_iter().zip(&outputs) {
                    let Some((name, label)) = name else { continue };
                    let written = self.qualified(&relation, &output.written);
                    columns.push(Column { name, label, written, column_type: output.column_type });
                }
                let name = alias.as_ref().map(|alias| Name::of(&alias.name, self.dialect()));
                Ok(FromItem::of(name, columns))
            }
            TableFactor::NestedJoin { table_with_joins, alias } => {
                unless(alias.is_none(), "an alias for a join in parentheses")?;
                self.write("(");
                let item = self.deeper(|writer| writer.joined(table_with_joins, before, outer))?;
                self.write(")");
                Ok(item)
            }
            TableFactor::TableFunction { .. } | TableFactor::Function { .. } => unsupported(FROM_FUNCTION),
            TableFactor::UNNEST { .. } => unsupported("UNNEST in FROM (use VALUES)"),
            TableFactor::JsonTable { .. } | TableFactor::OpenJsonTable { .. } => unsupported("JSON_TABLE"),
            TableFactor::XmlTable { .. } => unsupported("XMLTABLE"),
            TableFactor::Pivot { .. } | TableFactor::Unpivot { .. } | TableFactor::UnpivotExpr { .. } => {
                unsupported("PIVOT")
            }
            TableFactor::MatchRecognize { .. } => unsupported("MATCH_RECOGNIZE"),
            TableFactor::SemanticView { .. } => unsupported("SEMANTIC_VIEW"),
        }
    }

    /// Writes a declared table or a common table expression.
    fn table_factor(&mut self, name: &ObjectName, alias: Option<&TableAlias>) -> Result<FromItem, SqlRejection> {
        let dialect = self.dialect();
        let relation = self.next_relation()?;
        let own = Name::of(plain(name, "table")?, dialect);
        let common_table = self.common_tables.iter().rev().find(|common_table| common_table.name == own).cloned();
        let columns = if let Some(common_table) = common_table {
            self.name(&common_table.written);
            self.write(" AS ");
            self.name(&relation);
            let mut columns = Vec::new();
            for (name, written, column_type) in common_table.columns {
                let Some((name, label)) = name else { continue };
                columns.push(Column { name, label, written: self.qualified(&relation, &written), column_type });
            }
            columns
        } else {
            let table = self.declared(name)?;
            self.tenant_subquery(table, &relation)?;
            self.columns_of(table, &relation)
        };
        let columns = renamed(columns, alias, dialect)?;
        let name = alias.map_or(own, |alias| Name::of(&alias.name, dialect));
        Ok(FromItem::of(Some(name), columns))
    }
}

impl<'a> Writer<'a> {
    /// Returns the declared table with this name.
    pub(super) fn declared(&self, name: &ObjectName) -> Result<&'a DeclaredTable, SqlRejection> {
        let (tables, dialect) = (self.scoping.tables, self.dialect());
        let unknown = || {
            let known: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            SqlRejection::Table { name: name.to_string(), known }
        };
        let ident = plain(name, "table").map_err(|_| unknown())?;
        let own = Name::of(ident, dialect);
        tables.iter().find(|table| Name::declared(&table.name, dialect) == own).ok_or_else(unknown)
    }
}

impl FromItem {
    fn of(name: Option<Name>, columns: Vec<Column>) -> Self {
        Self { visible: columns.clone(), relations: vec![Relation { name, columns }] }
    }
}

/// Returns the scope of a join's ON condition.
fn join_scope<'p>(left: &FromItem, right: &FromItem, outer: &'p Scope<'p>) -> Result<Scope<'p>, SqlRejection> {
    let mut scope = Scope::inside(outer);
    scope.add(left.relations.clone(), left.visible.clone())?;
    scope.add(right.relations.clone(), right.visible.clone())?;
    Ok(scope)
}

fn column_of<'c>(columns: &'c [Column], name: &Name) -> Result<&'c Column, SqlRejection> {
    let mut found = columns.iter().filter(|column| column.name == *name);
    match (found.next(), found.next()) {
        (Some(column), None) => Ok(column),
        (Some(_), Some(_)) => Err(SqlRejection::Ambiguous(name.0.clone())),
        (None, _) => Err(SqlRejection::Column { name: name.0.clone(), place: " on one side of the join".to_owned() }),
    }
}

/// Renames a table's columns as its alias says.
fn renamed(columns: Vec<Column>, alias: Option<&TableAlias>, dialect: Dialect) -> Result<Vec<Column>, SqlRejection> {
    let Some(TableAlias { explicit: _, name: _, columns: names, at }) = alias else { return Ok(columns) };
    unless(at.is_none(), "AT after an alias")?;
    if names.len() > columns.len() {
        return unsupported(format!("an alias with {} columns for a table with {}", names.len(), columns.len()));
    }
    let mut columns = columns;
    for (column, name) in columns.iter_mut().zip(names) {
        unless(name.data_type.is_none(), "types in an alias")?;
        column.name = Name::of(&name.name, dialect);
        column.label = label(&name.name, dialect);
    }
    Ok(columns)
}

/// Rejects everything between a table's name and its alias. Each field is named here, so that a field added to the parser does not compile
/// unnoticed.
pub(super) fn plain_table_only(factor: &TableFactor) -> Result<(), SqlRejection> {
    let TableFactor::Table {
        name: _,
        alias: _,
        args,
        with_hints,
        version,
        with_ordinality,
        partitions,
        json_path,
        sample,
        index_directives,
        inheritance,
    } = factor
    else {
        return Ok(());
    };
    unless(args.is_none(), FROM_FUNCTION)?;
    unless(with_hints.is_empty(), "hints to a table")?;
    unless(version.is_none(), "a version of a table")?;
    unless(!with_ordinality, "WITH ORDINALITY")?;
    unless(partitions.is_empty(), "PARTITION")?;
    unless(json_path.is_none(), "a path into a table")?;
    unless(sample.is_none(), "TABLESAMPLE")?;
    unless(index_directives.is_empty(), "INDEXED BY")?;
    unless(inheritance.is_none(), "ONLY and * after a table")
}
