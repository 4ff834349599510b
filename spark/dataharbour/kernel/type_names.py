"""Arrow types in Spark's words, such as `bigint`, `decimal(38,2)`, `array<string>`."""

import pyarrow.types as types

PLAIN = {
    "bool": "boolean",
    "int8": "tinyint",
    "int16": "smallint",
    "int32": "int",
    "int64": "bigint",
    "float": "float",
    "double": "double",
    "string": "string",
    "binary": "binary",
    "date32[day]": "date",
}


def type_name(given):
    if types.is_timestamp(given):
        return "timestamp" if given.tz else "timestamp_ntz"
    if types.is_decimal(given):
        return f"decimal({given.precision},{given.scale})"
    if types.is_map(given):
        return f"map<{type_name(given.key_type)},{type_name(given.item_type)}>"
    if types.is_list(given):
        return f"array<{type_name(given.value_type)}>"
    if types.is_struct(given):
        return f"struct<{','.join(f'{field.name}:{type_name(field.type)}' for field in given.fields)}>"
    return PLAIN[str(given)]
