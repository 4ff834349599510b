"""Writes one table that a cell shows as an immutable Delta table, and makes its manifest."""

import secrets
import time

MIME = "application/vnd.dataharbour.result+json"
BYTES_MAX = 256 * 1024 * 1024


class ResultNotStored(Exception):
    """The object store refused or did not answer; the cell says so in one sentence."""


def cut_to_bytes(table):
    """Rows may be huge: keeps as many as fit, and says whether some were cut."""
    if table.nbytes <= BYTES_MAX:
        return table, False
    kept = max(1, int(table.num_rows * BYTES_MAX / table.nbytes))
    return table.slice(0, kept), kept < table.num_rows


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


def sentence_for(error):
    text = str(error)
    if any(mark in text for mark in ("AccessDenied", "403 Forbidden", "InvalidAccessKeyId", "ExpiredToken", "Invalid security token")):
        return "The object store refused the table: this kernel's key is no longer valid. Restart the kernel."
    if any(mark in text for mark in ("onnect", "timed out", "error sending request", "503", "dispatch")):
        return "The table could not be stored: the object store does not answer. Its first rows are shown above."
    return f"The table could not be stored: {text.splitlines()[0][:300]}. Its first rows are shown above."


def store_result(storage, cell_run, table, truncated):
    """The manifest of the stored table. Raises ResultNotStored."""
    from dataharbour.kernel.storable import make_all_text
    from dataharbour.kernel.type_names import type_name

    begun = time.monotonic()
    table, is_cut = cut_to_bytes(table)
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
    return {
        "path": path,
        "version": 0,
        "columns": [{"name": field.name, "type": type_name(field.type)} for field in table.schema],
        "rows": table.num_rows,
        "truncated": truncated or is_cut,
        "writtenBy": "delta-rs",
        "ms": round((time.monotonic() - begun) * 1000),
    }
