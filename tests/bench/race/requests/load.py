"""One turn of wrk against one server: requests a second, percentiles, and errors."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

SCRIPT = pathlib.Path(__file__).with_name("wrk.lua")
#: Names of wrk's error counters.
TROUBLE = {"non_2xx": "answers above 399", "connect": "refused connections", "read": "failed reads", "write": "failed writes",
           "timeout": "answers later than 2 s"}


def require():
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")


def command(server, work, connections, seconds, body_file):
    """The command line and the environment of wrk."""
    headers = dict(server.headers)
    if work.body is not None:
        body_file.write_bytes(work.bytes())
        headers["content-type"] = "application/json"
    environment = {
        **os.environ,
        "RACE_METHOD": work.method,
        "RACE_HEADERS": "".join(f"{name}: {value}\n" for name, value in headers.items()),
        "RACE_BODY": "" if work.body is None else str(body_file),
    }
    url = f"http://127.0.0.1:{server.port}{server.path(work)}"
    return ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(SCRIPT), url], environment


def begin(server, work, connections, seconds, wrapped_in=()):
    """Starts wrk, optionally under a tracer."""
    line, environment = command(server, work, connections, seconds, server.folder / "body.json")
    return subprocess.Popen([*wrapped_in, *line], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process):
    """The figures of wrk, with `rate`, of successful responses only, and percentiles in milliseconds."""
    said, complaints = process.communicate()
    line = next((line for line in said.splitlines() if line.startswith("RACE ")), None)
    if line is None:
        raise RuntimeError(f"wrk failed: {complaints or said}")
    seen = json.loads(line.removeprefix("RACE "))
    seen["rate"] = (seen["requests"] - seen["non_2xx"]) / (seen["us"] / 1e6)
    for name in ("p50", "p99", "max"):
        seen[name] = seen[f"{name}_us"] / 1e3
    seen["trouble"] = {words: seen[name] for name, words in TROUBLE.items() if seen[name]}
    return seen


def run(server, work, connections, seconds):
    return finish(begin(server, work, connections, seconds))
