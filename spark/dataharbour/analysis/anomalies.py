"""Values far from what their recent past makes likely."""

from pyspark.sql import Window
from pyspark.sql import functions as f

from dataharbour.columns import as_list, quoted, require_columns


def find_anomalies(frame, value, order_by, partition_by=(), window=28, threshold=3.0, least=7):
    """Rows whose `value` lies more than `threshold` spreads away from the mean of the up to `window` rows before it.

    Each group of `partition_by` is looked at by itself, in the order of `order_by`. A row with fewer than `least`
    rows before it is never called an anomaly. Adds `expected`, `spread` and `score` (in spreads, with its sign).
    """
    require_columns(frame, [value, *as_list(order_by), *as_list(partition_by)])
    if window < least or least < 2:
        raise ValueError("window must be at least `least`, and `least` at least 2.")
    groups = [f.col(quoted(name)) for name in as_list(partition_by)] or [f.lit(0)]
    before = Window.partitionBy(*groups).orderBy(*[f.col(quoted(name)) for name in as_list(order_by)]).rowsBetween(-window, -1)
    column = f.col(quoted(value)).cast("double")
    judged = frame.withColumns(
        {
            "expected": f.avg(column).over(before),
            "spread": f.stddev_samp(column).over(before),
            "__known": f.count(column).over(before),
        }
    )
    score = f.when((f.col("__known") >= least) & (f.col("spread") > 0), (column - f.col("expected")) / f.col("spread"))
    judged = judged.withColumn("score", score).where(f.abs(f.col("score")) > threshold)
    return judged.drop("__known").orderBy(f.abs(f.col("score")).desc())
