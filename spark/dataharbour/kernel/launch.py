"""What the worker tells a kernel at its start. Keys leave the environment at once, so that neither
the cells nor the processes they start inherit them by accident."""

import json
import os
import sys
import time
from dataclasses import dataclass, field

from dataharbour.log import error_fields, write_log
from dataharbour.storage import Storage, storage_from_json


@dataclass(frozen=True)
class Launch:
    remote: str | None
    storage: Storage | None
    workspace: str | None
    notebook: str | None
    # There once Spark knows its tables; None when nobody tells.
    ready_file: str | None = None
    # A worker starts Spark at the run that needs it; two slow cores take a minute and more at the very first start.
    wait_seconds: float = 120
    # It runs elsewhere and nobody of ours starts it: patience.py.
    is_given: bool = False
    # Where packages of this notebook are installed; None where they are nobody's.
    packages: str | None = None
    # The kernel, the run that needs it and the request behind that: what the lines of the start are found by.
    log_ids: dict = field(default_factory=dict)


def read_launch(env=os.environ):
    storage = env.pop("DATAHARBOUR_S3", None)
    workspace = env.pop("DATAHARBOUR_WORKSPACE", None)
    notebook = env.pop("DATAHARBOUR_NOTEBOOK", None)
    ready_file = env.pop("DATAHARBOUR_SPARK_READY", None)
    packages = env.pop("DATAHARBOUR_PACKAGES", None)
    log_ids = json.loads(env.pop("DATAHARBOUR_LOG", None) or "{}")
    wait_seconds = float(env.pop("DATAHARBOUR_SPARK_WAIT", None) or 120)
    is_given = env.pop("DATAHARBOUR_SPARK_GIVEN", None) == "1"
    # Spark's address stays: `SparkSession.builder.getOrCreate()` in a cell asks for it there.
    remote = env.get("SPARK_REMOTE")
    # Without this, `pyspark.sql.functions` would look for a Spark in this very process.
    env["SPARK_CONNECT_MODE_ENABLED"] = "1"
    return Launch(remote, storage_from_json(storage) if storage else None, workspace, notebook, ready_file, wait_seconds, is_given, packages, log_ids)


def real_stderr():
    """ipykernel sends stderr to the notebook; the log belongs to whoever started the process."""
    copy = getattr(sys.stderr, "_original_stdstream_copy", None)
    return os.fdopen(os.dup(copy), "w", encoding="utf-8") if copy is not None else sys.__stderr__


def write_start_line(launch, begun):
    write_line(launch, "info", "The kernel is ready.", extensionMs=round((time.monotonic() - begun) * 1000))


def write_failure_line(launch, error):
    write_line(launch, "error", "The kernel's start failed.", err=error_fields(error))


def write_line(launch, level, msg, **fields):
    ids = {"notebookId": launch.notebook, "workspaceId": launch.workspace, **launch.log_ids}
    write_log("kernel", level, msg, stream=real_stderr(), **ids, **fields)
