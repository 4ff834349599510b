"""How numeric columns move together."""

from itertools import combinations_with_replacement

from pyspark.sql import functions as f

from dataharbour.columns import numeric_columns, quoted, require_columns


def pearson(left, right):
    """Spark's own `corr` is an error where a column never changes; here the answer is then missing."""
    left, right = (f.col(quoted(name)).cast("double") for name in (left, right))
    spread = f.stddev_pop(f.when(right.isNotNull(), left)) * f.stddev_pop(f.when(left.isNotNull(), right))
    return f.try_divide(f.covar_pop(left, right), spread)


def correlate(frame, columns=None):
    """Pearson's correlation of every pair of numeric columns: a line (left, right, correlation) each, both ways,
    from one pass over the rows. It is missing where a column never changes."""
    columns = require_columns(frame, columns if columns is not None else numeric_columns(frame))
    if len(columns) < 2:
        raise ValueError("A correlation needs two numeric columns or more.")
    pairs = list(combinations_with_replacement(columns, 2))
    asked = [pearson(left, right).alias(f"pair_{position}") for position, (left, right) in enumerate(pairs)]
    found = frame.agg(*asked).collect()[0]
    known = {}
    for position, (left, right) in enumerate(pairs):
        value = found[position]
        known[left, right] = known[right, left] = None if value is None or value != value else value
    lines = [(left, right, known[left, right]) for left in columns for right in columns]
    return frame.sparkSession.createDataFrame(lines, "left string, right string, correlation double")
