//! IN, BETWEEN and LIKE.

use iota_scripts_domain::{ColumnType, SqlValue};
use serde_json::Value as Json;
use sqlparser::ast::{Expr, InTarget, Value};

use super::{
    expression::ExprType,
    literal::{self, Literal},
    names::Scope,
    rejection::{SqlRejection, unsupported},
    select::Naming,
    writer::Writer,
};

impl Writer<'_> {
    pub(super) fn is_in(&mut self, expr: &Expr, target: &InTarget, negated: bool, scope: &Scope<'_>) -> ExprType {
        let word = if negated { " NOT IN (" } else { " IN (" };
        match target {
            InTarget::Subquery(query) => {
                self.expression(expr, scope)?;
                self.write(word);
                self.query(query, scope, Naming::Internal)?;
                self.write(")");
            }
            InTarget::List(items) => {
                let values = self.list_parameter(items)?;
                if items.is_empty() || values.as_ref().is_some_and(Vec::is_empty) {
                    // No value is in an empty list, and PostgreSQL has no syntax for one. The expression is checked all the same.
                    self.discarded(|writer| writer.expression(expr, scope))?;
                    self.write(if negated { "1 = 1" } else { "1 = 0" });
                    return Ok(Some(ColumnType::Boolean));
                }
                self.expression(expr, scope)?;
                self.write(word);
                match values {
                    Some(values) => self.list(&values, |writer, value| writer.value(value))?,
                    None => self.list(items, |writer, item| writer.expression(item, scope).map(drop))?,
                }
                self.write(")");
            }
            InTarget::Unnest(_) => return unsupported("IN UNNEST"),
            InTarget::Table { .. } => return unsupported("IN with a table's name"),
        }
        Ok(Some(ColumnType::Boolean))
    }

    /// Returns the values of an array parameter given in place of a list: `IN ($1)`, `= ANY ($1)`.
    pub(super) fn list_parameter(&self, items: &[Expr]) -> Result<Option<Vec<SqlValue>>, SqlRejection> {
        let [Expr::Value(item)] = items else { return Ok(None) };
        let Value::Placeholder(_) = item.value else { return Ok(None) };
        let Literal::Parameter(number) = literal::read(&item.value)? else { return Ok(None) };
        let SqlValue::Json(text) = self.parameter(number)? else { return Ok(None) };
        let Ok(Json::Array(values)) = serde_json::from_str(&text) else { return Ok(None) };
        let element = |value| match value {
            Json::Null => Ok(SqlValue::Null),
            Json::Bool(value) => Ok(SqlValue::Boolean(value)),
            Json::Number(number) => Ok(number
                .as_i64()
                .map(SqlValue::Integer)
                .or_else(|| number.as_f64().map(SqlValue::Number))
                .unwrap_or(SqlValue::Null)),
            Json::String(text) => Ok(SqlValue::Text(text)),
            Json::Array(_) | Json::Object(_) => Err(SqlRejection::Parameters(
                "an array for IN may contain only strings, numbers, booleans and null".to_owned(),
            )),
        };
        values.into_iter().map(element).collect::<Result<_, _>>().map(Some)
    }

    pub(super) fn between(
        &mut self,
        expr: &Expr,
        negated: bool,
        low: &Expr,
        high: &Expr,
        scope: &Scope<'_>,
    ) -> ExprType {
        self.expression(expr, scope)?;
        self.write(if negated { " NOT BETWEEN " } else { " BETWEEN " });
        self.expression(low, scope)?;
        self.write(" AND ");
        self.expression(high, scope)?;
        Ok(Some(ColumnType::Boolean))
    }

    pub(super) fn like(
        &mut self,
        word: &str,
        negated: bool,
        expr: &Expr,
        pattern: &Expr,
        escape: Option<&Expr>,
        scope: &Scope<'_>,
    ) -> ExprType {
        if escape.is_some() || !self.is_harmless(pattern)? {
            // A pattern that ends in its escape character fails on rows that match so far; a pattern that is too long fails in SQLite on
            // any row.
            self.may_fail();
        }
        self.expression(expr, scope)?;
        if negated {
            self.write(" NOT");
        }
        self.write(word);
        self.expression(pattern, scope)?;
        if let Some(escape) = escape {
            self.write(" ESCAPE ");
            self.expression(escape, scope)?;
        }
        Ok(Some(ColumnType::Boolean))
    }

    fn is_harmless(&self, pattern: &Expr) -> Result<bool, SqlRejection> {
        const SHORT: usize = 500;
        let Expr::Value(pattern) = pattern else { return Ok(false) };
        let value = match literal::read(&pattern.value)? {
            Literal::Value(value) => value,
            Literal::Parameter(number) => self.parameter(number)?,
            Literal::Number(_) => return Ok(false),
        };
        Ok(matches!(value, SqlValue::Text(text) if text.len() < SHORT && !text.contains('\\')))
    }
}
