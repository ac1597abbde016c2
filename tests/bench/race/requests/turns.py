"""The turns of the race: each server does each work at each number of connections, round for round, and is measured.

Before a turn the server is warmed up. System calls are counted in separate turns.
"""

import http.client
import sys
import time

import calls
import costs
import load
from figures import Figures
from ours import Ours

#: Maximum time that a server works on after wrk has ended: a request of each connection is then in flight, and records are
#: written in groups.
SETTLE_SECONDS = 3
#: Numbers of connections at which system calls are counted.
COUNTED_AT = {1, 16}


def settle(server):
    """Waits until a server is idle."""
    until = time.monotonic() + SETTLE_SECONDS
    cpu_us, before = costs.Reading.of(server.process.pid).cpu_us, None
    while (before is None or cpu_us - before > costs.TICK_US) and time.monotonic() < until:
        time.sleep(0.1)
        before, cpu_us = cpu_us, costs.Reading.of(server.process.pid).cpu_us


class Race:
    def __init__(self, chosen, racing, works):
        self.chosen, self.racing, self.works = chosen, racing, works
        self.figures, self.wrong, self.notes, self.over_quota = Figures(), [], [], {}
        self.how = calls.means()

    def run(self):
        for turn in range(self.chosen.rounds):
            for work in self.works:
                for connections in self.chosen.connections:
                    able = [server for server in self.racing if server.does(work)]
                    first = turn % max(len(able), 1)
                    for server in able[first:] + able[:first]:
                        self.guarded(self.turn, server, work, connections)
        for work in self.works:
            for connections in sorted(COUNTED_AT & set(self.chosen.connections)) or self.chosen.connections[:1]:
                for server in filter(lambda server: server.does(work), self.racing):
                    self.guarded(self.count_calls, server, work, connections)

    def guarded(self, step, server, work, connections):
        """A failed server is reported, and the others continue."""
        try:
            step(server, work, connections)
        except (RuntimeError, OSError, http.client.HTTPException) as error:
            self.wrong.append(f"{server.name} failed at `{work.name}` with {connections} connections: {error}")
            self.note(self.wrong[-1])
            print(self.wrong[-1], file=sys.stderr, flush=True)

    def turn(self, server, work, connections):
        server.must_answer(work)
        where = (server.name, work.name, connections)
        # Warms it up.
        load.run(server, work, connections, 1)
        settle(server)
        pids = {"own": server.process.pid}
        if server.postgres:
            pids["database"] = server.postgres.process.pid
        before = {name: costs.Reading.of(pid) for name, pid in pids.items()}
        seen = load.run(server, work, connections, self.chosen.seconds)
        settle(server)
        after = {name: costs.Reading.of(pid) for name, pid in pids.items()}
        # wrk does not count requests in flight at its end, although the server has done most of their work.
        spent = {name: after[name].since(before[name], seen["requests"] + connections) for name in pids}
        self.figures.add(*where, {name: seen[name] for name in ("rate", "p50", "p99", "max")})
        self.figures.add(*where, spent["own"])
        if "database" in spent:
            self.figures.add(*where, {"database_us": spent["database"]["cpu_us"]})
        self.figures.add_trouble(*where, seen["trouble"])
        print(f"{server.name:<26} {work.name:<7} {connections:>3} connections: {seen['rate']:>9,.0f} /s, p99 {seen['p99']:>8.2f} ms, "
              f"{spent['own']['cpu_us']:>7,.0f} µs of CPU" + "".join(f", {count} {words}" for words, count in seen["trouble"].items()), flush=True)
        server.must_answer(work)
        if isinstance(server, Ours) and not server.records_are_whole():
            self.over_quota.setdefault(work.name, set()).add(server.name)

    def count_calls(self, server, work, connections):
        counted = calls.per_request(self.how, server, work, connections, 1)
        self.figures.add(server.name, work.name, connections, {"calls": counted})

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def all_notes(self):
        means = {"perf": "System calls were counted by perf, in separate runs.", "strace": "System calls were counted by strace, in separate runs.",
                 None: "Neither perf nor strace could count system calls (Debian: linux-perf, strace): the figures are reads and writes of files only, a lower bound."}
        unread = [name for name in {server for server, *_ in self.figures.turns()} if self.figures.most(name, "unread")]
        hidden = [f"This user may not read the bytes of some processes of {', '.join(sorted(unread))}, which are missing: run it as root."] if unread else []
        short = [f"During `{work}` these were over the tenant's history quota, so that only the beginning of further runs was stored, which costs less: {', '.join(sorted(names))}."
                 for work, names in self.over_quota.items()]
        return [means[self.how], *hidden, *self.notes, *short]
