//! How each database would execute a statement, and whether its cost grows with history.

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};

/// The tables that grow for as long as scripts run.
const HISTORY: [&str; 2] = ["script_executions", "script_occurrences"];
/// Indexes of unsettled, unsuccessful or unhandled rows. They may be read whole, or by their tenant alone.
const PARTIAL: [&str; 13] = [
    "script_executions_by_lease",
    "script_executions_refused",
    "script_executions_trials",
    "script_executions_unsuccessful",
    "script_occurrences_due",
    "script_occurrences_due_by_tenant",
    "script_occurrences_missed",
    "script_occurrences_unpinned",
    "script_occurrences_running",
    "script_occurrences_unsettled",
    "script_occurrences_unsuccessful",
    "script_occurrences_dead_letters",
    "script_schedules_by_due",
];

/// The steps of a plan that read more as history grows, in the database's words.
pub(super) async fn growing(url: &str, statement: &str) -> Vec<String> {
    if url.starts_with("sqlite") { sqlite(url, statement).await } else { postgres(url, statement).await }
}

/// The table that an alias in a statement names: `FROM script_occurrences o`.
fn table_of(statement: &str, name: &str) -> Option<&'static str> {
    let words: Vec<&str> =
        statement.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).collect();
    let is_alias =
        |table: &str| words.windows(3).any(|w| w[0] == table && (w[1] == name || (w[1] == "AS" && w[2] == name)));
    HISTORY.into_iter().find(|table| *table == name || is_alias(table))
}

/// The names of the indexes that a plan uses.
pub(super) async fn indexes(url: &str, statement: &str) -> Vec<String> {
    if url.starts_with("sqlite") {
        let named = |step: &String| Some(step.split_once(" INDEX ")?.1.split(' ').next()?.to_owned());
        return sqlite_steps(url, statement).await.iter().filter_map(named).collect();
    }
    let mut found = Vec::new();
    let plan = postgres_plan(url, statement).await;
    let mut nodes = vec![&plan];
    while let Some(node) = nodes.pop() {
        found.extend(node["Index Name"].as_str().map(str::to_owned));
        nodes.extend(node["Plans"].as_array().into_iter().flatten());
    }
    found
}

async fn sqlite_steps(url: &str, statement: &str) -> Vec<String> {
    let mut connection = SqliteConnection::connect(url).await.expect("the file opens");
    let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
    let rows = connection.fetch_all(sqlx::raw_sql(explain)).await.expect("a plan");
    rows.iter().map(|row| row.get::<String, _>("detail")).collect()
}

async fn sqlite(url: &str, statement: &str) -> Vec<String> {
    let steps = sqlite_steps(url, statement).await;
    let sorted = steps.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY"));
    // A limit stops the scan if the rows come in order, or if no order is required.
    let limited = statement.contains(" LIMIT ") && !sorted;
    let grows = |step: &&String| {
        let mut words = step.split(' ');
        let (verb, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if !matches!(verb, "SCAN" | "SEARCH") || table_of(statement, name).is_none() {
            return false;
        }
        let partial = PARTIAL.iter().any(|index| step.contains(&format!("INDEX {index}")));
        let one = ["(id=?", "(occurrence_id=? AND attempt=?", "(script_id=? AND cause=? AND key=?"];
        let bounded = one.iter().any(|keys| step.contains(keys))
            || step.contains("_at>?")
            || step.contains("_at=?")
            || step.contains("tenant_id>?");
        let bounded = bounded || (verb == "SEARCH" && limited);
        !partial && !bounded
    };
    steps.iter().filter(grows).cloned().collect()
}

async fn postgres(url: &str, statement: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(&postgres_plan(url, statement).await, false, &mut found);
    found
}

async fn postgres_plan(url: &str, statement: &str) -> Value {
    let mut connection = PgConnection::connect(url).await.expect("the database opens");
    let parameters = (1..).take_while(|n| statement.contains(&format!("${n}"))).map(|_| "NULL").collect::<Vec<_>>();
    let arguments = if parameters.is_empty() { String::new() } else { format!("({})", parameters.join(", ")) };
    // The generic plan for any values, as after the first few calls; a test has little history, so that a scan is
    // cheap.
    let set = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off";
    connection.execute(set).await.expect("set");
    let prepare = AssertSqlSafe(format!("PREPARE asked AS {statement}"));
    connection.execute(sqlx::raw_sql(prepare)).await.expect("prepared");
    let explain = AssertSqlSafe(format!("EXPLAIN (FORMAT JSON) EXECUTE asked{arguments}"));
    let row = connection.fetch_one(sqlx::raw_sql(explain)).await.expect("a plan");
    let mut plan: Value =
        row.try_get_unchecked::<String, _>(0).map(|text| serde_json::from_str(&text)).expect("text").expect("JSON");
    plan[0]["Plan"].take()
}

/// Whether a step above stops early: a limit, with no step in between that reads all rows first.
fn walk(node: &Value, limited: bool, found: &mut Vec<String>) {
    let text = |key: &str| node[key].as_str().unwrap_or_default();
    let limited = match text("Node Type") {
        "Limit" => true,
        "Sort" | "Aggregate" | "Hash" | "Materialize" => false,
        _ => limited,
    };
    let index = text("Index Name");
    // The bitmap index scan names no table, and the heap scan no index condition: the index name links them.
    let history = HISTORY.contains(&text("Relation Name")) || HISTORY.iter().any(|table| index.starts_with(table));
    let reads = matches!(text("Node Type"), "Seq Scan" | "Index Scan" | "Index Only Scan" | "Bitmap Index Scan");
    if history && reads {
        let condition = text("Index Cond");
        let one = [
            "(id = ",
            ".id = ",
            "(occurrence_id = ",
            "(key = ",
            "created_at >",
            "created_at = ",
            "due_at >",
            "tenant_id >",
            ".id) >",
        ];
        let bounded = one.iter().any(|key| condition.contains(key)) || (limited && !condition.is_empty());
        if !PARTIAL.contains(&index) && !bounded {
            found.push(format!("{} on {index}{} {condition}", text("Node Type"), text("Relation Name")));
        }
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        // A subquery that runs once for each row stops early: EXISTS reads one row, and the plan shows its limit
        // otherwise.
        let exists = text("Join Type") == "Semi" || text("Join Type") == "Anti";
        walk(child, limited || exists, found);
    }
}
