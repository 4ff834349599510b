"""What is in a table: one line for each column, from one pass over the rows."""

from pyspark.sql import functions as f

from dataharbour.columns import numeric_columns, quoted

SCHEMA = (
    "column string, type string, rows bigint, missing bigint, missing_share double, distinct_about bigint, "
    "least string, greatest string, mean double, sd double"
)
ORDERED = ("string", "date", "timestamp", "boolean")


def measures(frame):
    numbers = set(numeric_columns(frame))
    for position, (name, kind) in enumerate(frame.dtypes):
        column = f.col(quoted(name))
        has_order = name in numbers or kind.startswith(ORDERED)
        nothing = f.lit(None)
        yield f.count(column).alias(f"present_{position}")
        yield (f.approx_count_distinct(column) if not kind.startswith("map") else nothing.cast("bigint")).alias(f"distinct_{position}")
        yield (f.min(column).cast("string") if has_order else nothing.cast("string")).alias(f"least_{position}")
        yield (f.max(column).cast("string") if has_order else nothing.cast("string")).alias(f"greatest_{position}")
        yield (f.avg(column).cast("double") if name in numbers else nothing.cast("double")).alias(f"mean_{position}")
        yield (f.stddev_samp(column.cast("double")) if name in numbers else nothing.cast("double")).alias(f"sd_{position}")


def profile(frame):
    """Type, missing values, about how many different ones, least, greatest, mean and spread of each column."""
    found = frame.agg(f.count(f.lit(1)).alias("rows"), *measures(frame)).collect()[0].asDict()
    rows = found["rows"]
    lines = []
    for position, (name, kind) in enumerate(frame.dtypes):
        missing = rows - found[f"present_{position}"]
        share = missing / rows if rows else None
        rest = [found[f"{key}_{position}"] for key in ("distinct", "least", "greatest", "mean", "sd")]
        lines.append((name, kind, rows, missing, share, *rest))
    return frame.sparkSession.createDataFrame(lines, SCHEMA)
