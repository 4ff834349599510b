"""Writes Delta tables for the reader's tests under `s3://$S3_BUCKET/<prefix>/` and prints nothing. One call makes all of them."""
import datetime as dt
import decimal
import io
import json
import os
import sys

import pyarrow as pa
from deltalake import write_deltalake
from minio import Minio

prefix = sys.argv[1]
bucket = os.environ["S3_BUCKET"]
endpoint = os.environ["S3_ENDPOINT"]
options = {
    "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": os.environ["S3_ACCESS_KEY"], "AWS_SECRET_ACCESS_KEY": os.environ["S3_SECRET_KEY"],
    "AWS_REGION": os.environ.get("S3_REGION", "us-east-1"), "AWS_ALLOW_HTTP": "true", "aws_conditional_put": "etag",
}
host = endpoint.split("://")[1]
store = Minio(endpoint=host, access_key=options["AWS_ACCESS_KEY_ID"], secret_key=options["AWS_SECRET_ACCESS_KEY"], secure=endpoint.startswith("https"), region=options["AWS_REGION"])


def write(name, table, mode="overwrite"):
    write_deltalake(f"s3://{bucket}/{prefix}/{name}", table, mode=mode, storage_options=options)


def log_of(name):
    return f"{prefix}/{name}/_delta_log/00000000000000000000.json"


def read_log(name):
    return store.get_object(bucket_name=bucket, object_name=log_of(name)).read().decode()


def put(key, body):
    store.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(body), length=len(body))


utc = dt.timezone.utc
write("odd", pa.table({
    "big": pa.array([9223372036854775807, -9007199254740993, None], pa.int64()),
    "dec": pa.array([decimal.Decimal("12345678901234567890123456789012345.678"), decimal.Decimal("-0.001"), None], pa.decimal128(38, 3)),
    "day": pa.array([dt.date(1582, 10, 4), dt.date(9999, 12, 31), None]),
    "at": pa.array([dt.datetime(2024, 3, 31, 2, 30, 0, 123456, tzinfo=utc), dt.datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=utc), None], pa.timestamp("us", "UTC")),
    "local": pa.array([dt.datetime(2024, 3, 31, 2, 30), dt.datetime(1, 1, 1), None], pa.timestamp("us")),
    "bytes": pa.array([b"\x00\xff\x10", b"", None]),
    "nested": pa.array([{"a": 1, "b": ["x", None]}, {"a": None, "b": []}, None], pa.struct([("a", pa.int64()), ("b", pa.list_(pa.string()))])),
    "pairs": pa.array([[("k", 1)], [], None], pa.map_(pa.string(), pa.int64())),
    "float": pa.array([float("nan"), float("-inf"), None]),
    "flag": pa.array([True, False, None]),
    "text": pa.array(['a "q"\n\tline', "ünïcode 🚢", None]),
    'we"ird; drop table': pa.array([1, 2, 3], pa.int32()),
}))
write("ties", pa.table({"group": pa.array([n % 3 for n in range(5000)], pa.int32()), "n": pa.array(range(5000), pa.int64())}))
write("long", pa.table({"text": pa.array(["x" * 50_000, "short"])}))
write("bulky", pa.table({
    "picture": pa.array([bytes([n]) * 1_000_000 for n in range(40)]),
    "nested": pa.array([list(range(10_000))] * 40, pa.list_(pa.int32())),
    "text": pa.array(["x" * 3_000_000] + ["short"] * 39),
}))
write("axes", pa.table({"x": pa.array(["b", "a", "a"]), "y": pa.array([1, 1, 2], pa.int32()), "color": pa.array([10.0, 20.0, 40.0])}))
write("shops", pa.table({
    "shop": pa.array([f"s{(i * i + i // 7) % 23}" for i in range(3000)]), "region": pa.array([None if i % 300 == 0 else f"r{i % 15}" for i in range(3000)]),
    "amount": pa.array([i / 4 for i in range(3000)]), "visits": pa.array([i % 50 for i in range(3000)], pa.int32()), "day": pa.array([dt.date(2024, 1, 1) + dt.timedelta(days=i % 700) for i in range(3000)]),
}))
write("blank", pa.table({"n": pa.array([1, 2, 3]), "text": pa.array(["", None, " a"])}))
write("empty", pa.table({"n": pa.array([], pa.int64()), "text": pa.array([], pa.string())}))
write("two", pa.table({"n": pa.array([1], pa.int64())}))
write("two", pa.table({"n": pa.array([2], pa.int64())}), mode="append")
for part in range(12):
    write("parts", pa.table({"n": pa.array(range(part * 500, part * 500 + 500), pa.int64())}), mode="append" if part else "overwrite")
write("formulas", pa.table({
    "=name": pa.array(["=1+1", "+x", "-x", "@SUM(A1)", "\tx", "\rx", "a=1 & <b> _x0041_", None]),
    "n": pa.array([-1, 2, 3, 4, 5, 6, 7, 8], pa.int32()),
    "at": pa.array([dt.datetime(2024, 3, 31, 2, 30, tzinfo=utc)] * 8, pa.timestamp("us", "UTC")),
    "amount": pa.array([decimal.Decimal(text) for text in ("-1.50", "2.00", "3.00", "4.00", "5.00", "6.00", "12345678.90")] + [None], pa.decimal128(10, 2)),
}))
write("many", pa.table({"n": pa.array(range(1_048_576), pa.int64())}))
write("wide", pa.table({f"c{at}": pa.array([at, at + 1000], pa.int32()) for at in range(1200)}))
write("missing", pa.table({"n": pa.array([1], pa.int64())}))
for one in list(store.list_objects(bucket_name=bucket, prefix=f"{prefix}/missing/", recursive=True)):
    if one.object_name.endswith(".parquet"):
        store.remove_object(bucket_name=bucket, object_name=one.object_name)

# A file in which one letter of the name of a nested level is another: DuckDB's engine answers nothing any more once it has met one.
write("twisted", pa.table({"n": pa.array([1, 2], pa.int64()), "nested": pa.array([{"a": 1, "b": ["x", None]}, None], pa.struct([("a", pa.int64()), ("b", pa.list_(pa.string()))]))}))
for one in list(store.list_objects(bucket_name=bucket, prefix=f"{prefix}/twisted/", recursive=True)):
    if one.object_name.endswith(".parquet"):
        put(one.object_name, store.get_object(bucket_name=bucket, object_name=one.object_name).read().replace(b"list", b"hist", 1))

# Somebody's forged logs: they name a file of the neighbour.
lines = read_log("ties").splitlines()
neighbour = next(json.loads(line)["add"]["path"] for line in lines if '"add"' in line)
FORGED = {"absolute": f"s3://{bucket}/{prefix}/ties/{neighbour}", "relative": f"../ties/{neighbour}", "escaped": f"%2e%2e/ties/{neighbour}", "bucket": f"s3://other-bucket/{neighbour}", "file": "file:///etc/passwd"}
for name, path in FORGED.items():
    forged = []
    for line in lines:
        entry = json.loads(line)
        if "add" in entry:
            entry["add"]["path"] = path
        forged.append(json.dumps(entry))
    put(log_of(f"forged-{name}"), "\n".join(forged).encode())

# Tables that ask for what no reader of today has.
ASKED = {
    "future": {"minReaderVersion": 99, "minWriterVersion": 99},
    "fancy": {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": ["deletionVectors", "fancyRows"], "writerFeatures": ["deletionVectors", "fancyRows"]},
}
for name, protocol in ASKED.items():
    asking = []
    for line in lines:
        entry = json.loads(line)
        if "protocol" in entry:
            entry["protocol"] = protocol
        asking.append(json.dumps(entry))
    put(log_of(name), "\n".join(asking).encode())
put(log_of("garbage"), b"\x00\x01 not json")
