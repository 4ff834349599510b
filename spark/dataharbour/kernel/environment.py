"""What a run runs on: Python, Spark and the packages with their versions.

Told after the run's first cell, so that nothing waits for it, and again after each that opened Spark
or changed the packages. These are read from the names of their folders, which takes a millisecond
where their metadata would take a hundred.
"""

import os
import platform
import sys

MIME = "application/vnd.dataharbour.environment+json"
SUFFIX = ".dist-info"


def list_packages(path=None):
    found = {}
    for folder in dict.fromkeys(sys.path if path is None else path):
        if not os.path.isdir(folder):
            continue
        for entry in os.listdir(folder):
            name, _, version = entry.removesuffix(SUFFIX).partition("-")
            # The first on the path is what `import` finds.
            if entry.endswith(SUFFIX) and version:
                found.setdefault(name.replace("_", "-").lower(), version)
    return dict(sorted(found.items()))


def tell_environment_after_cells(kernel):
    told = None

    def tell(result=None):
        nonlocal told
        run = kernel.cell_run
        if not run:
            return
        now = {"python": platform.python_version(), "spark": kernel.gate.version, "packages": list_packages()}
        if run.is_first or now != told:
            kernel.shell.display_pub.publish({MIME: now})
        run.is_first = False
        told = now

    kernel.shell.events.register("post_run_cell", tell)
