"""The competitors: PocketBase with the same work as hooks, and a bare axum handler as the limit of the machine."""

import pathlib
import subprocess

from server import Server

HERE = pathlib.Path(__file__).parent / "pocketbase"


class PocketBase(Server):
    """Default settings: request log on, no authentication. Its first start runs the migration that fills it."""

    client = "client000000007"

    def __init__(self, folder, program):
        super().__init__("PocketBase", folder, "/api/race")
        self.program = str(program)
        places = {"dir": self.folder / "data", "publicDir": self.folder, "hooksDir": HERE / "hooks", "migrationsDir": HERE / "migrations"}
        self.options = [f"--{name}={place}" for name, place in places.items()] + ["--automigrate=false", "--hooksWatch=false"]
        # Without an administrator it would open a browser to create one.
        login = ["superuser", "upsert", "race@example.com", "only for the race"]
        done = subprocess.run([self.program, *self.options, *login], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"PocketBase could not be set up: {done.stdout}{done.stderr}")

    def command(self):
        return [self.program, *self.options, "serve", f"--http=127.0.0.1:{self.port}"]


class Limit(Server):
    """Only a handler, which does not even parse the JSON that it echoes."""

    works = ("hello", "echo")

    def __init__(self, folder, programs):
        super().__init__("axum", folder, "/api/race")
        self.program = str(programs / "race-limit")

    def command(self):
        return [self.program, f"127.0.0.1:{self.port}"]
