"""Imports the slow libraries while the kernel waits for its first cell, off the main thread.

Only imports, after a pause: a cell that comes first runs first.
"""

import importlib
import threading
import time

from dataharbour.kernel.launch import real_stderr
from dataharbour.log import error_fields, write_log

PAUSE_SECONDS = 0.7
LIBRARIES = ("pyarrow", "pyspark.sql.connect.session", "deltalake", "dataharbour.kernel.storable")


def import_libraries():
    time.sleep(PAUSE_SECONDS)
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError as problem:
            write_log("kernel", "warn", "A library could not be imported.", stream=real_stderr(), library=name, err=error_fields(problem))


def warm_up_later(shell):
    if getattr(shell, "kernel", None):
        threading.Thread(target=import_libraries, name="warm-up", daemon=True).start()
