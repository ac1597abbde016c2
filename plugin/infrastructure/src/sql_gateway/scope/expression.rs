//! Expressions: each supported kind has its arm, and every other kind is rejected by name.

use iota_scripts_domain::{ColumnType, SqlValue};
use sqlparser::ast::{Array, CaseWhen, CastKind, Expr, Ident, Interval, ObjectName, TypedString, UnaryOperator, Value};

use super::{
    literal::{self, Literal},
    names::{Name, Scope, plain},
    rejection::{SqlRejection, unless, unsupported},
    select::Naming,
    writer::Writer,
};
use crate::persistence::Dialect;

/// The type of an expression, if it is known.
pub(super) type ExprType = Result<Option<ColumnType>, SqlRejection>;

impl Writer<'_> {
    /// Writes an expression.
    pub(super) fn expression(&mut self, expr: &Expr, scope: &Scope<'_>) -> ExprType {
        self.deeper(|writer| writer.expression_here(expr, scope))
    }

    fn expression_here(&mut self, expr: &Expr, scope: &Scope<'_>) -> ExprType {
        match expr {
            Expr::Identifier(ident) => {
                let column = scope.column(&Name::of(ident, self.dialect()))?;
                self.write(&column.written);
                Ok(column.column_type)
            }
            Expr::CompoundIdentifier(idents) => self.qualified_column(idents, scope),
            Expr::Value(value) => self.literal(&value.value),
            Expr::Nested(inner) => self.in_parentheses(|writer| writer.expression(inner, scope)),
            Expr::BinaryOp { .. } => self.binary(expr, scope),
            Expr::UnaryOp { op, expr } => self.unary(*op, expr, scope),
            Expr::IsNull(inner) => self.test(inner, " IS NULL", scope),
            Expr::IsNotNull(inner) => self.test(inner, " IS NOT NULL", scope),
            Expr::IsTrue(inner) => self.test(inner, " IS TRUE", scope),
            Expr::IsNotTrue(inner) => self.test(inner, " IS NOT TRUE", scope),
            Expr::IsFalse(inner) => self.test(inner, " IS FALSE", scope),
            Expr::IsNotFalse(inner) => self.test(inner, " IS NOT FALSE", scope),
            Expr::IsUnknown(inner) => self.test(inner, " IS NULL", scope),
            Expr::IsNotUnknown(inner) => self.test(inner, " IS NOT NULL", scope),
            Expr::IsDistinctFrom(left, right) => self.compared(left, " IS DISTINCT FROM ", right, scope),
            Expr::IsNotDistinctFrom(left, right) => self.compared(left, " IS NOT DISTINCT FROM ", right, scope),
            Expr::In { expr, target, negated, global } => {
                unless(!global, "GLOBAL IN")?;
                self.is_in(expr, target, *negated, scope)
            }
            Expr::Between { expr, negated, low, high } => self.between(expr, *negated, low, high, scope),
            Expr::Like { negated, any, expr, pattern, escape_char } => {
                unless(!any, "LIKE ANY")?;
                self.like(" LIKE ", *negated, expr, pattern, escape_char.as_deref(), scope)
            }
            Expr::ILike { negated, any, expr, pattern, escape_char } => {
                unless(!any, "ILIKE ANY")?;
                unless(self.dialect() == Dialect::Postgres, "ILIKE in SQLite (use LIKE, which ignores case)")?;
                self.like(" ILIKE ", *negated, expr, pattern, escape_char.as_deref(), scope)
            }
            Expr::AnyOp { left, compare_op, right, is_some: _ } => {
                self.quantified(left, compare_op, " ANY ", right, scope)
            }
            Expr::AllOp { left, compare_op, right } => self.quantified(left, compare_op, " ALL ", right, scope),
            Expr::Exists { subquery, negated } => {
                self.write(if *negated { "NOT EXISTS (" } else { "EXISTS (" });
                self.query(subquery, scope, Naming::Internal)?;
                self.write(")");
                Ok(Some(ColumnType::Boolean))
            }
            Expr::Subquery(query) => {
                // A subquery with more than one row is an error.
                self.may_fail();
                self.write("(");
                let outputs = self.query(query, scope, Naming::Internal)?;
                self.write(")");
                Ok(outputs.first().and_then(|output| output.column_type))
            }
            Expr::Case { case_token: _, end_token: _, operand, conditions, else_result } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref(), scope)
            }
            Expr::Cast { kind, expr, data_type, format } => {
                unless(matches!(kind, CastKind::Cast | CastKind::DoubleColon), "TRY_CAST and SAFE_CAST")?;
                unless(format.is_none(), "CAST … FORMAT")?;
                self.cast(data_type, |writer| writer.expression(expr, scope))
            }
            Expr::TypedString(TypedString { data_type, value, uses_odbc_syntax }) => {
                unless(!uses_odbc_syntax, "literals in braces")?;
                self.cast(data_type, |writer| writer.literal(&value.value))
            }
            Expr::Interval(interval) => self.interval(interval),
            Expr::Function(function) => self.function(function, scope),
            Expr::Extract { field, syntax: _, expr } => self.extract(field, expr, scope),
            Expr::Substring { expr, substring_from, substring_for, special: _, shorthand: _ } => {
                self.substring(expr, substring_from.as_deref(), substring_for.as_deref(), scope)
            }
            Expr::Trim { trim_where, trim_what, expr, trim_characters } => {
                self.trim(trim_where.as_ref(), trim_what.as_deref(), expr, trim_characters.as_deref(), scope)
            }
            Expr::Ceil { expr, field } => self.rounded("ceil", expr, field, scope),
            Expr::Floor { expr, field } => self.rounded("floor", expr, field, scope),
            Expr::Position { expr, r#in } => self.position(expr, r#in, scope),
            Expr::AtTimeZone { timestamp, time_zone } => self.at_time_zone(timestamp, time_zone, scope),
            Expr::Tuple(items) => {
                self.write("(");
                self.list(items, |writer, item| writer.expression(item, scope).map(drop))?;
                self.write(")");
                Ok(None)
            }
            Expr::Array(Array { elem, named }) => {
                unless(*named && self.dialect() == Dialect::Postgres, "an array without the word ARRAY")?;
                // Nested arrays must have the same length.
                self.may_fail();
                self.write("ARRAY[");
                self.list(elem, |writer, item| writer.expression(item, scope).map(drop))?;
                self.write("]");
                Ok(None)
            }
            Expr::CompoundFieldAccess { .. } => unsupported("field and element access such as (x).y and x[1]"),
            Expr::JsonAccess { .. } => unsupported("a path into JSON with colons"),
            Expr::IsJson { .. } => unsupported("IS JSON"),
            Expr::IsNormalized { .. } => unsupported("IS NORMALIZED"),
            Expr::SimilarTo { .. } => unsupported("SIMILAR TO"),
            Expr::RLike { .. } => unsupported("RLIKE and REGEXP"),
            Expr::Convert { .. } => unsupported("CONVERT"),
            Expr::Overlay { .. } => unsupported("OVERLAY"),
            Expr::Collate { expr, collation } => self.collate(expr, collation, scope),
            Expr::Prefixed { .. } => unsupported("a literal with a prefix"),
            Expr::GroupingSets(_) | Expr::Cube(_) | Expr::Rollup(_) => unsupported("GROUPING SETS, CUBE and ROLLUP"),
            Expr::Struct { .. } => unsupported("STRUCT"),
            Expr::Named { .. } => unsupported("a named expression"),
            Expr::Dictionary(_) | Expr::Map(_) => unsupported("a literal in braces"),
            Expr::MatchAgainst { .. } => unsupported("MATCH … AGAINST"),
            Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => unsupported("* inside an expression"),
            Expr::OuterJoin(_) => unsupported("the operator (+)"),
            Expr::Prior(_) => unsupported("PRIOR"),
            Expr::Lambda(_) => unsupported("a function with ->"),
            Expr::MemberOf(_) => unsupported("MEMBER OF"),
        }
    }

    /// Writes parentheses around the output of `work`.
    pub(super) fn in_parentheses<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, SqlRejection>,
    ) -> Result<T, SqlRejection> {
        self.write("(");
        let result = work(self)?;
        self.write(")");
        Ok(result)
    }

    fn qualified_column(&mut self, idents: &[Ident], scope: &Scope<'_>) -> ExprType {
        let [relation, column] = idents else { return unsupported("a name with more than one dot") };
        let relation = scope.relation(&Name::of(relation, self.dialect()))?;
        let column = relation.column(&Name::of(column, self.dialect()))?;
        self.write(&column.written);
        Ok(column.column_type)
    }

    /// Writes a literal, or the value of a placeholder.
    pub(super) fn literal(&mut self, value: &Value) -> ExprType {
        let value = match literal::read(value)? {
            Literal::Number(digits) => {
                self.write(&digits);
                return Ok(None);
            }
            Literal::Value(value) => value,
            Literal::Parameter(number) => self.parameter(number)?,
        };
        self.value(&value)?;
        Ok(matches!(value, SqlValue::Text(_)).then_some(ColumnType::Text))
    }

    /// Returns the value of a placeholder; `number` counts from 0.
    pub(super) fn parameter(&self, number: usize) -> Result<SqlValue, SqlRejection> {
        let missing =
            || SqlRejection::Parameters(format!("the statement uses ${}, but no such value was passed", number + 1));
        self.params.get(number).cloned().ok_or_else(missing)
    }

    fn unary(&mut self, op: UnaryOperator, expr: &Expr, scope: &Scope<'_>) -> ExprType {
        let word = match op {
            UnaryOperator::Plus => "+ ",
            UnaryOperator::Minus => "- ",
            UnaryOperator::Not => "NOT ",
            UnaryOperator::BitwiseNot => "~ ",
            UnaryOperator::AtDashAt
            | UnaryOperator::BangNot
            | UnaryOperator::DoubleAt
            | UnaryOperator::Hash
            | UnaryOperator::PGAbs
            | UnaryOperator::PGCubeRoot
            | UnaryOperator::PGPostfixFactorial
            | UnaryOperator::PGPrefixFactorial
            | UnaryOperator::PGSquareRoot
            | UnaryOperator::QuestionDash
            | UnaryOperator::QuestionPipe => return unsupported(format!("the operator {op}")),
        };
        if op != UnaryOperator::Not && !matches!(expr, Expr::Value(_)) {
            self.arithmetic();
        }
        self.write(word);
        self.expression(expr, scope)
    }

    /// Records arithmetic, which fails in PostgreSQL on overflow; SQLite never fails.
    pub(super) fn arithmetic(&mut self) {
        if self.dialect() == Dialect::Postgres {
            self.may_fail();
        }
    }

    /// Writes COLLATE with one of the collations that are the same on every server.
    fn collate(&mut self, expr: &Expr, collation: &ObjectName, scope: &Scope<'_>) -> ExprType {
        let name = plain(collation, "collation")?;
        let known = match self.dialect() {
            Dialect::Sqlite => {
                ["NOCASE", "BINARY", "RTRIM"].into_iter().find(|known| name.value.eq_ignore_ascii_case(known))
            }
            Dialect::Postgres => (name.quote_style.is_some() && name.value == "C").then_some("pg_catalog.\"C\""),
        };
        let Some(known) = known else { return unsupported(format!("the collation `{name}`")) };
        let value_type = self.expression(expr, scope)?;
        self.write(" COLLATE ");
        self.write(known);
        Ok(value_type)
    }

    fn test(&mut self, expr: &Expr, word: &str, scope: &Scope<'_>) -> ExprType {
        self.expression(expr, scope)?;
        self.write(word);
        Ok(Some(ColumnType::Boolean))
    }

    fn case(
        &mut self,
        operand: Option<&Expr>,
        conditions: &[CaseWhen],
        otherwise: Option<&Expr>,
        scope: &Scope<'_>,
    ) -> ExprType {
        self.write("CASE");
        if let Some(operand) = operand {
            self.write(" ");
            self.expression(operand, scope)?;
        }
        let mut value_types = Vec::new();
        for CaseWhen { condition, result } in conditions {
            self.write(" WHEN ");
            self.expression(condition, scope)?;
            self.write(" THEN ");
            value_types.push(self.expression(result, scope)?);
        }
        if let Some(otherwise) = otherwise {
            self.write(" ELSE ");
            value_types.push(self.expression(otherwise, scope)?);
        }
        self.write(" END");
        let first = value_types.first().copied().flatten();
        Ok(first.filter(|first| value_types.iter().all(|value_type| *value_type == Some(*first))))
    }

    fn interval(&mut self, interval: &Interval) -> ExprType {
        let Interval { value, leading_field, leading_precision, last_field, fractional_seconds_precision } = interval;
        let plain = leading_field.is_none()
            && leading_precision.is_none()
            && last_field.is_none()
            && fractional_seconds_precision.is_none();
        unless(plain && self.dialect() == Dialect::Postgres, "INTERVAL with a unit outside the quotes")?;
        let Expr::Value(value) = value.as_ref() else {
            return unsupported("INTERVAL without a string literal after it");
        };
        self.may_fail();
        self.write("CAST(");
        self.literal(&value.value)?;
        self.write(" AS INTERVAL)");
        Ok(None)
    }
}
