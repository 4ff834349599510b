"""Groups and their numbers."""

from pyspark.sql import functions as f

from dataharbour.columns import as_list, quoted, require_columns


def summarize(frame, by, value):
    """For each group: rows, and the mean, spread, least, median, ninth decile and greatest of `value`."""
    by = require_columns(frame, as_list(by))
    require_columns(frame, value)
    column = f.col(quoted(value))
    return (
        frame.groupBy(*map(quoted, by))
        .agg(
            f.count(f.lit(1)).alias("rows"),
            f.avg(column).alias("mean"),
            f.stddev_samp(column).alias("sd"),
            f.min(column).alias("least"),
            f.percentile_approx(column, 0.5, 10_000).alias("median"),
            f.percentile_approx(column, 0.9, 10_000).alias("p90"),
            f.max(column).alias("greatest"),
        )
        .orderBy(*map(quoted, by))
    )


def top(frame, column, count=10):
    """The most frequent values of a column, with their number and share of all rows."""
    require_columns(frame, column)
    if count < 1:
        raise ValueError("count must be 1 or more.")
    total = frame.agg(f.count(f.lit(1)).alias("__total"))
    groups = frame.groupBy(quoted(column)).agg(f.count(f.lit(1)).alias("rows"))
    shared = groups.crossJoin(f.broadcast(total)).withColumn("share", f.col("rows") / f.col("__total")).drop("__total")
    return shared.orderBy(f.col("rows").desc(), f.col(quoted(column))).limit(count)
