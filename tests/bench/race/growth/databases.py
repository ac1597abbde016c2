"""Filled databases, and the host that uses one."""

import json
import pathlib
import sqlite3
import subprocess
import time

from server import Server


class Sqlite:
    def __init__(self, file):
        self.file = file
        self.url, self.process = f"sqlite://{file}", None

    def rows(self, sql):
        with sqlite3.connect(self.file, timeout=30) as connection:
            found = connection.execute(sql).fetchall()
        connection.close()
        return found

    change = rows

    #: SQL from microseconds since 1970 to the column's format, and back.
    moment = staticmethod(str)
    micros = staticmethod(str)

    def megabytes(self):
        return sum(file.stat().st_size for file in self.file.parent.glob(self.file.name + "*")) / 1e6

    def drop(self):
        for file in self.file.parent.glob(self.file.name + "*"):
            file.unlink()


class PostgresDatabase:
    def __init__(self, server, name):
        self.server, self.name = server, name
        self.url, self.process = server.database(name), server.process

    def rows(self, sql):
        command = [self.server.programs / "psql", "--username=postgres", f"--host={self.server.folder}", f"--dbname={self.name}",
                   "--quiet", "--tuples-only", "--no-align", "--field-separator=\t", "--set=ON_ERROR_STOP=1", f"--command={sql}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"psql failed: {done.stderr}")
        return [line.split("\t") for line in done.stdout.splitlines() if line]

    change = rows

    @staticmethod
    def moment(micros):
        return f"to_timestamp({micros} / 1000000.0)"

    @staticmethod
    def micros(column):
        return f"CAST(EXTRACT(EPOCH FROM {column}) * 1000000 AS BIGINT)"

    def megabytes(self):
        return int(self.rows("SELECT pg_database_size(current_database())")[0][0]) / 1e6

    def drop(self):
        self.server.sql(f"DROP DATABASE {self.name} WITH (FORCE)")


def make(name, postgres, folder):
    """Creates an empty database."""
    return PostgresDatabase(postgres, name) if postgres else Sqlite(pathlib.Path(folder) / f"{name}.db")


def fill(programs, database, size, more=()):
    """Fills the database; returns seconds and megabytes."""
    began = time.monotonic()
    command = [programs / "fill", f"--database-url={database.url}", *(f"--{name}={number}" for name, number in size.items()), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"fill failed: {done.stderr[:2000]}")
    return {"fill_s": time.monotonic() - began, "size_mb": database.megabytes()}


class Host(Server):
    """The library in a host whose requests are all from ann of acme."""

    def __init__(self, name, folder, programs, database):
        self.database, self.programs = database, programs
        super().__init__(f"{name}-{time.monotonic_ns()}", folder, "/api/scripts")
        # Only the library's own work is measured.
        self.config = json.dumps({"database": {"url": database.url}, "events": [], "history": {"keep_days": 0}})

    def command(self):
        return [str(self.programs / "race-host"), "serve", f"127.0.0.1:{self.port}", self.config]

    def begin(self):
        """Starts the host; returns milliseconds until it answers."""
        return {"start_ms": self.start(self.is_listening) * 1e3}

    def close(self):
        self.stop()

    def timed(self, method, path, body=None, expected=200):
        """Returns milliseconds of one request, and the response."""
        data = b"" if body is None else json.dumps(body).encode()
        began = time.perf_counter()
        status, said = self.ask(method, path, data)
        took = (time.perf_counter() - began) * 1e3
        if status != expected:
            raise RuntimeError(f"{self.name}: {method} {path} returned {status}: {said[:300]!r}")
        return took, said

    def api(self, path):
        return json.loads(self.timed("GET", f"/scripts/api/v1{path}")[1])
