"""Makes a Spark know the Delta tables that lie in the store: `python -m dataharbour.register_tables …`.

Run once after every start of a compute. It waits for the server, says when it answers, then
registers the `samples` schema and every Delta folder of the warehouse (`<table>`,
`<schema>.db/<table>`) that the catalog lacks, and warms up reading. Running it again is harmless, and is to be done
when the store was away (5): until then a file beside the done-file says that tables are owed, which cells tell.
"""

import argparse
import logging
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from dataharbour.columns import quoted
from dataharbour.log import write_log
from dataharbour.storage import Storage
from dataharbour.store_away import OWED, is_store_away
from dataharbour.wait_for_spark import SparkNotReady, is_listening, wait_for_spark

STORE_AWAY = 5
SAMPLES = ("flights", "airports", "weather")


def folders_below(client, bucket, prefix):
    """Names of the folders directly below a prefix."""
    listing = client.list_objects(bucket_name=bucket, prefix=prefix)
    return [item.object_name[len(prefix) :].rstrip("/") for item in listing if item.is_dir and item.object_name != prefix]


def find_delta_tables(client, bucket, prefix):
    """(schema, table, folder) of each Delta table in a warehouse."""
    prefix = prefix.strip("/") + "/"
    found = []
    for name in folders_below(client, bucket, prefix):
        if name.endswith(".db"):
            schema, tables = name[:-3], folders_below(client, bucket, f"{prefix}{name}/")
            found += [(schema, table, f"{prefix}{name}/{table}") for table in tables]
        else:
            found.append(("default", name, f"{prefix}{name}"))
    return [entry for entry in found if "_delta_log" in folders_below(client, bucket, entry[2] + "/")]


def known_tables(spark, schema):
    return {row.tableName.lower() for row in spark.sql(f"show tables in {quoted(schema)}").collect()}


def make_schema(spark, name):
    if name not in {row[0] for row in spark.sql("show schemas").collect()}:
        spark.sql(f"create schema if not exists {quoted(name)}").collect()


def register(spark, schema, table, url):
    location = url.replace("'", "''")
    spark.sql(f"create table if not exists {quoted(schema)}.{quoted(table)} using delta location '{location}'").collect()


def register_missing(spark, storage, tables):
    """Registers the (schema, table, folder) that the catalog lacks; a broken one does not keep the others away, a store that is away does.
    Returns the names of those registered and of those that failed."""
    registered, failed = [], []
    for schema in sorted({schema for schema, _, _ in tables}):
        make_schema(spark, schema)
        known = known_tables(spark, schema)
        for _, table, folder in (entry for entry in tables if entry[0] == schema and entry[1].lower() not in known):
            try:
                register(spark, schema, table, f"s3a://{storage.bucket}/{folder}")
                registered.append(f"{schema}.{table}")
            except Exception as problem:
                if is_store_away(problem, storage):
                    raise
                failed.append(f"{schema}.{table}")
                write_log("compute", "warn", "A table could not be registered.", table=failed[-1], error=str(problem)[:500])
    return registered, failed


def warm_up(spark):
    """The first query of a Spark takes seconds for loading classes: better now than when somebody waits."""
    query = "select origin, count(*) from samples.flights where date < '2001-01-02' group by origin"
    try:
        spark.sql(query).toArrow()
    except Exception as problem:
        write_log("compute", "warn", "The first query failed.", error=str(problem)[:500])


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="python -m dataharbour.register_tables", description=__doc__.splitlines()[0])
    parser.add_argument("--remote", default=os.environ.get("SPARK_REMOTE"), help="sc://localhost:15002")
    parser.add_argument("--warehouse", required=True, help="s3a://bucket/ws/<id>/tables")
    parser.add_argument("--samples", default="samples", help="folder of the sample tables in the bucket")
    parser.add_argument("--endpoint", required=True, help="URL of the object store")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--keys", type=Path, required=True, help="JSON file with the storage keys")
    parser.add_argument("--wait", type=float, default=90, help="seconds to wait for Spark")
    parser.add_argument("--done-file", type=Path, help="made once the tables are registered; kernels wait for it")
    given = parser.parse_args(arguments)
    if not given.remote:
        parser.error("say --remote or set SPARK_REMOTE")
    return given


def main(arguments):
    given = parse_arguments(arguments)
    logging.disable(logging.CRITICAL)
    begun = time.monotonic()
    passed = lambda: round((time.monotonic() - begun) * 1000)
    warehouse = urlsplit(given.warehouse)
    storage = Storage(given.endpoint, warehouse.netloc, given.region, keys_file=given.keys)
    owed = given.done_file.with_name(OWED) if given.done_file else None
    try:
        spark = wait_for_spark(given.remote, given.wait)
        write_log("compute", "info", "Spark is ready.", ms=passed())
        tables = [("samples", name, f"{given.samples}/{name}") for name in SAMPLES]
        tables += find_delta_tables(storage.client(), warehouse.netloc, warehouse.path)
        registered, failed = register_missing(spark, storage, tables)
        if owed:
            owed.unlink(missing_ok=True)
        write_log("compute", "info", "The tables are registered.", tables=registered, ms=passed())
    except SparkNotReady as refusal:
        write_log("compute", "error", str(refusal))
        return 3
    except Exception as problem:
        is_away = is_store_away(problem, storage) or not storage.is_listening()
        if is_away and owed:
            owed.touch()
        write_log("compute", "warn" if is_away else "error", "The tables could not be registered.", error=str(problem)[:2000])
        return STORE_AWAY if is_away else 4
    finally:
        # Also after a failure: kernels wait for the file, and what is registered can be used.
        if given.done_file and is_listening(given.remote):
            given.done_file.touch()
    warm_up(spark)
    write_log("compute", "info", "Spark is warm.", ms=passed())
    spark.stop()
    return 4 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
