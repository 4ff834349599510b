"""Tells what kind of table an object is, without importing its library, and collects its rows as Arrow.

A Spark frame is computed once: one row more than the limit is asked for, which tells whether
more exist.
"""

KINDS = {
    ("pyspark", "DataFrame"): "spark",
    ("pandas", "DataFrame"): "pandas",
    ("pandas", "Series"): "series",
    ("pyarrow", "Table"): "arrow",
    ("pyarrow", "RecordBatch"): "batch",
    ("polars", "DataFrame"): "polars",
}
NOT_IN_ARROW = ("UNSUPPORTED_ARROWTYPE", "UNSUPPORTED_DATATYPE", "UNSUPPORTED_DATA_TYPE", "UNSUPPORTED_FEATURE")


def kind_of(value):
    for base in type(value).__mro__:
        kind = KINDS.get((base.__module__.partition(".")[0], base.__name__))
        if kind:
            return kind if "pyspark.pandas" not in base.__module__ else None
    return None


def collect_spark(frame, count):
    try:
        return frame.limit(count).toArrow()
    except Exception as error:
        if not any(mark in str(error) for mark in NOT_IN_ARROW):
            raise
    return cast_for_arrow(frame).limit(count).toArrow()


def cast_for_arrow(frame):
    """Intervals, variants and the like have no Arrow form: they are shown as Spark writes them."""
    from pyspark.sql.connect import functions as f

    plain = ("string", "date", "timestamp", "boolean", "binary", "decimal", "struct", "array", "map")
    numbers = ("tinyint", "smallint", "int", "bigint", "float", "double")
    names = [f"column_{position}" for position in range(len(frame.columns))]
    renamed = frame.toDF(*names)
    columns = []
    for (name, title), kind in zip(zip(names, frame.columns), [kind for _, kind in frame.dtypes]):
        is_plain = kind in numbers or (kind.startswith(plain) and "interval" not in kind and "variant" not in kind)
        columns.append((f.col(name) if is_plain else f.col(name).cast("string")).alias(title))
    return renamed.select(*columns)


def pandas_with_index(frame):
    """A meaningful index becomes columns; the plain row numbers do not."""
    import pandas as pd

    if isinstance(frame.index, pd.RangeIndex) and frame.index.name is None:
        return frame
    taken = {str(name) for name in frame.columns}
    names = [str(name) if name is not None else f"index{level or ''}" for level, name in enumerate(frame.index.names)]
    index = frame.index.to_frame(index=False)
    index.columns = [name if name not in taken else f"{name}_index" for name in names]
    return pd.concat([index, frame.reset_index(drop=True)], axis=1)


def flat_name(name):
    return " ".join(str(part) for part in name if str(part)) if isinstance(name, tuple) else str(name)


def collect_pandas(frame):
    """Column by column, because pandas allows several columns of one name and values of mixed types."""
    import pyarrow as pa

    from dataharbour.kernel.storable import array_of_any

    frame = pandas_with_index(frame)
    arrays = [array_of_any(frame.iloc[:, position]) for position in range(frame.shape[1])]
    return pa.Table.from_arrays(arrays, names=[flat_name(name) for name in frame.columns])


def collect(value, kind, limit):
    """Up to `limit` rows as an Arrow table, and whether there are more."""
    import pyarrow as pa

    count = limit + 1
    if kind == "spark":
        table = collect_spark(value, count)
    elif kind == "pandas":
        table = collect_pandas(value.iloc[:count])
    elif kind == "series":
        table = collect_pandas(value.iloc[:count].to_frame("value" if value.name is None else value.name))
    elif kind == "polars":
        table = value.head(count).to_arrow()
    else:
        table = (pa.Table.from_batches([value]) if kind == "batch" else value).slice(0, count)
    return table.slice(0, limit), table.num_rows > limit
