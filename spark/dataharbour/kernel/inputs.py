"""Tells, once per cell, which Delta tables its queries read and at which version, which earlier cells it builds on, and
what of it cannot be known.

Every request to Spark passes here. A query is looked at after it ran (its rows are on their way by then), a write before
it runs. Nothing here may fail a cell: what goes wrong is told as not known.
"""

import threading
import time
from datetime import datetime, timezone

from dataharbour.kernel.cell_links import CellLinks
from dataharbour.kernel.patience import within
from dataharbour.kernel.plan_reads import Asked, ask_plan
from dataharbour.kernel.spark_gate import is_session_lost, is_unreachable
from dataharbour.kernel.sql_tables import read_statement
from dataharbour.kernel.table_look import TableLook
from dataharbour.store_away import is_store_away

MIME = "application/vnd.dataharbour.inputs+json"
QUERIES = 40
TABLES = 50
SECONDS = 4
# A Spark that has fallen silent keeps nobody's next cell waiting longer.
SILENT_SECONDS = 15
OWN_THREADS = ("catalog",)
# What Spark has done already when it explains it: its plan holds the answer and names no table.
ANSWERED_AT_ONCE = ("show_string", "html_string", "approx_quantile")


class Inputs:
    def __init__(self, kernel, pins):
        self._kernel = kernel
        self._pins = pins
        self._own = threading.local()
        self._lock = threading.RLock()
        self._views, self._runs = {}, set()
        self._look = None
        self._begin()

    def _begin(self):
        self._waiting, self._tables, self._reasons = [], {}, set()
        self._count = 0
        self._shows_spark = False

    def install(self, shell):
        self._shell = shell
        self._links = CellLinks(shell.transform_cell)
        shell.events.register("pre_run_cell", lambda info: self._begin_cell())
        shell.events.register("post_run_cell", self._tell)

    def _begin_cell(self):
        with self._lock:
            self._begin()
        run = self._kernel.cell_run
        if run is not None:
            self._runs.add(run.run_id)
        self._links.begin(run if self._is_told() else None, self._kernel.source)
        self._pins.set(run.pins if run else [], self._views)

    def watch(self, session):
        """Of a new session: it has no views, and nothing is known of its tables."""
        self._views.clear()
        look = self._look = TableLook(session, self._kernel.launch.storage, self._views, self._runs)
        session.client._session_hooks.append(self)
        analyze = session.client._analyze

        def analyze_pinned(method, **given):
            if method == "persist":
                look.is_cached = True
            if given.get("plan") is not None and not self._is_ours():
                self._pins.put(given["plan"])
            return analyze(method, **given)

        session.client._analyze = analyze_pinned

    def _is_ours(self):
        return getattr(self._own, "busy", False) or threading.current_thread().name in OWN_THREADS

    def _is_told(self):
        """Not of what runs no cell: a table that is loaded whole later, or a plain Jupyter."""
        run = self._kernel.cell_run
        return run is not None and run.whole_of is None

    def on_execute_plan(self, request):
        """Of Spark's client: before each request for work."""
        if self._is_ours():
            return request
        self._pins.put(request.plan)
        if self._is_told():
            try:
                self._take(request.plan)
            except Exception:
                self._reasons.add("unknown")
        return request

    def _take(self, plan):
        kind = plan.WhichOneof("op_type")
        if kind == "root":
            self._wait(plan.root)
        elif kind == "command":
            self._take_command(plan.command)
        else:
            self._reasons.add("unknown")

    def _wait(self, relation):
        kind = relation.WhichOneof("rel_type")
        if kind == "catalog":
            self._look.is_cached |= relation.catalog.WhichOneof("cat_type") == "cache_table"
            return
        if kind in ANSWERED_AT_ONCE:
            relation = getattr(relation, kind).input
        self._count += 1
        if self._count > QUERIES:
            self._reasons.add("many")
        else:
            self._waiting.append((relation, datetime.now(timezone.utc)))

    def _take_command(self, command):
        kind = command.WhichOneof("command_type")
        if kind == "sql_command":
            self._take_sql(command.sql_command.input.sql.query or command.sql_command.sql)
        elif kind == "create_dataframe_view":
            self.settle()
            self._made_view(command.create_dataframe_view.name.lower(), ask_plan(command.create_dataframe_view.input))
        elif kind in ("write_operation", "write_operation_v2", "checkpoint_command"):
            self.settle()
            self._wait(command.checkpoint_command.relation if kind == "checkpoint_command" else getattr(command, kind).input)
            self.settle()
        elif kind == "merge_into_table_command":
            self._reasons.add("unknown")

    def _take_sql(self, text):
        statement = read_statement(text)
        if not statement.writes and statement.view is None:
            self._look.is_cached |= statement.verb == "cache"
            return
        self.settle()
        self._look.forget_places()
        reads = [one for one in statement.reads if not statement.is_cte(one)]
        if statement.view is not None:
            self._made_view(statement.view, Asked([(one.parts, one.version) for one in reads]))
            return
        named = [(one.parts, one.version) for one in reads]
        named += [(parts, None) for parts in statement.writes if statement.verb in ("merge", "update", "delete")]
        for parts, version in named:
            self._wait(self._table(parts, version))
        self.settle()

    def _made_view(self, name, asked):
        self._views[name] = asked
        self._links.made_view(name)

    def _table(self, parts, version):
        from pyspark.sql.connect.proto import Relation

        table = Relation()
        table.read.named_table.unparsed_identifier = ".".join(f"`{part}`" for part in parts)
        if isinstance(version, int):
            table.read.named_table.options["versionAsOf"] = str(version)
        return table

    def shown(self, kind):
        """A cell shows a table: of Spark, or of Python, whose rows come from anywhere."""
        if kind == "spark":
            self._shows_spark = True
            # While the rows are written to the store.
            threading.Thread(target=self.settle, name="inputs", daemon=True).start()
        else:
            self._reasons.add("python")

    def settle(self):
        """Looks at what has run since."""
        end = time.monotonic() + SECONDS
        with self._lock:
            self._own.busy = True
            try:
                while self._waiting:
                    relation, began = self._waiting.pop(0)
                    if time.monotonic() > end:
                        self._reasons.add("many")
                    else:
                        self._note(relation, began)
            finally:
                self._own.busy = False

    def _note(self, relation, began):
        try:
            tables, reasons = within(SILENT_SECONDS, lambda: self._look_at(relation, began))
        except Exception:
            return self._reasons.add("unknown")
        self._reasons |= reasons
        for table in tables:
            table["isFixed"] = table["isFixed"] and not self._pins.holds(table)
            self._tables.setdefault((table["path"], table["version"], table["isFixed"]), table)

    def _look_at(self, relation, began):
        self._own.busy = True
        try:
            return self._look.at(relation, began)
        finally:
            self._own.busy = False

    def _may_ask(self, error):
        """Not of a Spark or a store that is gone, and not after somebody has said stop."""
        if isinstance(error, KeyboardInterrupt):
            return False
        return error is None or not (is_session_lost(error) or is_unreachable(error) or is_store_away(error, self._kernel.launch.storage))

    def _tell(self, result=None):
        if not self._is_told():
            return
        if self._may_ask(getattr(result, "error_in_exec", None)):
            try:
                self.settle()
            except KeyboardInterrupt:
                self._reasons.add("unknown")
        elif self._waiting:
            self._waiting.clear()
            self._reasons.add("unknown")
        if not self._shows_spark and not self._kernel.source.lstrip().startswith("%%sql"):
            self._reasons.add("python")
        if len(self._tables) > TABLES:
            self._reasons.add("many")
        with self._lock:
            told = {"tables": list(self._tables.values())[:TABLES], "untracked": sorted(self._reasons), "cells": self._links.told()}
        self._shell.display_pub.publish({MIME: told})
