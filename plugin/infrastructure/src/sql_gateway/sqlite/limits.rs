//! SQLite's own limits, set on each connection of scripts: one process serves all tenants, and a few words of SQL double a text thirty
//! times.
//!
//! The time of a statement is watched between the steps of SQLite's machine, and one call of a function is one step: with texts of this
//! length none takes long.
#![expect(unsafe_code, reason = "sqlx has no word for sqlite3_limit")]

use libsqlite3_sys::{
    SQLITE_LIMIT_ATTACHED, SQLITE_LIMIT_COLUMN, SQLITE_LIMIT_LENGTH, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, sqlite3_limit,
};
use sqlx::sqlite::SqliteConnection;

/// Each limit with its figure.
const LIMITS: [(i32, i32); 4] = [
    // Bytes of a text, a blob or a row.
    (SQLITE_LIMIT_LENGTH, 1 << 20),
    // Bytes of a pattern of LIKE.
    (SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
    // Columns of a table, a result or an ORDER BY.
    (SQLITE_LIMIT_COLUMN, 500),
    (SQLITE_LIMIT_ATTACHED, 0),
];

/// Holds a connection to them for as long as it is open.
pub(super) async fn set(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let mut handle = connection.lock_handle().await?;
    for (limit, figure) in LIMITS {
        let database = handle.as_raw_handle().as_ptr();
        // SAFETY: the connection is open and locked for us while `handle` lives, and the call keeps nothing of what it is given.
        unsafe { sqlite3_limit(database, limit, figure) };
    }
    Ok(())
}
