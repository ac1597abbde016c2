//! Whether SQLite could open a file only for reading. It does so without a word when the file's permissions or its file system demand it,
//! and a connection stays as it was opened.
#![expect(unsafe_code, reason = "sqlx has no word for sqlite3_db_readonly")]

use libsqlite3_sys::sqlite3_db_readonly;
use sqlx::sqlite::SqliteConnection;

/// Whether the connection can never write its file.
pub(crate) async fn is_read_only(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    let mut handle = connection.lock_handle().await?;
    let database = handle.as_raw_handle().as_ptr();
    // SAFETY: the connection is open and locked for us while `handle` lives, the name is a C string, and the call keeps neither.
    Ok(unsafe { sqlite3_db_readonly(database, c"main".as_ptr()) } == 1)
}
