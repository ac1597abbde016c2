"""What is raced against: PocketBase with the same work as hooks, and a bare axum handler as the limit of the machine."""

import pathlib
import subprocess

from server import Server

HERE = pathlib.Path(__file__).parent / "pocketbase"


class PocketBase(Server):
    """As it comes: its log of requests on, no user asked for. Its first start migrates, which fills it."""

    client = "client000000007"

    def __init__(self, folder, program):
        super().__init__("PocketBase", folder, "/api/race")
        self.program = str(program)
        places = {"dir": self.folder / "data", "publicDir": self.folder, "hooksDir": HERE / "hooks", "migrationsDir": HERE / "migrations"}
        self.options = [f"--{name}={place}" for name, place in places.items()] + ["--automigrate=false", "--hooksWatch=false"]
        # Without an administrator it would ask for one in a browser.
        login = ["superuser", "upsert", "race@example.com", "only for the race"]
        done = subprocess.run([self.program, *self.options, *login], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"PocketBase cannot be prepared: {done.stdout}{done.stderr}")

    def command(self):
        return [self.program, *self.options, "serve", f"--http=127.0.0.1:{self.port}"]


class Limit(Server):
    """A handler and nothing else. It does not even read the JSON that it echoes."""

    works = ("hello", "echo")

    def __init__(self, folder, programs):
        super().__init__("axum", folder, "/api/race")
        self.program = str(programs / "race-limit")

    def command(self):
        return [self.program, f"127.0.0.1:{self.port}"]
