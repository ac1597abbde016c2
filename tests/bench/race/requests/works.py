"""The five tasks that every server performs: the request, and how to check the response.

wrk only counts statuses above 399 as errors, so one response of each server is checked before and after each turn: a server
must not win by fast and wrong responses.
"""

import datetime
import json
from dataclasses import dataclass
from typing import Callable

TODAY = datetime.date.today()
FROM = TODAY - datetime.timedelta(days=30)
MESSAGE = {"recipient": "+998901234567", "message": "Your order is ready"}


def large_body():
    """64 KiB of typical JSON: many small objects."""
    item = {"product_id": "p-0000", "quantity": 2, "price": 1250.5, "note": "handle with care"}
    body = {"items": [{**item, "line": line} for line in range(700)], "padding": ""}
    body["padding"] = "x" * (64 * 1024 - len(json.dumps(body)))
    return body


LARGE = large_body()


@dataclass(frozen=True)
class Work:
    name: str
    title: str
    method: str
    #: Path below the server's prefix; `{client}` is an existing client.
    path: str
    body: dict | None
    is_right: Callable[[dict, str], bool]

    def bytes(self):
        return b"" if self.body is None else json.dumps(self.body).encode()


WORKS = [
    Work("hello", "Hello, JSON", "GET", "/hello/Ada", None, lambda said, _: said == {"hello": "Ada"}),
    Work("read", "Read one row", "GET", "/clients/{client}", None, lambda said, client: said["id"] == client),
    Work("insert", "Insert one row", "POST", "/messages", MESSAGE, lambda said, _: said["id"] and said["status"] == "queued"),
    Work("report", "Order report, cached", "GET", f"/reports/orders?startDate={FROM}&endDate={TODAY}&groupBy=day", None,
         lambda said, _: said["summary"]["total_orders"] > 0 and len(said["data"]) > 20),
    Work("echo", "Echo of 64 KiB of JSON", "POST", "/echo", LARGE, lambda said, _: said == LARGE),
]
