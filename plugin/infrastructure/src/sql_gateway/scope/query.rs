//! Queries: the clauses around a SELECT, and set operations.

use iota_scripts_domain::ColumnType;
use sqlparser::ast::{
    Expr, Fetch, LimitClause, Offset, OffsetRows, OrderBy, OrderByExpr, OrderByKind, OrderByOptions, OrderBySort,
    Query, SetExpr, SetOperator, SetQuantifier, Value, Values,
};

use super::{
    names::{Name, Scope},
    rejection::{SqlRejection, unless, unsupported},
    select::Naming,
    with::same_width,
    writer::Writer,
};
use crate::persistence::Dialect;

/// A column of a query's result.
#[derive(Debug, Clone)]
pub(super) struct Output {
    /// Name that the author can use; `None` for an expression without an alias.
    pub(super) name: Option<String>,
    /// Name in the generated SQL.
    pub(super) written: String,
    pub(super) column_type: Option<ColumnType>,
}

impl Writer<'_> {
    /// Writes a query in a scope.
    pub(super) fn query(
        &mut self,
        query: &Query,
        scope: &Scope<'_>,
        naming: Naming,
    ) -> Result<Vec<Output>, SqlRejection> {
        let known = self.common_tables.len();
        let outputs = self.deeper(|writer| {
            writer.unguarded(|writer| {
                if let Some(with) = &query.with {
                    writer.with(with, scope)?;
                }
                let (outputs, ordered) = match query.body.as_ref() {
                    SetExpr::Select(select) => (writer.select(select, query.order_by.as_ref(), scope, naming)?, true),
                    body => (writer.set_expr(body, scope, naming)?, false),
                };
                let order = if ordered { None } else { query.order_by.as_ref() };
                if let Some(order) = order {
                    writer.order_by_outputs(order, &outputs)?;
                }
                writer.end_of_query(query, scope)?;
                Ok(outputs)
            })
        });
        self.common_tables.truncate(known);
        outputs
    }

    /// Writes the clauses after ORDER BY, and rejects the unsupported ones.
    pub(super) fn end_of_query(&mut self, query: &Query, scope: &Scope<'_>) -> Result<(), SqlRejection> {
        let Query {
            with: _,
            body: _,
            order_by: _,
            limit_clause,
            fetch,
            locks,
            for_clause,
            settings,
            format_clause,
            pipe_operators,
        } = query;
        unless(locks.is_empty(), "FOR UPDATE and FOR SHARE")?;
        unless(for_clause.is_none(), "FOR XML and FOR JSON")?;
        unless(settings.is_none(), "SETTINGS")?;
        unless(format_clause.is_none(), "FORMAT")?;
        unless(pipe_operators.is_empty(), "the operator |>")?;
        let fetch_count = fetch_count(fetch.as_ref())?;
        match limit_clause {
            None => match fetch_count {
                None => Ok(()),
                Some(limit) => {
                    self.write(" LIMIT ");
                    self.row_count(limit, scope)
                }
            },
            Some(LimitClause::LimitOffset { limit, offset, limit_by }) => {
                unless(limit_by.is_empty(), "LIMIT … BY")?;
                unless(limit.is_none() || fetch_count.is_none(), "FETCH together with LIMIT")?;
                if let Some(limit) = limit.as_ref().or(fetch_count) {
                    self.write(" LIMIT ");
                    self.row_count(limit, scope)?;
                } else if offset.is_some() && self.dialect() == Dialect::Sqlite {
                    self.write(" LIMIT -1");
                }
                if let Some(Offset { value, rows: OffsetRows::None | OffsetRows::Row | OffsetRows::Rows }) = offset {
                    self.write(" OFFSET ");
                    self.row_count(value, scope)?;
                }
                Ok(())
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => {
                unless(fetch_count.is_none(), "FETCH together with LIMIT")?;
                self.write(" LIMIT ");
                self.row_count(limit, scope)?;
                self.write(" OFFSET ");
                self.row_count(offset, scope)
            }
        }
    }

    /// Writes a number of rows: a literal or a parameter.
    fn row_count(&mut self, value: &Expr, scope: &Scope<'_>) -> Result<(), SqlRejection> {
        match value {
            Expr::Value(_) => self.expression(value, scope).map(drop),
            _ => unsupported("LIMIT and OFFSET without a number or a parameter"),
        }
    }

    /// Writes the body of a query.
    pub(super) fn set_expr(
        &mut self,
        body: &SetExpr,
        scope: &Scope<'_>,
        naming: Naming,
    ) -> Result<Vec<Output>, SqlRejection> {
        match body {
            SetExpr::Select(select) => self.select(select, None, scope, naming),
            SetExpr::Query(query) => {
                // SQLite does not allow parentheses around an operand of a set operation.
                let (before, after) = match self.dialect() {
                    Dialect::Sqlite => ("SELECT * FROM (", ")"),
                    Dialect::Postgres => ("(", ")"),
                };
                self.write(before);
                let outputs = self.query(query, scope, naming)?;
                self.write(after);
                Ok(outputs)
            }
            SetExpr::SetOperation { left, op, set_quantifier, right } => {
                let outputs = self.deeper(|writer| writer.set_expr(left, scope, naming))?;
                match op {
                    SetOperator::Union => self.union(*set_quantifier)?,
                    SetOperator::Except => self.set_operator(" EXCEPT", *set_quantifier)?,
                    SetOperator::Intersect => self.set_operator(" INTERSECT", *set_quantifier)?,
                    SetOperator::Minus => return unsupported("MINUS (use EXCEPT)"),
                }
                let others = self.deeper(|writer| writer.set_expr(right, scope, naming))?;
                same_width(&outputs, &others)?;
                Ok(common_types(outputs, &others))
            }
            SetExpr::Values(values) => self.values(values, scope),
            SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) => {
                unsupported("INSERT, UPDATE and DELETE inside a query")
            }
            SetExpr::Merge(_) => unsupported("MERGE"),
            SetExpr::Table(_) => unsupported("TABLE (use SELECT * FROM)"),
        }
    }

    pub(super) fn union(&mut self, quantifier: SetQuantifier) -> Result<(), SqlRejection> {
        self.set_operator(" UNION", quantifier)
    }

    fn set_operator(&mut self, word: &str, quantifier: SetQuantifier) -> Result<(), SqlRejection> {
        self.write(word);
        match quantifier {
            SetQuantifier::All => self.write(" ALL "),
            SetQuantifier::Distinct | SetQuantifier::None => self.write(" "),
            SetQuantifier::ByName | SetQuantifier::AllByName | SetQuantifier::DistinctByName => {
                return unsupported("BY NAME");
            }
        }
        Ok(())
    }

    fn values(&mut self, values: &Values, scope: &Scope<'_>) -> Result<Vec<Output>, SqlRejection> {
        let Values { explicit_row, value_keyword, rows } = values;
        unless(!explicit_row && !value_keyword, "ROW in VALUES")?;
        let width = rows.first().map_or(0, |row| row.content.len());
        if width == 0 || rows.iter().any(|row| row.content.len() != width) {
            return unsupported("VALUES with rows of different lengths");
        }
        check_width(width)?;
        self.write("VALUES ");
        self.list(rows, |writer, row| {
            writer.write("(");
            writer.list(&row.content, |writer, value| writer.expression(value, scope).map(drop))?;
            writer.write(")");
            Ok(())
        })?;
        // Both databases use these names.
        let column = |number: usize| {
            let name = format!("column{number}");
            Output { name: Some(name.clone()), written: name, column_type: None }
        };
        Ok((1..=width).map(column).collect())
    }

    /// Writes ORDER BY after a set operation: columns of the result, by name or position.
    fn order_by_outputs(&mut self, order: &OrderBy, outputs: &[Output]) -> Result<(), SqlRejection> {
        let dialect = self.dialect();
        self.order_by(order, |writer, expr| match expr {
            Expr::Identifier(ident) => {
                let name = Name::of(ident, dialect);
                let number = position_of(outputs, &name, dialect).ok_or_else(|| SqlRejection::Column {
                    name: name.0.clone(),
                    place: " in the result of the set operation".to_owned(),
                })?;
                writer.write(&number.to_string());
                Ok(())
            }
            Expr::Value(_) => {
                check_position(expr)?;
                writer.expression(expr, &Scope::default()).map(drop)
            }
            _ => unsupported("an expression in ORDER BY after a set operation (give it an alias)"),
        })
    }

    /// Writes ORDER BY; `each` writes an expression.
    pub(super) fn order_by(
        &mut self,
        order: &OrderBy,
        each: impl FnMut(&mut Self, &Expr) -> Result<(), SqlRejection>,
    ) -> Result<(), SqlRejection> {
        let OrderBy { kind, interpolate } = order;
        unless(interpolate.is_none(), "INTERPOLATE")?;
        match kind {
            OrderByKind::All(_) => unsupported("ORDER BY ALL"),
            OrderByKind::Expressions(expressions) => {
                self.write(" ORDER BY ");
                self.order_by_list(expressions, each)
            }
        }
    }

    /// Writes the expressions of an ORDER BY.
    pub(super) fn order_by_list(
        &mut self,
        expressions: &[OrderByExpr],
        mut each: impl FnMut(&mut Self, &Expr) -> Result<(), SqlRejection>,
    ) -> Result<(), SqlRejection> {
        self.list(expressions, |writer, OrderByExpr { expr, options, with_fill }| {
            unless(with_fill.is_none(), "WITH FILL")?;
            each(writer, expr)?;
            let OrderByOptions { sort, nulls_first } = options;
            writer.write(match sort {
                None => "",
                Some(OrderBySort::Asc) => " ASC",
                Some(OrderBySort::Desc) => " DESC",
                Some(OrderBySort::Using(_)) => return unsupported("ORDER BY … USING"),
            });
            writer.write(match nulls_first {
                None => "",
                Some(true) => " NULLS FIRST",
                Some(false) => " NULLS LAST",
            });
            Ok(())
        })
    }
}

/// Rejects a constant in ORDER BY and GROUP BY, which would have no effect, except for a number: that is the position of a column. A
/// parameter could be either.
pub(super) fn check_position(expr: &Expr) -> Result<(), SqlRejection> {
    let Expr::Value(value) = expr else { return Ok(()) };
    unless(matches!(value.value, Value::Number(..)), "a constant in ORDER BY and GROUP BY (name a column)")
}

/// Returns the row count of FETCH FIRST … ROWS ONLY.
fn fetch_count(fetch: Option<&Fetch>) -> Result<Option<&Expr>, SqlRejection> {
    let Some(Fetch { with_ties, percent, quantity }) = fetch else { return Ok(None) };
    unless(!with_ties && !percent, "FETCH with TIES or PERCENT (use LIMIT)")?;
    match quantity {
        None => unsupported("FETCH without a number (use LIMIT)"),
        quantity => Ok(quantity.as_ref()),
    }
}

/// Returns the position of the output with this name. It is written as a number, because its generated name may also be the name of a
/// column.
pub(super) fn position_of(outputs: &[Output], name: &Name, dialect: Dialect) -> Option<usize> {
    let is = |output: &Output| output.name.as_deref().is_some_and(|own| name.is_declared(own, dialect));
    outputs.iter().position(is).map(|position| position + 1)
}

/// Rejects more columns than a result can have: a few nested `*` produce many.
pub(super) fn check_width(columns: usize) -> Result<(), SqlRejection> {
    /// SQLite's maximum under our limits.
    const COLUMNS: usize = 500;
    if columns > COLUMNS {
        return Err(SqlRejection::TooLarge(format!("a result has {columns} columns; the limit is {COLUMNS}")));
    }
    Ok(())
}

/// Keeps the types that both sides share.
fn common_types(outputs: Vec<Output>, others: &[Output]) -> Vec<Output> {
    let agreed = |(output, other): (Output, &Output)| Output {
        column_type: output.column_type.filter(|own| other.column_type == Some(*own)),
        ..output
    };
    outputs.into_iter().zip(others).map(agreed).collect()
}
