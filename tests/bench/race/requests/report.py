"""The report: the same tables for the terminal and for the section of docs/performance.md."""

import datetime
import os
import pathlib
import platform
import re
import subprocess
from statistics import median

from budgets import BUDGETS, PEER
from figures import spread
from table import markdown, number, plain, share
from works import WORKS

BEGIN, END = "<!-- requests: written by `make race-requests` -->", "<!-- requests: end -->"


def of_work(figures, work):
    """One row for each server and number of connections."""
    rows = [("server", "connections", "requests/s", "spread", f"× {PEER}", "p50 ms", "p99 ms", f"p99 × {PEER}", "CPU µs", "PostgreSQL CPU µs",
             "context switches", "system calls", "written KiB", "to disk KiB", "errors")]
    turns = sorted((connections, index, server) for index, (server, of, connections) in enumerate(figures.turns()) if of == work.name)
    for connections, _, server in turns:
        where = (server, work.name, connections)
        written, to_disk = (figures.median(*where, name) for name in ("written", "to_disk"))
        trouble = figures.trouble.get(where) or {}
        rows.append((
            server, str(connections), number(figures.median(*where, "rate"), 0), share(figures.spread(*where, "rate")),
            number(figures.ratio(server, PEER, *where[1:], "rate"), 2), number(figures.median(*where, "p50")),
            number(figures.median(*where, "p99")), number(figures.ratio(server, PEER, *where[1:], "p99"), 2),
            number(figures.median(*where, "cpu_us")), number(figures.median(*where, "database_us")),
            number(figures.median(*where, "switches")), number(figures.median(*where, "calls")),
            number(written and written / 1024), number(to_disk and to_disk / 1024),
            ", ".join(f"{count} {words}" for words, count in trouble.items()) or "none",
        ))
    return rows


def of_servers(alone):
    rows = [("server", "start, ms", "spread", "idle memory, MB", "memory under load, MB")]
    for server, found in alone.items():
        rows.append((server, number(median(found["starts"]) * 1e3, 0), share(spread(found["starts"])), number(found["at_rest_mb"], 0),
                     number(found["under_load_mb"], 0)))
    return rows


def of_budgets(figures):
    rows = [("figure, at 16 connections unless noted", "measured", "target", "limit", "")]
    return rows + [(budget.what, number(budget.measured(figures)), number(budget.target), number(budget.limit), budget.verdict(figures))
                   for budget in BUDGETS]


def of_invoke(invoked):
    rows = [("`validate_order` called from", "concurrent calls", "calls/s", "spread", "latency µs", "CPU µs")]
    for (place, lanes), values in invoked.items():
        rates = [value["rate"] for value in values]
        cpu = [value["cpu_us"] for value in values if value["cpu_us"] is not None]
        rows.append((place, str(lanes), number(median(rates), 0), share(spread(rates)), number(lanes * 1e6 / median(rates)),
                     number(median(cpu) if cpu else None)))
    return rows


def tables(figures, alone, invoked):
    """Titles and tables, most important first."""
    found = [("Targets", of_budgets(figures))]
    found += [(work.title, of_work(figures, work)) for work in WORKS if any(of == work.name for _, of, _ in figures.turns())]
    found.append(("Start and memory", of_servers(alone)))
    if invoked:
        found.append(("Called by the application", of_invoke(invoked)))
    return found


def machine():
    """Date, commit and machine in one sentence."""
    model = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    folder = pathlib.Path(__file__).parent

    def git(*arguments):
        return subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, check=False).stdout.strip()

    today = datetime.date.today()
    changed = " with changes that are not committed" if git("status", "--porcelain", "--untracked-files=no") else ""
    return (f"{today.day} {today:%B %Y}, commit `{git('rev-parse', '--short', 'HEAD') or 'unknown'}`{changed}, {os.cpu_count()} cores of "
            f"{model[1].strip() if model else platform.machine()}, Linux {platform.release()}")


def terminal(found, notes):
    parts = [f"{title}\n{plain(rows)}" for title, rows in found]
    return "\n\n".join([machine() + ".", *parts, *notes])


def section(found, notes, how):
    parts = [f"### {title}\n\n{markdown(rows)}" for title, rows in found]
    text = f"""{BEGIN}
## Requests

`make race-requests` runs the same five tasks in PocketBase, in the example ERP with the library, in a host that only passes requests on (the shim), and, as the limit of the machine, in a bare axum handler; `wrk` sends the requests, with one thread.
The ERP looks up the user in its database, the shim uses one user for all requests, PocketBase does not authenticate.
iota-scripts records each run, and runs scripts in separate processes (`worker`) or on threads of the host (`in_process`); PocketBase keeps its own request log.
PostgreSQL has its default durability; SQLite, here and in PocketBase, is in WAL mode and does not wait for the disk at each commit.
CPU, context switches, system calls and bytes are for one request, over all processes of a server; they depend little on other programs.
The library is built as it ships (`make dist`), its hosts with `cargo build --release`.

{machine()}; {how}.

""" + "\n\n".join(parts)
    return text + "".join(f"\n\n{note}" for note in notes) + f"\n{END}\n"


def write(file, text, begin=BEGIN, end=END):
    """Writes the section between these marks of the document, or before the section on scripts; the rest is unchanged."""
    document = file.read_text(encoding="utf-8")
    before, found, rest = document.partition(begin)
    if found:
        _, ended, after = rest.partition(end + "\n")
        if not ended:
            raise RuntimeError(f"{file} has {begin} but no {end}")
        document = before + text + after
    else:
        before, heading, after = document.partition("## Scripts\n")
        document = before + text + "\n" + heading + after
    file.write_text(document, encoding="utf-8")
