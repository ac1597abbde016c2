//! Functions with their own syntax, such as `TRIM(BOTH … FROM …)` and `EXTRACT`.

use iota_scripts_domain::ColumnType;
use sqlparser::ast::{CeilFloorKind, DateTimeField, Expr, TrimWhereField};

use super::{
    expression::ExprType,
    names::Scope,
    rejection::{unless, unsupported},
    writer::Writer,
};
use crate::persistence::Dialect;

impl Writer<'_> {
    /// Writes the name of the built-in function that implements the syntax.
    fn builtin(&mut self, postgres: &str, sqlite: &str) {
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
        self.builtin("substr", "substr");
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
            Some(_) => return unsupported("TRIM with several character lists"),
        };
        if let Some(what) = what {
            self.check_trim_characters(what)?;
        }
        match side {
            None | Some(TrimWhereField::Both) => self.builtin("btrim", "trim"),
            Some(TrimWhereField::Leading) => self.builtin("ltrim", "ltrim"),
            Some(TrimWhereField::Trailing) => self.builtin("rtrim", "rtrim"),
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
            return unsupported(format!("{name} with a scale or a field"));
        };
        unless(self.dialect() == Dialect::Postgres, &format!("{name} in SQLite (use round, or CAST … AS INTEGER)"))?;
        self.arithmetic();
        self.builtin(name, name);
        self.in_parentheses(|writer| writer.expression(expr, scope))?;
        Ok(None)
    }

    pub(super) fn position(&mut self, what: &Expr, text: &Expr, scope: &Scope<'_>) -> ExprType {
        self.builtin("strpos", "instr");
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
            other => return unsupported(format!("the field {other} of a date")),
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
