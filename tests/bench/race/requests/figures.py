"""Measurements by server, work and connections; each figure with the values of all rounds."""

import statistics
from collections import Counter


def spread(values):
    """None if there are fewer than two values."""
    middle = statistics.median(values) if values else 0
    return (max(values) - min(values)) / middle if middle and len(values) > 1 else None


class Figures:
    def __init__(self):
        self.values = {}
        self.trouble = {}

    def add(self, server, work, connections, figures):
        for name, value in figures.items():
            self.values.setdefault((server, work, connections), {}).setdefault(name, []).append(value)

    def add_trouble(self, server, work, connections, trouble):
        self.trouble.setdefault((server, work, connections), Counter()).update(trouble)

    def turns(self):
        """Server, work and connections of all measurements, in order."""
        return list(self.values)

    def median(self, server, work, connections, name):
        """None if the figure was not measured."""
        values = self.values.get((server, work, connections), {}).get(name)
        return statistics.median(values) if values else None

    def spread(self, server, work, connections, name):
        """The range of the values, as a share of their median."""
        return spread(self.values[server, work, connections].get(name, []))

    def ratio(self, server, peer, work, connections, name):
        ours, theirs = (self.median(who, work, connections, name) for who in (server, peer))
        return ours / theirs if ours is not None and theirs else None

    def most(self, server, name):
        """The largest value of a figure of a server over all its work."""
        values = [value for (who, *_), found in self.values.items() if who == server for value in found.get(name, [])]
        return max(values, default=None)

    def as_json(self):
        return [{"server": server, "work": work, "connections": connections, **found, "trouble": self.trouble.get((server, work, connections), {})}
                for (server, work, connections), found in self.values.items()]
