"""`SparkSession.builder.getOrCreate()` in a cell whose Spark was just found away: it says so too.

By itself pyspark would open a session of its own there and be patient with it for ten minutes."""


class RefusedSessions:
    def __init__(self):
        self._getter = None

    def refuse(self, refusal):
        """Until `allow`. Made anew each time, so that no cell gets the trace of another."""
        from pyspark.sql.connect.session import SparkSession

        def refused(_builder):
            raise type(refusal)(str(refusal))

        self._getter = self._getter or SparkSession.Builder.getOrCreate
        SparkSession.Builder.getOrCreate = refused

    def allow(self):
        if self._getter is None:
            return
        from pyspark.sql.connect.session import SparkSession

        SparkSession.Builder.getOrCreate, self._getter = self._getter, None
