"""DuckDB as it reads an uploaded file: of the store only, with the workspace's own keys, within a limit of memory."""

import importlib.util
from pathlib import Path
from urllib.parse import urlsplit


def text(value):
    return "'" + str(value).replace("'", "''") + "'"


def find_extension():
    """Of the package in our own environment: nothing is ever downloaded."""
    package = Path(importlib.util.find_spec("duckdb_extension_httpfs").origin).parent
    return next(package.glob("extensions/*/httpfs.duckdb_extension"))


def open_source(storage, memory):
    import duckdb

    connection = duckdb.connect(":memory:", config={"memory_limit": memory, "threads": "2", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"})
    connection.execute(f"LOAD {text(find_extension())}")
    keys, address = storage.keys, urlsplit(storage.endpoint)
    token = f", SESSION_TOKEN {text(keys.session_token)}" if keys.session_token else ""
    connection.execute(
        f"CREATE SECRET store (TYPE s3, KEY_ID {text(keys.access_key)}, SECRET {text(keys.secret_key)}{token}, REGION {text(storage.region)},"
        f" ENDPOINT {text(address.netloc)}, USE_SSL {address.scheme == 'https'}, URL_STYLE 'path')"
    )
    for setting in ("TimeZone = 'UTC'", "http_timeout = 30", "http_retries = 3", f"allowed_directories = [{text(f's3://{storage.bucket}/')}]", "enable_external_access = false", "lock_configuration = true"):
        connection.execute(f"SET {setting}")
    return connection


def given_types(connection, describe):
    """The file's own types by name, for columns that keep them."""
    return {name: kind for name, kind, *_ in connection.execute(f"DESCRIBE SELECT * FROM {describe}").fetchall()}
