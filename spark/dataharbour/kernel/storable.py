"""Turns any Arrow table into one that Delta can hold: its types, unique names, nothing lost in silence.

What Delta has no type for becomes text as Python writes it; unsigned numbers become the next
larger signed type; times of day and spans become text; instants keep microseconds in UTC.
"""

import pyarrow as pa
import pyarrow.types as types

UNSIGNED = {pa.uint8(): pa.int16(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64(), pa.uint64(): pa.decimal128(20, 0)}
KEPT = (
    types.is_boolean, types.is_signed_integer, types.is_float32, types.is_float64,
    types.is_string, types.is_binary, types.is_date32,
)  # fmt: skip


def delta_type(given):
    """The nearest type that Delta has, or None when only text will do."""
    if any(is_kind(given) for is_kind in KEPT):
        return given
    if given in UNSIGNED:
        return UNSIGNED[given]
    if types.is_timestamp(given):
        return pa.timestamp("us", "UTC" if given.tz else None)
    if types.is_decimal(given):
        return pa.decimal128(given.precision, given.scale) if given.precision <= 38 and 0 <= given.scale <= given.precision else None
    if types.is_float16(given):
        return pa.float32()
    if types.is_date64(given):
        return pa.date32()
    if types.is_large_string(given) or given == pa.string_view() or types.is_null(given):
        return pa.string()
    if types.is_large_binary(given) or types.is_fixed_size_binary(given) or given == pa.binary_view():
        return pa.binary()
    return nested_type(given)


def nested_type(given):
    if types.is_list(given) or types.is_large_list(given) or types.is_fixed_size_list(given):
        inner = delta_type(given.value_type)
        return inner and pa.list_(inner)
    if types.is_map(given):
        key, item = delta_type(given.key_type), delta_type(given.item_type)
        return pa.map_(key, item) if key and item else None
    if types.is_struct(given) and given.num_fields:
        fields = [(field.name, delta_type(field.type)) for field in given.fields]
        names = {name.lower() for name, _ in fields}
        return pa.struct(fields) if all(kind for _, kind in fields) and len(names) == len(fields) and all(names) else None
    return None


def text_of(value):
    return None if value is None else str(value).encode("utf-8", "replace").decode("utf-8")


def as_text(column):
    return pa.array([text_of(value) for value in column.to_pylist()], pa.string())


def storable_column(column):
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
        column = column.chunk(0) if isinstance(column, pa.ChunkedArray) and column.num_chunks == 1 else column
    if isinstance(column.type, pa.UuidType):
        return as_text(column)
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.storage if isinstance(column, pa.ExtensionArray) else column.cast(column.type.storage_type)
    if types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    wanted = delta_type(column.type)
    if wanted == column.type:
        return column
    if wanted is None:
        return as_text(column)
    try:
        return column.cast(wanted, safe=not types.is_timestamp(wanted))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
        return as_text(column)


def unique_names(names):
    """Delta does not tell `A` from `a`; a second one gets a number, an empty one a name."""
    taken, result = set(), []
    for position, name in enumerate(names, 1):
        base = text_of(name).strip() or f"column_{position}"
        candidate, number = base, 1
        while candidate.lower() in taken:
            number += 1
            candidate = f"{base}_{number}"
        taken.add(candidate.lower())
        result.append(candidate)
    return result


def make_storable(table):
    columns = [storable_column(column) for column in table.columns]
    return pa.Table.from_arrays(columns, names=unique_names(table.column_names))


def make_all_text(table):
    """The last way out for a table that could not be written: every nested column as text."""
    columns = [as_text(column) if types.is_nested(column.type) else column for column in table.columns]
    return pa.Table.from_arrays(columns, names=table.column_names)


def array_of_any(series):
    """A pandas column as Arrow; values of several types in one column become text, and so do pandas' own types."""
    # Of a column of categories, such as pd.cut makes, the kind of these.
    kind = getattr(getattr(series.dtype, "categories", None), "dtype", series.dtype)
    if not str(kind).startswith(("period", "interval")):
        try:
            return pa.Array.from_pandas(series)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, UnicodeEncodeError, OverflowError):
            pass
    missing = series.isna().to_numpy()
    return pa.array([None if gone else text_of(value) for value, gone in zip(series, missing)], pa.string())


