"""Features that look at a row's neighbours in order: moving averages, the value before, a running total."""

from pyspark.sql import Window
from pyspark.sql import functions as f

from dataharbour.columns import as_list, quoted, require_columns


def add_window_features(frame, value, order_by, partition_by=(), sizes=(7,), lags=(1,)):
    """Adds, for the numeric column `value`, within each group of `partition_by` in the order of `order_by`:

    `<value>_mean_<n>` and `<value>_sd_<n>` over the current and the n-1 rows before it (for n in `sizes`),
    `<value>_lag_<k>` the value k rows before (for k in `lags`), `<value>_total` the running total,
    `<value>_rank` the place of the row by value, 1 the highest.
    """
    require_columns(frame, [value, *as_list(order_by), *as_list(partition_by)])
    if any(size < 1 for size in sizes) or any(lag < 1 for lag in lags):
        raise ValueError("sizes and lags must be 1 or more.")
    column = f.col(quoted(value))
    groups = [f.col(quoted(name)) for name in as_list(partition_by)] or [f.lit(0)]
    ordered = Window.partitionBy(*groups).orderBy(*[f.col(quoted(name)) for name in as_list(order_by)])
    added = {}
    for size in sizes:
        recent = ordered.rowsBetween(-(size - 1), 0)
        added[f"{value}_mean_{size}"] = f.avg(column).over(recent)
        added[f"{value}_sd_{size}"] = f.stddev_samp(column).over(recent)
    for lag in lags:
        added[f"{value}_lag_{lag}"] = f.lag(column, lag).over(ordered)
    added[f"{value}_total"] = f.sum(column).over(ordered.rowsBetween(Window.unboundedPreceding, 0))
    added[f"{value}_rank"] = f.rank().over(Window.partitionBy(*groups).orderBy(column.desc_nulls_last()))
    return frame.withColumns(added)
