//! Binary operators. A chain of them is walked in a loop, because its depth grows with the length of the text and not with its parentheses.

use iota_scripts_domain::ColumnType;
use sqlparser::ast::{BinaryOperator, Expr, InTarget};

use super::{
    expression::ExprType,
    names::Scope,
    rejection::{SqlRejection, unsupported},
    writer::Writer,
};
use crate::persistence::Dialect;

/// Kind of an operator.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A comparison or logical operator; never fails.
    Test,
    /// Arithmetic; may fail in PostgreSQL.
    Arithmetic,
    /// Concatenates strings, and in PostgreSQL JSON.
    Concat,
    /// A JSON operator, with its result type.
    Json(Option<ColumnType>),
}

impl Writer<'_> {
    /// Writes a binary operator with its operands, and the chain of operators to its left.
    pub(super) fn binary(&mut self, expr: &Expr, scope: &Scope<'_>) -> ExprType {
        let mut chain = Vec::new();
        let mut leftmost = expr;
        while let Expr::BinaryOp { left, op, right } = leftmost {
            chain.push((op, right.as_ref()));
            leftmost = left.as_ref();
        }
        let mut value_type = self.expression(leftmost, scope)?;
        for (op, right) in chain.into_iter().rev() {
            let (word, kind) = operator(op, self.dialect())?;
            self.write(" ");
            self.write(word);
            self.write(" ");
            let other = self.expression(right, scope)?;
            value_type = self.outcome(kind, value_type, other);
        }
        Ok(value_type)
    }

    fn outcome(&mut self, kind: Kind, left: Option<ColumnType>, right: Option<ColumnType>) -> Option<ColumnType> {
        match kind {
            Kind::Test => Some(ColumnType::Boolean),
            Kind::Arithmetic => {
                self.arithmetic();
                None
            }
            Kind::Concat => {
                let texts = [left, right].into_iter().all(|side| side == Some(ColumnType::Text));
                // SQLite rejects a string that becomes too long.
                if !texts || self.dialect() == Dialect::Sqlite {
                    self.may_fail();
                }
                texts.then_some(ColumnType::Text)
            }
            Kind::Json(value_type) => {
                self.may_fail();
                value_type
            }
        }
    }

    /// Writes a comparison whose operator is a keyword.
    pub(super) fn compared(&mut self, left: &Expr, word: &str, right: &Expr, scope: &Scope<'_>) -> ExprType {
        self.expression(left, scope)?;
        self.write(word);
        self.expression(right, scope)?;
        Ok(Some(ColumnType::Boolean))
    }

    /// Writes ANY or ALL over a subquery or an array.
    pub(super) fn quantified(
        &mut self,
        left: &Expr,
        op: &BinaryOperator,
        word: &str,
        right: &Expr,
        scope: &Scope<'_>,
    ) -> ExprType {
        if let Some(negated) = as_in(op, word)
            && let Expr::Value(_) = right
            && self.list_parameter(std::slice::from_ref(right))?.is_some()
        {
            let list = InTarget::List(vec![right.clone()]);
            return self.is_in(left, &list, negated, scope);
        }
        if self.dialect() == Dialect::Sqlite {
            return unsupported("ANY and ALL in SQLite (use IN)");
        }
        let (symbol, Kind::Test) = operator(op, self.dialect())? else {
            return unsupported(format!("the operator {op} before ANY and ALL"));
        };
        self.expression(left, scope)?;
        self.write(" ");
        self.write(symbol);
        self.write(word);
        match right {
            Expr::Subquery(query) => {
                self.in_parentheses(|writer| writer.query(query, scope, super::select::Naming::Internal))?;
            }
            other => {
                self.may_fail();
                self.in_parentheses(|writer| writer.expression(other, scope))?;
            }
        }
        Ok(Some(ColumnType::Boolean))
    }
}

/// Returns a hint, in parentheses, at an operator to use instead.
const fn alternative(op: &BinaryOperator) -> &'static str {
    match op {
        BinaryOperator::Glob | BinaryOperator::Match | BinaryOperator::Regexp => " (use LIKE)",
        BinaryOperator::PGRegexMatch
        | BinaryOperator::PGRegexIMatch
        | BinaryOperator::PGRegexNotMatch
        | BinaryOperator::PGRegexNotIMatch => " (use LIKE or ILIKE)",
        _ => "",
    }
}

/// Returns whether ANY or ALL with this operator equals IN (`false`) or NOT IN (`true`) for a list.
fn as_in(op: &BinaryOperator, word: &str) -> Option<bool> {
    match (op, word) {
        (BinaryOperator::Eq, " ANY ") => Some(false),
        (BinaryOperator::NotEq, " ALL ") => Some(true),
        _ => None,
    }
}

fn operator(op: &BinaryOperator, dialect: Dialect) -> Result<(&'static str, Kind), SqlRejection> {
    let postgres = dialect == Dialect::Postgres;
    let found = match op {
        BinaryOperator::And => ("AND", Kind::Test),
        BinaryOperator::Or => ("OR", Kind::Test),
        BinaryOperator::Eq => ("=", Kind::Test),
        BinaryOperator::NotEq => ("<>", Kind::Test),
        BinaryOperator::Lt => ("<", Kind::Test),
        BinaryOperator::LtEq => ("<=", Kind::Test),
        BinaryOperator::Gt => (">", Kind::Test),
        BinaryOperator::GtEq => (">=", Kind::Test),
        BinaryOperator::Is if !postgres => ("IS", Kind::Test),
        BinaryOperator::IsNot if !postgres => ("IS NOT", Kind::Test),
        BinaryOperator::Plus => ("+", Kind::Arithmetic),
        BinaryOperator::Minus => ("-", Kind::Arithmetic),
        BinaryOperator::Multiply => ("*", Kind::Arithmetic),
        BinaryOperator::Divide => ("/", Kind::Arithmetic),
        BinaryOperator::Modulo => ("%", Kind::Arithmetic),
        BinaryOperator::BitwiseAnd => ("&", Kind::Arithmetic),
        BinaryOperator::BitwiseOr => ("|", Kind::Arithmetic),
        BinaryOperator::PGBitwiseShiftLeft => ("<<", Kind::Arithmetic),
        BinaryOperator::PGBitwiseShiftRight => (">>", Kind::Arithmetic),
        BinaryOperator::StringConcat => ("||", Kind::Concat),
        BinaryOperator::Arrow => ("->", Kind::Json(Some(ColumnType::Json))),
        BinaryOperator::LongArrow if postgres => ("->>", Kind::Json(Some(ColumnType::Text))),
        BinaryOperator::LongArrow => ("->>", Kind::Json(None)),
        BinaryOperator::HashArrow if postgres => ("#>", Kind::Json(Some(ColumnType::Json))),
        BinaryOperator::HashLongArrow if postgres => ("#>>", Kind::Json(Some(ColumnType::Text))),
        BinaryOperator::AtArrow if postgres => ("@>", Kind::Json(Some(ColumnType::Boolean))),
        BinaryOperator::ArrowAt if postgres => ("<@", Kind::Json(Some(ColumnType::Boolean))),
        BinaryOperator::Question if postgres => ("?", Kind::Json(Some(ColumnType::Boolean))),
        BinaryOperator::QuestionAnd if postgres => ("?&", Kind::Json(Some(ColumnType::Boolean))),
        BinaryOperator::QuestionPipe if postgres => ("?|", Kind::Json(Some(ColumnType::Boolean))),
        BinaryOperator::PGOverlap if postgres => ("&&", Kind::Json(Some(ColumnType::Boolean))),
        BinaryOperator::Is
        | BinaryOperator::IsNot
        | BinaryOperator::HashArrow
        | BinaryOperator::HashLongArrow
        | BinaryOperator::AtArrow
        | BinaryOperator::ArrowAt
        | BinaryOperator::Question
        | BinaryOperator::QuestionAnd
        | BinaryOperator::QuestionPipe
        | BinaryOperator::PGOverlap
        | BinaryOperator::Spaceship
        | BinaryOperator::Xor
        | BinaryOperator::BitwiseXor
        | BinaryOperator::DuckIntegerDivide
        | BinaryOperator::MyIntegerDivide
        | BinaryOperator::Match
        | BinaryOperator::Regexp
        | BinaryOperator::Glob
        | BinaryOperator::Custom(_)
        | BinaryOperator::PGBitwiseXor
        | BinaryOperator::PGExp
        | BinaryOperator::PGRegexMatch
        | BinaryOperator::PGRegexIMatch
        | BinaryOperator::PGRegexNotMatch
        | BinaryOperator::PGRegexNotIMatch
        | BinaryOperator::PGLikeMatch
        | BinaryOperator::PGILikeMatch
        | BinaryOperator::PGNotLikeMatch
        | BinaryOperator::PGNotILikeMatch
        | BinaryOperator::PGStartsWith
        | BinaryOperator::AtAt
        | BinaryOperator::HashMinus
        | BinaryOperator::AtQuestion
        | BinaryOperator::PGCustomBinaryOperator(_)
        | BinaryOperator::Overlaps
        | BinaryOperator::DoubleHash
        | BinaryOperator::LtDashGt
        | BinaryOperator::AndLt
        | BinaryOperator::AndGt
        | BinaryOperator::LtLtPipe
        | BinaryOperator::PipeGtGt
        | BinaryOperator::AndLtPipe
        | BinaryOperator::PipeAndGt
        | BinaryOperator::LtCaret
        | BinaryOperator::GtCaret
        | BinaryOperator::QuestionHash
        | BinaryOperator::QuestionDash
        | BinaryOperator::QuestionDashPipe
        | BinaryOperator::QuestionDoublePipe
        | BinaryOperator::At
        | BinaryOperator::TildeEq
        | BinaryOperator::Assignment => return unsupported(format!("the operator {op}{}", alternative(op))),
    };
    Ok(found)
}
