"""Many schedules that come due at the same time, among others: runs a second, and their delay."""

import contextlib
import time

import databases

#: Time until they are due, counted from before the host starts.
AHEAD_SECONDS = 10
#: All runs have come if none comes for this long.
STALLED_SECONDS = 20


def measure(name, folder, chosen, database, number):
    due = (int(time.time()) + AHEAD_SECONDS) * 1_000_000
    which = f"SELECT script_id FROM script_schedules ORDER BY script_id LIMIT {number}"
    database.change(f"UPDATE script_schedules SET next_due_at = {database.moment(due)} WHERE script_id IN ({which})")
    of_these = f"o.due_at = {database.moment(due)} AND o.cause = 'schedule'"
    # Counts open occurrences by their partial indexes: counting settled ones would read the whole table, on the measured processors.
    left = (f"(SELECT COUNT(*) FROM script_schedules WHERE next_due_at = {database.moment(due)}) + "
            "(SELECT COUNT(*) FROM script_occurrences WHERE state IN ('due', 'running'))")
    host = databases.Host(f"{name}_due", folder, chosen.programs, database)
    with contextlib.closing(host):
        host.begin()
        settled, last = 0, time.monotonic() + AHEAD_SECONDS
        while settled < number and time.monotonic() < last + STALLED_SECONDS:
            time.sleep(0.5)
            before = settled
            settled = number - int(database.rows(f"SELECT {left}")[0][0])
            if settled > before:
                last = max(last, time.monotonic())
    times = database.rows(
        f"SELECT {database.micros('e.started_at')}, {database.micros('o.settled_at')} FROM script_occurrences o "
        f"JOIN script_executions e ON e.id = o.execution_id WHERE {of_these}")
    late = sorted((int(started) - due) / 1e3 for started, _ in times)
    if not late:
        raise RuntimeError(f"{name}: none of the {number} schedules ran")
    ended = max(int(end) for _, end in times)
    return {"due": len(late), "due_rate": len(late) / ((ended - due) / 1e6), "late_p50_ms": late[len(late) // 2], "late_max_ms": late[-1]}
