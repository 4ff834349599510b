"""SQL cells (`%%sql`) and `sql("…")`: statements run in order in the notebook's session, the last one is shown.

In Python afterwards `_sqldf` is the last SQL cell's frame. The run's parameters are bound where a
statement names them (`:name`): Spark gets the value beside the text, so a value is never read as SQL.
"""

from dataharbour.kernel.statements import names_of, split_statements


class SqlRunner:
    def __init__(self, kernel, frames):
        self._kernel = kernel
        self._frames = frames
        self.statement = None

    def install(self):
        self._kernel.sql = self
        self._kernel.shell.user_ns["sql"] = self.run
        self._kernel.shell.register_magic_function(self._run_cell, "cell", "sql")

    def run(self, source, args=None):
        """Runs the statements and returns the last one's frame (None if there was no statement)."""
        frame = None
        session = self._kernel.gate.session()
        for statement in split_statements(source):
            self.statement = statement
            bound = self._bind(statement, args)
            frame = session.sql(statement.text, bound) if bound else session.sql(statement.text)
        return frame

    def _bind(self, statement, args):
        """What the caller gives goes first; a list is by position and stands alone."""
        if args is not None and not isinstance(args, dict):
            return args
        run = self._kernel.cell_run
        known = {**(run.parameters if run else {}), **(args or {})}
        return {name: known[name] for name in names_of(statement.text) if name in known}

    def _run_cell(self, line, cell=None):
        frame = self.run(cell or "")
        if frame is None:
            print("There is no SQL statement in this cell.")
            return
        self._kernel.shell.user_ns["_sqldf"] = frame
        if frame.columns:
            self._frames.show(frame, "spark")
        else:
            print("Done.")
