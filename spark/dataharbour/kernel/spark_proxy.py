"""`spark` in a cell: looks and answers like the session, which is opened when it is first used."""

import sys


class SparkProxy:
    def __init__(self, gate):
        object.__setattr__(self, "_dataharbour_gate", gate)

    def __getattr__(self, name):
        # Asking how to show `spark`, or copying it, must not start anything.
        if name.startswith("__") or name.startswith(("_repr_", "_ipython_")):
            raise AttributeError(name)
        return getattr(object.__getattribute__(self, "_dataharbour_gate").session(), name)

    @property
    def __class__(self):
        module = sys.modules.get("pyspark.sql.connect.session")
        return module.SparkSession if module else SparkProxy

    def __dir__(self):
        from pyspark.sql.connect.session import SparkSession

        return dir(SparkSession)

    def __repr__(self):
        gate = object.__getattribute__(self, "_dataharbour_gate")
        return "<spark: a session is open>" if gate.is_open else "<spark: a session is opened at first use>"
