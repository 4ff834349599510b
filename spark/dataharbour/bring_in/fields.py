"""Fields of JSON that nobody has decided about. DuckDB reads the columns that it is told of, and of a nested one the fields of
its type; all others it passes over without a word. So each row is looked at for its names before a table is made."""

import duckdb

from dataharbour.bring_in.source import text


def find_unknown(job, connection, given):
    """The first field that is neither in a column nor left out by a person, with its row; None when there is none. Streamed."""
    known = {*given, *(column["from"] for column in job["columns"]), *job["leftOut"]}
    checks = [("json_keys(json)", known, None), *(nested_checks(job["columns"], given) if job["isSampled"] else [])]
    unknown = " OR ".join(f"NOT list_has_all([{', '.join(map(text, sorted(names)))}]::VARCHAR[], {fields})" for fields, names, _ in checks)
    # To number the rows takes one thread, so it is done only where there is something to tell.
    if connection.execute(f"SELECT 1 FROM ({job['jsonRows']}) WHERE {unknown} LIMIT 1").fetchone() is None:
        return None
    numbered = f"SELECT row_number() OVER () AS row, json FROM ({job['jsonRows']})"
    row, *found = connection.execute(f"SELECT row, {', '.join(fields for fields, *_ in checks)} FROM ({numbered}) WHERE {unknown} LIMIT 1").fetchone()
    # Of what is no table of fields each value goes wholly into one column, which DuckDB calls so.
    if list(given) == ["json"] and row <= job["firstRows"]:
        return None
    for fields, (_, names, column) in zip(found, checks):
        for field in fields or []:
            if field not in names:
                return {"row": row, "field": field, "column": column, "like": next((name for name in sorted(names) if name.lower() == field.lower()), None)}


def nested_checks(columns, given):
    for column in columns:
        name = column["from"]
        if column["given"] and name in given:
            for path, names, is_many in struct_paths(duckdb.sqltype(given[name]), f"$.{step(name)}"):
                fields = f"json_keys(json, {text(path)})"
                yield (f"flatten({fields})" if is_many else fields), names, name


def struct_paths(kind, path, is_many=False):
    """Where objects of fixed fields lie within a value of this type, as JSON paths; the names of those fields; whether there may be many."""
    if kind.id == "struct":
        yield path, {name for name, _ in kind.children}, is_many
        for name, child in kind.children:
            yield from struct_paths(child, f"{path}.{step(name)}", is_many)
    elif kind.id == "list":
        yield from struct_paths(kind.children[0][1], f"{path}[*]", True)
    elif kind.id == "map":
        yield from struct_paths(kind.children[1][1], f"{path}.*", True)


def step(name):
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
