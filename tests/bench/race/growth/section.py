"""What is said of the figures: the same tables for the terminal and for the section of docs/performance.md."""

import report
from table import markdown, number, plain

BEGIN, END = "<!-- growth: written by `make race-growth` -->", "<!-- growth: end -->"
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
SINGLE = [
    ("fill_s", "filling it, s"), ("size_mb", "size, MB"), ("start_ms", "start, ms"), ("rest_mb", "memory at rest, MB"),
    ("rest_cpu_ms", "CPU at rest, ms a second"), ("run_rate", "runs of hello a second, 16 connections"), ("run_p99_ms", "their p99, ms"),
    ("run_cpu_us", "CPU of a run, the database's too, µs"), ("run_written_kib", "written for a run, KiB"),
    ("save_ms", "save of an endpoint among all scripts, ms"), ("first_request_ms", "first request of a tenant's endpoints after a start, ms"),
    ("after_save_ms", "first request after a save, ms"), ("due", "schedules due at one moment"), ("due_rate", "of these run in a second"),
    ("late_p50_ms", "half of them began within, ms"), ("late_max_ms", "all of them began within, ms"),
]


def table(figures, first, rows):
    """A column for each size, and how much the largest is of the smallest; rows are a name and a function of figures."""
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
        ("Costs", table(figures, "what", [(words, lambda found, key=key: found[key]) for key, words in SINGLE])),
        ("Pages", table(figures, "page, median ms", [(name, lambda found, name=name: found["lists"][name]["median"]) for name in names])),
    ]


def terminal(found):
    return "\n\n".join([report.machine() + ".", *(f"{title}\n{plain(rows)}" for title, rows in found)])


def text(found, figures, chosen):
    parts = [f"### {title} by size\n\n{markdown(rows)}" for title, rows in found]
    build = "" if chosen.programs.name == "dist" else f" The programs are those of a folder `{chosen.programs.name}`, which are not those that ship: only how figures of one row grow says something."
    note = f" {chosen.note}" if chosen.note else ""
    return f"""{BEGIN}
## Growth

`make race-growth` fills databases (`fill`, the whole size: 10,000 scripts, 100,000 schedules of as many more scripts, 1,000,000 runs of 30 days, 500 tenants of which one has 30 % of everything) and measures, as that tenant, at parts of it: pages with every filter that they offer, a run with its record, a save of one endpoint among 10,000 of one tenant, and schedules at rest and when many are due at once.
The column × is the largest size by the smallest: what grows there with something other than the work is a fault.
SQLite has the statistics that come with its tables; PostgreSQL has those that it makes by itself.{build}

What grows with its work: a page of runs counts up to 10,000 of what the filter leaves, and its chart adds up a row for each quarter of an hour of a week in which runs of a kind ended; a search reads the names and descriptions of all scripts of the tenant until it has a page of them and 10,000 more; the document of the endpoints and the first request after a start read all endpoints of the tenant.
Of schedules that are due at one moment more are of different tenants in a larger database, and the first run of a tenant needs a worker of its own.
CPU at rest on PostgreSQL is the server's own, which tidies up after the fill: the statements of a node at rest take it less than 0.1 ms a second.

{report.machine()}; medians of {chosen.times}.{note}

""" + "\n\n".join(parts) + f"\n{END}\n"
