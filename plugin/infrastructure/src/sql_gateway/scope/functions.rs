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
    expression::Meaning,
    literal::{self, Literal},
    names::{Scope, plain},
    refusal::{Refusal, construct, unless},
    writer::Writer,
};
use crate::persistence::Dialect;

/// What a function gives.
#[derive(Clone, Copy)]
pub(super) enum Gives {
    /// The same as its first argument.
    Same,
    /// Always this.
    This(ColumnType),
    /// What the database says.
    Unknown,
}

/// Whether a call can fail, depending on what is in the row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// It cannot.
    Quiet,
    /// It can.
    Loud,
}

/// A function that may be called.
pub(super) type Known = (&'static str, Gives, Manner);

use Gives::{Same, This, Unknown};
use Manner::{Loud, Quiet};

/// Part of the language rather than functions: written without a schema.
const SPECIAL: &[Known] = &[("coalesce", Same, Quiet), ("nullif", Same, Quiet)];

const POSTGRES_SPECIAL: &[Known] = &[("greatest", Same, Quiet), ("least", Same, Quiet)];

/// Without parentheses.
const MOMENTS: &[Known] =
    &[("current_date", This(ColumnType::Date), Quiet), ("current_timestamp", This(ColumnType::Timestamp), Quiet)];

const BOTH: &[Known] = &[
    ("abs", Same, Loud),
    ("length", This(ColumnType::Integer), Quiet),
    ("lower", This(ColumnType::Text), Quiet),
    ("ltrim", This(ColumnType::Text), Quiet),
    ("replace", This(ColumnType::Text), Loud),
    ("round", Unknown, Loud),
    ("rtrim", This(ColumnType::Text), Quiet),
    ("sign", Unknown, Loud),
    ("substr", This(ColumnType::Text), Loud),
    ("upper", This(ColumnType::Text), Quiet),
];

const POSTGRES: &[Known] = &[
    ("age", Unknown, Loud),
    ("btrim", This(ColumnType::Text), Quiet),
    ("ceil", Unknown, Loud),
    ("array_length", This(ColumnType::Integer), Loud),
    ("array_to_string", This(ColumnType::Text), Loud),
    ("cardinality", This(ColumnType::Integer), Loud),
    ("char_length", This(ColumnType::Integer), Quiet),
    ("concat", This(ColumnType::Text), Loud),
    ("concat_ws", This(ColumnType::Text), Loud),
    ("date_part", This(ColumnType::Number), Loud),
    ("date_trunc", This(ColumnType::Timestamp), Loud),
    ("date_bin", This(ColumnType::Timestamp), Loud),
    ("div", Unknown, Loud),
    ("exp", Unknown, Loud),
    ("floor", Unknown, Loud),
    ("gen_random_uuid", This(ColumnType::Uuid), Quiet),
    ("initcap", This(ColumnType::Text), Quiet),
    ("json_array_length", This(ColumnType::Integer), Loud),
    ("json_build_array", This(ColumnType::Json), Loud),
    ("json_build_object", This(ColumnType::Json), Loud),
    ("json_typeof", This(ColumnType::Text), Loud),
    ("jsonb_array_length", This(ColumnType::Integer), Loud),
    ("jsonb_build_array", This(ColumnType::Json), Loud),
    ("jsonb_build_object", This(ColumnType::Json), Loud),
    ("jsonb_set", This(ColumnType::Json), Loud),
    ("jsonb_strip_nulls", This(ColumnType::Json), Loud),
    ("jsonb_typeof", This(ColumnType::Text), Loud),
    ("left", This(ColumnType::Text), Loud),
    ("ln", Unknown, Loud),
    ("log", Unknown, Loud),
    ("lpad", This(ColumnType::Text), Loud),
    ("make_date", This(ColumnType::Date), Loud),
    ("md5", This(ColumnType::Text), Quiet),
    ("mod", Unknown, Loud),
    ("now", This(ColumnType::Timestamp), Quiet),
    ("power", Unknown, Loud),
    ("random", This(ColumnType::Number), Quiet),
    ("reverse", This(ColumnType::Text), Quiet),
    ("right", This(ColumnType::Text), Loud),
    ("rpad", This(ColumnType::Text), Loud),
    ("split_part", This(ColumnType::Text), Loud),
    ("sqrt", Unknown, Loud),
    ("starts_with", This(ColumnType::Boolean), Quiet),
    ("string_to_array", Unknown, Loud),
    ("strpos", This(ColumnType::Integer), Quiet),
    ("to_char", This(ColumnType::Text), Loud),
    ("to_date", This(ColumnType::Date), Loud),
    ("to_number", This(ColumnType::Decimal), Loud),
    ("to_timestamp", This(ColumnType::Timestamp), Loud),
    ("to_json", This(ColumnType::Json), Loud),
    ("to_jsonb", This(ColumnType::Json), Loud),
    ("trunc", Unknown, Loud),
    ("width_bucket", This(ColumnType::Integer), Loud),
];

const SQLITE: &[Known] = &[
    ("char", This(ColumnType::Text), Quiet),
    ("date", This(ColumnType::Text), Quiet),
    ("datetime", This(ColumnType::Text), Quiet),
    ("format", This(ColumnType::Text), Loud),
    ("hex", This(ColumnType::Text), Loud),
    ("ifnull", Same, Quiet),
    ("iif", Unknown, Quiet),
    ("instr", This(ColumnType::Integer), Quiet),
    ("json", This(ColumnType::Json), Loud),
    ("json_array", This(ColumnType::Json), Loud),
    ("json_array_length", This(ColumnType::Integer), Loud),
    ("json_extract", Unknown, Loud),
    ("json_insert", This(ColumnType::Json), Loud),
    ("json_object", This(ColumnType::Json), Loud),
    ("json_patch", This(ColumnType::Json), Loud),
    ("json_quote", This(ColumnType::Json), Loud),
    ("json_remove", This(ColumnType::Json), Loud),
    ("json_replace", This(ColumnType::Json), Loud),
    ("json_set", This(ColumnType::Json), Loud),
    ("json_type", This(ColumnType::Text), Loud),
    ("json_valid", This(ColumnType::Boolean), Quiet),
    ("julianday", This(ColumnType::Number), Quiet),
    ("printf", This(ColumnType::Text), Loud),
    ("quote", This(ColumnType::Text), Loud),
    ("random", This(ColumnType::Integer), Quiet),
    ("strftime", This(ColumnType::Text), Loud),
    ("time", This(ColumnType::Text), Quiet),
    ("trim", This(ColumnType::Text), Quiet),
    ("typeof", This(ColumnType::Text), Quiet),
    ("unicode", This(ColumnType::Integer), Quiet),
    ("unixepoch", This(ColumnType::Integer), Quiet),
];

/// How a function is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    InCatalogue,
}

impl Writer<'_> {
    /// Writes a call of a function.
    pub(super) fn function(&mut self, function: &Function, scope: &Scope<'_>) -> Meaning {
        let Function { name, uses_odbc_syntax, parameters, args, within_group, filter, null_treatment, over } =
            function;
        unless(!uses_odbc_syntax, "functions in braces")?;
        unless(matches!(parameters, FunctionArguments::None), "functions with parameters before their arguments")?;
        unless(null_treatment.is_none(), "IGNORE NULLS and RESPECT NULLS")?;
        let ident = plain(name, "function").map_err(|_| Refusal::Function(name.to_string()))?;
        let called = ident.value.to_ascii_lowercase();
        let refused = || Refusal::Function(ident.value.clone());
        if ident.quote_style.is_some() {
            return Err(refused());
        }
        let aggregate = is_aggregate(&called, over.is_some(), self.dialect());
        let (gives, manner, form) = match (args, aggregate) {
            (FunctionArguments::None, _) => {
                let (_, gives, manner) = find(MOMENTS, &called).ok_or_else(refused)?;
                (gives, manner, Form::Plain)
            }
            (_, Some((_, gives, manner))) => (gives, manner, self.catalogue_form()),
            (_, None) if over.is_some() => return Err(refused()),
            (_, None) => self.scalar(&called).ok_or_else(refused)?,
        };
        let ordered = is_ordered_set(&called, self.dialect());
        unless(ordered || within_group.is_empty(), "WITHIN GROUP after this function")?;
        unless(!ordered || (!within_group.is_empty() && over.is_none()), "this function without WITHIN GROUP")?;
        self.padded(&called, args)?;
        self.trimmed(&called, args)?;
        unless(filter.is_none() || aggregate.is_some(), "FILTER after a function that is no aggregate")?;
        if manner == Loud || (called == "length" && several(args)) {
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
    fn padded(&self, called: &str, args: &FunctionArguments) -> Result<(), Refusal> {
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
    fn trimmed(&self, called: &str, args: &FunctionArguments) -> Result<(), Refusal> {
        if !matches!(called, "trim" | "btrim" | "ltrim" | "rtrim") {
            return Ok(());
        }
        let FunctionArguments::List(list) = args else { return Ok(()) };
        match list.args.get(1) {
            Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(characters))) => self.few(characters),
            _ => Ok(()),
        }
    }

    fn few(&self, characters: &Expr) -> Result<(), Refusal> {
        const BYTES: usize = 200;
        let few = matches!(self.stated(characters)?, Some(SqlValue::Text(text)) if text.len() <= BYTES);
        unless(few, &format!("a trim of characters that are no text of up to {BYTES} bytes"))
    }

    /// The value that stands there, as a literal or as a parameter; none for anything that is worked out.
    fn stated(&self, expr: &Expr) -> Result<Option<SqlValue>, Refusal> {
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

    fn scalar(&self, called: &str) -> Option<(Gives, Manner, Form)> {
        let of = |(_, gives, manner): Known, form| (gives, manner, form);
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
    fn arguments(&mut self, list: &FunctionArgumentList, called: &str, aggregate: bool, scope: &Scope<'_>) -> Meaning {
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
    ) -> Meaning {
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
    ) -> Meaning {
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

    pub(super) fn rounded(&mut self, name: &str, expr: &Expr, field: &CeilFloorKind, scope: &Scope<'_>) -> Meaning {
        let CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) = field else {
            return construct(format!("{name} with a scale or a field"));
        };
        unless(self.dialect() == Dialect::Postgres, &format!("{name} in SQLite (use round, or CAST … AS INTEGER)"))?;
        self.arithmetic();
        self.called(name, name);
        self.in_parentheses(|writer| writer.expression(expr, scope))?;
        Ok(None)
    }

    pub(super) fn position(&mut self, what: &Expr, text: &Expr, scope: &Scope<'_>) -> Meaning {
        self.called("strpos", "instr");
        self.write("(");
        self.expression(text, scope)?;
        self.write(", ");
        self.expression(what, scope)?;
        self.write(")");
        Ok(Some(ColumnType::Integer))
    }

    pub(super) fn extract(&mut self, field: &DateTimeField, expr: &Expr, scope: &Scope<'_>) -> Meaning {
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

    pub(super) fn at_time_zone(&mut self, at: &Expr, zone: &Expr, scope: &Scope<'_>) -> Meaning {
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
