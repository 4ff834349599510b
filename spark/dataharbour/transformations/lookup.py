"""Looking values up in a small table, such as an airport's city by its code."""

from pyspark.sql import functions as f

from dataharbour.columns import quoted, require_columns


def lookup(frame, table, on, take=None, prefix=""):
    """Adds columns of `table` to each row of `frame`; rows without a match stay, with nothing added.

    on: {column of frame: column of table}, or a name that both have.
    take: the table's columns to add (default: all but its keys). prefix: put before their names.

    The number of rows never changes: should a key occur twice in `table`, one of its rows is taken.
    """
    pairs = {on: on} if isinstance(on, str) else dict(on)
    require_columns(frame, pairs.keys())
    keys = require_columns(table, pairs.values())
    taken = require_columns(table, take if take is not None else [name for name in table.columns if name not in keys])
    added = [prefix + name for name in taken]
    doubled = [name for name in added if name in frame.columns]
    if doubled:
        raise ValueError(f"The frame already has a column '{doubled[0]}': give a prefix.")
    small = table.dropDuplicates(keys).select(
        *[f.col(quoted(key)).alias(f"__key_{position}") for position, key in enumerate(keys)],
        *[f.col(quoted(name)).alias(new) for name, new in zip(taken, added)],
    )
    condition = [frame[quoted(name)] == small[f"__key_{position}"] for position, name in enumerate(pairs)]
    joined = frame.join(f.broadcast(small), condition, "left")
    return joined.drop(*[f"__key_{position}" for position in range(len(keys))])
