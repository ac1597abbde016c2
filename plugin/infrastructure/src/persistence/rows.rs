//! Conversions between database rows and domain types. A row that violates the domain's rules is an error that names the table, the column
//! and the id; it never panics.

mod execution;
mod occurrence;
mod script;

pub(super) use execution::{
    BeginColumns, End, EndColumns, ExecutionRow, HeadColumns, OriginColumns, ResultColumns, SummaryRow,
    UnfinishedColumns, stored,
};
pub(super) use occurrence::{
    DueSchedule, DueScheduleRow, NewSchedule, OccurrenceColumns, OccurrenceRow, OrphanRow, OrphanedOccurrenceRow,
    ScheduleRow, stored_reason,
};
pub(super) use script::{
    ChangeColumns, CreationColumns, DefinitionColumns, DerivedColumns, EndpointRow, HandlerRow, ImporterRow, ScriptRow,
    VersionRow, name_key,
};

use std::fmt;

use iota_scripts_domain::{RepositoryError, Stamp, TenantId, Timestamp, UserId};
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::types::chrono::{DateTime, Utc};
use sqlx::{Database, Decode, Encode, Postgres, Sqlite, Type};

/// A timestamp: `TIMESTAMPTZ` in PostgreSQL, microseconds since 1970 in SQLite.
#[derive(Debug, Clone, Copy)]
pub(super) struct SqlTime(pub(super) Timestamp);

macro_rules! time_as {
    ($database:ty, $stored:ty, $from:expr, $to:expr) => {
        impl Type<$database> for SqlTime {
            fn type_info() -> <$database as Database>::TypeInfo {
                <$stored as Type<$database>>::type_info()
            }
            fn compatible(info: &<$database as Database>::TypeInfo) -> bool {
                <$stored as Type<$database>>::compatible(info)
            }
        }

        impl Encode<'_, $database> for SqlTime {
            fn encode_by_ref(
                &self,
                buffer: &mut <$database as Database>::ArgumentBuffer,
            ) -> Result<IsNull, BoxDynError> {
                let stored: $stored = $to(self.0);
                <$stored as Encode<'_, $database>>::encode(stored, buffer)
            }
        }

        impl<'row> Decode<'row, $database> for SqlTime {
            fn decode(value: <$database as Database>::ValueRef<'row>) -> Result<Self, BoxDynError> {
                <$stored as Decode<'row, $database>>::decode(value).map($from).map(Self)
            }
        }
    };
}
time_as!(Sqlite, i64, Timestamp::from_micros, Timestamp::as_micros);
time_as!(Postgres, DateTime<Utc>, Timestamp::from, Timestamp::to_utc);

/// Identifies the row that is being read, for errors.
pub(super) struct RowReader {
    table: &'static str,
    id: String,
}

impl RowReader {
    pub(super) fn new(table: &'static str, id: impl fmt::Display) -> Self {
        Self { table, id: id.to_string() }
    }

    /// Returns the parsed value of a column, or an error that names the column.
    pub(super) fn read<T, E: fmt::Display>(&self, column: &str, value: Result<T, E>) -> Result<T, RepositoryError> {
        value.map_err(|reason| RepositoryError::Inconsistent {
            table: self.table,
            column: column.to_owned(),
            id: self.id.clone(),
            reason: reason.to_string(),
        })
    }

    /// Returns the value of an optional column that is required here.
    pub(super) fn require<T>(&self, column: &str, value: Option<T>) -> Result<T, RepositoryError> {
        self.read(column, value.ok_or("the value is missing"))
    }

    pub(super) fn tenant(&self, tenant: String) -> Result<TenantId, RepositoryError> {
        self.read("tenant_id", TenantId::parse(tenant))
    }

    pub(super) fn stamp(&self, column: &str, at: SqlTime, by: String) -> Result<Stamp, RepositoryError> {
        Ok(Stamp { at: at.0, by: self.read(column, UserId::parse(by))? })
    }
}
