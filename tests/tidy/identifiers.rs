//! Names in Rust code that were replaced by the field's terms, each in the folder where it had its old meaning.
//!
//! Elsewhere the same word may be right: `Post` is an HTTP method, and `Stamp` the author and time of a change.

use std::collections::BTreeMap;

use crate::{files, report, rust_text};

/// How often all of these together may still occur. Lower it as names are replaced, to 0 in the end.
const BUDGET: usize = 0;

/// Places that a failure lists for each name.
const SHOWN: usize = 10;

/// Prefixes of paths, and the old and the new names there.
const REPLACED: [(&str, &[(&str, &str)]); 16] = [
    (
        "",
        &[
            ("conduct", "run_task"),
            ("Conduct", "RunTask"),
            ("under_way", "in_flight"),
            ("UnderWay", "InFlightCalls"),
            ("ScriptLibrary", "ScriptCache"),
            ("wishes", "queries"),
            ("Wish", "HttpOptions, TableOp, Waiting, RequestOptions"),
            ("Refusal", "Rejection"),
            ("announcer", "event_publisher"),
            ("Announcer", "EventPublisher"),
        ],
    ),
    (
        "plugin/infrastructure/src/worker_pool",
        &[
            ("errand", "work_item"),
            ("Errand", "WorkItem"),
            ("Work", "WorkItem"),
            ("staff", "pool_state"),
            ("Staff", "PoolState"),
            ("roster", "placement"),
            ("Roster", "Placement"),
            ("Post", "SlotId"),
            ("Move", "Decision"),
            ("arrive", "enqueue"),
            ("Hold", "WorkerPermit"),
            ("Grant", "Assignment"),
            ("Fate", "CrashRole"),
            ("Apart", "Unrelated"),
            ("Killer", "Culprit"),
            ("Victim", "Bystander"),
            ("starter", "spawner"),
            ("Starter", "Spawner"),
            ("standing_by", "min_idle"),
            ("suspects", "poison_list"),
            ("Suspects", "PoisonList"),
            ("accuse", "blame"),
            ("obituary", "exit_reason"),
            ("last_words", "drain"),
            ("bury", "on_exit"),
            ("hear", "on_message"),
            ("nonsense", "protocol_violation"),
        ],
    ),
    (
        "plugin/infrastructure/src/sql_gateway/sqlite",
        &[
            ("Line", "Connection"),
            ("Ask", "Request"),
            ("Standing", "TxState"),
            ("WAY", "ROUND_TRIP"),
            ("STUCK", "CANCEL_ACK_TIMEOUT"),
            ("obituary", "exit_reason"),
            ("nonsense", "protocol_violation"),
            ("enclosure", "sandbox"),
        ],
    ),
    (
        "plugin/infrastructure/src/sql_gateway/scope",
        &[
            ("Manner", "Fallibility"),
            ("Quiet", "Infallible"),
            ("Loud", "Fallible"),
            ("Gives", "ReturnType"),
            ("Meaning", "ExprType"),
            ("sheltered", "guarded"),
            ("exposed", "unguarded"),
            ("shown", "preview"),
        ],
    ),
    ("plugin/infrastructure/src/persistence/db", &[("PATIENCE", "ACQUIRE_TIMEOUT")]),
    (
        "plugin/infrastructure/src/",
        &[
            ("node_news", "change_listener"),
            ("upkeep", "maintenance"),
            ("BREATH", "BATCH_PAUSE"),
            ("Changes", "Invalidation"),
        ],
    ),
    (
        "plugin/services/",
        &[
            ("gate", "authorizer"),
            ("Gate", "Authorizer"),
            ("examination", "validation"),
            ("Outside", "HostPorts"),
            ("Changes", "Invalidation"),
            ("Called", "CallOutcome"),
            ("Found", "RouteMatch"),
            ("Given", "InputStats"),
        ],
    ),
    ("plugin/services/src/changes.rs", &[("Stamp", "Generation")]),
    ("plugin/services/src/schedule_service/planning.rs", &[("turn", "tick")]),
    ("plugin/presentation/src/controllers/endpoint", &[("Called", "CallOutcome"), ("Found", "RouteMatch")]),
    (
        "plugin/presentation/src/pages",
        &[("visitor", "PageContext"), ("Visitor", "PageContext"), ("moment", "local_time"), ("Moment", "LocalTime")],
    ),
    ("plugin/presentation/src/", &[("forgery", "csrf"), ("Forged", "CsrfFailed")]),
    ("plugin/presentation/src/error.rs", &[("Refused", "Rejection")]),
    (
        "plugin/runtime/src/isolate",
        &[
            ("After", "ReplyDecoder"),
            ("Habits", "RunSettings"),
            ("Account", "ResourceUsage"),
            ("Added", "RunGlobals"),
            ("Surroundings", "CheckContext"),
        ],
    ),
    ("plugin/src/", &[("standing_by", "min_idle"), ("Outside", "HostPorts"), ("Changes", "Invalidation")]),
    (
        "host-shim/src/",
        &[
            ("door", "entry_point"),
            ("HostDoor", "HostVTable"),
            ("Answering", "HostDispatcher"),
            ("Exchange", "PendingRequest"),
            ("complain", "warn"),
            ("Told", "EventDto"),
        ],
    ),
];

#[test]
fn no_name_of_the_old_dialect_spreads() {
    let mut places: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for path in files::with_extension("rs").filter(|path| !path.starts_with("tests/tidy/")) {
        let here: BTreeMap<_, _> = REPLACED
            .iter()
            .filter(|(scope, _)| path.starts_with(scope))
            .flat_map(|(_, names)| names.iter().copied())
            .collect();
        for (number, line) in (1..).zip(rust_text::lines(&files::read(path))) {
            for word in line.code.split(|c: char| !c.is_alphanumeric() && c != '_') {
                if let Some((old, new)) = here.get_key_value(word) {
                    places.entry((old, new)).or_default().push(format!("{path}:{number}"));
                }
            }
        }
    }
    let total: usize = places.values().map(Vec::len).sum();
    let mut problems = Vec::new();
    if total > BUDGET {
        problems.push(format!("{total} old names in code, at most {BUDGET}:"));
        problems.extend(places.iter().map(|((old, new), places)| {
            let shown = places[..places.len().min(SHOWN)].join(", ");
            format!("`{old}`, {} times: write `{new}`: {shown}", places.len())
        }));
    }
    report(&problems);
}
