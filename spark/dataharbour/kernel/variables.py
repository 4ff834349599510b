"""The variables of a notebook as a list to look at: name, type, shape, size and a short preview.

It runs in the kernel between cells, so nothing here may take long or run code of the person's: only
values whose type is exactly a known one are looked into, with the type's own methods. A `__repr__`, `__len__` or
property that somebody wrote is never called, and Spark is never asked: a frame of it shows what is known here.
"""

import sys
import time
from itertools import islice
from types import BuiltinFunctionType, FunctionType, ModuleType

LIMIT = 500
SECONDS = 0.1
NAME_MAX = 100
PREVIEW_MAX = 120
ITEMS = 6
BITS_MAX = 256
TEXT_MAX = 60

NUMBERS = (bool, float, complex, type(None))
SEQUENCES = ((list, "[]"), (tuple, "()"), (set, "{}"), (frozenset, "{}"))
TEXTS = (str, bytes, bytearray)
name_of_type = type.__dict__["__name__"].__get__


def cut(text, limit=PREVIEW_MAX):
    return text if len(text) <= limit else text[: limit - 1] + "…"


def is_one(kind, kinds):
    """By identity: `in` would ask a type of the person whether it equals."""
    return any(kind is one for one in kinds)


def brackets_of(kind):
    return next((brackets for one, brackets in SEQUENCES if one is kind), None)


def type_name(value):
    name = name_of_type(type(value))
    return cut(name, NAME_MAX)


def loaded(module, name):
    """A type of a library, if the library is loaded at all; nothing is imported for a look."""
    found = getattr(sys.modules.get(module), name, None)
    return found if isinstance(found, type) else None


def is_type(value, module, name):
    return type(value) is loaded(module, name)


def preview(value, depth=1):
    """A few letters that are safe to make, or what kind of thing it is."""
    kind, brackets = type(value), brackets_of(type(value))
    if is_one(kind, NUMBERS):
        return repr(value)
    if kind is int:
        return str(value) if value.bit_length() <= BITS_MAX else f"an integer of {value.bit_length():,} bits"
    if is_one(kind, TEXTS):
        short = repr(value[:TEXT_MAX])
        return short if len(value) <= TEXT_MAX else short + "…"
    if brackets:
        return items(value, brackets, depth)
    if kind is dict:
        return pairs(value, depth)
    return f"<{type_name(value)}>"


def items(value, brackets, depth):
    if depth < 0:
        return f"{brackets[0]}…{brackets[1]}"
    shown = [preview(item, depth - 1) for item in islice(value, ITEMS)]
    return brackets[0] + ", ".join(shown + ["…"] * (len(value) > ITEMS)) + brackets[1]


def pairs(value, depth):
    if depth < 0:
        return "{…}"
    shown = [f"{preview(key, depth - 1)}: {preview(item, depth - 1)}" for key, item in islice(value.items(), ITEMS)]
    return "{" + ", ".join(shown + ["…"] * (len(value) > ITEMS)) + "}"


def names(labels):
    """Column names as a line."""
    shown = [label if type(label) is str else preview(label, 0) for label in islice(labels, 12)]
    return cut(", ".join(shown))


def look(value):
    """(shape, bytes, preview), each None where it is not known without asking somebody."""
    kind = type(value)
    if brackets_of(kind) or kind is dict or is_one(kind, TEXTS):
        return f"{len(value):,}", sys.getsizeof(value), preview(value)
    if kind is int or is_one(kind, NUMBERS):
        return None, sys.getsizeof(value), preview(value)
    if kind is FunctionType:
        code = value.__code__
        return None, None, f"def {code.co_name}({', '.join(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])})"
    if kind is range:
        return f"{len(value):,}" if value.stop - value.start < sys.maxsize else None, None, preview_range(value)
    return look_at_data(value)


def preview_range(value):
    return f"range({preview(value.start)}, {preview(value.stop)}, {preview(value.step)})"


def look_at_data(value):
    if is_type(value, "pandas", "DataFrame"):
        rows, columns = len(value.index), len(value.columns)
        size = int(value.memory_usage(index=False, deep=False).sum()) if columns <= 1000 else None
        return shape(rows, columns), size, names(value.columns)
    if is_type(value, "pandas", "Series"):
        return f"{len(value.index):,}", int(value.memory_usage(index=False, deep=False)), str(value.dtype)
    if is_type(value, "numpy", "ndarray"):
        return " × ".join(f"{length:,}" for length in value.shape), value.nbytes, str(value.dtype) if value.dtype.kind in "biufcSUmM" else value.dtype.kind
    if is_type(value, "pyarrow", "Table"):
        return shape(value.num_rows, value.num_columns), value.nbytes, names(value.column_names)
    if is_type(value, "polars", "DataFrame"):
        return shape(value.height, value.width), value.estimated_size(), names(value.columns)
    if is_type(value, "pyspark.sql.connect.dataframe", "DataFrame"):
        return look_at_spark(value)
    return None, None, None


def look_at_spark(value):
    """A frame of Spark is a plan: how wide it is is known once somebody asked, how long never."""
    schema = vars(value).get("_cached_schema")
    if schema is None:
        return None, None, "not computed yet"
    return counted(len(schema.fields)), None, names(field.name for field in schema.fields)


def shape(rows, columns):
    return f"{rows:,} × {columns:,}"


def counted(columns):
    return "1 column" if columns == 1 else f"{columns:,} columns"


def describe(name, value):
    try:
        found = look(value)
    except Exception:
        found = (None, None, None)
    shape_, size, text = found
    return {"name": cut(name, NAME_MAX), "type": type_name(value), "shape": shape_, "bytes": size, "preview": None if text is None else cut(text)}


def is_shown(name, value, hidden):
    if type(name) is not str or name.startswith("_") or is_one(type(value), (ModuleType, BuiltinFunctionType)):
        return False
    return name not in hidden or hidden[name] is not value


def list_variables(namespace, hidden, seconds=SECONDS, limit=LIMIT, now=time.monotonic):
    """Sorted by name. `isCut`: there are more than were looked at in the time and space for it."""
    end = now() + seconds
    shown = sorted(name for name, value in list(namespace.items()) if is_shown(name, value, hidden))
    described = []
    for name in shown[:limit]:
        if now() > end:
            break
        described.append(describe(name, namespace[name]))
    return {"variables": described, "isCut": len(described) < len(shown)}
