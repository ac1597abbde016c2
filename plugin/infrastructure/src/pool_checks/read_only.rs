//! Detects whether SQLite could open a file only for reading. SQLite does so silently if the permissions or the file system require it, and
//! the connection stays read-only.
#![expect(unsafe_code, reason = "sqlx has no word for sqlite3_db_readonly")]

use libsqlite3_sys::sqlite3_db_readonly;
use sqlx::sqlite::SqliteConnection;

/// Returns whether the connection can never write its file.
pub(crate) async fn is_read_only(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    let mut handle = connection.lock_handle().await?;
    let database = handle.as_raw_handle().as_ptr();
    // SAFETY: the connection is open and locked for us while `handle` lives, the name is a C string, and the call keeps neither.
    Ok(unsafe { sqlite3_db_readonly(database, c"main".as_ptr()) } == 1)
}
