"""Readable errors: the cell's own lines first, ours and IPython's left out, Spark's message without its plan.

The JVM's stack comes last, as one element that begins with "JVM trace:".
"""

import re

from dataharbour.kernel.spark_gate import is_session_lost

ANSI = re.compile(r"\x1b\[[0-9;]*m")
CELL = re.compile(r"^(\s*)Cell In\[\d+\]")
HIDDEN = ("/dataharbour/kernel/", "/IPython/core/")
JVM = re.compile(r"\n+JVM stacktrace:\n", re.IGNORECASE)
POSITION = re.compile(r"\bline (\d+),? pos(?:ition)? (\d+)")
CELL_FILE = re.compile(r'File "[^"]*ipykernel_\d+/\d+\.py"')
SYNTAX_FILE = re.compile(r" \((?:<ipython-input-[^>]*>|\d+\.py), line (\d+)\)$")
PLAN = re.compile(r";?\n'?\w[^\n]*\n\s*[+:][-:]? .*", re.DOTALL)
TRACE_MAX = 20_000
OUTLIVED = "This was made before Spark restarted: run the cell that makes it again."
CAUSE = "\nThe above exception"
DURING = "\nDuring handling"


def plain(text):
    return ANSI.sub("", text)


def split_jvm(message):
    parts = JVM.split(message, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else None


def move_position(message, first_line):
    """Spark counts within the statement; the person sees the cell, and editors count columns from 1."""
    return POSITION.sub(lambda m: f"line {int(m[1]) + first_line - 1}, column {int(m[2]) + 1}", message)


def spark_message(text, first_line):
    text, jvm = split_jvm(text)
    text = CELL_FILE.sub('File "Cell"', PLAN.sub("", text))
    return move_position(text, first_line).strip(), jvm


def is_spark_error(etype):
    return any(base.__module__.startswith("pyspark.errors") for base in etype.__mro__)


def is_frame(entry):
    return plain(entry).lstrip().startswith(("Cell In[", "File "))


def is_cell_frame(entry):
    return CELL.match(plain(entry)) is not None


def rename_cell(entry):
    """`Cell In[7], line 2` → `Cell, line 2`: the number means nothing to people who run a cell many times."""
    head, newline, rest = entry.partition("\n")
    if not CELL.match(plain(head)):
        return entry
    return CELL.sub(r"\1Cell", plain(head)) + newline + rest


def order_frames(entries, is_sql):
    """Within each link of a chain of errors: cell frames first, then the libraries'."""
    cell, library, rest = [], [], []
    ordered = []

    def flush():
        ordered.extend([*cell, *library, *rest])
        cell.clear(), library.clear(), rest.clear()

    for entry in entries:
        text = plain(entry)
        if re.fullmatch(r"-{10,}\n?", text) or text.rstrip().endswith("Traceback (most recent call last)"):
            continue
        if entry.startswith((CAUSE, DURING)):
            flush()
            ordered.append(entry)
        elif not is_frame(entry):
            rest.append(entry)
        elif is_sql or any(part in text.split("\n", 1)[0] for part in HIDDEN):
            continue
        else:
            (cell if is_cell_frame(entry) else library).append(rename_cell(entry))
    flush()
    return ordered


def clean(etype, evalue, entries, source, first_line):
    """(message, traceback) as they are sent to the notebook."""
    is_sql = source.lstrip().startswith("%%sql")
    message, jvm = str(evalue), None
    if etype is KeyboardInterrupt:
        return "Stopped.", [*order_frames(filter(is_cell_frame, entries), is_sql), "Stopped."]
    message = SYNTAX_FILE.sub(r" (line \1)", message)
    if is_spark_error(etype):
        message, jvm = (OUTLIVED, None) if is_session_lost(evalue) else spark_message(message, first_line)
        entries = [entry for entry in entries if is_frame(entry)]
        entries.append(f"{etype.__name__}: {message}")
    ordered = order_frames(entries, is_sql)
    if jvm:
        ordered.append("JVM trace:\n" + jvm[:TRACE_MAX])
    return message, ordered


class Message(Exception):
    """Stands for an error whose text was made readable."""


def clean_tracebacks(kernel):
    shell = kernel.shell
    send = shell._showtraceback

    def show(etype, evalue, stb):
        statement = kernel.sql.statement if kernel.source.lstrip().startswith("%%sql") else None
        message, entries = clean(etype, evalue, stb, kernel.source, statement.line if statement else 1)
        send(etype, Message(message), entries)

    shell._showtraceback = show
