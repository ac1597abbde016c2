"""`make race-requests`: requests a second, latencies and costs of endpoints in this project, in PocketBase and in a bare handler.

Each server is first started alone to measure its start and its memory; then all run, and take turns under load. It exits with 1 if
a response was wrong or a server failed; no figure is asserted.
"""

import argparse
import contextlib
import functools
import json
import pathlib
import signal
import sys
import tempfile

import alone
import invoke
import load
import report
from ours import Erp, Shim
from peers import Limit, PocketBase
from postgres import Postgres
from turns import Race
from works import WORKS

PROJECT = pathlib.Path(__file__).parents[4]
LIBRARY = ("libiota_scripts.so", "iota-scripts-worker", "iota-scripts-sqlite")
ISOLATIONS = ("worker", "in_process")


def options():
    def words(text):
        return text.split(",")

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round of 2 seconds at 16 connections")
    parser.add_argument("--only", type=words, default=[work.name for work in WORKS] + ["invoke"], metavar="WORK,…",
                        help=f"of {','.join(work.name for work in WORKS)},invoke")
    parser.add_argument("--servers", type=words, metavar="NAME,…", help="prefixes of server names: PocketBase, axum, erp-sqlite-worker, shim-postgres-in_process and so on")
    parser.add_argument("--skip-postgres", action="store_true")
    parser.add_argument("--connections", type=lambda text: [int(word) for word in text.split(",")], default=[1, 16, 64, 256], metavar="N,…")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="duration of each turn; wrk accepts whole seconds")
    parser.add_argument("--programs", type=lambda text: pathlib.Path(text).absolute(), default=PROJECT / "target" / "dist", metavar="DIR", help="folder with erp-host, the library and race-host [target/dist]")
    parser.add_argument("--pocketbase", type=lambda text: pathlib.Path(text).absolute(), default=pathlib.Path(sys.prefix) / "bin" / "pocketbase", metavar="PROGRAM", help="[the one of this Python's environment]")
    parser.add_argument("--write", type=pathlib.Path, metavar="FILE", help="puts the tables into this document, as docs/performance.md")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="writes the figures of all rounds to this file")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.rounds, chosen.seconds, chosen.connections = 1, 2, [16]
    unknown = set(chosen.only) - {work.name for work in WORKS} - {"invoke"}
    if unknown:
        parser.error(f"there is no work {', '.join(sorted(unknown))}")
    return chosen


def is_there(file):
    if not file.is_file():
        sys.exit(f"{file} is missing: run `make race-requests`, or name another place with --programs and --pocketbase")


def servers(chosen, folder, postgres):
    """All servers, not started."""
    makers = {"PocketBase": ((), lambda: PocketBase(folder, chosen.pocketbase)), "axum": (("race-limit",), lambda: Limit(folder, chosen.programs))}
    for kind, program in ((Erp, "erp-host"), (Shim, "race-host")):
        for database in [None, postgres] if postgres else [None]:
            for isolation in ISOLATIONS:
                name = f"{kind.__name__.lower()}-{'postgres' if database else 'sqlite'}-{isolation}"
                makers[name] = ((program, *LIBRARY), functools.partial(kind, folder, chosen.programs, isolation, database))
    for name, (needed, make) in makers.items():
        if not chosen.servers or any(map(name.startswith, chosen.servers)):
            for program in needed:
                is_there(chosen.programs / program)
            yield make()


def main():
    chosen = options()
    load.require()
    is_there(chosen.pocketbase)
    # So that servers are stopped in this case, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="iota-race-"))
        postgres = None
        if not chosen.skip_postgres:
            postgres = Postgres()
            stack.callback(postgres.stop)
        racing, alone_figures = [], {}
        works = [work for work in WORKS if work.name in chosen.only]
        for server in servers(chosen, folder, postgres):
            stack.callback(server.stop)
            racing.append(server)
            alone_figures[server.name] = alone.measure(server, works, max(chosen.connections), chosen.rounds)
        for server in racing:
            server.start(server.is_listening)
        race = Race(chosen, racing, works)
        if chosen.programs.name != "dist":
            race.note(f"The library is from the folder `{chosen.programs.name}` and may differ from the one that ships.")
        race.run()
        for server in racing:
            server.stop()
        invoked = {}
        if "invoke" in chosen.only:
            invoked = invoke.measure(chosen.programs, folder, postgres, ISOLATIONS, chosen.rounds, chosen.seconds)
        tables = report.tables(race.figures, alone_figures, invoked)
        notes = race.all_notes()
    print("\n" + report.terminal(tables, notes))
    if chosen.write:
        how = f"{chosen.rounds} rounds of {chosen.seconds} seconds, medians; the spread is the difference between the rounds as a share of the median"
        report.write(chosen.write, report.section(tables, notes, how))
    if chosen.json:
        called = [{"place": place, "lanes": lanes, "values": values} for (place, lanes), values in invoked.items()]
        everything = {"machine": report.machine(), "turns": race.figures.as_json(), "alone": alone_figures, "invoke": called}
        chosen.json.write_text(json.dumps(everything), encoding="utf-8")
    for line in race.wrong:
        print(line, file=sys.stderr)
    return 1 if race.wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
