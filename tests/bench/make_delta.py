"""Writes a Delta table of `rows` rows under `s3://bucket/key`: id, a text, a float without order, and an instant."""
import os
import sys

import numpy as np
import pyarrow as pa
from deltalake import write_deltalake

key, rows = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(7)
ids = np.arange(rows, dtype="int64")
table = pa.table({
    "id": ids,
    "name": pa.array(np.char.add("row ", ids.astype(str))),
    "value": rng.random(rows),
    "at": pa.array(ids * 1_000_000, type=pa.timestamp("us", tz="UTC")),
})
write_deltalake(f"s3://{os.environ['S3_BUCKET']}/{key}", table, mode="overwrite", storage_options={
    "AWS_ENDPOINT_URL": os.environ["S3_ENDPOINT"],
    "AWS_ACCESS_KEY_ID": os.environ["S3_ACCESS_KEY"],
    "AWS_SECRET_ACCESS_KEY": os.environ["S3_SECRET_KEY"],
    "AWS_REGION": os.environ["S3_REGION"],
    "AWS_ALLOW_HTTP": "true",
    "aws_conditional_put": "etag",
})
