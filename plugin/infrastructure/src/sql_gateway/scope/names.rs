//! Names: what a table, an alias or a column in the author's text stands for, and what is written for it.

use iota_scripts_domain::ColumnType;
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

use super::rejection::{SqlRejection, unsupported};
use crate::persistence::Dialect;

/// Columns that the names of one FROM can stand for.
const MAX_VISIBLE: usize = 5_000;

/// A name as the dialect compares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name(pub(super) String);

/// A column that can be named.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: Name,
    /// What a result calls it.
    pub(super) label: String,
    /// The expression that stands for it.
    pub(super) written: String,
    pub(super) column_type: Option<ColumnType>,
}

/// A table, a subquery or a common table expression in a FROM.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    /// None for a subquery without an alias.
    pub(super) name: Option<Name>,
    pub(super) columns: Vec<Column>,
}

/// What the names in an expression are looked up in.
#[derive(Debug, Default)]
pub(super) struct Scope<'p> {
    pub(super) parent: Option<&'p Self>,
    pub(super) relations: Vec<Relation>,
    /// Columns that need no relation before them; those that a USING joins are here once.
    pub(super) visible: Vec<Column>,
}

impl Name {
    /// Unquoted names are folded as the database folds them.
    pub(super) fn of(ident: &Ident, dialect: Dialect) -> Self {
        match (dialect, ident.quote_style) {
            (Dialect::Postgres, Some(_)) => Self(ident.value.clone()),
            (Dialect::Postgres, None) | (Dialect::Sqlite, _) => Self(ident.value.to_ascii_lowercase()),
        }
    }

    /// A name that the operator declared, or that we made.
    pub(super) fn declared(name: &str, dialect: Dialect) -> Self {
        match dialect {
            Dialect::Postgres => Self(name.to_owned()),
            Dialect::Sqlite => Self(name.to_ascii_lowercase()),
        }
    }

    /// Whether it is what [`Name::declared`] makes of a name.
    pub(super) fn is_declared(&self, name: &str, dialect: Dialect) -> bool {
        match dialect {
            Dialect::Postgres => self.0 == name,
            Dialect::Sqlite => self.0.eq_ignore_ascii_case(name),
        }
    }
}

impl<'p> Scope<'p> {
    /// An empty scope inside of another.
    pub(super) fn inside(parent: &'p Self) -> Self {
        Scope { parent: Some(parent), relations: Vec::new(), visible: Vec::new() }
    }

    /// Adds what another FROM item brings.
    pub(super) fn add(&mut self, relations: Vec<Relation>, visible: Vec<Column>) -> Result<(), SqlRejection> {
        for relation in relations {
            if let Some(name) = &relation.name
                && self.relations.iter().any(|other| other.name.as_ref() == Some(name))
            {
                return Err(SqlRejection::DuplicateName(name.0.clone()));
            }
            self.relations.push(relation);
        }
        self.visible.extend(visible);
        check_visible(&self.visible)
    }

    /// The column that a name alone stands for.
    pub(super) fn column(&self, name: &Name) -> Result<&Column, SqlRejection> {
        match find_unique(&self.visible, name)? {
            Some(column) => Ok(column),
            None => match self.parent {
                Some(parent) => parent.column(name),
                None => Err(SqlRejection::Column { name: name.0.clone(), place: String::new() }),
            },
        }
    }

    /// The same, if there is one here, whatever is outside.
    pub(super) fn own_column(&self, name: &Name) -> Result<Option<&Column>, SqlRejection> {
        find_unique(&self.visible, name)
    }

    /// The relation of a name.
    pub(super) fn relation(&self, name: &Name) -> Result<&Relation, SqlRejection> {
        match self.relations.iter().find(|relation| relation.name.as_ref() == Some(name)) {
            Some(relation) => Ok(relation),
            None => match self.parent {
                Some(parent) => parent.relation(name),
                None => Err(SqlRejection::Column {
                    name: format!("{}.…", name.0),
                    place: ": FROM has no such name".to_owned(),
                }),
            },
        }
    }
}

impl Relation {
    /// One of its columns.
    pub(super) fn column(&self, name: &Name) -> Result<&Column, SqlRejection> {
        find_unique(&self.columns, name)?.ok_or_else(|| {
            let known: Vec<&str> = self.columns.iter().map(|column| column.name.0.as_str()).collect();
            let of = self.name.as_ref().map_or(String::new(), |name| format!(" in `{}`", name.0));
            SqlRejection::Column { name: name.0.clone(), place: format!("{of}; there are: {}", known.join(", ")) }
        })
    }
}

/// Refuses a FROM with more columns than anyone reads.
pub(super) fn check_visible(visible: &[Column]) -> Result<(), SqlRejection> {
    if visible.len() > MAX_VISIBLE {
        return Err(SqlRejection::TooLarge(format!("a FROM of it has more than {MAX_VISIBLE} columns")));
    }
    Ok(())
}

fn find_unique<'c>(columns: &'c [Column], name: &Name) -> Result<Option<&'c Column>, SqlRejection> {
    let mut found = columns.iter().filter(|column| column.name == *name);
    match (found.next(), found.next()) {
        (Some(_), Some(_)) => Err(SqlRejection::Ambiguous(name.0.clone())),
        (column, _) => Ok(column),
    }
}

/// What a result calls a column that the author named.
pub(super) fn label(ident: &Ident, dialect: Dialect) -> String {
    match dialect {
        Dialect::Postgres => Name::of(ident, dialect).0,
        Dialect::Sqlite => ident.value.clone(),
    }
}

/// The one identifier that a name consists of.
pub(super) fn plain<'n>(name: &'n ObjectName, what: &str) -> Result<&'n Ident, SqlRejection> {
    match name.0.as_slice() {
        [ObjectNamePart::Identifier(ident)] => Ok(ident),
        _ => unsupported(format!("the {what} `{name}`: a name with dots or parentheses")),
    }
}
