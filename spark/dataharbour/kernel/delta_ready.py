"""A Spark frame as Delta can hold it: what Delta has no type for becomes text as Spark writes it, and no two names are
alike. What is collected and what Spark writes itself both go through here, so both give the same rows."""

from dataharbour.columns import quoted

KEPT = (
    "BooleanType", "ByteType", "ShortType", "IntegerType", "LongType", "FloatType", "DoubleType", "DecimalType",
    "BinaryType", "DateType", "TimestampType", "TimestampNTZType",
)  # fmt: skip
# Characters that Delta takes in a name only when it maps its columns.
MAPPED = set(" ,;{}()\n\t=")


def held_type(given):
    """The type that Delta holds in its place; None when only text will do."""
    from pyspark.sql import types as t

    name = type(given).__name__
    if name in KEPT:
        return given
    if name in ("StringType", "NullType", "CharType", "VarcharType"):
        return t.StringType()
    if name == "ArrayType":
        inner = held_type(given.elementType)
        return inner and t.ArrayType(inner, given.containsNull)
    if name == "MapType":
        key, value = held_type(given.keyType), held_type(given.valueType)
        return t.MapType(key, value, given.valueContainsNull) if key and value else None
    if name == "StructType" and given.fields:
        fields = [(field.name, held_type(field.dataType), field.nullable) for field in given.fields]
        is_plain = all(kind for _, kind, _ in fields) and all(name for name, _, _ in fields)
        is_plain = is_plain and len({name.lower() for name, _, _ in fields}) == len(fields)
        return t.StructType([t.StructField(*field) for field in fields]) if is_plain else None
    return None


def as_words(kind):
    """For a cast: given as an object, a string would come back as `string collate UTF8_BINARY`, which only Spark reads."""
    name = type(kind).__name__
    if name == "ArrayType":
        return f"array<{as_words(kind.elementType)}>"
    if name == "MapType":
        return f"map<{as_words(kind.keyType)},{as_words(kind.valueType)}>"
    if name == "StructType":
        return f"struct<{','.join(f'{quoted(field.name)}:{as_words(field.dataType)}' for field in kind.fields)}>"
    return kind.simpleString()


def delta_ready(frame, by_spark=False):
    """The frame itself where nothing is in the way, so that most plans stay as they were written. Where Spark writes,
    strings are named anew: one that code has cast by an object is of the kind that only Spark reads."""
    from pyspark.sql import types as t
    from pyspark.sql.connect import functions as f

    from dataharbour.kernel.storable import unique_names

    given = frame.schema.fields
    names = unique_names([field.name for field in given])
    wanted = [held_type(field.dataType) or t.StringType() for field in given]
    words = [as_words(kind) for kind in wanted]
    changed = [not is_same(field.dataType, kind) or (by_spark and "string" in word) for field, kind, word in zip(given, wanted, words)]
    if names == [field.name for field in given] and not any(changed):
        return frame
    # Twice the same name cannot be told apart, so each gets one of its own first.
    places = [f"column_{position}" for position in range(len(given))]
    columns = [f.col(place).cast(word) if is_cast else f.col(place) for place, word, is_cast in zip(places, words, changed)]
    return frame.toDF(*places).select(*[column.alias(name) for column, name in zip(columns, names)])


def is_same(given, wanted):
    return type(given) is type(wanted) and given.simpleString() == wanted.simpleString()


def needs_mapping(schema):
    return any(MAPPED & set(name) for name in all_names(schema))


def all_names(given):
    for field in getattr(given, "fields", ()):
        yield field.name
        yield from all_names(field.dataType)
    for part in ("elementType", "keyType", "valueType"):
        if hasattr(given, part):
            yield from all_names(getattr(given, part))
