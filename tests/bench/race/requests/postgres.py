"""A private PostgreSQL server on a socket in a temporary folder, with its default durability.

The newest version installed by Debian; as root it runs as `postgres` or `nobody`, because it refuses to run as root.
"""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
import time

from server import quiet

INSTALLED = pathlib.Path("/usr/lib/postgresql")


def programs():
    """The folder of the newest server, or None."""
    found = [place for place in INSTALLED.glob("*/bin") if place.parent.name.isdigit() and (place / "initdb").exists()]
    return max(found, key=lambda place: int(place.parent.name), default=None)


def unprivileged_user():
    """Arguments for subprocess that start a program as a user who may run PostgreSQL."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL does not run as root, and neither the user postgres nor the user nobody exists")


class Postgres:
    def __init__(self):
        self.programs = programs()
        if self.programs is None:
            raise RuntimeError("PostgreSQL is not installed: run scripts/install-test-deps.sh, or leave it out with --skip-postgres")
        self.folder = tempfile.mkdtemp(prefix="iota-race-pg-")
        self.process = None
        who = unprivileged_user()
        if who:
            os.chown(self.folder, who["user"], who["group"])
        try:
            make = ["initdb", "--pgdata=data", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
            self.run(make, who, cwd=self.folder)
            options = {"listen_addresses": "", "max_connections": "300", "unix_socket_directories": self.folder}
            more = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
            with open(os.path.join(self.folder, "log"), "wb") as log:
                command = [str(self.programs / "postgres"), "-D", "data", *more]
                self.process = quiet(command, stdout=log, stderr=log, cwd=self.folder, **who)
            until = time.monotonic() + 30
            while subprocess.run([self.programs / "pg_isready", "--quiet", f"--host={self.folder}"], check=False).returncode:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError("PostgreSQL did not start: " + pathlib.Path(self.folder, "log").read_text(encoding="utf-8"))
                time.sleep(0.05)
        except BaseException:
            self.stop()
            raise

    def run(self, command, who, **more):
        done = subprocess.run([self.programs / command[0], *command[1:]], capture_output=True, text=True, check=False, **who, **more)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")

    def sql(self, text, database="postgres"):
        options = ["--username=postgres", f"--host={self.folder}", "--quiet", "--set=ON_ERROR_STOP=1"]
        self.run(["psql", *options, f"--dbname={database}", f"--command={text}"], {})

    def database(self, name):
        """Creates an empty database and returns its URL."""
        self.sql(f"CREATE DATABASE {name}")
        return f"postgres://postgres@localhost/{name}?host={self.folder}"

    def stop(self):
        if self.process is not None:
            # Fast shutdown: sessions are ended, all data is written.
            self.process.send_signal(2)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
