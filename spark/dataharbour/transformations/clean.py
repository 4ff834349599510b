"""Cleaning: tidy text, no empty strings, no impossible values, no doubles."""

from pyspark.sql import functions as f

from dataharbour.columns import quoted, require_columns


def tidy_text(frame):
    """Text without blanks around it; an empty one is missing."""
    texts = {name for name, kind in frame.dtypes if kind == "string"}
    return frame.select(
        *[
            f.nullif(f.trim(f.col(quoted(name))), f.lit("")).alias(name) if name in texts else f.col(quoted(name))
            for name in frame.columns
        ]
    )


def is_within(name, low, high):
    column = f.col(quoted(name))
    lower = column >= f.lit(low) if low is not None else f.lit(True)
    upper = column <= f.lit(high) if high is not None else f.lit(True)
    return lower & upper


def clean(frame, required=(), bounds=None, outside="drop", unique=None):
    """Cleans a frame.

    required: columns that must have a value; rows without one are dropped.
    bounds: {column: (lowest, highest)}, either may be None. A missing value is never out of bounds.
    outside: "drop" drops a row with a value out of bounds, "null" keeps the row without that value.
    unique: columns that tell rows apart (True: all of them); of several equal rows one is kept.
    """
    if outside not in ("drop", "null"):
        raise ValueError("outside must be 'drop' or 'null'.")
    required = require_columns(frame, required)
    bounds = bounds or {}
    require_columns(frame, bounds)
    result = tidy_text(frame)
    for name, (low, high) in bounds.items():
        fits = is_within(name, low, high)
        if outside == "drop":
            result = result.where(f.col(quoted(name)).isNull() | fits)
        else:
            result = result.withColumn(name, f.when(fits, f.col(quoted(name))))
    if required:
        result = result.dropna(subset=required)
    if unique is True:
        return result.dropDuplicates()
    return result.dropDuplicates(require_columns(frame, unique)) if unique else result
