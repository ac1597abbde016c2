"""`make race-growth`: the cost of pages, lists, runs, saves and schedules in databases of three sizes, on SQLite and PostgreSQL.

Each database is filled by `fill`, then used by the library behind a host without pages (`race-host`). All requests are made
as the first tenant, which has data of every kind. No figure is asserted; a page that does not answer is an error.
"""

import argparse
import contextlib
import json
import pathlib
import signal
import sys
import tempfile

PROJECT = pathlib.Path(__file__).parents[4]
# The servers, their costs and the tables are shared with race-requests.
sys.path.append(str(PROJECT / "tests" / "bench" / "race" / "requests"))

import databases  # noqa: E402
import lists  # noqa: E402
import load  # noqa: E402
import report  # noqa: E402
import saves  # noqa: E402
import schedules  # noqa: E402
import section  # noqa: E402
import work  # noqa: E402
from postgres import Postgres  # noqa: E402

#: The quantities at 100 %.
WHOLE = {"scripts": 10_000, "runs": 1_000_000, "tenants": 500, "schedules": 100_000}


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter measurements")
    parser.add_argument("--percent", type=lambda text: [float(word) for word in text.split(",")], default=[1, 10, 100], metavar="N,…")
    parser.add_argument("--skip-postgres", action="store_true")
    parser.add_argument("--skip-sqlite", action="store_true")
    parser.add_argument("--programs", type=lambda text: pathlib.Path(text).absolute(), default=PROJECT / "target" / "dist", metavar="DIR",
                        help="folder with fill, race-host and the library [target/dist]")
    parser.add_argument("--folder", type=pathlib.Path, metavar="DIR", help="folder for SQLite files, which take 3 GB [a temporary one]")
    parser.add_argument("--write", type=pathlib.Path, metavar="FILE", help="puts the tables into this document, as docs/performance.md")
    parser.add_argument("--note", metavar="SENTENCE", help="a remark about this run for readers of the section")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="writes all figures to this file")
    chosen = parser.parse_args()
    chosen.times, chosen.seconds, chosen.due = (9, 5, 1_000) if chosen.quick else (15, 20, 5_000)
    return chosen


def measure(chosen, kind, postgres, percent, folder):
    """All figures of one database at one size."""
    name = f"growth_{kind}_{percent:g}".replace(".", "_")
    size = {what: max(int(number * percent / 100), least) for (what, number), least in zip(WHOLE.items(), (100, 100, 5, 100))}
    database = databases.make(name, postgres, folder)
    filled = databases.fill(chosen.programs, database, size)
    print(f"{name}: filled in {filled['fill_s']:.0f} s, {filled['size_mb']:,.0f} MB", flush=True)
    host = databases.Host(name, folder, chosen.programs, database)
    with contextlib.closing(host):
        figures = {**filled, **host.begin()}
        figures |= work.at_rest(host, chosen.seconds)
        figures["lists"] = lists.measure(host, chosen.times)
        figures |= work.runs(host, chosen.seconds)
    print(f"{name}: pages and runs are done", flush=True)
    figures |= schedules.measure(name, folder, chosen, database, min(chosen.due, size["schedules"] * 9 // 10))
    figures |= saves.measure(name, folder, chosen, postgres, size["scripts"])
    database.drop()
    return figures


def main():
    chosen = options()
    load.require()
    for program in ("fill", "race-host", "libiota_scripts.so", "iota-scripts-worker", "iota-scripts-sqlite"):
        if not (chosen.programs / program).is_file():
            sys.exit(f"{chosen.programs / program} is missing: run `make race-growth`, or name another place with --programs")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    figures = {}
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="iota-growth-", dir=chosen.folder)))
        for kind in ["sqlite"] * (not chosen.skip_sqlite) + ["postgres"] * (not chosen.skip_postgres):
            postgres = None
            if kind == "postgres":
                postgres = Postgres()
                stack.callback(postgres.stop)
            for percent in chosen.percent:
                figures[kind, percent] = measure(chosen, kind, postgres, percent, folder)
    tables = section.tables(figures)
    print("\n" + section.terminal(tables))
    if chosen.write:
        report.write(chosen.write, section.text(tables, figures, chosen), section.BEGIN, section.END)
    if chosen.json:
        chosen.json.write_text(json.dumps([{"database": kind, "percent": percent, **found} for (kind, percent), found in figures.items()]), encoding="utf-8")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
