"""System calls of a server under load, counted in a separate turn because counting slows it down.

perf counts in the kernel. Without it, or without the permission to use it, strace is used; without either, the lower bound
from /proc: reads and writes of files.
"""

import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import costs
import load

EVENT = "raw_syscalls:sys_enter"


def means():
    """perf, strace, or None."""
    if shutil.which("perf"):
        tried = subprocess.run(["perf", "stat", "-x,", "-e", EVENT, "--", "true"], capture_output=True, text=True, check=False)
        if tried.returncode == 0 and tried.stderr[:1].isdigit():
            return "perf"
    return "strace" if shutil.which("strace") else None


def per_request(how, server, work, connections, seconds):
    """Calls for one request."""
    if how is None:
        before = costs.Reading.of(server.process.pid)
        seen = load.run(server, work, connections, seconds)
        return costs.Reading.of(server.process.pid).since(before, seen["requests"])["file_calls"]
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as counted:
        pids = costs.tree(server.process.pid)
        if how == "perf":
            watch = ["perf", "stat", "-x,", "-e", EVENT, "-o", counted.name, "-p", ",".join(map(str, pids)), "--"]
            seen = load.finish(load.begin(server, work, connections, seconds, wrapped_in=watch))
            lines = [line.split(",") for line in counted if EVENT in line]
            if not lines or not lines[0][0].isdigit():
                raise RuntimeError(f"perf returned no count: {lines}")
            total = int(lines[0][0])
        else:
            watching = subprocess.Popen(["strace", "-c", "-f", "-q", "-o", counted.name, *(part for pid in pids for part in ("-p", str(pid)))],
                                        stderr=subprocess.DEVNULL, start_new_session=True)
            try:
                wait_until_traced(pids)
                seen = load.run(server, work, connections, seconds)
            finally:
                watching.send_signal(signal.SIGINT)
                watching.wait()
            # The last line is the sum: % time, seconds, usecs/call, calls, errors, `total`.
            total = int(counted.read().splitlines()[-1].split()[3])
    return total / max(seen["requests"], 1)


def wait_until_traced(pids):
    def traced(pid):
        try:
            return costs.numbers(pathlib.Path(f"/proc/{pid}/status").read_text(encoding="utf-8"), "TracerPid")[0]
        except (FileNotFoundError, ProcessLookupError):
            return True

    until = time.monotonic() + 5
    while not all(map(traced, pids)) and time.monotonic() < until:
        time.sleep(0.01)
