//! The statements that fill the tables. All values of a row are computed from its number, so the same options produce the same rows.
//!
//! Scripts 1 to `scripts` are called or started by users, the later ones run on schedules. One tenant has a fixed share of everything,
//! the others divide the rest. A quarter of the runs are of one script in a hundred, and most failures of one in twenty.

use iota_scripts_domain::{Limits, Receipt};
use iota_scripts_infrastructure::persistence::Dialect;

/// Quantities.
#[derive(Debug, Clone)]
pub(crate) struct Size {
    pub(crate) scripts: u64,
    pub(crate) schedules: u64,
    pub(crate) runs: u64,
    pub(crate) tenants: u64,
    /// Share of the first tenant, in per cent.
    pub(crate) share: u64,
    /// Share of endpoints among the scripts without a schedule, in per cent.
    pub(crate) endpoints: u64,
    /// The days before `until` that runs are spread over.
    pub(crate) days: u64,
    /// Microseconds since 1970.
    pub(crate) until: i64,
}

const MINUTE: i64 = 60_000_000;
const FAULT: &str = r#"{"type":"user","code":"SCRIPT_ERROR","message":"no luck"}"#;
/// Pads a source to the length of a typical script.
const BODY: &str = "// The rows of the month, summed up by department and sent on to the accounting department.\n";

/// Statements in one of the two dialects.
pub(crate) struct Statements<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) size: &'a Size,
}

impl Statements<'_> {
    /// The numbers `from..=to` as `n`.
    fn numbers(&self, from: u64, to: u64) -> String {
        match self.dialect {
            Dialect::Sqlite => format!(
                "(WITH RECURSIVE n(n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM n WHERE n < {to}) SELECT n FROM n) AS numbers"
            ),
            Dialect::Postgres => format!("generate_series(CAST({from} AS BIGINT), {to}) AS numbers(n)"),
        }
    }

    /// A timestamp from microseconds.
    fn time(&self, micros: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("({micros})"),
            Dialect::Postgres => format!("(TIMESTAMPTZ 'epoch' + ({micros}) * INTERVAL '1 microsecond')"),
        }
    }

    /// An id that begins with its timestamp, as the plugin's do; ids of several kinds with one number differ in their
    /// salt.
    fn id(&self, micros: &str, salt: u8, number: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => {
                format!("unhex(printf('%012x7%03x8%03x%012x', ({micros}) / 1000, ({number}) % 4096, {salt}, {number}))")
            }
            Dialect::Postgres => format!(
                "CAST(lpad(to_hex(({micros}) / 1000), 12, '0') || '7' || lpad(to_hex(({number}) % 4096), 3, '0') || '8' \
                 || lpad(to_hex({salt}), 3, '0') || lpad(to_hex({number}), 12, '0') AS UUID)"
            ),
        }
    }

    const fn text(&self) -> &'static str {
        match self.dialect {
            Dialect::Sqlite => "TEXT",
            Dialect::Postgres => "VARCHAR",
        }
    }

    /// The tenant of a script's number.
    fn tenant(&self, script: &str) -> String {
        let (share, others) = (self.size.share, self.size.tenants.saturating_sub(1));
        if others == 0 {
            return "'acme'".to_owned();
        }
        let text = self.text();
        format!(
            "CASE WHEN {script} % 100 < {share} THEN 'acme' ELSE 'tenant-' || CAST(1000 + ({script} * 7919) % {others} AS {text}) END"
        )
    }

    fn kind(&self, script: &str) -> String {
        let Size { scripts, endpoints, .. } = self.size;
        let manual = endpoints + (100 - endpoints) * 6 / 10;
        let place = format!("({script} / 100 + {script}) % 100");
        format!(
            "CASE WHEN {script} > {scripts} THEN 'cron' WHEN {place} < {endpoints} THEN 'endpoint' \
             WHEN {place} < {manual} THEN 'one_off' ELSE 'embedded' END"
        )
    }

    fn name(&self, script: &str) -> String {
        let text = self.text();
        format!(
            "CASE {script} % 5 WHEN 0 THEN 'Order report ' WHEN 1 THEN 'Invoice check ' WHEN 2 THEN 'Stock sync ' \
             WHEN 3 THEN 'Client import ' ELSE 'Price update ' END || CAST({script} AS {text})"
        )
    }

    /// The script of a number; all were created on the day before the first run.
    fn script_id(&self, script: &str) -> String {
        self.id(&self.made(), 0, script)
    }

    fn made(&self) -> String {
        let before = i64::try_from(self.size.days + 1).unwrap_or(1) * 24 * 60 * MINUTE;
        (self.size.until - before).to_string()
    }

    pub(crate) fn scripts(&self) -> Vec<String> {
        let Size { scripts, schedules, until, .. } = self.size;
        let all = scripts + schedules;
        let text = self.text();
        let (tenant, kind, name, id) = (self.tenant("n"), self.kind("n"), self.name("n"), self.script_id("n"));
        let made = self.time(&format!("{} + n * 1000", self.made()));
        // Due in two hours at the earliest, once a day.
        let first = until / MINUTE + 120;
        let minute = format!("({first} + n % 1200)");
        let cron = format!("CAST({minute} % 60 AS {text}) || ' ' || CAST({minute} / 60 % 24 AS {text}) || ' * * *'");
        let due = self.time(&format!("{minute} * {MINUTE}"));
        let body = BODY.repeat(8);
        let columns = "name, description, type, content, cron_expression, endpoint_method, endpoint_path, timeout_seconds, \
            max_memory_mb, is_active, endpoint_access, rate_limit_per_minute, event_patterns, run_as";
        vec![
            format!(
                "INSERT INTO scripts (id, tenant_id, {columns}, endpoint_shape, version, name_key, search_text, created_at, \
                 created_by, updated_at, updated_by) \
                 SELECT id, tenant_id, name, description, kind, \
                   '{body}' || CASE WHEN kind = 'endpoint' THEN 'function handleRequest() {{ return {{status: 200}}; }}' \
                   ELSE 'function main() {{ return 1; }}' END, \
                   CASE WHEN kind = 'cron' THEN cron END, CASE WHEN kind = 'endpoint' THEN 'GET' END, \
                   CASE WHEN kind = 'endpoint' THEN '/items-' || CAST(n AS {text}) || '/{{id}}' END, 30, 64, (n % 25 <> 7), \
                   CASE WHEN kind = 'endpoint' THEN 'session' END, CASE WHEN kind = 'endpoint' THEN 600 END, \
                   CASE WHEN kind = 'embedded' AND n % 2 = 0 THEN 'order.created' END, \
                   CASE WHEN kind = 'cron' OR (kind = 'embedded' AND n % 2 = 0) THEN 'user-1' END, \
                   CASE WHEN kind = 'endpoint' THEN '/items-' || CAST(n AS {text}) || '/{{}}' END, 1, lower(name), \
                   lower(name || ' ' || description), made, 'user-' || CAST(n % 40 AS {text}), made, 'user-' || CAST(n % 40 AS {text}) \
                 FROM (SELECT n, {id} AS id, {tenant} AS tenant_id, {kind} AS kind, {name} AS name, \
                   'For department ' || CAST(n % 97 AS {text}) AS description, {cron} AS cron, {made} AS made \
                   FROM {numbers}) AS made_up",
                numbers = self.numbers(1, all),
            ),
            format!(
                "INSERT INTO script_versions (id, tenant_id, script_id, version, {columns}, change_summary, created_at, created_by) \
                 SELECT id, tenant_id, id, version, {columns}, 'created', created_at, created_by FROM scripts"
            ),
            format!(
                "INSERT INTO script_schedules (script_id, tenant_id, expression, timezone, follows_tenant, next_due_at, updated_at) \
                 SELECT {id}, {tenant}, {cron}, 'UTC', (1 = 1), {due}, {made} FROM {numbers} WHERE n % 25 <> 7",
                numbers = self.numbers(scripts + 1, all.max(scripts + 1)),
            ) + if *schedules == 0 { " AND 1 = 0" } else { "" },
        ]
    }

    /// Runs `from..=to`, oldest first, and their occurrences.
    pub(crate) fn runs(&self, from: u64, to: u64) -> Vec<String> {
        let Size { scripts, schedules, runs, days, until, .. } = self.size;
        let text = self.text();
        let step = i64::try_from(*days).unwrap_or(1) * 24 * 60 * MINUTE / i64::try_from(*runs).unwrap_or(1).max(1);
        let at = format!("({until} - 1000000 - ({runs} - n) * {step})");
        let often = (scripts / 100).max(1);
        let called =
            format!("CASE WHEN n % 4 = 0 THEN 1 + (n / 4 * 7919) % {often} ELSE 1 + (n / 4 * 7919) % {scripts} END");
        let script = match schedules {
            0 => called,
            _ => format!("CASE WHEN n % 2 = 1 THEN {scripts} + 1 + (n / 2 * 7919) % {schedules} ELSE {called} END"),
        };
        let receipt = serde_json::to_string(&Receipt::allowing(&Limits::default())).unwrap_or_default();
        let rows = format!(
            "(SELECT *, CASE WHEN trigger_word IN ('cron', 'event') THEN {occurrence} END AS occurrence_id, \
               CASE WHEN script % 20 = 3 AND luck >= 400 THEN 'failed' WHEN luck = 997 THEN 'lost' WHEN luck = 998 THEN 'cancelled' \
               WHEN luck = 999 THEN 'timeout' ELSE 'success' END AS status \
             FROM (SELECT n, at, script, kind, luck, CASE WHEN kind <> 'cron' AND n % 500 = 2 THEN 'test' \
                 WHEN kind = 'cron' THEN 'cron' WHEN kind = 'endpoint' THEN 'api' WHEN kind = 'one_off' THEN 'manual' \
                 WHEN script % 2 = 0 THEN 'event' ELSE 'system' END AS trigger_word \
               FROM (SELECT n, at, script, {kind} AS kind, (n * 31 + n / 1000) % 1000 AS luck \
                 FROM (SELECT n, {at} AS at, {script} AS script FROM {numbers}) AS a) AS b) AS c) AS d",
            numbers = self.numbers(from, to),
            kind = self.kind("script"),
            occurrence = self.id("at", 2, "n"),
        );
        let (id, tenant, name, script_id) =
            (self.id("at", 1, "n"), self.tenant("script"), self.name("script"), self.script_id("script"));
        let took = "(5000 + n * 37 % 200000)";
        let ended = self.time(&format!("at + 2000 + {took}"));
        vec![
            format!(
                "INSERT INTO script_executions (id, tenant_id, script_id, script_version, script_name, entry_point, triggered_by, \
                 triggered_by_user, input, status, node, created_at, started_at, completed_at, result, error, receipt, http_status, \
                 occurrence_id, attempt) \
                 SELECT {id}, {tenant}, {script_id}, 1, {name}, CASE WHEN kind = 'endpoint' THEN 'handleRequest' ELSE 'main' END, \
                   trigger_word, CASE WHEN trigger_word IN ('api', 'manual', 'test') THEN 'user-' || CAST(n % 40 AS {text}) END, \
                   '[{{\"number\":' || CAST(n AS {text}) || ',\"what\":\"an order as it came from the shop\"}}]', status, 'node-1', \
                   {created}, {started}, {ended}, \
                   CASE WHEN status = 'success' THEN '{{\"done\":true,\"rows\":' || CAST(n % 1000 AS {text}) || '}}' END, \
                   CASE WHEN status <> 'success' THEN '{FAULT}' END, '{receipt}', \
                   CASE WHEN kind = 'endpoint' AND status = 'success' THEN CASE WHEN luck < 20 THEN 404 ELSE 200 END END, \
                   occurrence_id, CASE WHEN occurrence_id IS NOT NULL THEN 1 END FROM {rows}",
                created = self.time("at"),
                started = self.time("at + 2000"),
            ),
            format!(
                "INSERT INTO script_occurrences (id, tenant_id, script_id, script_name, cause, key, due_at, input, state, execution_id, \
                 created_at, settled_at) \
                 SELECT occurrence_id, {tenant}, {script_id}, {name}, CASE trigger_word WHEN 'cron' THEN 'schedule' ELSE 'event' END, \
                   CAST(at AS {text}), {due}, '[]', CASE WHEN luck = 996 THEN 'missed' WHEN luck = 995 THEN 'skipped' \
                   WHEN status = 'success' THEN 'ran' WHEN status = 'cancelled' THEN 'cancelled' ELSE 'failed' END, {id}, {due}, {ended} \
                   FROM {rows} WHERE occurrence_id IS NOT NULL",
                due = self.time("at"),
            ),
        ]
    }

    /// Counts of the sizes of histories, and of the ends of runs.
    pub(crate) fn sums(&self) -> [String; 2] {
        let quarter = match self.dialect {
            Dialect::Sqlite => "created_at / 900000000",
            Dialect::Postgres => "CAST(FLOOR(EXTRACT(EPOCH FROM created_at) / 900) AS BIGINT)",
        };
        [
            "INSERT INTO script_history_usage (tenant_id, bytes) \
             SELECT tenant_id, sum(octet_length(input) + coalesce(octet_length(result), 0)) FROM script_executions GROUP BY tenant_id"
                .to_owned(),
            format!(
                "INSERT INTO script_run_counts (tenant_id, quarter, status, triggered_by, trial, runs) \
                 SELECT tenant_id, {quarter}, CASE WHEN status = 'success' AND http_status >= 400 THEN 'refused' ELSE status END, \
                   triggered_by, triggered_by = 'test', count(*) FROM script_executions GROUP BY 1, 2, 3, 4, 5 ORDER BY 2"
            ),
        ]
    }
}
