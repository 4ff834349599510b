"""Writes the Delta tables of the charts' tests under `s3://$S3_BUCKET/<prefix>/`."""
import datetime as dt
import os
import sys

import numpy as np
import pyarrow as pa
from deltalake import write_deltalake

prefix = sys.argv[1]
options = {
    "AWS_ENDPOINT_URL": os.environ["S3_ENDPOINT"], "AWS_ACCESS_KEY_ID": os.environ["S3_ACCESS_KEY"], "AWS_SECRET_ACCESS_KEY": os.environ["S3_SECRET_KEY"],
    "AWS_REGION": os.environ.get("S3_REGION", "us-east-1"), "AWS_ALLOW_HTTP": "true", "aws_conditional_put": "etag",
}


def write(name, table):
    write_deltalake(f"s3://{os.environ['S3_BUCKET']}/{prefix}/{name}", table, storage_options=options)


rows = range(12_000)
write("trips", pa.table({
    "city": pa.array([None if i % 1000 == 0 else f"c{i % 30}" for i in rows]),
    "kind": pa.array(["abc"[i % 3] for i in rows]),
    "hour": pa.array([i % 24 for i in rows], pa.int32()),
    "length": pa.array([i / 8 for i in rows]),
    "day": pa.array([dt.date(2023, 1, 1) + dt.timedelta(days=i % 900) for i in rows]),
    "gone": pa.array([None] * len(rows), pa.float64()),
    "share": pa.array([float("nan") if i % 100 == 0 else float("inf") if i % 100 == 1 else None if i % 100 == 2 else float(i % 7) for i in rows]),
    "delta": pa.array([i % 5 - 2 for i in rows], pa.int32()),
}))
write("old", pa.table({
    "day": pa.array([dt.date(1, 1, 1), dt.date(1581, 12, 31), dt.date(1582, 10, 4), dt.date(1582, 10, 15), dt.date(9999, 12, 31), None]),
    "n": pa.array([1, 2, 3, 4, 5, 6], pa.int64()),
}))
write("one", pa.table({"name": pa.array(["only"]), "n": pa.array([7], pa.int64()), "at": pa.array([dt.datetime(2024, 5, 6, 7, 8, 9)], pa.timestamp("us"))}))
write("long", pa.table({"text": pa.array(["x" * 5000 + "a", "x" * 5000 + "b", "x" * 5000 + "b"])}))
write("none", pa.table({"name": pa.array([], pa.string()), "n": pa.array([], pa.int64())}))
write("huge", pa.table({"x": pa.array([-1.7e308, 0.0, 1.7e308] + [float(i) * 1e300 for i in range(600)]), "y": pa.array([1e308] * 603)}))
write("named", pa.table({"x": pa.array(["b", "a", "a"]), "y": pa.array([1, 1, 2], pa.int32()), "color": pa.array([10.0, 20.0, 40.0]), 'od"d; drop': pa.array(["null", None, "other (1)"]), "bytes": pa.array([b"a", b"b", None])}))
write("many", pa.table({"name": pa.array(np.char.add("name ", np.arange(1_000_000).astype(str))), "n": pa.array(np.arange(1_000_000, dtype="int64"))}))
