//! Flags of reply frames, levels of log records, dialects of migrations.

/// Last frame of an id; every submitted request gets exactly one.
pub const END: u32 = 1;
/// The head is `{"error":{…}}`; always together with [`END`].
pub const ERROR: u32 = 2;

/// Log level: a failure that needs attention.
pub const LOG_ERROR: u32 = 1;
/// Log level: a problem that was handled.
pub const LOG_WARN: u32 = 2;
/// Log level: a change of state.
pub const LOG_INFO: u32 = 3;
/// Log level: details for the host's developers.
pub const LOG_DEBUG: u32 = 4;
/// Log level: all details.
pub const LOG_TRACE: u32 = 5;

/// Migrations for SQLite.
pub const DIALECT_SQLITE: u32 = 1;
/// Migrations for PostgreSQL.
pub const DIALECT_POSTGRES: u32 = 2;
