"""Starts the Spark Connect server of the container with the settings of the embedded one, open to its network;
with SPARK_MASTER it hands the work to a cluster (docs/scaling.md).

One server serves every workspace here, so it holds a key of the whole bucket: people who share
this Spark share its data. The key stays in a file, since command lines can be read by everybody.

The data folder is kept: the catalog in it says which tables and views there are. What Spark only puts
aside there while it works is taken away at each start, since one that was killed leaves it behind.
"""

import os
import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import dataharbour.compute
from dataharbour.compute.log_store import make_log_store
from dataharbour.compute.settings import ComputeOptions, command_line

JARS = Path(os.environ.get("SPARK_JARS") or "/opt/jars")
PROFILE = Path(tempfile.gettempdir()) / "aws-profile"
SCRATCH = ("local", "s3a", "hive")


def setting(name, fallback=None):
    value = os.environ.get(name) or fallback
    if value is None:
        sys.exit(f"{name} is missing.")
    return value


def write_profile():
    descriptor = os.open(PROFILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"[default]\naws_access_key_id = {setting('S3_ACCESS_KEY')}\naws_secret_access_key = {setting('S3_SECRET_KEY')}\n")
    return PROFILE


def open_folder():
    folder = Path(setting("DATAHARBOUR_DATA", "/data"))
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCRATCH:
        shutil.rmtree(folder / name, ignore_errors=True)
    return folder


def main():
    folder = open_folder()
    bucket = setting("S3_BUCKET", "dataharbour")
    options = ComputeOptions(
        port=15002,
        warehouse=f"s3a://{bucket}/ws/shared/tables",
        endpoint=setting("S3_ENDPOINT"),
        region=setting("S3_REGION", "us-east-1"),
        folder=folder,
        memory=setting("SPARK_MEMORY", "2g"),
        cores=int(setting("SPARK_CORES", "2")),
        listen="0.0.0.0",
        master=os.environ.get("SPARK_MASTER") or None,
        host=setting("SPARK_DRIVER_HOST", "127.0.0.1"),
        properties=Path(os.environ["SPARK_PROPERTIES"]) if os.environ.get("SPARK_PROPERTIES") else None,
        profile=Path(setting("SPARK_EXECUTOR_PROFILE", str(PROFILE))),
    )
    spark_home = Path(find_spec("pyspark").origin).parent
    make_log_store(spark_home, JARS)
    log_settings = Path(dataharbour.compute.__file__).with_name("log4j2.properties")
    command = command_line(spark_home, JARS, log_settings, options)
    env = {name: value for name, value in os.environ.items() if not name.startswith("S3_")}
    env.update(
        SPARK_HOME=str(spark_home),
        SPARK_LOCAL_DIRS=str(folder / "local"),
        PYSPARK_PYTHON=sys.executable,
        AWS_SHARED_CREDENTIALS_FILE=str(write_profile()),
        AWS_CONFIG_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
    )
    os.chdir(folder)
    os.execve(command[0], command, env)


main()
