"""The embedded Spark: tables outlive it, keys are renewed, strangers are refused."""

import io
import json
import os
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pytest

from dataharbour.kernel.store_result import write_delta
from dataharbour.wait_for_spark import open_session
from support.compute import register_tables, start_compute, stop_compute


@pytest.fixture(scope="module")
def folder(workspace, tmp_path_factory):
    return tmp_path_factory.mktemp("own") / "compute"


def test_tables_views_and_drops_outlive_a_kill(workspace, folder):
    first = start_compute(workspace, folder)
    assert [line["msg"] for line in first.registered] == ["Spark is ready.", "The tables are registered.", "Spark is warm."]
    archive, maps = os.environ.get("SPARK_CLASS_ARCHIVE", ""), Path(f"/proc/{first.process.pid}/maps")
    if Path(archive).is_file() and maps.exists():
        assert archive in maps.read_text(), "the archive of Spark's classes did not fit"
    assert (folder / "hive" / "resources").is_dir(), "it leaves folders elsewhere than in its own"
    spark = open_session(first.remote)
    for statement in (
        "create table kept as select 1 as a",
        "create table dropped as select 1 as a",
        "drop table dropped",
        "create schema other",
        "create table other.t as select 2 as b",
        "create view seen as select a + 1 as c from kept",
    ):
        spark.sql(statement).collect()
    first.process.kill()
    first.process.wait()
    spark.release_session_on_close = False
    spark.stop()
    second = start_compute(workspace, folder)
    try:
        spark = open_session(second.remote)
        assert spark.sql("select c from seen").collect()[0][0] == 2
        assert spark.sql("select b from other.t").collect()[0][0] == 2
        assert not spark.catalog.tableExists("dropped")
        spark.sql("drop table kept").collect()
        spark.sql("create table kept as select 'new' as z").collect()
        assert spark.table("kept").columns == ["z"]
        assert spark.table("samples.flights").count() == 3_000_000
        spark.stop()
    finally:
        stop_compute(second)


def refuse_stranger(compute):
    """The right machine and port are not enough: the token of this Spark is asked for."""
    stranger = open_session(f"sc://localhost:{compute.port}/;token=wrong")
    with pytest.raises(Exception, match="(?i)unauthenticated|token"):
        stranger.range(1).collect()


def test_a_new_catalog_finds_the_tables_in_the_store_and_a_stranger_is_refused(workspace, folder, tmp_path):
    """As on another machine: nothing but the store is left."""
    compute = start_compute(workspace, tmp_path / "compute")
    try:
        tables = next(line["tables"] for line in compute.registered if "tables" in line)
        assert {"samples.flights", "samples.airports", "samples.weather", "default.kept", "other.t"} <= set(tables)
        code, lines = register_tables(workspace, compute.remote)
        assert (code, next(line["tables"] for line in lines if "tables" in line)) == (0, [])
        refuse_stranger(compute)
    finally:
        stop_compute(compute)


def test_a_broken_table_keeps_no_other_away(workspace, spark, remote):
    """A folder that looks like a table and is none."""
    client, bucket = workspace.storage.client(), workspace.storage.bucket
    names = [f"{workspace.prefix}/tables/{name}/_delta_log/00000000000000000000.json" for name in ("a_broken", "z_broken")]
    write_delta(workspace.storage, f"{workspace.prefix}/tables/found", pa.table({"a": [7]}))
    for name in names:
        client.put_object(bucket_name=bucket, object_name=name, data=io.BytesIO(b"no log"), length=6)
    code, lines = register_tables(workspace, remote)
    for name in names:
        client.remove_object(bucket_name=bucket, object_name=name)
    told = [line["table"] for line in lines if line["msg"] == "A table could not be registered."]
    assert (code, told) == (4, ["default.a_broken", "default.z_broken"])
    assert spark.table("found").collect()[0][0] == 7


def test_spark_that_never_comes_is_exit_code_3(workspace):
    code, lines = register_tables(workspace, "sc://localhost:1", wait=1)
    assert (code, lines[-1]["msg"]) == (3, "Spark did not listen within 1.0 s.")


def expiring(keys, seconds):
    end = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    return {**keys, "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ")}


def eventually(check, seconds=90):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(1)


def test_renewed_keys_are_taken_up_when_the_old_ones_expire(workspace, tmp_path):
    """Keys that open nothing show that the file was read anew; then the good ones are taken up again."""
    good = json.loads(workspace.keys_file.read_text())
    workspace.write_keys(expiring(good, 25))
    try:
        compute = start_compute(workspace, tmp_path / "compute")
        spark = open_session(compute.remote)

        def can_read():
            try:
                return spark.read.format("delta").load(f"s3a://{workspace.storage.bucket}/samples/weather").count() == 1461
            except Exception as error:
                assert any(mark in str(error) for mark in ("Forbidden", "denied", "Denied", "InvalidAccessKeyId")), error
                return False

        assert can_read()
        workspace.write_keys(expiring({"Version": 1, "AccessKeyId": "nobody", "SecretAccessKey": "nothing-at-all"}, 20))
        eventually(lambda: not can_read())
        workspace.write_keys(good)
        eventually(can_read)
    finally:
        workspace.write_keys(good)
        stop_compute(compute)
