"""The tables of the host without a log and pages: the ERP's clients and its outbox, with the same number of rows.

The tables are created here and not by that host, so that on SQLite only the library's own process opens them.
"""

import datetime
import json
import sqlite3

CLIENTS = [("id", "text"), ("name", "text"), ("email", "text"), ("phone", "text"), ("status", "text"), ("credit_limit", "integer"),
           ("last_activity", "timestamp"), ("created_at", "timestamp")]
OUTBOX = [("id", "text"), ("recipient", "text"), ("message", "text"), ("metadata", "json"), ("status", "text"), ("created_at", "timestamp")]
CLIENT = "c-7"


def statements():
    """The example ERP's own tables and indexes, without the columns that only serve its search, and one tenant's rows."""
    yield ("CREATE TABLE erp_clients (id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, name TEXT NOT NULL, email TEXT, phone TEXT, "
           "status TEXT NOT NULL, credit_limit BIGINT NOT NULL, last_activity TEXT NOT NULL, created_at TEXT NOT NULL)")
    yield "CREATE INDEX erp_clients_activity ON erp_clients (tenant_id, status, last_activity)"
    yield "CREATE INDEX erp_clients_name ON erp_clients (tenant_id, name)"
    yield ("CREATE TABLE erp_sms_outbox (id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, recipient TEXT NOT NULL, message TEXT NOT NULL, "
           "metadata TEXT NOT NULL, status TEXT NOT NULL, created_at TEXT NOT NULL)")
    yield "CREATE INDEX erp_sms_created ON erp_sms_outbox (tenant_id, created_at)"
    for index in range(240):
        made = datetime.datetime(2026, 1, 1) + datetime.timedelta(hours=index)
        at = made.isoformat(timespec="milliseconds") + "Z"
        yield (f"INSERT INTO erp_clients VALUES ('c-{index}', 'acme', 'Client {index}', 'info{index}@example.com', '+99890{index:07}', "
               f"'active', 1500000, '{at}', '{at}')")


def fill_sqlite(file):
    with sqlite3.connect(file) as database:
        # The setting of a host that shares its file with others.
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(";\n".join(statements()))
    database.close()


def config(url, shop_url, isolation):
    """The plugin's configuration, as text."""
    def table(name, access, columns):
        columns = [{"name": column, "type": kind} for column, kind in columns]
        return {"name": name, "table": f"erp_{name}", "tenant": {"column": "tenant_id"}, "access": access, "columns": columns}

    tables = [table("clients", "read", CLIENTS), table("sms_outbox", "read_write", OUTBOX)]
    # This host has no bus and subscribes to no events.
    return json.dumps({"database": {"url": url}, "isolation": isolation, "events": [], "script_database": {"url": shop_url, "tables": tables}})
