"""Shows tables: a Spark, pandas, Arrow or polars frame that a cell ends with, or hands to `display`,
becomes a stored result. Everything else is shown as IPython does."""

from IPython.display import display as plain_display

from dataharbour.kernel.frames import collect, kind_of
from dataharbour.kernel.output_limits import limit_display
from dataharbour.kernel.spark_gate import is_session_lost
from dataharbour.kernel.spark_proxy import SparkProxy
from dataharbour.kernel.store_result import MIME, ResultNotStored, store_result

ROWS_WITHOUT_RUN = 1000


def counted(number, word):
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def describe_manifest(manifest):
    more = " (the first of more)" if manifest["truncated"] else ""
    return f"Table: {counted(manifest['rows'], 'row')}{more}, {counted(len(manifest['columns']), 'column')}"


class FrameShow:
    def __init__(self, kernel):
        self._kernel = kernel

    def install(self):
        """At the one place through which both `display(x)` and a last expression go. A failure there
        is the cell's failure, which IPython's own formatter hooks would only print."""
        formatter = self._kernel.shell.display_formatter
        format_others = formatter.format

        def format(value, include=None, exclude=None):
            if type(value) is SparkProxy:
                return {"text/plain": repr(value)}, {}
            kind = kind_of(value)
            if kind is None:
                data, metadata = format_others(value, include, exclude)
                return limit_display(data), metadata
            self.show(value, kind)
            return {}, {}

        formatter.format = format
        self._kernel.shell.user_ns["display"] = plain_display

    def show(self, frame, kind):
        from dataharbour.kernel.storable import make_storable

        run, storage = self._kernel.cell_run, self._kernel.launch.storage
        rows, truncated = self._collect(frame, kind, run.row_limit if run else ROWS_WITHOUT_RUN)
        self._kernel.inputs.shown(kind)
        table = make_storable(rows)
        if not table.num_columns:
            return self._publish({"text/plain": f"A table without columns, {rows.num_rows} rows."})
        if run is None or storage is None:
            return self._show_text(table)
        try:
            manifest = store_result(storage, run, table, truncated)
        except ResultNotStored:
            self._show_text(table)
            raise
        self._publish({MIME: manifest, "text/plain": describe_manifest(manifest)})

    def _collect(self, frame, kind, limit):
        if kind != "spark":
            return collect(frame, kind, limit)
        gate = self._kernel.gate
        session = gate.session() if gate.is_open else None
        try:
            return collect(frame, kind, limit)
        except Exception as error:
            if not is_session_lost(error):
                raise
        # Made before Spark restarted: its plan is asked again of the session of today.
        if session is None or frame._session is session:
            session = gate.reopen()
        return collect(type(frame)(frame._plan, session), kind, limit)

    def _show_text(self, table):
        from dataharbour.kernel.text_preview import preview

        self._publish({"text/plain": preview(table)})

    def _publish(self, data):
        self._kernel.shell.display_pub.publish(data)
