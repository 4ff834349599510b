"""Writing into a Delta table by key: known rows are updated, new ones inserted, in one commit."""

from secrets import token_hex

from dataharbour.columns import quoted, require_columns
from dataharbour.transformations.tables import table_name


class DoubledKey(ValueError):
    pass


def refuse_doubled_keys(frame, keys):
    doubled = frame.groupBy(*[quoted(key) for key in keys]).count().where("count > 1").limit(1).collect()
    if doubled:
        shown = ", ".join(f"{key}={doubled[0][position]}" for position, key in enumerate(keys))
        raise DoubledKey(f"The rows to write hold the key {shown} more than once: which one should win is not known.")


def merge_statement(target, view, columns, keys):
    """Keys are compared with `<=>`, so that a missing key part is equal to a missing one."""
    match = " and ".join(f"t.{quoted(key)} <=> s.{quoted(key)}" for key in keys)
    values = [name for name in columns if name not in keys]
    update = ", ".join(f"t.{quoted(name)} = s.{quoted(name)}" for name in values)
    changed = " or ".join(f"not (t.{quoted(name)} <=> s.{quoted(name)})" for name in values)
    names, given = ", ".join(map(quoted, columns)), ", ".join(f"s.{quoted(name)}" for name in columns)
    on_match = f"when matched and ({changed}) then update set {update} " if values else ""
    return f"merge into {target} t using {view} s on {match} {on_match}when not matched then insert ({names}) values ({given})"


def upsert(frame, table, keys):
    """Writes `frame` into the Delta table `table` ("schema.table"), which is created if there is none.

    Rows whose keys exist are updated where a value differs, others inserted. Running it again with the
    same rows changes nothing. Returns {"inserted": n, "updated": n}.
    """
    spark = frame.sparkSession
    keys = require_columns(frame, keys)
    if not keys:
        raise ValueError("An upsert needs at least one key column.")
    target = table_name(table)
    refuse_doubled_keys(frame, keys)
    if not spark.catalog.tableExists(table):
        frame.write.format("delta").saveAsTable(target)
        return {"inserted": spark.table(target).count(), "updated": 0}
    view = f"upsert_{token_hex(6)}"
    frame.createOrReplaceTempView(view)
    try:
        done = spark.sql(merge_statement(target, view, frame.columns, keys)).collect()[0]
    finally:
        spark.catalog.dropTempView(view)
    return {"inserted": done["num_inserted_rows"], "updated": done["num_updated_rows"]}
