"""What SQL can name: tables, temporary views and their columns, for completion in SQL cells.

Read from the notebook's open session by a thread of its own, so that a cell never waits for it, and only when
somebody asks: an answer is what is known by now, and says whether more is on its way. Spark is never started for it.
"""

import threading
import time

from dataharbour.columns import quoted

SCHEMAS = 50
TABLES = 300
COLUMNS = 300
SECONDS = 6


class Catalog:
    def __init__(self, gate):
        self._gate = gate
        self._tables = []
        self._read_at = -1
        self._cells = 0
        self._thread = None

    def begin_cell(self):
        """Any cell may make, drop or change a table."""
        self._cells += 1

    def answer(self):
        if not self._gate.is_open:
            return {"tables": [], "isComplete": True}
        if self._read_at != self._cells and (self._thread is None or not self._thread.is_alive()):
            self._thread = threading.Thread(target=self._read, args=(self._gate.open_session, self._cells), name="catalog", daemon=True)
            self._thread.start()
        return {"tables": self._tables, "isComplete": self._read_at == self._cells}

    def _read(self, session, cells):
        try:
            self._tables = read_tables(session)
        except Exception:
            # A Spark that is busy, stopped or gone: what was known stays, and is asked for again after the next cell.
            pass
        self._read_at = cells


def read_tables(session, now=time.monotonic):
    end = now() + SECONDS
    found = {}
    current = session.sql("select current_schema()").collect()[0][0]
    for (schema,) in session.sql("show schemas").collect()[:SCHEMAS]:
        for row in session.sql(f"show tables in {quoted(schema)}").collect():
            is_view = bool(row["isTemporary"])
            found[(None if is_view or schema == current else schema, row["tableName"])] = is_view
    tables = []
    for (schema, name), is_view in sorted(found.items(), key=lambda entry: (not entry[1], entry[0][0] or "", entry[0][1]))[:TABLES]:
        columns = read_columns(session, schema, name) if now() < end else []
        tables.append({"schema": schema, "name": name, "isView": is_view, "columns": columns})
    return tables


def read_columns(session, schema, name):
    try:
        fields = session.table(quoted(name) if schema is None else f"{quoted(schema)}.{quoted(name)}").schema.fields
    except Exception:
        # One broken table does not keep the others away.
        return []
    return [{"name": field.name, "type": field.dataType.simpleString()[:80]} for field in fields[:COLUMNS]]
