"""Puts the kernel's parts together. What they share hangs on one `Kernel` record, not on modules."""

import re
from dataclasses import dataclass, field

from dataharbour.kernel.ask import explain_input
from dataharbour.kernel.cell_run import CellRun, read_cell_run
from dataharbour.kernel.environment import tell_environment_after_cells
from dataharbour.kernel.inputs import Inputs
from dataharbour.kernel.interrupt import stop_spark_on_interrupt
from dataharbour.kernel.kept_frames import KeptFrames
from dataharbour.kernel.launch import read_launch, write_failure_line, write_start_line
from dataharbour.kernel.limits import limit_resources, take_spare_files
from dataharbour.kernel.output_limits import limit_output
from dataharbour.kernel.own_json import keep_own_json
from dataharbour.kernel.packages import Packages
from dataharbour.kernel.pins import Pins
from dataharbour.kernel.progress import ProgressReporter
from dataharbour.kernel.questions import answer_questions
from dataharbour.kernel.refused_sessions import RefusedSessions
from dataharbour.kernel.show import FrameShow
from dataharbour.kernel.spark_gate import SparkGate, SparkUnavailable
from dataharbour.kernel.spark_proxy import SparkProxy
from dataharbour.kernel.sql_cell import SqlRunner
from dataharbour.kernel.store_wait import StoreWait
from dataharbour.kernel.told_session import ToldSession
from dataharbour.kernel.tracebacks import clean_tracebacks
from dataharbour.kernel.warm_up import warm_up_later
from dataharbour.kernel.whole_command import WholeCommand


# What asks Spark's client for a session by itself: it must find the notebook's, neither open another nor find none.
NEEDS_SESSION = re.compile(r"\b(SparkSession|udf|pandas_udf|fromDDL)\b")


@dataclass(repr=False)
class Kernel:
    shell: object
    launch: object
    gate: SparkGate
    progress: ProgressReporter
    store: StoreWait
    kept: KeptFrames = field(default_factory=KeptFrames)
    refused: RefusedSessions = field(default_factory=RefusedSessions)
    cell_run: CellRun | None = None
    source: str = ""
    inputs: Inputs | None = None
    # Which cell a file of code is: functions live on after the cell that made them, and fail in others.
    cell_files: dict = field(default_factory=dict)

    def begin_cell(self, info):
        take_spare_files()
        self.source = info.raw_cell or ""
        self.cell_run = read_cell_run(self.shell)
        if self.cell_run is not None:
            self.cell_files[file_of_code(self.source)] = self.cell_run.cell_id
        self.kept.begin_cell(self.cell_run)
        self.progress.begin()
        self.gate.begin_cell(self.cell_run)
        self.refused.allow()
        if self.cell_run and self.cell_run.is_first:
            self.shell.user_ns.update(self.cell_run.parameters)
        if self.gate.remote and NEEDS_SESSION.search(self.source):
            try:
                self.gate.session()
            except SparkUnavailable as refusal:
                self.refused.refuse(refusal)


def file_of_code(source):
    from ipykernel.compiler import get_file_name

    return get_file_name(source)


def load(shell, begun):
    launch = read_launch()
    try:
        put_together(shell, launch)
    except Exception as error:
        write_failure_line(launch, error)
        raise
    write_start_line(launch, begun)


def put_together(shell, launch):
    limit_resources()
    progress = ProgressReporter(shell)
    gate = SparkGate(launch.remote, progress, launch.ready_file, launch.wait_seconds, launch.is_given)
    kernel = Kernel(shell, launch, gate, progress, StoreWait(launch.storage, progress))
    gate.on_use.append(kernel.store.wait)
    kernel.inputs = Inputs(kernel, Pins(launch.storage.bucket if launch.storage else None))
    gate.on_open += [kernel.inputs.watch, ToldSession(kernel).watch]
    frames = FrameShow(kernel)
    frames.install()
    SqlRunner(kernel, frames).install()
    WholeCommand(kernel, frames).install()
    shell.user_ns["spark"] = SparkProxy(kernel.gate)
    # Names of ours are no variables of the person: hide them from `%who` and the variables list.
    shell.user_ns_hidden.update({name: shell.user_ns[name] for name in ("spark", "sql", "display")})
    shell.events.register("pre_run_cell", kernel.begin_cell)
    tell_environment_after_cells(kernel)
    kernel.inputs.install(shell)
    keep_own_json()
    limit_output()
    explain_input(shell)
    stop_spark_on_interrupt(kernel)
    clean_tracebacks(kernel)
    answer_questions(kernel)
    if launch.packages:
        Packages(shell, launch.packages).install()
    warm_up_later(shell)
