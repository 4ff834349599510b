"""What the worker tells a kernel at its start. Keys leave the environment at once, so that neither
the cells nor the processes they start inherit them by accident."""

import os
import sys
import time
from dataclasses import dataclass

from dataharbour.log import write_log
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
    # Where packages of this notebook are installed; None where they are nobody's.
    packages: str | None = None


def read_launch(env=os.environ):
    storage = env.pop("DATAHARBOUR_S3", None)
    workspace = env.pop("DATAHARBOUR_WORKSPACE", None)
    notebook = env.pop("DATAHARBOUR_NOTEBOOK", None)
    ready_file = env.pop("DATAHARBOUR_SPARK_READY", None)
    packages = env.pop("DATAHARBOUR_PACKAGES", None)
    wait_seconds = float(env.pop("DATAHARBOUR_SPARK_WAIT", None) or 120)
    # Spark's address stays: `SparkSession.builder.getOrCreate()` in a cell asks for it there.
    remote = env.get("SPARK_REMOTE")
    # Without this, `pyspark.sql.functions` would look for a Spark in this very process.
    env["SPARK_CONNECT_MODE_ENABLED"] = "1"
    return Launch(remote, storage_from_json(storage) if storage else None, workspace, notebook, ready_file, wait_seconds, packages)


def real_stderr():
    """ipykernel sends stderr to the notebook; the log belongs to whoever started the process."""
    copy = getattr(sys.stderr, "_original_stdstream_copy", None)
    return os.fdopen(os.dup(copy), "w", encoding="utf-8") if copy is not None else sys.__stderr__


def write_start_line(launch, begun):
    write_log(
        "kernel",
        "info",
        "The kernel is ready.",
        stream=real_stderr(),
        notebookId=launch.notebook,
        workspaceId=launch.workspace,
        extensionMs=round((time.monotonic() - begun) * 1000),
    )
