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
    more = {"rows": " (the first of more)", "bytes": " (the first 256 MB of more)"}.get(manifest["cutBy"], "")
    return f"Table: {counted(manifest['rows'], 'row')}{more}, {counted(len(manifest['columns']), 'column')}"


def has_columns(frame, kind):
    """Delta has no table without any."""
    if kind == "series":
        return True
    return (frame.num_columns if kind in ("arrow", "batch") else len(frame.columns)) > 0


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
        is_stored = run is not None and storage is not None
        if is_stored and run.row_limit is None and has_columns(frame, kind):
            return self.show_whole(frame, kind)
        limit = (run.row_limit if run else ROWS_WITHOUT_RUN) or ROWS_WITHOUT_RUN
        rows, cut_by = self._in_living_session(frame, kind, lambda living: collect(living, kind, limit))
        self._kernel.inputs.shown(kind)
        table = make_storable(rows)
        if not table.num_columns:
            return self._publish({"text/plain": f"A table without columns, {rows.num_rows} rows."})
        if not is_stored:
            return self._show_text(table)
        try:
            manifest = store_result(storage, run, table, cut_by)
        except ResultNotStored:
            self._show_text(table)
            raise
        self._publish_result(manifest)
        # Looking at all values of a large frame takes a moment, for which nobody waits who only wants to see it.
        if cut_by:
            self._kernel.kept.keep(manifest["path"], run.cell_id, frame, kind, rows)

    def show_whole(self, frame, kind):
        """All rows, whatever their number; they are on the page when the last is written."""
        from dataharbour.kernel.store_whole import store_whole

        run = self._kernel.cell_run
        path = f"{run.result_prefix}/{run.next_result()}"
        manifest = self._in_living_session(frame, kind, lambda living: store_whole(self._kernel, living, kind, path))
        self._kernel.inputs.shown(kind)
        self._publish_result(manifest)

    def _in_living_session(self, frame, kind, act):
        if kind != "spark":
            return act(frame)
        gate = self._kernel.gate
        session = gate.session() if gate.is_open else None
        try:
            return act(frame)
        except Exception as error:
            if not is_session_lost(error):
                raise
        # Made before Spark restarted: its plan is asked again of the session of today.
        if session is None or frame._session is session:
            session = gate.reopen()
        return act(type(frame)(frame._plan, session))

    def _show_text(self, table):
        from dataharbour.kernel.text_preview import preview

        self._publish({"text/plain": preview(table)})

    def _publish_result(self, manifest):
        self._publish({MIME: manifest, "text/plain": describe_manifest(manifest)})

    def _publish(self, data):
        self._kernel.shell.display_pub.publish(data)
