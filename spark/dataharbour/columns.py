"""Checks of column names that end in a sentence naming the column, before Spark is asked anything costly."""

from difflib import get_close_matches


class UnknownColumn(ValueError):
    pass


def as_list(names):
    return [names] if isinstance(names, str) else list(names)


def require_columns(frame, names):
    """The names as a list; raises UnknownColumn for one that the frame lacks."""
    names = as_list(names)
    for name in names:
        if name not in frame.columns:
            near = get_close_matches(name, frame.columns, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise UnknownColumn(f"There is no column '{name}'.{hint} The columns are: {', '.join(frame.columns)}.")
    return names


NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal")


def numeric_columns(frame):
    return [name for name, kind in frame.dtypes if kind.startswith(NUMBERS)]


def quoted(name):
    """A name (of a column, table, schema) as SQL and Spark's path syntax take it, whatever characters it holds."""
    return "`" + name.replace("`", "``") + "`"
