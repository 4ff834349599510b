"""Which version a Delta table is at, from the listing of its log: cheaper than asking Spark, and with the hour of the newest commit."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

RUN = re.compile(r'"run": ?"([^"]+)"')
COMMIT = re.compile(r"/(\d{20})\.(?:json|checkpoint[.\w-]*\.parquet)$")


@dataclass(frozen=True)
class Newest:
    version: int
    changed_at: datetime


def key_of(location, bucket):
    """The table's folder in the bucket; None when it lies elsewhere."""
    address = urlsplit(location)
    if address.scheme not in ("s3", "s3a", "s3n") or address.netloc != bucket:
        return None
    return address.path.strip("/") or None


def name_of(version):
    return f"{version:020d}.json"


def newest_version(client, bucket, key):
    """None where there is no log. Begins at the last checkpoint, so that ten thousand commits are not listed."""
    prefix = f"{key}/_delta_log/"
    start = checkpointed(client, bucket, prefix)
    found = None
    after = f"{prefix}{start:020d}" if start else prefix
    for item in client.list_objects(bucket_name=bucket, prefix=prefix, start_after=after):
        match = COMMIT.search(item.object_name)
        if match and (found is None or int(match[1]) > found.version):
            found = Newest(int(match[1]), item.last_modified)
    return found


def checkpointed(client, bucket, prefix):
    answer = None
    try:
        answer = client.get_object(bucket_name=bucket, object_name=f"{prefix}_last_checkpoint")
        return int(json.loads(answer.read())["version"])
    except Exception:
        return 0
    finally:
        if answer is not None:
            answer.close()
            answer.release_conn()


def writer_of(client, bucket, key, version):
    """The run that wrote the version, as the commit says; None where it names none."""
    answer = None
    try:
        answer = client.get_object(bucket_name=bucket, object_name=f"{key}/_delta_log/{name_of(version)}")
        found = RUN.search(answer.read().decode().replace('\\"', '"'))
        return found[1] if found else None
    except Exception:
        return None
    finally:
        if answer is not None:
            answer.close()
            answer.release_conn()
