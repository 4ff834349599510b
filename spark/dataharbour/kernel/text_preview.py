"""The first rows of a table as plain text, for when it cannot be stored or nobody asked for a result."""

ROWS = 20
WIDTH = 32


def short(value):
    text = "" if value is None else str(value).replace("\n", "⏎")
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def preview(table, rows=ROWS):
    part = table.slice(0, rows)
    cells = [[short(value) for value in column.to_pylist()] for column in part.columns]
    heads = [short(name) for name in part.column_names]
    widths = [max(map(len, [head, *column])) for head, column in zip(heads, cells)]
    lines = ["  ".join(head.ljust(width) for head, width in zip(heads, widths)), "  ".join("-" * width for width in widths)]
    lines += ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)) for row in zip(*cells)]
    return "\n".join(line.rstrip() for line in lines)
