"""Tells what kind of table an object is, without importing its library, and collects its rows as Arrow.

A Spark frame is computed once: one row more than the limit is asked for, which tells whether
more exist.
"""

from dataharbour.kernel.delta_ready import delta_ready

KINDS = {
    ("pyspark", "DataFrame"): "spark",
    ("pandas", "DataFrame"): "pandas",
    ("pandas", "Series"): "series",
    ("pyarrow", "Table"): "arrow",
    ("pyarrow", "RecordBatch"): "batch",
    ("polars", "DataFrame"): "polars",
}
BYTES_MAX = 256 * 1024 * 1024


def kind_of(value):
    for base in type(value).__mro__:
        kind = KINDS.get((base.__module__.partition(".")[0], base.__name__))
        if kind:
            return kind if "pyspark.pandas" not in base.__module__ else None
    return None


def collect_spark(frame, count, bytes_max=BYTES_MAX):
    """The rows, and whether they were too many bytes to go on: then Spark is told to stop."""
    import pyarrow as pa
    from pyspark.sql.pandas.types import to_arrow_schema

    frame = delta_ready(frame)
    schema = to_arrow_schema(frame.schema, error_on_duplicated_field_names_in_struct=True, timezone="UTC")
    limited = frame.limit(count)
    parts, size = [], 0
    rows = limited._session.client.to_table_as_iterator(limited._plan.to_proto(limited._session.client), limited._plan.observations)
    try:
        for part in rows:
            if not isinstance(part, pa.Table):
                continue
            parts.append(part)
            size += part.nbytes
            if size > bytes_max:
                break
    finally:
        rows.close()
    table = pa.concat_tables(parts) if parts else schema.empty_table()
    return table.cast(schema), size > bytes_max


def pandas_with_index(frame):
    """A meaningful index becomes columns; the plain row numbers do not."""
    import pandas as pd

    if isinstance(frame.index, pd.RangeIndex) and frame.index.name is None:
        return frame
    taken = {str(name) for name in frame.columns}
    names = [str(name) if name is not None else f"index{level or ''}" for level, name in enumerate(frame.index.names)]
    # Two levels may have one name, such as a year and a month of the same column.
    index = frame.index.rename([None] * frame.index.nlevels if frame.index.nlevels > 1 else None).to_frame(index=False)
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


def to_arrow(value, kind, count=None):
    """A frame in this process as Arrow: its first rows, or all of them."""
    import pyarrow as pa

    if kind == "pandas":
        return collect_pandas(value.iloc[:count])
    if kind == "series":
        return collect_pandas(value.iloc[:count].to_frame("value" if value.name is None else value.name))
    if kind == "polars":
        return (value if count is None else value.head(count)).to_arrow()
    return (pa.Table.from_batches([value]) if kind == "batch" else value).slice(0, count)


def cut_to_bytes(table, bytes_max=BYTES_MAX):
    """Rows may be huge: keeps as many as fit, and says whether some were cut."""
    if table.nbytes <= bytes_max:
        return table, False
    kept = max(1, int(table.num_rows * bytes_max / table.nbytes))
    return table.slice(0, kept), kept < table.num_rows


def collect(value, kind, limit):
    """Up to `limit` rows as an Arrow table, and what cut it: `rows`, `bytes`, or nothing."""
    count = limit + 1
    table, is_full = collect_spark(value, count) if kind == "spark" else (to_arrow(value, kind, count), False)
    has_more = table.num_rows > limit
    kept, is_cut = cut_to_bytes(table.slice(0, limit))
    if is_cut or (is_full and not has_more):
        return kept, "bytes"
    return kept, "rows" if has_more else None
