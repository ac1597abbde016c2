"""The budgets for requests: a target and a limit for each figure."""

from dataclasses import dataclass

PEER = "PocketBase"
SHIM, IN_PROCESS, ERP = "shim-sqlite-worker", "shim-sqlite-in_process", "erp-sqlite-worker"


@dataclass(frozen=True)
class Budget:
    what: str
    server: str
    work: str
    connections: int
    figure: str
    target: float
    limit: float
    #: The value is a multiple of PocketBase's figure.
    beside_peer: bool = False

    def measured(self, figures):
        """None if it was not measured."""
        if self.beside_peer:
            return figures.ratio(self.server, PEER, self.work, self.connections, self.figure)
        value = figures.median(self.server, self.work, self.connections, self.figure)
        return value / 1024 if value is not None and self.figure == "written" else value

    def verdict(self, figures):
        value = self.measured(figures)
        if value is None:
            return "not measured"
        fits = (lambda bound: value >= bound) if self.target > self.limit else (lambda bound: value <= bound)
        return "target met" if fits(self.target) else "within the limit" if fits(self.limit) else "over the limit"


def rates(what, server, work, target, limit):
    return [
        Budget(f"{what}, requests a second × PocketBase", server, work, 16, "rate", target, limit, True),
        Budget(f"{what}, p99 × PocketBase", server, work, 16, "p99", 0.5, 1.0, True),
    ]


BUDGETS = [
    *rates("hello, shim", SHIM, "hello", 2.0, 1.6),
    *rates("hello, ERP", ERP, "hello", 1.4, 1.0),
    *rates("read one row, ERP", ERP, "read", 1.5, 1.0),
    *rates("insert one row, ERP", ERP, "insert", 1.5, 1.0),
    Budget("hello, shim, CPU, µs", SHIM, "hello", 16, "cpu_us", 45, 60),
    Budget("hello, shim, in process, CPU, µs", IN_PROCESS, "hello", 16, "cpu_us", 35, 45),
    Budget("hello, ERP, CPU, µs", ERP, "hello", 16, "cpu_us", 70, 100),
    Budget("hello, shim, system calls", SHIM, "hello", 16, "calls", 6, 8),
    Budget("the same, at one connection", SHIM, "hello", 1, "calls", 11, 14),
    Budget("hello, shim, context switches", SHIM, "hello", 16, "switches", 1.2, 2),
    Budget("the same, at one connection", SHIM, "hello", 1, "switches", 4, 5),
    Budget("hello, shim, written, KiB", SHIM, "hello", 16, "written", 1, 2),
]
