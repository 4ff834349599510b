"""A Delta table of a file, with little memory: DuckDB reads and types it batch by batch, delta-rs writes. In one pass; JSON
is gone through once before for the names of its fields.

Nothing is seen of the table before its one commit, which names the import: asked again after a commit, it is done
already. A value that is not of its column's type is counted; where such values are to be refused, nothing is committed.
No field of JSON is lost in silence: by one that is neither a column nor left out on purpose the file is refused.
"""

import itertools
import time

from dataharbour.bring_in.fields import find_unknown
from dataharbour.bring_in.source import given_types, open_source
from dataharbour.storage import storage_from_json

ROWS_AT_ONCE = 20_000
EXAMPLES = 5
TELL_EVERY_SECONDS = 0.5
FILE_BYTES = 256 * 1024 * 1024
SCHEMA_MODES = {"error": {}, "overwrite": {"schema_mode": "overwrite"}, "append": {"schema_mode": "merge"}}


class ValuesRefused(Exception):
    """There are values that are not of their column's type."""


class Bad:
    """What was not of its type, by column."""

    def __init__(self, columns):
        self.columns = [{"name": column["name"], "type": column["type"], "count": 0, "examples": []} for column in columns]

    def look(self, batch, first, row):
        for place, column in enumerate(self.columns):
            values = batch.column(first + place)
            found = len(values) - values.null_count
            if not found:
                continue
            column["count"] += found
            if len(column["examples"]) < EXAMPLES:
                examples = ((row + at, value) for at, value in enumerate(values.to_pylist(), 1) if value is not None)
                column["examples"] += [{"row": number, "text": value} for number, value in examples][: EXAMPLES - len(column["examples"])]

    @property
    def found(self):
        return [column for column in self.columns if column["count"]]


def query(job, given):
    """The SQL that the worker has made; only the file's own types are put in here, since only the file tells them."""
    sql = job["sql"]
    for column in job["columns"]:
        if column["given"]:
            sql = sql.replace(column["given"], given.get(column["from"], "VARCHAR"))
    return sql, Bad([column for column in job["columns"] if column["isChecked"]])


def storable_batches(job, reader, bad, say):
    """Batches as Delta holds them. Where bad values are refused, the rest is only counted once one was seen."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from dataharbour.kernel.storable import storable_column

    names = [column["name"] for column in job["columns"]]
    rows, weight, told = 0, 0, time.monotonic()
    for batch in reader:
        bad.look(batch, len(names), rows)
        rows += batch.num_rows
        weight += pc.sum(batch.column(batch.num_columns - 1)).as_py() or 0
        if time.monotonic() - told > TELL_EVERY_SECONDS:
            told = time.monotonic()
            say(rows=rows, fraction=fraction(job, rows, weight))
        if not (bad.found and job["badValues"] == "refuse"):
            yield pa.RecordBatch.from_arrays([storable_column(column) for column in batch.columns[: len(names)]], names=names)
    job["rows"] = rows
    say(rows=rows, fraction=None)
    if bad.found and job["badValues"] == "refuse":
        raise ValuesRefused
    say(committing=True)


def fraction(job, rows, weight):
    """By rows where their number is known, by bytes of text otherwise: an estimate, so never all of it."""
    done = rows / job["expected"] if job.get("expected") else weight / job["bytes"] if job["bytes"] else None
    return done if done is None else min(done, 0.99)


def make_table(job, say):
    import pyarrow as pa
    from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake

    storage = storage_from_json(job["storage"])
    options = storage.delta_options()
    url = storage.url(job["path"])
    made = DeltaTable(url, storage_options=options) if DeltaTable.is_deltatable(url, storage_options=options) else None
    if made is not None and made.transaction_version(job["id"]) is not None:
        return say(done=True, rows=rows_of(made, job["id"]), badColumns=[])
    say(begun=True)
    connection = open_source(storage, job["memory"])
    if job["count"]:
        job["expected"] = connection.execute(job["count"]).fetchone()[0]
    given = given_types(connection, job["describe"]) if job["describe"] else {}
    unknown = find_unknown(job, connection, given) if job["jsonRows"] else None
    if unknown is not None:
        return say(refused=True, rows=0, badColumns=[], unknown=unknown)
    sql, bad = query(job, given)
    reader = connection.execute(sql).to_arrow_reader(ROWS_AT_ONCE)
    batches = Kept(storable_batches(job, reader, bad, say))
    try:
        # The types are those of the first batch; there is none when the file has no rows.
        first = next(batches, None)
        schema = first.schema if first is not None else empty_schema(job, reader.schema)
        if made is not None and job["mode"] == "append":
            check_columns(pa.schema(made.schema()), schema)
        write_deltalake(
            url,
            pa.RecordBatchReader.from_batches(schema, itertools.chain([first] if first is not None else [], batches)),
            mode=job["mode"],
            **SCHEMA_MODES[job["mode"]],
            storage_options=options,
            target_file_size=FILE_BYTES,
            writer_properties=WriterProperties(compression="ZSTD"),
            commit_properties=CommitProperties(custom_metadata={"userName": job["userName"], "userMetadata": f'{{"import":"{job["id"]}"}}'}, app_transactions=[Transaction(job["id"], 1)]),
        )
    except Exception as problem:
        if bad.found and job["badValues"] == "refuse":
            return say(refused=True, rows=job.get("rows", 0), badColumns=bad.found)
        raise (batches.problem or problem) from None
    return say(done=True, rows=job["rows"], badColumns=bad.found)


def check_columns(there, given):
    """What is added has no other columns than the table has, of its types; those that it lacks are null."""
    from dataharbour.kernel.storable import delta_type

    known = {field.name: delta_type(field.type) or field.type for field in there}
    if any(known.get(field.name) != field.type for field in given):
        raise ValueError("Schema does not match: a column is not one of the table's.")


class Kept:
    """An iterator that remembers why it ended: whoever draws from it tells an error of its own."""

    def __init__(self, inner):
        self._inner, self.problem = inner, None

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return next(self._inner)
        except StopIteration:
            raise
        except Exception as problem:
            self.problem = problem
            raise


def empty_schema(job, given):
    import pyarrow as pa

    from dataharbour.kernel.storable import delta_type

    return pa.schema([pa.field(given.field(at).name, delta_type(given.field(at).type) or pa.string()) for at in range(len(job["columns"]))])


def rows_of(table, import_id):
    """Of the commit that was this import's."""
    for commit in table.history():
        if import_id in str(commit.get("userMetadata")):
            return int((commit.get("operationMetrics") or {}).get("num_added_rows") or 0)
    return 0
