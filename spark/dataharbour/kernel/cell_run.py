"""Which run of which cell is being executed, read from the request's own metadata."""

from dataclasses import dataclass, field

ROW_LIMIT = 10_000


@dataclass
class CellRun:
    run_id: str
    cell_id: str
    result_prefix: str
    row_limit: int | None
    """None: all rows."""
    remote: str | None = None
    parameters: dict = field(default_factory=dict)
    is_first: bool = False
    """The first cell of its run."""
    whole_of: str | None = None
    """Not a run of the cell: the whole of the table that it wrote there is wanted."""
    results: int = 0
    pins: list = field(default_factory=list)
    """Of an exact re-run: the tables that it reads at a version of theirs."""

    @property
    def tag(self):
        return f"run-{self.run_id}"

    def next_result(self):
        number = self.results
        self.results += 1
        return number


def read_cell_run(shell):
    """None outside of a run, as in a plain Jupyter: tables are then shown as text."""
    kernel = getattr(shell, "kernel", None)
    parent = kernel.get_parent("shell") if kernel else None
    given = ((parent or {}).get("metadata") or {}).get("dataharbour")
    if not given:
        return None
    return CellRun(
        run_id=given["runId"],
        cell_id=given["cellId"],
        result_prefix=given["resultPrefix"].strip("/"),
        row_limit=None if given.get("rowLimit", ROW_LIMIT) is None else int(given.get("rowLimit", ROW_LIMIT)),
        remote=given.get("remote"),
        parameters=given.get("parameters") or {},
        is_first=bool(given.get("isFirst")),
        whole_of=given.get("wholeOf"),
        pins=given.get("pins") or [],
    )
