//! Name resolution: finds the table or column that a name in the author's SQL refers to, and the text to write for it.

use iota_scripts_domain::ColumnType;
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

use super::rejection::{SqlRejection, unsupported};
use crate::persistence::Dialect;

/// Maximum columns in scope of one FROM.
const MAX_VISIBLE: usize = 5_000;

/// A name, normalized for comparison in the dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name(pub(super) String);

/// A column in scope.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: Name,
    /// Its name in a result.
    pub(super) label: String,
    /// The expression written for it.
    pub(super) written: String,
    pub(super) column_type: Option<ColumnType>,
}

/// A table, a subquery or a common table expression in a FROM.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    /// `None` for a subquery without an alias.
    pub(super) name: Option<Name>,
    pub(super) columns: Vec<Column>,
}

/// The relations and columns that an expression can name.
#[derive(Debug, Default)]
pub(super) struct Scope<'p> {
    pub(super) parent: Option<&'p Self>,
    pub(super) relations: Vec<Relation>,
    /// Columns that can be named without their relation. Those merged by USING are listed once.
    pub(super) visible: Vec<Column>,
}

impl Name {
    /// Normalizes a name as the database does: unquoted names are folded to lower case.
    pub(super) fn of(ident: &Ident, dialect: Dialect) -> Self {
        match (dialect, ident.quote_style) {
            (Dialect::Postgres, Some(_)) => Self(ident.value.clone()),
            (Dialect::Postgres, None) | (Dialect::Sqlite, _) => Self(ident.value.to_ascii_lowercase()),
        }
    }

    /// Normalizes a declared or generated name.
    pub(super) fn declared(name: &str, dialect: Dialect) -> Self {
        match dialect {
            Dialect::Postgres => Self(name.to_owned()),
            Dialect::Sqlite => Self(name.to_ascii_lowercase()),
        }
    }

    /// Whether it equals [`Name::declared`] of `name`.
    pub(super) fn is_declared(&self, name: &str, dialect: Dialect) -> bool {
        match dialect {
            Dialect::Postgres => self.0 == name,
            Dialect::Sqlite => self.0.eq_ignore_ascii_case(name),
        }
    }
}

impl<'p> Scope<'p> {
    /// Creates an empty scope nested in another.
    pub(super) fn inside(parent: &'p Self) -> Self {
        Scope { parent: Some(parent), relations: Vec::new(), visible: Vec::new() }
    }

    /// Adds the relations and columns of a FROM item.
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

    /// Finds the column of an unqualified name.
    pub(super) fn column(&self, name: &Name) -> Result<&Column, SqlRejection> {
        match find_unique(&self.visible, name)? {
            Some(column) => Ok(column),
            None => match self.parent {
                Some(parent) => parent.column(name),
                None => Err(SqlRejection::Column { name: name.0.clone(), place: String::new() }),
            },
        }
    }

    /// Finds the column in this scope only.
    pub(super) fn own_column(&self, name: &Name) -> Result<Option<&Column>, SqlRejection> {
        find_unique(&self.visible, name)
    }

    /// Finds the relation with this name.
    pub(super) fn relation(&self, name: &Name) -> Result<&Relation, SqlRejection> {
        match self.relations.iter().find(|relation| relation.name.as_ref() == Some(name)) {
            Some(relation) => Ok(relation),
            None => match self.parent {
                Some(parent) => parent.relation(name),
                None => Err(SqlRejection::Column {
                    name: format!("{}.…", name.0),
                    place: ": FROM has no table or alias of this name".to_owned(),
                }),
            },
        }
    }
}

impl Relation {
    /// Finds a column of this relation.
    pub(super) fn column(&self, name: &Name) -> Result<&Column, SqlRejection> {
        find_unique(&self.columns, name)?.ok_or_else(|| {
            let known: Vec<&str> = self.columns.iter().map(|column| column.name.0.as_str()).collect();
            let of = self.name.as_ref().map_or(String::new(), |name| format!(" in `{}`", name.0));
            SqlRejection::Column { name: name.0.clone(), place: format!("{of}; its columns: {}", known.join(", ")) }
        })
    }
}

/// Rejects a FROM with too many columns.
pub(super) fn check_visible(visible: &[Column]) -> Result<(), SqlRejection> {
    if visible.len() > MAX_VISIBLE {
        return Err(SqlRejection::TooLarge(format!("one FROM has more than {MAX_VISIBLE} columns")));
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

/// Returns the result name of a column that the author named.
pub(super) fn label(ident: &Ident, dialect: Dialect) -> String {
    match dialect {
        Dialect::Postgres => Name::of(ident, dialect).0,
        Dialect::Sqlite => ident.value.clone(),
    }
}

/// Returns the identifier of an unqualified name.
pub(super) fn plain<'n>(name: &'n ObjectName, what: &str) -> Result<&'n Ident, SqlRejection> {
    match name.0.as_slice() {
        [ObjectNamePart::Identifier(ident)] => Ok(ident),
        _ => unsupported(format!("the {what} `{name}` with dots or parentheses in its name")),
    }
}
