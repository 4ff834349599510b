"""SQL cells (`%%sql`) and `sql("…")`: statements run in order in the notebook's session, the last one is shown.

In Python afterwards `_sqldf` is the last SQL cell's frame. The run's parameters are bound where a
statement names them (`:name`): a text goes as the bytes of a hex literal, so a value is never read as SQL.
"""

from dataharbour.kernel.parameters import bind_names
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
            text = bind_names(statement.text, self._known(args))
            left = {name: args[name] for name in names_of(text) if name in args} if isinstance(args, dict) else args
            frame = session.sql(text, left) if left else session.sql(text)
        return frame

    def _known(self, args):
        """The run's parameters, and what the caller gives by name in place of them."""
        run = self._kernel.cell_run
        return {**(run.parameters if run else {}), **(args if isinstance(args, dict) else {})}

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
