"""The IPython extension of every kernel: `kernel/start.py … --ext dataharbour.kernel`.

It defines `spark`, `sql`, `display` and the `%%sql` magic, turns tables that a cell shows into
Delta results, reports Spark's progress, and makes errors readable. Loading it takes a few
milliseconds: Spark, pandas and Delta are imported at first use, or quietly once the kernel idles.
"""

import time

begun = time.monotonic()


def load_ipython_extension(shell):
    from dataharbour.kernel.extension import load

    load(shell, begun)


__all__ = ["load_ipython_extension"]
