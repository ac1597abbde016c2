"""Start and memory of a server, measured while no other runs: the kernel divides shared pages among processes, and this
project's servers map the same library.
"""

import time

import costs
import load
from works import WORKS


def measure(server, works, connections, starts):
    """Seconds of the given number of starts, and megabytes at rest and under load. Stops the server afterwards."""
    hello = WORKS[0]
    times = [server.set_up(hello)]
    for _ in range(starts - 1):
        server.stop()
        times.append(server.start(lambda: server.answers(hello)))
    time.sleep(1)
    at_rest = costs.memory_mb(server.process.pid)
    most = at_rest
    for work in filter(server.does, works):
        loading = load.begin(server, work, connections, 1)
        time.sleep(0.8)
        most = max(most, costs.memory_mb(server.process.pid))
        load.finish(loading)
    server.stop()
    print(f"{server.name:<26} started in {times[-1] * 1e3:.0f} ms, {at_rest:.0f} MB at rest, {most:.0f} MB under load", flush=True)
    return {"starts": times, "at_rest_mb": at_rest, "under_load_mb": most}
