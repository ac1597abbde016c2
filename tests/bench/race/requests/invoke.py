"""`invoke` of the seed's validate_order, which calls the application seven times, from a host in Rust and from one in C."""

import itertools
import json
import pathlib
import shutil
import subprocess

import ours

HERE = pathlib.Path(__file__).parent
PROJECT = HERE.parents[3]
LANES = (1, 16)


def c_program(folder):
    """Compiles the caller in C; None if there is no compiler."""
    if shutil.which("cc") is None:
        return None
    program = pathlib.Path(folder) / "invoke"
    subprocess.run(["cc", "-std=c11", "-O2", f"-I{PROJECT / 'include'}", "-o", program, HERE / "invoke.c", "-ldl", "-lpthread"], check=True)
    return str(program)


def measure(programs, folder, postgres, isolations, rounds, seconds):
    """Calls a second by (caller, concurrent calls), with the values of all rounds."""
    found = {}
    in_c = c_program(folder)
    content = (ours.EXAMPLES / "validate-order.js").read_text(encoding="utf-8")
    script = json.dumps({"name": "validate_order", "type": "embedded", "content": content})
    databases = [None, postgres] if postgres else [None]
    languages = ["Rust", "C"] if in_c else ["Rust"]
    ways = itertools.product(range(rounds), databases, isolations, LANES, languages)
    for number, (_, database, isolation, lanes, language) in enumerate(ways):
        place = pathlib.Path(folder) / f"invoke-{number}"
        place.mkdir()
        config = ours.plugin_config(place, f"invoke_{number}", isolation, database)
        if language == "Rust":
            command = [str(programs / "race-host"), "invoke", config, str(seconds), str(lanes)]
        else:
            command = [in_c, str(programs / "libiota_scripts.so"), config, script, str(seconds), str(lanes)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120 + 2 * seconds)
        if done.returncode:
            raise RuntimeError(f"invoke from {language} failed: {(done.stderr or done.stdout).strip()[:600]}")
        said = json.loads(done.stdout)
        key = (f"{language}, {'postgres' if database else 'sqlite'}, {isolation}", lanes)
        cpu_us = said["cpu_us"] / said["calls"] if "cpu_us" in said else None
        found.setdefault(key, []).append({"rate": said["calls"] / (said["us"] / 1e6), "cpu_us": cpu_us})
    return found
