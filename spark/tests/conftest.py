"""Shared parts of the suite: the object store of the S3_* variables, one workspace of its own in it with a key
for nothing else, one real Spark for the whole run, and real kernels."""

import json
import os
from pathlib import Path

import pytest

from dataharbour.samples import load_samples
from dataharbour.storage import storage_from_environment
from support.compute import start_compute, stop_compute
from support.kernel import KernelClient
from support.workspace import Workspace

REPO = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def storage():
    missing = [name for name in ("S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY") if not os.environ.get(name)]
    if missing:
        pytest.fail(f"These tests need an object store: set {', '.join(missing)}.", pytrace=False)
    return storage_from_environment()


@pytest.fixture(scope="session")
def samples(storage):
    source = Path(os.environ.get("VEGA_DATASETS") or REPO / "node_modules" / "vega-datasets")
    load_samples(storage, source)
    return source


@pytest.fixture(scope="session")
def workspace(storage, samples, tmp_path_factory):
    place = Workspace(storage, tmp_path_factory.mktemp("workspace"))
    yield place
    place.remove()


@pytest.fixture(scope="session")
def remote(workspace):
    """The address of Spark: the given one, else one started for this run."""
    given = os.environ.get("SPARK_REMOTE")
    if given:
        yield given
        return
    compute = start_compute(workspace)
    yield compute.remote
    stop_compute(compute)


@pytest.fixture(scope="session")
def spark(remote):
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(remote).getOrCreate()
    yield session
    session.stop()


@pytest.fixture
def schema(spark):
    """A schema that is gone after the test, with its tables."""
    name = f"test_{os.urandom(4).hex()}"
    spark.sql(f"create schema {name}")
    yield name
    spark.sql(f"drop schema {name} cascade")


@pytest.fixture(scope="module")
def flights(spark):
    return spark.table("samples.flights")


def open_kernel(workspace, folder, remote=None):
    return KernelClient(folder, {"DATAHARBOUR_S3": json.dumps(workspace.for_kernel()), "DATAHARBOUR_SPARK_WAIT": "8"}, workspace.prefix, remote)


@pytest.fixture(scope="module")
def kernel(workspace, remote, tmp_path_factory):
    client = open_kernel(workspace, tmp_path_factory.mktemp("kernel"), remote)
    yield client
    client.close()


@pytest.fixture(scope="module")
def lonely_kernel(workspace, tmp_path_factory):
    """A kernel without any Spark."""
    client = open_kernel(workspace, tmp_path_factory.mktemp("kernel"))
    yield client
    client.close()
