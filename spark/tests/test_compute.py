"""The embedded Spark: tables outlive it, keys are renewed, strangers are refused."""

import json
import time
from datetime import datetime, timedelta, timezone

import pytest

from dataharbour.wait_for_spark import open_session
from support.compute import register_tables, start_compute, stop_compute


@pytest.fixture(scope="module")
def folder(workspace, tmp_path_factory):
    return tmp_path_factory.mktemp("own") / "compute"


def test_tables_views_and_drops_outlive_a_kill(workspace, folder):
    first = start_compute(workspace, folder)
    assert [line["msg"] for line in first.registered] == ["Spark is ready.", "The tables are registered.", "Spark is warm."]
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


def test_spark_that_never_comes_is_exit_code_3(workspace):
    code, lines = register_tables(workspace, "sc://localhost:1", wait=1)
    assert (code, lines[-1]["msg"]) == (3, "Spark did not listen within 1.0 s.")


def test_renewed_keys_are_taken_up_when_the_old_ones_expire(workspace, tmp_path):
    """The first keys say that they end soon; Spark reads the file again by itself."""
    good = json.loads(workspace.keys_file.read_text())
    soon = lambda seconds: (datetime.now(timezone.utc) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    workspace.write_keys({**good, "Expiration": soon(60)})
    try:
        compute = start_compute(workspace, tmp_path / "compute")
        spark = open_session(compute.remote)
        workspace.write_keys({"Version": 1, "AccessKeyId": "nobody", "SecretAccessKey": "nothing-at-all", "Expiration": soon(75)})
        time.sleep(65)
        with pytest.raises(Exception, match="(?i)denied|forbidden|InvalidAccessKeyId|403"):
            spark.read.format("delta").load(f"s3a://{workspace.storage.bucket}/samples/weather").count()
        workspace.write_keys(good)
        time.sleep(20)
        assert spark.read.format("delta").load(f"s3a://{workspace.storage.bucket}/samples/weather").count() == 1461
    finally:
        workspace.write_keys(good)
        stop_compute(compute)
