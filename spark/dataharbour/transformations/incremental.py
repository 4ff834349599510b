"""Loading only what is new, by a column that grows (a date, a number)."""

from pyspark.sql import functions as f

from dataharbour.columns import quoted, require_columns
from dataharbour.transformations.tables import table_name


def load_incremental(frame, table, newer_by):
    """Appends to the Delta table `table` the rows of `frame` whose `newer_by` is greater than its greatest one.

    The table is created if there is none. Running it again without new rows writes nothing. Rows without a
    value in `newer_by` are never loaded, because it cannot be told whether they are new. Nor are rows that come later
    with the greatest value of then or a smaller one: load only what is complete (whole days, say), or use `upsert`.
    Returns {"loaded": n, "from": the greatest value before, "to": the greatest value now}.
    """
    require_columns(frame, newer_by)
    spark, target, column = frame.sparkSession, table_name(table), f.col(quoted(newer_by))
    exists = spark.catalog.tableExists(table)
    before = spark.table(target).agg(f.max(column)).collect()[0][0] if exists else None
    fresh = frame.where(column.isNotNull() if before is None else column > f.lit(before))
    # The upper end is fixed before writing: a source that grows meanwhile loses nothing to the next load.
    count, newest = fresh.agg(f.count(f.lit(1)), f.max(column)).collect()[0]
    if not count:
        return {"loaded": 0, "from": before, "to": before}
    fresh = fresh.where(column <= f.lit(newest))
    fresh.write.format("delta").mode("append").saveAsTable(target)
    return {"loaded": count, "from": before, "to": newest}
