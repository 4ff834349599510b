"""Writes a Delta table with a log of many commits and no checkpoint under `s3://$S3_BUCKET/<key>`: partitions with odd names, a column that came later, rows deleted and written over. Prints its newest version."""
import os
import sys

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

key, commits = sys.argv[1], int(sys.argv[2])
endpoint = os.environ["S3_ENDPOINT"]
url = f"s3://{os.environ['S3_BUCKET']}/{key}"
options = {
    "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": os.environ["S3_ACCESS_KEY"], "AWS_SECRET_ACCESS_KEY": os.environ["S3_SECRET_KEY"],
    "AWS_REGION": os.environ.get("S3_REGION", "us-east-1"), "AWS_ALLOW_HTTP": "true", "aws_conditional_put": "etag",
}
PLACES = ["Oslo", "São Paulo", "50% off/on", "a b:c", None]


def rows(first, count, **more):
    ids = range(first, first + count)
    return pa.table({"id": pa.array(ids, pa.int64()), "place": pa.array([PLACES[i % len(PLACES)] for i in ids], pa.string()), "text": pa.array([f"row {i} ü" for i in ids])} | more)


for turn in range(commits):
    if turn % 9 == 7:
        DeltaTable(url, storage_options=options).delete(f"id % 7 = {turn % 7}")
    elif turn % 9 == 5:
        write_deltalake(url, rows(turn * 10, 10, later=pa.array([turn / 4] * 10)), mode="append", schema_mode="merge", storage_options=options)
    else:
        write_deltalake(url, rows(turn * 10, 10), mode="append", schema_mode="merge", partition_by=["place"] if turn == 0 else None, storage_options=options)
print(DeltaTable(url, storage_options=options).version())
