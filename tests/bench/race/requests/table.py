"""Tables of text, for the terminal and for Markdown: the first row has the names, the first column is left-aligned."""


def number(value, digits=None):
    """Significant digits only; `–` if not measured."""
    if value is None:
        return "–"
    if digits is None:
        digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def share(value):
    return "–" if value is None else f"{value:.0%}"


def plain(rows):
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) if index == 0 else cell.rjust(width) for index, (cell, width) in enumerate(zip(row, widths))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def markdown(rows):
    head, *rest = [" | ".join(row) for row in rows]
    rule = "|".join(["---", *["---:"] * (len(rows[0]) - 1)])
    return "\n".join([f"| {head} |", f"|{rule}|", *(f"| {row} |" for row in rest)])
