"""Puts values where a statement names them, as literals that can hold nothing but the value.

Spark's own parameters cannot be used: since 4.1 its parser puts them into the text, and Delta's
parser (4.4) drops them (delta-io/delta#7640). A text becomes the bytes of a hex literal: there is
no quote to close and nothing to escape, whatever is in it.
"""

from dataharbour.kernel.statements import NAMED


def literal(value):
    """None for what has no literal here: that is left to Spark."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"({value})" if value < 0 else str(value)
    if isinstance(value, float):
        return f"double('{value!r}')"
    if isinstance(value, str):
        return f"cast(X'{value.encode('utf-8', 'replace').hex()}' as string)"
    return None


def bind_names(text, values):
    def put(match):
        name = match["name"]
        found = literal(values[name]) if name and name in values else None
        return match[0] if found is None else found

    return NAMED.sub(put, text) if values else text
