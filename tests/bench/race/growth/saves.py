"""Saves of one endpoint among many of one tenant, and the first request after each."""

import contextlib
import statistics

import databases

SOURCE = "function handleRequest() {{ return {{status: 200, body: {number}}}; }}"


def measure(name, folder, chosen, postgres, endpoints):
    database = databases.make(f"{name}_saves", postgres, folder)
    databases.fill(chosen.programs, database, {"scripts": endpoints, "runs": 0, "tenants": 1, "schedules": 0}, ["--endpoints=100", "--share=100"])
    host = databases.Host(f"{name}_saves", folder, chosen.programs, database)
    with contextlib.closing(host):
        host.begin()
        script = host.api("/scripts?per_page=1&active=true")["items"][0]
        address = "/api/scripts" + script["endpoint_path"].replace("{id}", "7")
        first = host.timed("GET", address)[0]
        saved, asked = [], []
        for number in range(chosen.times + 1):
            now = host.api(f"/scripts/{script['id']}")
            change = {"content": SOURCE.format(number=number), "base_version": now["version"]}
            body = {key: value for key, value in now.items() if key in EDITED and value is not None} | change
            saved.append(host.timed("PUT", f"/scripts/api/v1/scripts/{script['id']}", body)[0])
            asked.append(host.timed("GET", address)[0])
    database.drop()
    # The first save starts the process that checks sources.
    return {"first_request_ms": first, "save_ms": statistics.median(saved[1:]), "after_save_ms": statistics.median(asked[1:])}


#: The fields of a script that a save sends.
EDITED = {"name", "description", "type", "endpoint_method", "endpoint_path", "endpoint_access", "rate_limit_per_minute", "timeout_seconds", "max_memory_mb",
          "is_active"}
