"""Costs of a server from the kernel's counters: all processes below the started one, before and after a turn.

These figures do not depend on the load of the machine. A process that may not be read (another user's) makes a figure a
lower bound; `unread` counts such processes.
"""

import os
import pathlib
from dataclasses import dataclass, field

TICK_US = 1e6 / os.sysconf("SC_CLK_TCK")


def stat(pid):
    """The fields of `/proc/PID/stat` after the name, which may contain any character; None if the process is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def tree(root):
    """The process and all its descendants."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := stat(entry)):
            children.setdefault(int(fields[1]), []).append(int(entry))
    found, rest = [], [root]
    while rest:
        pid = rest.pop()
        found.append(pid)
        rest += children.get(pid, [])
    return found


def numbers(text, *names):
    """The numbers of these names in a file of lines `name: number`."""
    found = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    return [int(found[name].split()[0]) for name in names]


@dataclass
class Reading:
    """Totals so far. The kernel adds CPU time and bytes of ended children to their parents, so totals of a tree only grow."""

    cpu_us: float = 0
    written: int = 0
    to_disk: int = 0
    file_calls: int = 0
    unread: int = 0
    #: Context switches by thread. Those of threads that ended meanwhile are lost.
    switches: dict = field(default_factory=dict)

    @classmethod
    def of(cls, root):
        reading = cls()
        for pid in tree(root):
            fields = stat(pid)
            if fields is None:
                continue
            reading.cpu_us += sum(map(int, fields[11:15])) * TICK_US
            process = pathlib.Path(f"/proc/{pid}")
            try:
                wchar, to_disk, reads, writes = numbers((process / "io").read_text(), "wchar", "write_bytes", "syscr", "syscw")
                reading.written += wchar
                reading.to_disk += to_disk
                reading.file_calls += reads + writes
            except (PermissionError, FileNotFoundError, ProcessLookupError):
                reading.unread += 1
            for thread in (process / "task").glob("*/status"):
                try:
                    reading.switches[str(thread)] = sum(numbers(thread.read_text(), "voluntary_ctxt_switches", "nonvoluntary_ctxt_switches"))
                except (FileNotFoundError, ProcessLookupError):
                    pass
        return reading

    def since(self, before, requests):
        """The costs of one of the given number of requests."""
        switches = sum(count - before.switches.get(thread, 0) for thread, count in self.switches.items())
        return {
            "cpu_us": (self.cpu_us - before.cpu_us) / requests,
            "switches": switches / requests,
            "written": (self.written - before.written) / requests,
            "to_disk": (self.to_disk - before.to_disk) / requests,
            "file_calls": (self.file_calls - before.file_calls) / requests,
            "unread": self.unread,
        }


def memory_mb(root):
    """Memory of the tree, shared pages counted once."""
    total = 0
    for pid in tree(root):
        try:
            total += numbers(pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), "Pss")[0]
        except (PermissionError, FileNotFoundError, ProcessLookupError):
            pass
    return total / 1024
