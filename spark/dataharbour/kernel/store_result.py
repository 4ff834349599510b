"""Writes one table that a cell shows as an immutable Delta table, and makes its manifest."""

import secrets
import time

MIME = "application/vnd.dataharbour.result+json"


class ResultNotStored(Exception):
    """The object store refused or did not answer; the cell says so in one sentence."""


def write_delta(storage, path, table):
    """A path that exists already is another attempt's result: it is left alone, a new path is taken."""
    from deltalake import write_deltalake
    from deltalake.exceptions import DeltaError

    options = storage.delta_options()
    try:
        write_deltalake(storage.url(path), table, mode="error", storage_options=options)
        return path
    except DeltaError as error:
        if "already exists" not in str(error):
            raise
    path = f"{path}-{secrets.token_hex(3)}"
    write_deltalake(storage.url(path), table, mode="error", storage_options=options)
    return path


SHOWN_ABOVE = " Its first rows are shown above."
AWAY = "The table could not be stored: the object store does not answer.{rest} Run the cell again when it is back."


def sentence_for(error, rest=SHOWN_ABOVE):
    text = str(error)
    if any(mark in text for mark in ("AccessDenied", "403 Forbidden", "InvalidAccessKeyId", "ExpiredToken", "Invalid security token")):
        return "The object store refused the table: this kernel's key is no longer valid. Restart the kernel."
    if any(mark in text for mark in ("XMinioStorageFull", "507 Insufficient", "QuotaExceeded")):
        return f"The table could not be stored: the object store is full. Free some space, or tell the operator.{rest}"
    if any(mark in text for mark in ("onnect", "timed out", "error sending request", "503", "dispatch")):
        return AWAY.format(rest=rest)
    return f"The table could not be stored: {text.splitlines()[0][:300]}.{rest}"


def columns_of(table):
    from dataharbour.kernel.type_names import type_name

    return [{"name": field.name, "type": type_name(field.type)} for field in table.schema]


def store_result(storage, cell_run, table, cut_by):
    """The manifest of the stored table. Raises ResultNotStored."""
    from dataharbour.kernel.storable import make_all_text

    begun = time.monotonic()
    path = f"{cell_run.result_prefix}/{cell_run.next_result()}"
    try:
        path = write_delta(storage, path, table)
    except OSError as error:
        raise ResultNotStored(sentence_for(error)) from error
    except Exception as error:
        flat = make_all_text(table)
        if flat.schema == table.schema:
            raise ResultNotStored(sentence_for(error)) from error
        path, table = write_delta(storage, f"{path}-{secrets.token_hex(3)}", flat), flat
    return make_manifest(path, columns_of(table), table.num_rows, cut_by, "delta-rs", begun)


def make_manifest(path, columns, rows, cut_by, writer, begun, version=0):
    return {
        "path": path,
        "version": version,
        "columns": columns,
        "rows": rows,
        "truncated": cut_by is not None,
        "cutBy": cut_by,
        "writtenBy": writer,
        "ms": round((time.monotonic() - begun) * 1000),
    }
