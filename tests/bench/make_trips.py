"""Writes a Delta table of `rows` trips under `s3://bucket/key`: id, one of 300 cities, one of 4 kinds, an amount, and an instant within two years."""
import os
import sys

import numpy as np
import pyarrow as pa
from deltalake import write_deltalake

key, rows = sys.argv[1], int(sys.argv[2])
PART = 1_000_000
rng = np.random.default_rng(7)
cities = pa.array([f"city {n}" for n in range(300)])
kinds = pa.array(["road", "rail", "sea", "air"])


def part(first, count):
    return pa.table({
        "id": pa.array(np.arange(first, first + count, dtype="int64")),
        "city": cities.take(pa.array(rng.integers(0, 300, count))),
        "kind": kinds.take(pa.array(rng.integers(0, 4, count))),
        "amount": rng.gamma(2.0, 100.0, count),
        "at": pa.array(rng.integers(0, 730 * 86_400, count) * 1_000_000 + 1_700_000_000_000_000, type=pa.timestamp("us", tz="UTC")),
    })


batches = [part(first, min(PART, rows - first)) for first in range(0, rows, PART)]
write_deltalake(f"s3://{os.environ['S3_BUCKET']}/{key}", pa.concat_tables(batches), mode="overwrite", storage_options={
    "AWS_ENDPOINT_URL": os.environ["S3_ENDPOINT"],
    "AWS_ACCESS_KEY_ID": os.environ["S3_ACCESS_KEY"],
    "AWS_SECRET_ACCESS_KEY": os.environ["S3_SECRET_KEY"],
    "AWS_REGION": os.environ["S3_REGION"],
    "AWS_ALLOW_HTTP": "true",
    "aws_conditional_put": "etag",
})
