"""Loads the sample tables into the object store: `python -m dataharbour.samples --source <folder>`.

`samples/flights` (3 million US flights of 2001), `samples/airports` and `samples/weather` become
Delta tables written by delta-rs, so no Spark is needed. Running it again changes nothing: the
table's description names the source it was made from, and a table with the same one is left alone.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from dataharbour.log import write_log
from dataharbour.storage import storage_from_environment

# Raised when the tables' shape changes, so that stores loaded before are loaded anew.
LAYOUT = 1
# The flights come to 14 MB; a few files of neighbouring dates let readers work side by side and skip.
FILE_BYTES = 3_500_000


def read_flights(folder):
    import pyarrow as pa
    import pyarrow.parquet as parquet

    flights = parquet.read_table(folder / "flights-3m.parquet")
    wanted = pa.schema(
        [
            ("date", pa.timestamp("us")),
            ("delay", pa.int32()),
            ("distance", pa.int32()),
            ("origin", pa.string()),
            ("destination", pa.string()),
        ]
    )
    return flights.select(wanted.names).cast(wanted).sort_by("date")


def read_csv(path):
    import pyarrow.csv as csv

    return csv.read_csv(path)


def read_airports(folder):
    return read_csv(folder / "airports.csv").sort_by("iata")


def read_weather(folder):
    return read_csv(folder / "seattle-weather.csv").sort_by("date")


TABLES = {"airports": read_airports, "weather": read_weather, "flights": read_flights}


def find_data(source):
    """The folder with the files, given the package's folder or its data folder."""
    folder = Path(source)
    if (folder / "data" / "flights-3m.parquet").is_file():
        folder = folder / "data"
    if not (folder / "flights-3m.parquet").is_file():
        raise SystemExit(f"{source} holds no flights-3m.parquet: give the folder of the npm package vega-datasets.")
    return folder


def describe_source(folder):
    package = folder.parent / "package.json"
    version = json.loads(package.read_text("utf-8"))["version"] if package.is_file() else "of unknown version"
    return f"vega-datasets {version}, layout {LAYOUT}"


def is_loaded(storage, name, source):
    from deltalake import DeltaTable
    from deltalake.exceptions import TableNotFoundError

    try:
        table = DeltaTable(storage.url(f"samples/{name}"), storage_options=storage.delta_options())
    except TableNotFoundError:
        return False
    return table.metadata().description == source


def write_table(storage, name, rows, source):
    """The description comes last, in a commit of its own: an overwrite would not change an older one."""
    from deltalake import DeltaTable, WriterProperties, write_deltalake

    place, options = storage.url(f"samples/{name}"), storage.delta_options()
    write_deltalake(
        place,
        rows,
        mode="overwrite",
        schema_mode="overwrite",
        name=name,
        storage_options=options,
        target_file_size=FILE_BYTES,
        writer_properties=WriterProperties(compression="ZSTD", max_row_group_size=131_072),
    )
    DeltaTable(place, storage_options=options).alter.set_table_description(source)


def load_samples(storage, source_folder):
    """Returns the names of the tables that were written now."""
    folder = find_data(source_folder)
    source = describe_source(folder)
    written = []
    for name, read in TABLES.items():
        if is_loaded(storage, name, source):
            continue
        begun = time.monotonic()
        rows = read(folder)
        write_table(storage, name, rows, source)
        write_log("samples", "info", "Loaded a sample table.", table=name, rows=rows.num_rows, ms=round((time.monotonic() - begun) * 1000))
        written.append(name)
    return written


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m dataharbour.samples", description="Load the sample tables.")
    parser.add_argument("--source", required=True, help="folder of the npm package vega-datasets, or its data folder")
    written = load_samples(storage_from_environment(), parser.parse_args(arguments).source)
    write_log("samples", "info", "The sample tables are in place.", written=written)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
