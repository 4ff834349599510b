"""Hands the settings of the environment to minio-setup.py, which makes the bucket and the user of the product.

Running it again changes nothing. The root key is used here and by MinIO itself, nowhere else.
"""

import json
import os
import subprocess
import sys

bucket = os.environ["S3_BUCKET"]
given = {
    "address": os.environ["MINIO_ADDRESS"],
    "region": os.environ["S3_REGION"],
    "rootUser": os.environ["MINIO_ROOT_USER"],
    "rootPassword": os.environ["MINIO_ROOT_PASSWORD"],
    "user": os.environ["S3_ACCESS_KEY"],
    "password": os.environ["S3_SECRET_KEY"],
    "bucket": bucket,
    "policyBuckets": [bucket],
}
script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "minio-setup.py")
sys.exit(subprocess.run([sys.executable, "-I", script], input=json.dumps(given), text=True, check=False).returncode)
