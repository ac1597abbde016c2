//! Function calls. The allowed functions are in the catalogue. For PostgreSQL they are written with their schema, so that a function of the
//! application cannot shadow a built-in one.

use iota_scripts_domain::SqlValue;
use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArgumentList,
    FunctionArguments,
};

use super::{
    catalogue::{self, Fallibility, ReturnType},
    expression::ExprType,
    literal::{self, Literal},
    names::{Scope, plain},
    rejection::{SqlRejection, unless, unsupported},
    writer::Writer,
};
use crate::persistence::Dialect;

/// Whether a function is written with its schema.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Unqualified,
    Qualified,
}

impl Writer<'_> {
    /// Writes a function call.
    pub(super) fn function(&mut self, function: &Function, scope: &Scope<'_>) -> ExprType {
        let Function { name, uses_odbc_syntax, parameters, args, within_group, filter, null_treatment, over } =
            function;
        unless(!uses_odbc_syntax, "functions in braces")?;
        unless(matches!(parameters, FunctionArguments::None), "functions with parameters before their arguments")?;
        unless(null_treatment.is_none(), "IGNORE NULLS and RESPECT NULLS")?;
        let ident = plain(name, "function").map_err(|_| SqlRejection::Function(name.to_string()))?;
        let called = ident.value.to_ascii_lowercase();
        let refused = || SqlRejection::Function(ident.value.clone());
        if ident.quote_style.is_some() {
            return Err(refused());
        }
        let aggregate = catalogue::aggregate(&called, over.is_some(), self.dialect());
        let ((_, returns, fallibility), form) = match (args, aggregate) {
            (FunctionArguments::None, _) => {
                (catalogue::datetime_constant(&called, self.dialect()).ok_or_else(refused)?, Form::Unqualified)
            }
            (_, Some(aggregate)) => (aggregate, self.builtin_form()),
            (_, None) if over.is_some() => return Err(refused()),
            (_, None) => match catalogue::syntax(&called, self.dialect()) {
                Some(syntax) => (syntax, Form::Unqualified),
                None => (catalogue::scalar(&called, self.dialect()).ok_or_else(refused)?, self.builtin_form()),
            },
        };
        let ordered = catalogue::is_ordered_set(&called, self.dialect());
        unless(ordered || within_group.is_empty(), "WITHIN GROUP after this function")?;
        unless(!ordered || (!within_group.is_empty() && over.is_none()), "this function without WITHIN GROUP")?;
        self.check_padding(&called, args)?;
        self.check_trim(&called, args)?;
        unless(filter.is_none() || aggregate.is_some(), "FILTER after a function that is not an aggregate")?;
        if fallibility == Fallibility::Fallible || (called == "length" && has_several_arguments(args)) {
            self.may_fail();
        }
        if form == Form::Qualified {
            self.write("pg_catalog.");
            self.name(&called);
        } else {
            self.write(&called);
        }
        let first = match args {
            FunctionArguments::None => None,
            FunctionArguments::List(list) => self.arguments(list, &called, aggregate.is_some(), scope)?,
            FunctionArguments::Subquery(_) => return unsupported("a query as a function argument"),
        };
        if ordered {
            self.write(" WITHIN GROUP (ORDER BY ");
            self.order_by_list(within_group, |writer, expr| writer.expression(expr, scope).map(drop))?;
            self.write(")");
        }
        if let Some(filter) = filter {
            self.write(" FILTER (WHERE ");
            self.expression(filter, scope)?;
            self.write(")");
        }
        if let Some(over) = over {
            self.over(over, scope)?;
        }
        Ok(match returns {
            ReturnType::SameAsArgument => first,
            ReturnType::Fixed(value_type) => Some(value_type),
            ReturnType::Unknown => None,
        })
    }

    /// Requires a constant length for padding, so that a small text does not become a large one.
    fn check_padding(&self, called: &str, args: &FunctionArguments) -> Result<(), SqlRejection> {
        const LENGTH: i64 = 1_000;
        if !matches!(called, "lpad" | "rpad") {
            return Ok(());
        }
        let FunctionArguments::List(list) = args else { return Ok(()) };
        let length = match list.args.get(1) {
            Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(length))) => self.constant(length)?,
            _ => None,
        };
        unless(
            matches!(length, Some(SqlValue::Integer(length)) if length <= LENGTH),
            &format!("{called} to a length that is not a constant up to {LENGTH}"),
        )
    }

    /// Limits the characters of a trim: neither database checks its time limit while it trims.
    fn check_trim(&self, called: &str, args: &FunctionArguments) -> Result<(), SqlRejection> {
        if !matches!(called, "trim" | "btrim" | "ltrim" | "rtrim") {
            return Ok(());
        }
        let FunctionArguments::List(list) = args else { return Ok(()) };
        match list.args.get(1) {
            Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(characters))) => self.check_trim_characters(characters),
            _ => Ok(()),
        }
    }

    pub(super) fn check_trim_characters(&self, characters: &Expr) -> Result<(), SqlRejection> {
        const BYTES: usize = 200;
        let is_short = matches!(self.constant(characters)?, Some(SqlValue::Text(text)) if text.len() <= BYTES);
        unless(is_short, &format!("a trim of characters that are not a constant string of up to {BYTES} bytes"))
    }

    /// Returns the value of a literal or parameter; `None` for any other expression.
    fn constant(&self, expr: &Expr) -> Result<Option<SqlValue>, SqlRejection> {
        let Expr::Value(value) = expr else { return Ok(None) };
        Ok(match literal::read(&value.value)? {
            Literal::Value(value) => Some(value),
            Literal::Parameter(number) => Some(self.parameter(number)?),
            Literal::Number(digits) => digits.parse().ok().map(SqlValue::Integer),
        })
    }

    fn builtin_form(&self) -> Form {
        match self.dialect() {
            Dialect::Postgres => Form::Qualified,
            Dialect::Sqlite => Form::Unqualified,
        }
    }

    /// Writes the arguments in parentheses, and returns the type of the first.
    fn arguments(&mut self, list: &FunctionArgumentList, called: &str, aggregate: bool, scope: &Scope<'_>) -> ExprType {
        let FunctionArgumentList { duplicate_treatment, args, clauses } = list;
        self.write("(");
        match duplicate_treatment {
            None | Some(DuplicateTreatment::All) => {}
            Some(DuplicateTreatment::Distinct) => {
                unless(aggregate, "DISTINCT in a function that is not an aggregate")?;
                self.write("DISTINCT ");
            }
        }
        let mut first = None;
        let mut number = 0;
        self.list(args, |writer, arg| {
            let value_type = match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => writer.expression(expr, scope)?,
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if called == "count" => {
                    writer.write("*");
                    None
                }
                FunctionArg::Unnamed(
                    FunctionArgExpr::Wildcard
                    | FunctionArgExpr::QualifiedWildcard(_)
                    | FunctionArgExpr::WildcardWithOptions(_),
                ) => return unsupported("* as a function argument"),
                FunctionArg::Named { .. } | FunctionArg::ExprNamed { .. } => {
                    return unsupported("named function arguments");
                }
            };
            number += 1;
            if number == 1 {
                first = value_type;
            }
            Ok(())
        })?;
        for clause in clauses {
            match clause {
                FunctionArgumentClause::OrderBy(order) if aggregate => {
                    self.write(" ORDER BY ");
                    self.order_by_list(order, |writer, expr| writer.expression(expr, scope).map(drop))?;
                }
                FunctionArgumentClause::OrderBy(_)
                | FunctionArgumentClause::IgnoreOrRespectNulls(_)
                | FunctionArgumentClause::Where(_)
                | FunctionArgumentClause::Limit(_)
                | FunctionArgumentClause::OnOverflow(_)
                | FunctionArgumentClause::Having(_)
                | FunctionArgumentClause::Separator(_)
                | FunctionArgumentClause::JsonNullClause(_)
                | FunctionArgumentClause::JsonReturningClause(_) => {
                    return unsupported("a clause inside function arguments");
                }
            }
        }
        self.write(")");
        Ok(first)
    }
}

/// Whether there is a second argument: `length` then decodes bytes as text, which may fail.
fn has_several_arguments(args: &FunctionArguments) -> bool {
    matches!(args, FunctionArguments::List(list) if list.args.len() > 1)
}
