"""What the keys of one workspace open: each attempt on a line of JSON, `{attempt: "done" | the store's refusal}`.
`python try_keys.py <keys file> <own prefix> <another workspace's prefix>`."""
import io
import json
import os
import sys
from urllib.parse import urlsplit

from minio import Minio, MinioAdmin
from minio.credentials import AssumeRoleProvider, StaticProvider
from minio.error import MinioAdminException, S3Error

keys_file, own, other = sys.argv[1:]
with open(keys_file) as file:
    keys = json.load(file)
bucket, region, endpoint = os.environ["S3_BUCKET"], os.environ["S3_REGION"], os.environ["S3_ENDPOINT"]
held = (keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
place = {"endpoint": urlsplit(endpoint).netloc, "region": region, "secure": endpoint.startswith("https")}
store = Minio(access_key=held[0], secret_key=held[1], session_token=held[2], **place)
admin = MinioAdmin(credentials=StaticProvider(*held), **place)


def put(key):
    store.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(b"x"), length=1)


def get(key):
    store.get_object(bucket_name=bucket, object_name=key).read()


def names(prefix):
    return [item.object_name for item in store.list_objects(bucket_name=bucket, prefix=prefix, recursive=True)]


def find_other_buckets():
    """The name of its own is in every address that a cell sees."""
    if not {one.name for one in store.list_buckets()} - {bucket}:
        raise PermissionError("no other bucket is shown")


def assume():
    AssumeRoleProvider(sts_endpoint=endpoint, access_key=held[0], secret_key=held[1], duration_seconds=900, region=region).retrieve()


attempts = {
    "put own": lambda: put(f"{own}/a"),
    "get own": lambda: get(f"{own}/a"),
    "list own": lambda: names(f"{own}/"),
    "get other": lambda: get(f"{other}/secret"),
    "put other": lambda: put(f"{other}/a"),
    "list other": lambda: names(f"{other}/"),
    "delete other": lambda: store.remove_object(bucket_name=bucket, object_name=f"{other}/secret"),
    "get a prefix that begins alike": lambda: get(f"{own}-too/secret"),
    "list all": lambda: names(""),
    "list workspaces": lambda: names("ws/"),
    "find other buckets": find_other_buckets,
    "put into the samples": lambda: put("samples/a"),
    "read the policy": lambda: store.get_bucket_policy(bucket_name=bucket),
    "roles again": assume,
    "a service account": lambda: admin.add_service_account(),
    "users": lambda: admin.user_list(),
    "delete own": lambda: store.remove_object(bucket_name=bucket, object_name=f"{own}/a"),
}
for name, attempt in attempts.items():
    try:
        attempt()
        verdict = "done"
    except S3Error as error:
        verdict = error.code
    except (MinioAdminException, PermissionError, ValueError) as error:
        verdict = f"{type(error).__name__}: {error}"[:300]
    print(json.dumps({name: verdict}))
