"""Readable errors: the cell's own lines first, ours and IPython's left out, Spark's message without its plan.

The JVM's stack comes last, as one element that begins with "JVM trace:". The same as data (see trace.py) goes in the
message's metadata, where a page finds it and a plain Jupyter passes it over.
"""

import re
import sys

from dataharbour.kernel.limits import give_spare_files
from dataharbour.kernel.spark_gate import is_session_lost, is_unreachable
from dataharbour.kernel.trace import entries_of, needs_own_text, read_trace, text_of
from dataharbour.store_away import NOT_TOLD, SENTENCE, StoreUnavailable, says_away

ANSI = re.compile(r"\x1b\[[0-9;]*m")
CELL = re.compile(r"^(\s*)Cell In\[\d+\]")
HIDDEN = ("/dataharbour/kernel/", "/IPython/core/")
JVM = re.compile(r"\n+JVM stacktrace:\n", re.IGNORECASE)
POSITION = re.compile(r"\bline (\d+),? (pos|position) (\d+)")
CELL_FILE = re.compile(r'File "[^"]*ipykernel_\d+/\d+\.py"')
SYNTAX_FILE = re.compile(r" \((?:<ipython-input-[^>]*>|\d+\.py), line (\d+)\)$")
PLAN = re.compile(r";?\n'?\w[^\n]*\n\s*[+:][-:]? .*", re.DOTALL)
TRACE_MAX = 20_000
WENT_AWAY = "Spark went away while it worked for this cell. Run the cell again: that starts it again. If it fails too, the compute page says why."
OVERTAKEN = "Another cell or run changed {table} while this one was writing to it. Nothing of this write was kept, what the cell did before it was: run it again, and it begins from the table as it is now."
# Delta's refusals of a commit that another overtook, with the table where they name it.
LOST_COMMIT = re.compile(r"\[DELTA_(?:CONCURRENT_(?:APPEND|DELETE_DELETE|DELETE_READ|WRITE)|METADATA_CHANGED|PROTOCOL_CHANGED|MAX_COMMIT_RETRIES_EXCEEDED)\b")
LOST_TABLE = re.compile(r"\btable (\S+) (?:\(?committed|has been changed)")
NOT_FOUND = re.compile(r"^\[(?:TABLE_OR_VIEW|SCHEMA)_NOT_FOUND\b")
OUTLIVED = "This was made before Spark restarted: run the cell that makes it again."
CAUSE = "\nThe above exception"
DURING = "\nDuring handling"


def plain(text):
    return ANSI.sub("", text)


def split_jvm(message):
    parts = JVM.split(message, maxsplit=1)
    return parts[0], parts[1] if len(parts) > 1 else None


def move_position(message, first_line):
    """Spark counts within the statement, a `pos` from 0 and a `position` from 1; the person sees the cell, and editors count columns from 1."""
    return POSITION.sub(lambda m: f"line {int(m[1]) + first_line - 1}, column {int(m[3]) + (m[2] == 'pos')}", message)


def spark_message(text, first_line):
    text, jvm = split_jvm(text)
    text = CELL_FILE.sub('File "Cell"', PLAN.sub("", text))
    return move_position(text, first_line).strip(), jvm


def overtaken(text):
    """The sentence of a write that lost, None of any other error."""
    if not LOST_COMMIT.search(text):
        return None
    table = LOST_TABLE.search(text)
    return OVERTAKEN.format(table=table[1].replace("`", "").removeprefix("spark_catalog.") if table else "the table")


def is_spark_error(etype):
    return any(base.__module__.startswith("pyspark.errors") for base in etype.__mro__)


def store_sentence(kernel, error):
    """Of an error that the store's absence made, None of any other. What is ours says it by itself."""
    if type(error).__module__.startswith("dataharbour."):
        return None
    if says_away(error, kernel.launch.storage):
        return SENTENCE
    return NOT_TOLD if is_spark_error(type(error)) and NOT_FOUND.match(text_of(error)) and kernel.gate.owes_tables() else None


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


def clean(etype, evalue, entries, source, first_line, away=None):
    """(message, traceback) as they are sent to the notebook. `away` is the sentence of a store that does not answer."""
    is_sql = source.lstrip().startswith("%%sql")
    message, jvm = text_of(evalue), None
    if etype is KeyboardInterrupt:
        return "Stopped.", [*order_frames(filter(is_cell_frame, entries), is_sql), "Stopped."]
    message = SYNTAX_FILE.sub(r" (line \1)", message)
    if away or is_spark_error(etype):
        if away:
            message, jvm = away, spark_message(message, first_line)[1]
        elif is_session_lost(evalue):
            message = OUTLIVED
        elif etype.__name__ == "SparkConnectGrpcException" and is_unreachable(evalue):
            message = WENT_AWAY
        else:
            message, jvm = spark_message(message, first_line)
            message = overtaken(message) or message
        entries = [entry for entry in entries if is_frame(entry)]
        entries.append(f"{StoreUnavailable.__name__ if away else etype.__name__}: {message}")
    ordered = order_frames(entries, is_sql)
    if jvm:
        ordered.append("JVM trace:\n" + jvm[:TRACE_MAX])
    return message, ordered


class Message(Exception):
    """Stands for an error whose text was made readable."""


def clean_tracebacks(kernel):
    shell = kernel.shell
    write, send = shell.showtraceback, shell._showtraceback

    def show_any(exc_tuple=None, **options):
        give_spare_files()
        try:
            etype, evalue, _traceback = shell._get_exc_info(exc_tuple)
        except ValueError:
            return write(exc_tuple, **options)
        if not needs_own_text(evalue):
            return write(exc_tuple, **options)
        return show(etype, evalue, entries_of(read_trace(evalue, kernel.cell_files)))

    def show(etype, evalue, stb):
        statement = kernel.sql.statement if kernel.source.lstrip().startswith("%%sql") else None
        away = store_sentence(kernel, evalue)
        message, entries = clean(etype, evalue, stb, kernel.source, statement.line if statement else 1, away)
        shown = StoreUnavailable if away else etype
        if not send_with_trace(kernel, shown, evalue, message, entries):
            send(shown, Message(message), entries)

    shell.showtraceback = show_any
    shell._showtraceback = show
    shell._format_exception_for_storage = keep_error
    reply_whatever_fails(shell)


def keep_error(error, filename=None, running_compiled_code=False):
    """IPython would lay the whole traceback out a second time, to keep it in a history that is not kept."""
    return {"ename": type(error).__name__, "evalue": text_of(error), "traceback": []}


def reply_whatever_fails(shell):
    """ipykernel puts the error's text into its reply; an error whose text fails would leave the request without one."""
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return
    execute = kernel.do_execute

    async def do_execute(*args, **options):
        try:
            return await execute(*args, **options)
        except Exception as problem:
            failed = {"ename": type(problem).__name__, "evalue": text_of(problem), "traceback": shell._last_traceback or []}
            return {"status": "error", "execution_count": shell.execution_count - 1, "payload": [], **failed}

    kernel.do_execute = do_execute


def trace_of(kernel, etype, evalue, message):
    """Our own message stands for the error's where it was made readable; a SQL cell's frames are all ours."""
    links = read_trace(evalue, kernel.cell_files)
    if etype is StoreUnavailable and not is_spark_error(type(evalue)):
        links.insert(1, {**links[0], "relation": "cause", "frames": []})
    if not isinstance(evalue, SyntaxError):
        links[0] = {**links[0], "name": etype.__name__, "message": message}
    if kernel.source.lstrip().startswith("%%sql"):
        links = [{**links[0], "frames": []}]
    if is_spark_error(type(evalue)):
        links = links[:1]
    return links


def send_with_trace(kernel, etype, evalue, message, entries):
    """False outside of a run, where IPython's own way will do."""
    shell = kernel.shell
    hook = shell.displayhook
    if kernel.cell_run is None or not hasattr(hook, "session"):
        return False
    sys.stdout.flush()
    sys.stderr.flush()
    if getattr(hook, "msg", None) is not None:
        shell._last_traceback_during_displayhook = True
    content = {"traceback": entries, "ename": etype.__name__, "evalue": message}
    topic = hook.topic.replace(b"execute_result", b"error") if hook.topic else None
    hook.session.send(hook.pub_socket, "error", content, hook.parent_header, ident=topic, metadata={"dataharbour": {"trace": trace_of(kernel, etype, evalue, message)}})
    shell._last_traceback = entries
    return True
