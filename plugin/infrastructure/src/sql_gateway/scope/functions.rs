//! Functions that scripts may call, listed for each database. A name that is not on the list does not reach the database.
//!
//! Left out on purpose: what reads the server, its files or its catalogue, what waits, what makes large values out of small ones, and
//! regular expressions. PostgreSQL's are written with their schema, so that no function of the host stands in for one.

use iota_scripts_domain::{ColumnType, SqlValue};
use sqlparser::ast::{
    CeilFloorKind, DateTimeField, DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, FunctionArgumentList, FunctionArguments, TrimWhereField,
};

use super::{
    aggregates::{is_aggregate, is_ordered_set},
    expression::ExprType,
    literal::{self, Literal},
    names::{Scope, plain},
    rejection::{SqlRejection, construct, unless},
    writer::Writer,
};
use crate::persistence::Dialect;

/// What a function gives.
#[derive(Clone, Copy)]
pub(super) enum ReturnType {
    /// The same as its first argument.
    Same,
    /// Always this.
    This(ColumnType),
    /// What the database says.
    Unknown,
}

/// Whether a call can fail, depending on what is in the row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fallibility {
    /// It cannot.
    Infallible,
    /// It can.
    Fallible,
}

/// A function that may be called.
pub(super) type Known = (&'static str, ReturnType, Fallibility);

use Fallibility::{Fallible, Infallible};
use ReturnType::{Same, This, Unknown};

/// Part of the language rather than functions: written without a schema.
const SPECIAL: &[Known] = &[("coalesce", Same, Infallible), ("nullif", Same, Infallible)];

const POSTGRES_SPECIAL: &[Known] = &[("greatest", Same, Infallible), ("least", Same, Infallible)];

/// Without parentheses.
const MOMENTS: &[Known] = &[
    ("current_date", This(ColumnType::Date), Infallible),
    ("current_timestamp", This(ColumnType::Timestamp), Infallible),
];

const BOTH: &[Known] = &[
    ("abs", Same, Fallible),
    ("length", This(ColumnType::Integer), Infallible),
    ("lower", This(ColumnType::Text), Infallible),
    ("ltrim", This(ColumnType::Text), Infallible),
    ("replace", This(ColumnType::Text), Fallible),
    ("round", Unknown, Fallible),
    ("rtrim", This(ColumnType::Text), Infallible),
    ("sign", Unknown, Fallible),
    ("substr", This(ColumnType::Text), Fallible),
    ("upper", This(ColumnType::Text), Infallible),
];

const POSTGRES: &[Known] = &[
    ("age", Unknown, Fallible),
    ("btrim", This(ColumnType::Text), Infallible),
    ("ceil", Unknown, Fallible),
    ("array_length", This(ColumnType::Integer), Fallible),
    ("array_to_string", This(ColumnType::Text), Fallible),
    ("cardinality", This(ColumnType::Integer), Fallible),
    ("char_length", This(ColumnType::Integer), Infallible),
    ("concat", This(ColumnType::Text), Fallible),
    ("concat_ws", This(ColumnType::Text), Fallible),
    ("date_part", This(ColumnType::Number), Fallible),
    ("date_trunc", This(ColumnType::Timestamp), Fallible),
    ("date_bin", This(ColumnType::Timestamp), Fallible),
    ("div", Unknown, Fallible),
    ("exp", Unknown, Fallible),
    ("floor", Unknown, Fallible),
    ("gen_random_uuid", This(ColumnType::Uuid), Infallible),
    ("initcap", This(ColumnType::Text), Infallible),
    ("json_array_length", This(ColumnType::Integer), Fallible),
    ("json_build_array", This(ColumnType::Json), Fallible),
    ("json_build_object", This(ColumnType::Json), Fallible),
    ("json_typeof", This(ColumnType::Text), Fallible),
    ("jsonb_array_length", This(ColumnType::Integer), Fallible),
    ("jsonb_build_array", This(ColumnType::Json), Fallible),
    ("jsonb_build_object", This(ColumnType::Json), Fallible),
    ("jsonb_set", This(ColumnType::Json), Fallible),
    ("jsonb_strip_nulls", This(ColumnType::Json), Fallible),
    ("jsonb_typeof", This(ColumnType::Text), Fallible),
    ("left", This(ColumnType::Text), Fallible),
    ("ln", Unknown, Fallible),
    ("log", Unknown, Fallible),
    ("lpad", This(ColumnType::Text), Fallible),
    ("make_date", This(ColumnType::Date), Fallible),
    ("md5", This(ColumnType::Text), Infallible),
    ("mod", Unknown, Fallible),
    ("now", This(ColumnType::Timestamp), Infallible),
    ("power", Unknown, Fallible),
    ("random", This(ColumnType::Number), Infallible),
    ("reverse", This(ColumnType::Text), Infallible),
    ("right", This(ColumnType::Text), Fallible),
    ("rpad", This(ColumnType::Text), Fallible),
    ("split_part", This(ColumnType::Text), Fallible),
    ("sqrt", Unknown, Fallible),
    ("starts_with", This(ColumnType::Boolean), Infallible),
    ("string_to_array", Unknown, Fallible),
    ("strpos", This(ColumnType::Integer), Infallible),
    ("to_char", This(ColumnType::Text), Fallible),
    ("to_date", This(ColumnType::Date), Fallible),
    ("to_number", This(ColumnType::Decimal), Fallible),
    ("to_timestamp", This(ColumnType::Timestamp), Fallible),
    ("to_json", This(ColumnType::Json), Fallible),
    ("to_jsonb", This(ColumnType::Json), Fallible),
    ("trunc", Unknown, Fallible),
    ("width_bucket", This(ColumnType::Integer), Fallible),
];

const SQLITE: &[Known] = &[
    ("char", This(ColumnType::Text), Infallible),
    ("date", This(ColumnType::Text), Infallible),
    ("datetime", This(ColumnType::Text), Infallible),
    ("format", This(ColumnType::Text), Fallible),
    ("hex", This(ColumnType::Text), Fallible),
    ("ifnull", Same, Infallible),
    ("iif", Unknown, Infallible),
    ("instr", This(ColumnType::Integer), Infallible),
    ("json", This(ColumnType::Json), Fallible),
    ("json_array", This(ColumnType::Json), Fallible),
    ("json_array_length", This(ColumnType::Integer), Fallible),
    ("json_extract", Unknown, Fallible),
    ("json_insert", This(ColumnType::Json), Fallible),
    ("json_object", This(ColumnType::Json), Fallible),
    ("json_patch", This(ColumnType::Json), Fallible),
    ("json_quote", This(ColumnType::Json), Fallible),
    ("json_remove", This(ColumnType::Json), Fallible),
    ("json_replace", This(ColumnType::Json), Fallible),
    ("json_set", This(ColumnType::Json), Fallible),
    ("json_type", This(ColumnType::Text), Fallible),
    ("json_valid", This(ColumnType::Boolean), Infallible),
    ("julianday", This(ColumnType::Number), Infallible),
    ("printf", This(ColumnType::Text), Fallible),
    ("quote", This(ColumnType::Text), Fallible),
    ("random", This(ColumnType::Integer), Infallible),
    ("strftime", This(ColumnType::Text), Fallible),
    ("time", This(ColumnType::Text), Infallible),
    ("trim", This(ColumnType::Text), Infallible),
    ("typeof", This(ColumnType::Text), Infallible),
    ("unicode", This(ColumnType::Integer), Infallible),
    ("unixepoch", This(ColumnType::Integer), Infallible),
];

/// How a function is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    InCatalogue,
}

impl Writer<'_> {
    /// Writes a call of a function.
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
        let aggregate = is_aggregate(&called, over.is_some(), self.dialect());
        let (gives, fallibility, form) = match (args, aggregate) {
            (FunctionArguments::None, _) => {
                let (_, gives, fallibility) = find(MOMENTS, &called).ok_or_else(refused)?;
                (gives, fallibility, Form::Plain)
            }
            (_, Some((_, gives, fallibility))) => (gives, fallibility, self.catalogue_form()),
            (_, None) if over.is_some() => return Err(refused()),
            (_, None) => self.scalar(&called).ok_or_else(refused)?,
        };
        let ordered = is_ordered_set(&called, self.dialect());
        unless(ordered || within_group.is_empty(), "WITHIN GROUP after this function")?;
        unless(!ordered || (!within_group.is_empty() && over.is_none()), "this function without WITHIN GROUP")?;
        self.padded(&called, args)?;
        self.trimmed(&called, args)?;
        unless(filter.is_none() || aggregate.is_some(), "FILTER after a function that is no aggregate")?;
        if fallibility == Fallible || (called == "length" && several(args)) {
            self.may_fail();
        }
        if form == Form::InCatalogue {
            self.write("pg_catalog.");
            self.name(&called);
        } else {
            self.write(&called);
        }
        let first = match args {
            FunctionArguments::None => None,
            FunctionArguments::List(list) => self.arguments(list, &called, aggregate.is_some(), scope)?,
            FunctionArguments::Subquery(_) => return construct("a query as the argument of a function"),
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
        Ok(match gives {
            Same => first,
            This(meaning) => Some(meaning),
            Unknown => None,
        })
    }

    /// A text is padded to a length that stands there, so that a small one does not become a large one.
    fn padded(&self, called: &str, args: &FunctionArguments) -> Result<(), SqlRejection> {
        const LENGTH: i64 = 1_000;
        if !matches!(called, "lpad" | "rpad") {
            return Ok(());
        }
        let FunctionArguments::List(list) = args else { return Ok(()) };
        let length = match list.args.get(1) {
            Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(length))) => self.stated(length)?,
            _ => None,
        };
        unless(
            matches!(length, Some(SqlValue::Integer(length)) if length <= LENGTH),
            &format!("{called} to a length that is no number up to {LENGTH}"),
        )
    }

    /// Nor are characters looked for that are many: neither database looks at the time while it trims.
    fn trimmed(&self, called: &str, args: &FunctionArguments) -> Result<(), SqlRejection> {
        if !matches!(called, "trim" | "btrim" | "ltrim" | "rtrim") {
            return Ok(());
        }
        let FunctionArguments::List(list) = args else { return Ok(()) };
        match list.args.get(1) {
            Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(characters))) => self.few(characters),
            _ => Ok(()),
        }
    }

    fn few(&self, characters: &Expr) -> Result<(), SqlRejection> {
        const BYTES: usize = 200;
        let few = matches!(self.stated(characters)?, Some(SqlValue::Text(text)) if text.len() <= BYTES);
        unless(few, &format!("a trim of characters that are no text of up to {BYTES} bytes"))
    }

    /// The value that stands there, as a literal or as a parameter; none for anything that is worked out.
    fn stated(&self, expr: &Expr) -> Result<Option<SqlValue>, SqlRejection> {
        let Expr::Value(value) = expr else { return Ok(None) };
        Ok(match literal::read(&value.value)? {
            Literal::Value(value) => Some(value),
            Literal::Parameter(number) => Some(self.parameter(number)?),
            Literal::Number(digits) => digits.parse().ok().map(SqlValue::Integer),
        })
    }

    fn catalogue_form(&self) -> Form {
        match self.dialect() {
            Dialect::Postgres => Form::InCatalogue,
            Dialect::Sqlite => Form::Plain,
        }
    }

    fn scalar(&self, called: &str) -> Option<(ReturnType, Fallibility, Form)> {
        let of = |(_, gives, fallibility): Known, form| (gives, fallibility, form);
        if let Some(known) = find(SPECIAL, called) {
            return Some(of(known, Form::Plain));
        }
        let own = match self.dialect() {
            Dialect::Postgres => {
                if let Some(known) = find(POSTGRES_SPECIAL, called) {
                    return Some(of(known, Form::Plain));
                }
                POSTGRES
            }
            Dialect::Sqlite => SQLITE,
        };
        find(BOTH, called).or_else(|| find(own, called)).map(|known| of(known, self.catalogue_form()))
    }

    /// Writes the arguments in parentheses; what the first one is.
    fn arguments(&mut self, list: &FunctionArgumentList, called: &str, aggregate: bool, scope: &Scope<'_>) -> ExprType {
        let FunctionArgumentList { duplicate_treatment, args, clauses } = list;
        self.write("(");
        match duplicate_treatment {
            None | Some(DuplicateTreatment::All) => {}
            Some(DuplicateTreatment::Distinct) => {
                unless(aggregate, "DISTINCT in a function that is no aggregate")?;
                self.write("DISTINCT ");
            }
        }
        let mut first = None;
        let mut number = 0;
        self.list(args, |writer, arg| {
            let meaning = match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => writer.expression(expr, scope)?,
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if called == "count" => {
                    writer.write("*");
                    None
                }
                FunctionArg::Unnamed(
                    FunctionArgExpr::Wildcard
                    | FunctionArgExpr::QualifiedWildcard(_)
                    | FunctionArgExpr::WildcardWithOptions(_),
                ) => return construct("* as an argument of a function"),
                FunctionArg::Named { .. } | FunctionArg::ExprNamed { .. } => {
                    return construct("arguments of functions by name");
                }
            };
            number += 1;
            if number == 1 {
                first = meaning;
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
                    return construct("a clause inside of the arguments of a function");
                }
            }
        }
        self.write(")");
        Ok(first)
    }

    /// Writes the name of a function that the language has a form of its own for.
    fn called(&mut self, postgres: &str, sqlite: &str) {
        match self.dialect() {
            Dialect::Postgres => {
                self.write("pg_catalog.");
                self.name(postgres);
            }
            Dialect::Sqlite => self.write(sqlite),
        }
    }

    pub(super) fn substring(
        &mut self,
        expr: &Expr,
        from: Option<&Expr>,
        length: Option<&Expr>,
        scope: &Scope<'_>,
    ) -> ExprType {
        self.may_fail();
        self.called("substr", "substr");
        self.write("(");
        self.expression(expr, scope)?;
        self.write(", ");
        match from {
            Some(from) => self.expression(from, scope).map(drop)?,
            None => self.write("1"),
        }
        if let Some(length) = length {
            self.write(", ");
            self.expression(length, scope)?;
        }
        self.write(")");
        Ok(Some(ColumnType::Text))
    }

    pub(super) fn trim(
        &mut self,
        side: Option<&TrimWhereField>,
        what: Option<&Expr>,
        expr: &Expr,
        characters: Option<&[Expr]>,
        scope: &Scope<'_>,
    ) -> ExprType {
        let what = match characters {
            None => what,
            Some([characters]) if what.is_none() => Some(characters),
            Some(_) => return construct("TRIM with several lists of characters"),
        };
        if let Some(what) = what {
            self.few(what)?;
        }
        match side {
            None | Some(TrimWhereField::Both) => self.called("btrim", "trim"),
            Some(TrimWhereField::Leading) => self.called("ltrim", "ltrim"),
            Some(TrimWhereField::Trailing) => self.called("rtrim", "rtrim"),
        }
        self.write("(");
        self.expression(expr, scope)?;
        if let Some(what) = what {
            self.write(", ");
            self.expression(what, scope)?;
        }
        self.write(")");
        Ok(Some(ColumnType::Text))
    }

    pub(super) fn rounded(&mut self, name: &str, expr: &Expr, field: &CeilFloorKind, scope: &Scope<'_>) -> ExprType {
        let CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) = field else {
            return construct(format!("{name} with a scale or a field"));
        };
        unless(self.dialect() == Dialect::Postgres, &format!("{name} in SQLite (use round, or CAST … AS INTEGER)"))?;
        self.arithmetic();
        self.called(name, name);
        self.in_parentheses(|writer| writer.expression(expr, scope))?;
        Ok(None)
    }

    pub(super) fn position(&mut self, what: &Expr, text: &Expr, scope: &Scope<'_>) -> ExprType {
        self.called("strpos", "instr");
        self.write("(");
        self.expression(text, scope)?;
        self.write(", ");
        self.expression(what, scope)?;
        self.write(")");
        Ok(Some(ColumnType::Integer))
    }

    pub(super) fn extract(&mut self, field: &DateTimeField, expr: &Expr, scope: &Scope<'_>) -> ExprType {
        unless(self.dialect() == Dialect::Postgres, "EXTRACT in SQLite (use strftime)")?;
        let field = match field {
            DateTimeField::Year => "year",
            DateTimeField::Quarter => "quarter",
            DateTimeField::Month => "month",
            DateTimeField::Week(None) => "week",
            DateTimeField::Day => "day",
            DateTimeField::Hour => "hour",
            DateTimeField::Minute => "minute",
            DateTimeField::Second => "second",
            DateTimeField::Dow => "dow",
            DateTimeField::Isodow => "isodow",
            DateTimeField::Doy => "doy",
            DateTimeField::Isoyear => "isoyear",
            DateTimeField::Epoch => "epoch",
            other => return construct(format!("the field {other} of a date")),
        };
        self.may_fail();
        self.write(&format!("EXTRACT({field} FROM "));
        self.expression(expr, scope)?;
        self.write(")");
        Ok(None)
    }

    pub(super) fn at_time_zone(&mut self, at: &Expr, zone: &Expr, scope: &Scope<'_>) -> ExprType {
        unless(self.dialect() == Dialect::Postgres, "AT TIME ZONE in SQLite")?;
        self.may_fail();
        self.expression(at, scope)?;
        self.write(" AT TIME ZONE ");
        self.expression(zone, scope)?;
        Ok(Some(ColumnType::Timestamp))
    }
}

/// With a second argument, `length` reads bytes as a text, which not all of them are.
fn several(args: &FunctionArguments) -> bool {
    matches!(args, FunctionArguments::List(list) if list.args.len() > 1)
}

/// The function of a name.
pub(super) fn find(list: &[Known], name: &str) -> Option<Known> {
    list.iter().find(|(known, _, _)| *known == name).copied()
}
