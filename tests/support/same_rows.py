"""Writes pairs of tables to compare under `s3://$S3_BUCKET/<prefix>/`, and prints nothing."""
import os
import sys

import pyarrow as pa
from dataharbour.storage import storage_from_environment
from deltalake import write_deltalake

store = storage_from_environment(os.environ)


def write(name, **columns):
    write_deltalake(store.url(f"{sys.argv[1]}/{name}"), pa.table(columns), storage_options=store.delta_options())


nan = float("nan")
nested = pa.struct([("a", pa.int64()), ("b", pa.list_(pa.string()))])
rows = [{"a": 1, "b": ["x", None]}, None, {"a": None, "b": []}, None]
write("first", n=pa.array([1, None, 2, None], pa.int64()), text=pa.array(["a", "", "NULL", ""]), sum=pa.array([0.1 + 0.2, nan, 1e300, nan]), nested=pa.array(rows, nested))
write("shuffled", n=pa.array([None, 2, None, 1], pa.int64()), text=pa.array(["", "NULL", "", "a"]), sum=pa.array([nan, 1e300, nan, 0.1 + 0.2]), nested=pa.array([rows[1], rows[2], rows[3], rows[0]], nested))
write("nearly", n=pa.array([1, None, 2, None], pa.int64()), text=pa.array(["a", "", "NULL", ""]), sum=pa.array([0.3, nan, 1e300, nan]), nested=pa.array(rows, nested))
# One of two alike rows is another; and a null is no empty text.
write("other", n=pa.array([1, None, 2, 7], pa.int64()), text=pa.array(["a", "", None, ""]), sum=pa.array([0.3, nan, 1e300, nan]), nested=pa.array(rows, nested))
