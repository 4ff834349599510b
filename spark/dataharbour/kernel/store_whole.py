"""Writes all rows of a frame as a result: a Spark frame by Spark itself, computed once and never collected; one in this
process piece by piece. The table is there for nobody until its one commit: what was written of a table that
was stopped is taken away again."""

import io
import json
import secrets
import threading
import time
from contextlib import suppress

from dataharbour.kernel.store_result import AWAY, ResultNotStored, columns_of, make_manifest, sentence_for

PIECE_BYTES = 64 * 1024 * 1024
# Who pressed Stop waits for it.
REMOVE_SECONDS = 3


def store_whole(kernel, frame, kind, path):
    """The manifest of the stored table. Raises ResultNotStored, and what the frame's own computation raises."""
    storage, begun = kernel.launch.storage, time.monotonic()
    # Spark would find that out in a quarter of a minute.
    if not kernel.store.wait():
        raise ResultNotStored(AWAY.format(rest=""))
    try:
        if kind == "spark":
            columns, rows = write_by_spark(storage, frame, path)
            return make_manifest(path, columns, rows, None, "spark", begun)
        columns, rows, version = write_from_memory(storage, to_storable(frame, kind), path, kernel.progress.tell)
        return make_manifest(path, columns, rows, None, "delta-rs", begun, version)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            kernel.gate.interrupt()
        remove_leftovers(storage, path)
        raise


def write_by_spark(storage, frame, path):
    from dataharbour.kernel.delta_ready import delta_ready, needs_mapping

    frame = delta_ready(frame, by_spark=True)
    writer = frame.write.format("delta").mode("error")
    if needs_mapping(frame.schema):
        writer = writer.option("delta.columnMapping.mode", "name")
    writer.save(f"s3a://{storage.bucket}/{path}")
    return [{"name": field.name, "type": field.dataType.simpleString()} for field in frame.schema.fields], count_rows(storage, path)


def count_rows(storage, path):
    """As the commit itself says; never counted anew, which would read all of it."""
    from deltalake import DeltaTable

    table = DeltaTable(storage.url(path), version=0, storage_options=storage.delta_options())
    [commit] = table.history(1)
    told = (commit.get("operationMetrics") or {}).get("numOutputRows")
    return int(told) if told is not None else table.count()


def to_storable(frame, kind):
    from dataharbour.kernel.frames import to_arrow
    from dataharbour.kernel.storable import make_storable

    return make_storable(to_arrow(frame, kind))


def write_from_memory(storage, table, path, tell):
    from dataharbour.kernel.storable import make_all_text

    try:
        return write_in_pieces(storage, table, path, tell)
    except Exception as error:
        flat = make_all_text(table)
        if isinstance(error, OSError) or flat.schema == table.schema:
            raise ResultNotStored(sentence_for(error, rest="")) from error
    remove_leftovers(storage, path)
    return write_in_pieces(storage, flat, path, tell)


def write_in_pieces(storage, table, path, tell):
    """Files of our own and one commit of them all: delta-rs writes several at a time and keeps no order of the rows. Between
    two of them Stop is heard."""
    from deltalake import DeltaTable, write_deltalake

    options = storage.delta_options()
    write_deltalake(storage.url(path), table.slice(0, 0), mode="error", storage_options=options)
    added = []
    for first, piece in pieces_of(table):
        added.append(write_piece(storage, path, len(added), piece))
        tell(f"{first + piece.num_rows:,} of {table.num_rows:,} rows written")
    empty = DeltaTable(storage.url(path), storage_options=options)
    if added:
        empty.create_write_transaction(added, "append", empty.schema())
    return columns_of(table), table.num_rows, 1 if added else 0


def pieces_of(table):
    rows = max(1, int(PIECE_BYTES / max(1, table.nbytes / max(1, table.num_rows))))
    for first in range(0, table.num_rows, rows):
        yield first, table.slice(first, rows)


def write_piece(storage, path, number, piece):
    import pyarrow as pa
    import pyarrow.parquet as parquet
    from deltalake.transaction import AddAction

    file = pa.BufferOutputStream()
    parquet.write_table(piece, file, version="2.6", coerce_timestamps="us")
    content = file.getvalue().to_pybytes()
    name = f"part-{number:05d}-{secrets.token_hex(8)}.parquet"
    storage.client().put_object(storage.bucket, f"{path}/{name}", io.BytesIO(content), len(content))
    return AddAction(name, len(content), {}, round(time.time() * 1000), True, json.dumps({"numRecords": piece.num_rows}))


def remove_leftovers(storage, path):
    """Nobody sees them, but they would take space. A store that is away keeps them until the run itself goes."""

    def remove():
        with suppress(Exception):
            client = storage.client()
            for found in list(client.list_objects(storage.bucket, prefix=f"{path}/", recursive=True)):
                client.remove_object(storage.bucket, found.object_name)

    removing = threading.Thread(target=remove, name="leftovers", daemon=True)
    removing.start()
    removing.join(REMOVE_SECONDS)
