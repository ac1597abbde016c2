"""The library in two hosts, the example ERP and one that only forwards requests, with the five endpoints as scripts.

Scripts are created through the HTTP API, as by a user with a bearer token. Isolation and database are configured in the
host; records of runs are on, as always.
"""

import json
import pathlib

import shop
from server import Server
from works import WORKS

HERE = pathlib.Path(__file__).parent
EXAMPLES = HERE.parents[3] / "examples" / "scripts"
#: Maximum input of an endpoint.
RATE_LIMIT = 1_000_000


def source(work):
    file = EXAMPLES / "order-report.js" if work.name == "report" else HERE / "scripts" / f"{work.name}.js"
    return file.read_text(encoding="utf-8")


class Ours(Server):
    def __init__(self, host, folder, programs, isolation, postgres):
        super().__init__(f"{host}-{'postgres' if postgres else 'sqlite'}-{isolation}", folder, "/api/scripts")
        self.programs, self.isolation, self.postgres = programs, isolation, postgres
        self.table = self.name.replace("-", "_")

    def prepare(self):
        for work in WORKS:
            path = work.path.partition("?")[0].replace("/hello/Ada", "/hello/:name").replace("{client}", ":id")
            writes = {"database_access": "read_write"} if work.name == "insert" else {}
            self.api("POST", "/scripts/api/v1/scripts", 201, {
                "name": work.name, "type": "endpoint", "endpoint_method": work.method, "endpoint_path": path,
                "rate_limit_per_minute": RATE_LIMIT, "content": source(work), **writes})

    def api(self, method, path, expected, body=None):
        status, said = self.ask(method, path, b"" if body is None else json.dumps(body).encode())
        if status != expected:
            raise RuntimeError(f"{self.name}: {method} {path} returned {status}: {said[:300]!r}")
        return json.loads(said)

    def records_are_whole(self):
        """Whether the newest run is recorded with its full input and result: over its quota of history, a tenant's are truncated."""
        latest = self.api("GET", "/scripts/api/v1/executions?per_page=1", 200)["items"][0]
        return not self.api("GET", f"/scripts/api/v1/executions/{latest['id']}", 200).get("truncated")


class Erp(Ours):
    headers = {"authorization": "Bearer acme-admin"}

    def __init__(self, *arguments):
        super().__init__("erp", *arguments)
        self.url = self.postgres.database(self.table) if self.postgres else f"sqlite://{self.folder / 'erp.db'}"

    def command(self):
        options = {"listen": f"127.0.0.1:{self.port}", "database-url": self.url, "isolation": self.isolation}
        return [str(self.programs / "erp-host"), *(f"--{name}={value}" for name, value in options.items())]

    def prepare(self):
        super().prepare()
        self.client = self.api("GET", "/api/clients?per_page=1", 200)["items"][0]["id"]


class Shim(Ours):
    client = shop.CLIENT

    def __init__(self, *arguments):
        super().__init__("shim", *arguments)
        self.config = plugin_config(self.folder, self.table, self.isolation, self.postgres)

    def command(self):
        return [str(self.programs / "race-host"), "serve", f"127.0.0.1:{self.port}", self.config]


def plugin_config(folder, name, isolation, postgres):
    """A database with the shop's tables and the plugin's configuration for it. SQLite needs a file for each of the two."""
    if postgres:
        url = postgres.database(name)
        postgres.sql(";\n".join(shop.statements()), name)
        return shop.config(url, url, isolation)
    shop.fill_sqlite(folder / "shop.db")
    return shop.config(f"sqlite://{folder / 'scripts.db'}", f"sqlite://{folder / 'shop.db'}", isolation)
