"""Names of tables as SQL takes them."""

from dataharbour.columns import quoted


def table_name(name):
    """`schema.table` with each part quoted."""
    parts = name.split(".")
    if not all(parts) or len(parts) > 3:
        raise ValueError(f"'{name}' is not the name of a table: say table or schema.table.")
    return ".".join(quoted(part.strip("`")) for part in parts)
