"""Imports the slow libraries while the kernel waits for its first cell, off the main thread.

Only imports, after a pause: a cell that comes first runs first.
"""

import importlib
import sys
import threading
import time

PAUSE_SECONDS = 0.7
LIBRARIES = ("pyarrow", "pyspark.sql.connect.session", "deltalake", "dataharbour.kernel.storable")


def import_libraries():
    time.sleep(PAUSE_SECONDS)
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError as problem:
            print(f"{name} could not be imported: {problem}", file=sys.__stderr__)


def warm_up_later(shell):
    if getattr(shell, "kernel", None):
        threading.Thread(target=import_libraries, name="warm-up", daemon=True).start()
