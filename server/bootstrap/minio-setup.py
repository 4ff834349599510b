"""Prepares the embedded MinIO: its bucket, and a user that may use that bucket and nothing else.

The product never holds the root key, and MinIO lets only a non-root user assume roles, which
is how kernels get keys for one workspace. Settings come as JSON on stdin; running it again
changes nothing.
"""

import json
import sys

from minio import Minio, MinioAdmin
from minio.credentials import StaticProvider


def policy_for(buckets):
    resources = [f"arn:aws:s3:::{name}" for bucket in buckets for name in (bucket, f"{bucket}/*")]
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": resources}],
    }


def main():
    given = json.load(sys.stdin)
    region = given["region"]
    root = {"region": region, "secure": False}
    store = Minio(
        endpoint=given["address"], access_key=given["rootUser"], secret_key=given["rootPassword"], **root
    )
    admin = MinioAdmin(
        endpoint=given["address"], credentials=StaticProvider(given["rootUser"], given["rootPassword"]), **root
    )
    if not store.bucket_exists(bucket_name=given["bucket"]):
        store.make_bucket(bucket_name=given["bucket"], location=region)
    admin.user_add(given["user"], given["password"])
    admin.policy_add("dataharbour", policy=policy_for(given["policyBuckets"]))
    if "dataharbour" not in (json.loads(admin.user_info(given["user"])).get("policyName") or "").split(","):
        admin.attach_policy(["dataharbour"], user=given["user"])


main()
