"""The table of small-display.ts, written by delta-rs alone: `python write_small.py <key> <times> <warm ups>` prints the
milliseconds of each write as JSON. Environment: S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY, S3_REGION, S3_BUCKET."""

import json
import os
import sys
import time

import pyarrow as pa
from deltalake import write_deltalake

key, times, warm_ups = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
storage = {
    "AWS_ENDPOINT_URL": os.environ["S3_ENDPOINT"],
    "AWS_ACCESS_KEY_ID": os.environ["S3_ACCESS_KEY"],
    "AWS_SECRET_ACCESS_KEY": os.environ["S3_SECRET_KEY"],
    "AWS_REGION": os.environ["S3_REGION"],
    "AWS_ALLOW_HTTP": "true",
    "aws_conditional_put": "etag",
}
table = pa.table({"id": list(range(1000)), "twice": list(range(0, 2000, 2)), "name": [f"row {n}" for n in range(1000)]})
took = []
for number in range(-warm_ups, times):
    begun = time.perf_counter()
    write_deltalake(f"s3://{os.environ['S3_BUCKET']}/{key}/{time.time_ns()}", table, mode="error", storage_options=storage)
    if number >= 0:
        took.append((time.perf_counter() - begun) * 1000)
print(json.dumps(took))
