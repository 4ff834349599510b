"""Writes a Delta table with a long log under `s3://bucket/key`: `files` files of 10 000 rows, each written over and over until there are `commits` commits; with a checkpoint ten commits before the end, or with none at all."""
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from deltalake import DeltaTable
from minio import Minio
from urllib3 import PoolManager

key, commits, files, kind = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
ROWS = 10_000
endpoint = os.environ["S3_ENDPOINT"]
bucket = os.environ["S3_BUCKET"]
store = Minio(endpoint=endpoint.split("://")[1], access_key=os.environ["S3_ACCESS_KEY"], secret_key=os.environ["S3_SECRET_KEY"], region=os.environ["S3_REGION"], secure=endpoint.startswith("https"), http_client=PoolManager(maxsize=16))
fields = [("id", "long"), ("name", "string"), ("value", "double"), ("at", "timestamp")]
schema = json.dumps({"type": "struct", "fields": [{"name": name, "type": kind_, "nullable": True, "metadata": {}} for name, kind_ in fields]})


def put(name, body):
    store.put_object(bucket_name=bucket, object_name=f"{key}/{name}", data=BytesIO(body), length=len(body))


def file_of(version):
    return f"part-{version:05d}.parquet"


def body_of(version):
    ids = np.arange(version * ROWS, (version + 1) * ROWS, dtype="int64")
    table = pa.table({"id": ids, "name": pa.array(np.char.add("row ", ids.astype(str))), "value": np.random.default_rng(version).random(ROWS), "at": pa.array(ids * 1_000_000, type=pa.timestamp("us", tz="UTC"))})
    out = BytesIO()
    parquet.write_table(table, out)
    return out.getvalue()


sizes = {}


def put_file(version):
    body = body_of(version)
    sizes[version] = len(body)
    put(file_of(version), body)


def commit_of(version):
    lines = [{"commitInfo": {"timestamp": 1_700_000_000_000 + version, "operation": "WRITE", "operationParameters": {"mode": "Append"}}}]
    if version == 0:
        lines += [{"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}}, {"metaData": {"id": "0a0a0a0a-0000-4000-8000-000000000001", "format": {"provider": "parquet", "options": {}}, "schemaString": schema, "partitionColumns": [], "configuration": {}}}]
    # The files of the end are there; those of before were written over by compactions of one file.
    if version >= files:
        lines.append({"remove": {"path": file_of(version - files), "deletionTimestamp": 1_700_000_000_000 + version, "dataChange": True}})
    lines.append({"add": {"path": file_of(version), "partitionValues": {}, "size": sizes.get(version, 1000), "modificationTime": 1_700_000_000_000 + version, "dataChange": True, "stats": json.dumps({"numRecords": ROWS, "minValues": {"id": version * ROWS}, "maxValues": {"id": (version + 1) * ROWS - 1}, "nullCount": {name: 0 for name, _ in fields}})}})
    return "\n".join(map(json.dumps, lines)).encode()


def put_commit(version):
    put(f"_delta_log/{version:020d}.json", commit_of(version))


def put_all(put_one, versions):
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(put_one, versions))


put_all(put_file, range(commits - files, commits))
before = commits - 10 if kind == "checkpoint" else commits
put_all(put_commit, range(before))
if kind == "checkpoint":
    options = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": os.environ["S3_ACCESS_KEY"], "AWS_SECRET_ACCESS_KEY": os.environ["S3_SECRET_KEY"], "AWS_REGION": os.environ["S3_REGION"], "AWS_ALLOW_HTTP": "true"}
    DeltaTable(f"s3://{bucket}/{key}", storage_options=options).create_checkpoint()
    put_all(put_commit, range(before, commits))
