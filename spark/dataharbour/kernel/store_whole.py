"""Writes all rows of a frame as a result: a Spark frame by Spark itself, computed once and never collected; one in this
process by delta-rs, batch by batch. The table is there for nobody until its one commit: what was written of a table that
was stopped is taken away again."""

import threading
import time

from dataharbour.kernel.store_result import ResultNotStored, columns_of, make_manifest, sentence_for

ROWS_AT_ONCE = 65_536
LOOK_SECONDS = 0.25


def store_whole(kernel, frame, kind, path):
    """The manifest of the stored table. Raises ResultNotStored, and what the frame's own computation raises."""
    storage, begun = kernel.launch.storage, time.monotonic()
    try:
        if kind == "spark":
            columns, rows = write_by_spark(storage, frame, path)
            return make_manifest(path, columns, rows, None, "spark", begun)
        columns, rows = write_from_memory(storage, to_storable(frame, kind), path, kernel.progress.tell)
        return make_manifest(path, columns, rows, None, "delta-rs", begun)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            kernel.gate.interrupt()
        remove_leftovers(storage, path)
        raise


def write_by_spark(storage, frame, path):
    from dataharbour.kernel.delta_ready import delta_ready, needs_mapping

    frame = delta_ready(frame)
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
        return write_in_batches(storage, table, path, tell)
    except ResultNotStored as error:
        flat = make_all_text(table)
        if isinstance(error.__cause__, OSError) or flat.schema == table.schema:
            raise
    return write_in_batches(storage, flat, path, tell)


def write_in_batches(storage, table, path, tell):
    """By a thread of its own, so that Stop is heard meanwhile: it ends the stream of batches, and nothing is committed."""
    import pyarrow as pa
    from deltalake import write_deltalake

    done, stop, failure = 0, threading.Event(), []

    def batches():
        nonlocal done
        for batch in table.to_batches(max_chunksize=ROWS_AT_ONCE):
            if stop.is_set():
                raise InterruptedError("Stopped.")
            yield batch
            done += batch.num_rows

    def write():
        try:
            reader = pa.RecordBatchReader.from_batches(table.schema, batches())
            write_deltalake(storage.url(path), reader, mode="error", storage_options=storage.delta_options())
        except BaseException as error:
            failure.append(error)

    writing = threading.Thread(target=write, name="whole-result", daemon=True)
    writing.start()
    try:
        while writing.is_alive():
            writing.join(LOOK_SECONDS)
            if writing.is_alive():
                tell(f"{done:,} of {table.num_rows:,} rows written")
    except BaseException:
        stop.set()
        writing.join(LOOK_SECONDS * 8)
        raise
    if failure:
        raise ResultNotStored(sentence_for(failure[0], rest="")) from failure[0]
    return columns_of(table), table.num_rows


def remove_leftovers(storage, path):
    """Nobody sees them, but they would take space. A store that is away keeps them until the run itself goes."""
    try:
        client = storage.client()
        for found in list(client.list_objects(storage.bucket, prefix=f"{path}/", recursive=True)):
            client.remove_object(storage.bucket, found.object_name)
    except Exception:
        return
