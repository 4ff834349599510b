"""Writes tables and files of a workspace below `s3://$S3_BUCKET/<prefix>/` for the tests of its data, and prints nothing."""
import datetime as dt
import io
import json
import os
import sys

import pyarrow as pa
import pyarrow.parquet as parquet
from deltalake import DeltaTable, Field, Schema, write_deltalake
from deltalake.schema import PrimitiveType
from minio import Minio

prefix = sys.argv[1]
bucket = os.environ["S3_BUCKET"]
endpoint = os.environ["S3_ENDPOINT"]
options = {
    "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": os.environ["S3_ACCESS_KEY"], "AWS_SECRET_ACCESS_KEY": os.environ["S3_SECRET_KEY"],
    "AWS_REGION": os.environ.get("S3_REGION", "us-east-1"), "AWS_ALLOW_HTTP": "true", "aws_conditional_put": "etag",
}
store = Minio(endpoint=endpoint.split("://")[1], access_key=options["AWS_ACCESS_KEY_ID"], secret_key=options["AWS_SECRET_ACCESS_KEY"], secure=endpoint.startswith("https"), region=options["AWS_REGION"])


def url(name):
    return f"s3://{bucket}/{prefix}/tables/{name}"


def put(key, body):
    store.put_object(bucket_name=bucket, object_name=f"{prefix}/{key}", data=io.BytesIO(body), length=len(body))


def write(name, table, mode="append", **more):
    write_deltalake(url(name), table, mode=mode, storage_options=options, **more)


def orders(first, count):
    ids = range(first, first + count)
    return pa.table({"id": pa.array(ids, pa.int64()), "amount": pa.array([i / 2 for i in ids]), "country": pa.array(["NO" if i % 2 else "SE" for i in ids])})


DeltaTable.create(url("sales.db/orders"), Schema([
    Field("id", PrimitiveType("long"), nullable=False, metadata={"comment": "The order’s number"}), Field("amount", PrimitiveType("double")), Field("country", PrimitiveType("string")),
]), description="What was ordered", storage_options=options)
write("sales.db/orders", orders(0, 100))
write("sales.db/orders", orders(100, 50))
DeltaTable(url("sales.db/orders"), storage_options=options).delete("id < 10")

# A log with a checkpoint and commits after it, whose first commits are gone: only the later versions can be read.
for n in range(5):
    write("long", orders(n * 10, 10))
DeltaTable(url("long"), storage_options=options).create_checkpoint()
write("long", orders(50, 10))
for version in range(3):
    store.remove_object(bucket_name=bucket, object_name=f"{prefix}/tables/long/_delta_log/{version:020d}.json")

# Folders whose names have escapes in them.
days = pa.table({"day": pa.array([dt.datetime(2024, 1, 1, 12, 30), dt.datetime(2024, 1, 2)], pa.timestamp("us", "UTC")), "n": pa.array([1, 2], pa.int64())})
write("by_time", days, partition_by=["day"])
write("empty", pa.table({"n": pa.array([], pa.int64())}))

# Logs that somebody forged: they name a file of the neighbour.
log = store.get_object(bucket_name=bucket, object_name=f"{prefix}/tables/by_time/_delta_log/00000000000000000000.json").read().decode().splitlines()
for name, path in {"absolute": f"s3://{bucket}/{prefix}/tables/empty/x.parquet", "relative": "../empty/x.parquet", "bucket": "s3://other-bucket/x.parquet", "file": "file:///etc/passwd"}.items():
    lines = []
    for line in log:
        entry = json.loads(line)
        if "add" in entry:
            entry["add"]["path"] = path
        lines.append(json.dumps(entry))
    put(f"tables/forged_{name}/_delta_log/00000000000000000000.json", "\n".join(lines).encode())
put("tables/garbage/_delta_log/00000000000000000000.json", b"\x00\x01 not json")
put("tables/deep/_delta_log/00000000000000000000.json", json.dumps({"metaData": {"schemaString": '{"type":"struct","fields":[{"name":"a","type":' + '{"type":"array","elementType":' * 400 + '"long"' + "}" * 400 + "}]}"}}).encode())

# A deletion vector, as Spark writes one: the file leaves and comes back with it in one commit.
vector = [
    {"protocol": {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": ["deletionVectors"], "writerFeatures": ["deletionVectors"]}},
    {"metaData": {"id": "a", "format": {"provider": "parquet", "options": {}}, "schemaString": '{"type":"struct","fields":[{"name":"n","type":"long","nullable":true,"metadata":{}}]}', "partitionColumns": [], "configuration": {}}},
    {"add": {"path": "a.parquet", "partitionValues": {}, "size": 400, "modificationTime": 1, "dataChange": True, "stats": '{"numRecords":10}'}},
]
put("tables/vector/_delta_log/00000000000000000000.json", "\n".join(map(json.dumps, vector)).encode())
put("tables/vector/_delta_log/00000000000000000001.json", "\n".join(map(json.dumps, [
    {"add": {"path": "a.parquet", "partitionValues": {}, "size": 400, "modificationTime": 2, "dataChange": True, "stats": '{"numRecords":10}', "deletionVector": {"storageType": "u", "pathOrInlineDv": "ab", "offset": 1, "sizeInBytes": 36, "cardinality": 3}}},
    {"remove": {"path": "a.parquet", "deletionTimestamp": 2, "dataChange": True}},
    {"commitInfo": {"timestamp": 1700000000000, "operation": "DELETE", "userName": "ada", "operationMetrics": {"numDeletedRows": "3"}}},
])).encode())

put("files/notes.txt", "Ein Wort: ß\n".encode() * 10)
put("files/raw/orders.csv", b"id,name\n1,Ada\n2,=cmd()\n")
put("files/raw/Umsätze (2024).json", b'{"a": 1, "b": [1, 2]}\n{"a": 2, "b": null}\n')
put("files/raw/broken.parquet", b"PAR1 nothing of the kind PAR1")
put("files/evil.html", b"<script>alert(1)</script>")
put("files/odd%2e%2ename", b"x")
put("files/blob.bin", bytes(range(256)))
body = io.BytesIO()
parquet.write_table(orders(0, 3), body)
put("files/raw/three.parquet", body.getvalue())
