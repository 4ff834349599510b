"""The object store as Python code here reaches it: where it is and which keys open it.

Keys given as a file are read again at every use, so that whoever wrote them can renew them
(the file has the shape of an AWS `credential_process` answer, which Spark reads too).
"""

import json
import os
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Keys:
    access_key: str
    secret_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)


def read_keys(path):
    with open(path, encoding="utf-8") as file:
        given = json.load(file)
    return Keys(given["AccessKeyId"], given["SecretAccessKey"], given.get("SessionToken"))


@dataclass(frozen=True)
class Storage:
    endpoint: str
    bucket: str
    region: str = "us-east-1"
    fixed_keys: Keys | None = None
    keys_file: str | None = None

    @property
    def keys(self):
        return read_keys(self.keys_file) if self.keys_file else self.fixed_keys

    def url(self, path):
        """The address of a folder of the bucket for delta-rs."""
        return f"s3://{self.bucket}/{path.strip('/')}"

    def is_listening(self):
        address = urlsplit(self.endpoint)
        try:
            socket.create_connection((address.hostname, address.port or (443 if address.scheme == "https" else 80)), timeout=2).close()
        except OSError:
            return False
        return True

    def delta_options(self):
        """Options for delta-rs. A store that is down must end in an error within seconds, not minutes."""
        keys = self.keys
        options = {
            "AWS_ACCESS_KEY_ID": keys.access_key,
            "AWS_SECRET_ACCESS_KEY": keys.secret_key,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": self.region,
            "AWS_ALLOW_HTTP": "true" if self.endpoint.startswith("http:") else "false",
            "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "false",
            "connect_timeout": "3s",
            "timeout": "30s",
            "max_retries": "2",
            "retry_timeout": "8s",
        }
        if keys.session_token:
            options["AWS_SESSION_TOKEN"] = keys.session_token
        return options

    def client(self):
        """A client of the S3 protocol for listings. The region is given: a scoped key may not ask for it."""
        from minio import Minio

        keys = self.keys
        address = urlsplit(self.endpoint)
        return Minio(
            endpoint=address.netloc,
            access_key=keys.access_key,
            secret_key=keys.secret_key,
            session_token=keys.session_token,
            secure=address.scheme == "https",
            region=self.region,
        )


def storage_from_environment(env=os.environ):
    """The store of the S3_* variables, as the whole product names them."""
    missing = [name for name in ("S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY") if not env.get(name)]
    if missing:
        raise SystemExit(f"The object store is not configured: {', '.join(missing)} missing.")
    return Storage(
        endpoint=env["S3_ENDPOINT"],
        bucket=env.get("S3_BUCKET") or "dataharbour",
        region=env.get("S3_REGION") or "us-east-1",
        fixed_keys=Keys(env["S3_ACCESS_KEY"], env["S3_SECRET_KEY"], env.get("S3_SESSION_TOKEN")),
    )


def storage_from_json(text):
    """The store as a kernel is told of it: endpoint, region, bucket, and keys or a `keysFile`."""
    given = json.loads(text)
    keys_file = given.get("keysFile")
    fixed = None if keys_file else Keys(given["accessKey"], given["secretKey"], given.get("sessionToken"))
    return Storage(given["endpoint"], given["bucket"], given.get("region") or "us-east-1", fixed, keys_file)
