"""The report: the same tables for the terminal and for the section of docs/performance.md."""

import report
from table import markdown, number, plain

BEGIN, END = "<!-- growth: written by `make race-growth` -->", "<!-- growth: end -->"
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
SINGLE = [
    ("fill_s", "fill, s"), ("size_mb", "size, MB"), ("start_ms", "start, ms"), ("rest_mb", "idle memory, MB"),
    ("rest_cpu_ms", "idle CPU, ms a second"), ("run_rate", "hello runs a second, 16 connections"), ("run_p99_ms", "p99 of these, ms"),
    ("run_cpu_us", "CPU of a run, with the database's, µs"), ("run_written_kib", "written for a run, KiB"),
    ("save_ms", "save of an endpoint among all scripts, ms"), ("first_request_ms", "first request of a tenant's endpoints after a start, ms"),
    ("after_save_ms", "first request after a save, ms"), ("due", "schedules due at once"), ("due_rate", "of these, run in a second"),
    ("late_p50_ms", "half started within, ms"), ("late_max_ms", "all started within, ms"),
]


def table(figures, first, rows):
    """A column for each size, and the ratio of the largest to the smallest; rows are a name and a function of figures."""
    kinds = list(dict.fromkeys(kind for kind, _ in figures))
    percents = {kind: [percent for of, percent in figures if of == kind] for kind in kinds}
    head = [first]
    for kind in kinds:
        head += [f"{NAMES[kind]} {percent:g} %" for percent in percents[kind]] + ["×"]
    found = [tuple(head)]
    for name, figure in rows:
        row = [name]
        for kind in kinds:
            values = [figure(figures[kind, percent]) for percent in percents[kind]]
            row += [number(value) for value in values]
            row.append(number(values[-1] / values[0] if values[0] else None))
        found.append(tuple(row))
    return found


def tables(figures):
    names = list(next(iter(figures.values()))["lists"])
    return [
        ("Costs", table(figures, "figure", [(words, lambda found, key=key: found[key]) for key, words in SINGLE])),
        ("Pages", table(figures, "page, median ms", [(name, lambda found, name=name: found["lists"][name]["median"]) for name in names])),
    ]


def terminal(found):
    return "\n\n".join([report.machine() + ".", *(f"{title}\n{plain(rows)}" for title, rows in found)])


def text(found, figures, chosen):
    parts = [f"### {title} by size\n\n{markdown(rows)}" for title, rows in found]
    build = "" if chosen.programs.name == "dist" else f" The programs are from the folder `{chosen.programs.name}`, not those that ship: only the growth within a row is meaningful."
    note = f" {chosen.note}" if chosen.note else ""
    return f"""{BEGIN}
## Growth

`make race-growth` fills databases (`fill`; the full size is 10,000 scripts, 100,000 schedules of as many more scripts, 1,000,000 runs of 30 days, and 500 tenants of which one has 30 % of everything) and measures, as that tenant, at fractions of that size: pages with every filter, a run with its record, a save of one endpoint among 10,000 of one tenant, and schedules when idle and when many are due at once.
The column × is the figure at the largest size divided by that at the smallest; growth for another reason than more work is a defect.
SQLite uses the statistics that our migrations set; PostgreSQL gathers its own.{build}

These do more work in a larger database: a page of runs counts up to 10,000 matches, and its chart adds up a row for each quarter of an hour of a week in which runs of a kind ended; a search reads the names and descriptions of the tenant's scripts until it has a page of matches and 10,000 more; the OpenAPI document and the first request after a start read all endpoints of the tenant.
In a larger database, schedules due at the same time belong to more tenants, and the first run of each tenant needs a new worker.
Idle CPU on PostgreSQL is the server's own cleanup after the fill: the statements of an idle node take less than 0.1 ms a second.

{report.machine()}; medians of {chosen.times}.{note}

""" + "\n\n".join(parts) + f"\n{END}\n"
