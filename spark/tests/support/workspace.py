"""A workspace of its own in the object store, with a key that opens nothing else, as the worker makes one."""

import json
import os
from datetime import timezone

from dataharbour.storage import Storage


def workspace_policy(bucket, prefix):
    folders = [f"{prefix}/*", "samples/*"]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], "Resource": [f"arn:aws:s3:::{bucket}/{prefix}/*"]},
            {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [f"arn:aws:s3:::{bucket}/samples/*"]},
            {
                "Effect": "Allow",
                "Action": ["s3:ListBucket"],
                "Resource": [f"arn:aws:s3:::{bucket}"],
                "Condition": {"StringLike": {"s3:prefix": [*folders, prefix, "samples"]}},
            },
        ],
    }  # fmt: skip


def scoped_keys(storage, prefix):
    """Keys by AssumeRole where the store can, else the store's own."""
    keys = storage.keys
    if os.environ.get("S3_STS", "1") == "0":
        return {"Version": 1, "AccessKeyId": keys.access_key, "SecretAccessKey": keys.secret_key}
    from minio.credentials import AssumeRoleProvider

    provider = AssumeRoleProvider(
        sts_endpoint=storage.endpoint,
        access_key=keys.access_key,
        secret_key=keys.secret_key,
        duration_seconds=3600,
        policy=json.dumps(workspace_policy(storage.bucket, prefix)),
        region=storage.region,
    )
    given = provider.retrieve()
    return {
        "Version": 1,
        "AccessKeyId": given.access_key,
        "SecretAccessKey": given.secret_key,
        "SessionToken": given.session_token,
        "Expiration": given.expiration.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


class Workspace:
    def __init__(self, storage, folder):
        self.root = storage
        self.folder = folder
        self.prefix = f"ws/test-{os.urandom(4).hex()}"
        self.warehouse = f"s3a://{storage.bucket}/{self.prefix}/tables"
        self.keys_file = folder / "keys.json"
        self.write_keys(scoped_keys(storage, self.prefix))
        self.storage = Storage(storage.endpoint, storage.bucket, storage.region, keys_file=str(self.keys_file))

    def write_keys(self, keys):
        new = self.keys_file.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps(keys), "utf-8")
        new.rename(self.keys_file)

    def for_kernel(self):
        return {
            "endpoint": self.storage.endpoint,
            "region": self.storage.region,
            "bucket": self.storage.bucket,
            "keysFile": str(self.keys_file),
        }

    def remove(self):
        client = self.root.client()
        for item in list(client.list_objects(bucket_name=self.root.bucket, prefix=self.prefix + "/", recursive=True)):
            client.remove_object(bucket_name=self.root.bucket, object_name=item.object_name)
