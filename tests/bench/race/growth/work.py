"""The cost of the idle library, and of a recorded run."""

import time

import costs
import load
from works import WORKS

HELLO = WORKS[0]
SOURCE = "function handleRequest(request) { return {status: 200, body: {hello: request.params.name}}; }"
CONNECTIONS = 16


def at_rest(host, seconds):
    """Memory and CPU usage without requests."""
    time.sleep(3)
    pids = [host.process.pid] + ([host.database.process.pid] if host.database.process else [])
    before, began = [costs.Reading.of(pid).cpu_us for pid in pids], time.monotonic()
    time.sleep(seconds)
    spent = [costs.Reading.of(pid).cpu_us - was for pid, was in zip(pids, before)]
    return {"rest_mb": costs.memory_mb(host.process.pid), "rest_cpu_ms": sum(spent) / 1e3 / (time.monotonic() - began)}


def runs(host, seconds):
    """The cost of a run of an endpoint that returns hello, including its record."""
    script = {"name": "hello", "type": "endpoint", "endpoint_method": "GET", "endpoint_path": "/hello/:name",
              "rate_limit_per_minute": 1_000_000, "content": SOURCE}
    host.timed("POST", "/scripts/api/v1/scripts", script, 201)
    host.must_answer(HELLO)
    load.run(host, HELLO, CONNECTIONS, 2)
    time.sleep(1)
    own, database = host.process.pid, host.database.process
    before = costs.Reading.of(own)
    before_database = costs.Reading.of(database.pid).cpu_us if database else 0
    seen = load.run(host, HELLO, CONNECTIONS, max(seconds // 2, 3))
    # Until the records are written.
    time.sleep(1)
    spent = costs.Reading.of(own).since(before, seen["requests"])
    after_database = costs.Reading.of(database.pid).cpu_us if database else 0
    return {"run_rate": seen["rate"], "run_p99_ms": seen["p99"], "run_written_kib": spent["written"] / 1024,
            "run_cpu_us": spent["cpu_us"] + (after_database - before_database) / seen["requests"]}
