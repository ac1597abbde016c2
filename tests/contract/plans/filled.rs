//! A history to read: some thousand runs and occurrences of one script among those of others, inserted directly, not by a repository.

use iota_scripts_domain::ScriptId;
use iota_scripts_infrastructure::persistence::Dialect;

/// Rows of each table.
pub(crate) const ROWS: u32 = 20_000;

/// Statements that fill the tables: one run and one occurrence a minute of a script of acme, one in a hundred failed.
pub(crate) fn statements(dialect: Dialect, script: ScriptId, rows: u32) -> String {
    // SQLite has the statistics that come with its tables, because the plugin does not run ANALYZE.
    let (id, uuid, numbers, at, statistics) = match dialect {
        Dialect::Sqlite => (
            "randomblob(16)",
            format!("x'{}'", script.as_uuid().simple()),
            format!(
                "(WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {rows}) SELECT n FROM n) AS numbers"
            ),
            "1700000000000000 - (SELECT 60000000) * n".to_owned(),
            "",
        ),
        Dialect::Postgres => (
            "gen_random_uuid()",
            format!("'{}'::uuid", script.as_uuid()),
            format!("generate_series(1, {rows}) AS numbers(n)"),
            "TIMESTAMPTZ 'epoch' + INTERVAL '1700000000 seconds' - n * INTERVAL '1 minute'".to_owned(),
            "ANALYZE",
        ),
    };
    format!(
        "INSERT INTO script_executions (id, tenant_id, script_id, script_version, script_name, entry_point, triggered_by, input, \
           status, node, created_at, started_at, completed_at, result) \
         SELECT {id}, 'acme', {uuid}, 1, 'Report', 'main', 'cron', '[]', CASE WHEN n % 100 = 0 THEN 'failed' ELSE 'success' END, \
           'node-1', {at}, {at}, {at}, '1' FROM {numbers}; \
         UPDATE script_executions SET error = '{{\"type\":\"user\",\"code\":\"SCRIPT_ERROR\",\"message\":\"no luck\"}}', result = NULL WHERE status = 'failed'; \
         INSERT INTO script_occurrences (id, tenant_id, script_id, script_name, cause, key, due_at, input, state, created_at, settled_at) \
         SELECT {id}, 'acme', {uuid}, 'Report', 'schedule', 'filled ' || n, {at}, '[]', \
           CASE WHEN n % 100 = 0 THEN 'missed' ELSE 'ran' END, {at}, {at} FROM {numbers}; \
         {statistics}"
    )
}
