"""Appends a hundred rows to one Delta table, commit after commit, and says each that was confirmed, until the store is gone:
`python append_rows.py <path>`. It writes as a cell's result is written."""
import json
import os
import sys

import pyarrow as pa
from dataharbour.storage import storage_from_environment
from deltalake import write_deltalake

store = storage_from_environment(os.environ)
url, options = store.url(sys.argv[1]), store.delta_options()
begin = int(sys.argv[2])
for commit in range(begin, begin + 10_000):
    rows = pa.table({"commit": pa.array([commit] * 100, pa.int32()), "n": pa.array(range(100), pa.int64())})
    try:
        write_deltalake(url, rows, mode="append", storage_options=options)
    except Exception as error:
        print(json.dumps({"failed": commit, "error": str(error)[:200]}), flush=True)
        break
    print(json.dumps({"done": commit}), flush=True)
