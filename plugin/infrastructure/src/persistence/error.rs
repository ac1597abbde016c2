//! Converts the driver's errors to the domain's. Only this module knows the names of constraints.

use iota_scripts_domain::RepositoryError;

/// Converts the error of a statement on a table.
pub(super) fn repository_error(table: &'static str, error: &sqlx::Error) -> RepositoryError {
    match error {
        sqlx::Error::Database(cause) if cause.is_unique_violation() => match broken_constraint(cause.as_ref()) {
            Some(known) => known,
            None => RepositoryError::Unavailable(cause.message().to_owned()),
        },
        sqlx::Error::ColumnDecode { index, source } => RepositoryError::Inconsistent {
            table,
            column: index.trim_matches('"').to_owned(),
            id: "unknown".to_owned(),
            reason: source.to_string(),
        },
        sqlx::Error::Database(cause) => RepositoryError::Unavailable(cause.message().to_owned()),
        other => RepositoryError::Unavailable(other.to_string()),
    }
}

/// PostgreSQL names the constraint; SQLite names its columns in the message.
fn broken_constraint(cause: &dyn sqlx::error::DatabaseError) -> Option<RepositoryError> {
    let is = |name: &str, columns: &str| cause.constraint() == Some(name) || cause.message().ends_with(columns);
    if is("scripts_name_key", "scripts.tenant_id, scripts.name") {
        Some(RepositoryError::NameTaken)
    } else if is("scripts_endpoint_key", "scripts.tenant_id, scripts.endpoint_method, scripts.endpoint_shape") {
        Some(RepositoryError::EndpointTaken)
    } else if is("script_executions_attempt_key", "script_executions.occurrence_id, script_executions.attempt") {
        Some(RepositoryError::AttemptTaken)
    } else {
        None
    }
}
