"""Questions to the kernel between cells, each a message type of its own on the shell channel: they never touch the
names or the history of the person's session, and wait their turn behind a cell that runs."""

from dataharbour.kernel.catalog import Catalog
from dataharbour.kernel.variables import list_variables


def answer_questions(kernel):
    shell = kernel.shell
    ipython = getattr(shell, "kernel", None)
    # Guessing types from source text takes seconds at its first use; the living objects are here.
    shell.Completer.use_jedi = False
    if ipython is None:
        return
    catalog = Catalog(kernel.gate)
    shell.events.register("pre_run_cell", lambda info: catalog.begin_cell())
    add(ipython, "variables", lambda: list_variables(shell.user_ns, shell.user_ns_hidden))
    add(ipython, "catalog", catalog.answer)


def add(ipython, name, find):
    def handle(stream, ident, parent):
        try:
            content = {"status": "ok", **find()}
        except Exception as problem:
            content = {"status": "error", "message": f"{type(problem).__name__}: {problem}"[:500]}
        ipython.session.send(stream, f"dataharbour_{name}_reply", content, parent, ident)

    ipython.shell_handlers[f"dataharbour_{name}_request"] = handle
