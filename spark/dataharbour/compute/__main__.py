"""Starts the embedded Spark Connect server: `python -m dataharbour.compute --port 15002 …`.

The process becomes the JVM (same process id). It listens on 127.0.0.1 only; with
SPARK_CONNECT_AUTHENTICATE_TOKEN in the environment it answers only who knows that token.
With `--ui-port` Spark's own pages are there for who signs with SPARK_PAGES_KEY.
The storage keys stay in the file of `--keys`: Spark reads it through a profile that asks for
the file's content again when the keys in it expire, so rewriting the file renews them.
"""

import argparse
import fcntl
import os
import shlex
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from dataharbour.compute.log_store import NotMade, make_log_store
from dataharbour.compute.settings import LOG_SETTINGS, ComputeOptions, command_line
from dataharbour.log import write_log


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="python -m dataharbour.compute", description="Start Spark for one workspace.")
    parser.add_argument("--port", type=int, required=True, help="port of the Spark Connect server on 127.0.0.1")
    parser.add_argument("--warehouse", required=True, help="s3a://bucket/ws/<id>/tables")
    parser.add_argument("--endpoint", required=True, help="URL of the object store")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--keys", type=Path, required=True, help="JSON file with the storage keys, mode 0600")
    parser.add_argument("--folder", type=Path, required=True, help="scratch folder of this compute")
    parser.add_argument("--jars", type=Path, default=os.environ.get("SPARK_JARS") or None)
    parser.add_argument("--memory", default="2g")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--ui-port", type=int, default=None, help="Spark's own pages; left out = switched off")
    parser.add_argument("--master", help="spark://host:7077, yarn or k8s://…; left out = this process does the work itself")
    parser.add_argument("--listen", default="127.0.0.1", help="address at which kernels reach Spark Connect")
    parser.add_argument("--host", default="127.0.0.1", help="name by which the cluster's executors reach this process")
    parser.add_argument("--properties", type=Path, help="Spark's properties of the cluster: executors, their memory, images")
    parser.add_argument("--executor-profile", type=Path, help="where executors find the profile with the storage keys; left out = where it is here")
    parser.add_argument("--class-archive", type=Path, default=os.environ.get("SPARK_CLASS_ARCHIVE") or None, help="Spark's classes, loaded; it starts without when they do not fit")
    parser.add_argument("--jvm-options", default=os.environ.get("SPARK_JVM_OPTIONS", ""), help="more options of the JVM")
    return parser.parse_args(arguments)


def find_problem(given, spark):
    if spark is None:
        return "The Python package pyspark is not installed in this environment."
    if not given.jars or not any(given.jars.glob("delta-spark_*.jar")):
        return f"The folder of Delta's jars ({given.jars or 'SPARK_JARS'}) is missing or has no delta-spark jar."
    if not given.keys.is_file():
        return f"The file with the storage keys is missing: {given.keys}"
    if given.ui_port is not None and not os.environ.get("SPARK_PAGES_KEY"):
        return "Spark's own pages need a key: set SPARK_PAGES_KEY, or leave out --ui-port."
    return None


def write_profile(folder, keys):
    """The profile that lets Spark read the keys file anew whenever the keys in it have expired."""
    profile = folder / "aws-profile"
    descriptor = os.open(profile, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"[default]\ncredential_process = cat {shlex.quote(str(keys.resolve()))}\n")
    return profile


def write_pages_key(folder, key, properties=None):
    """The key of Spark's own pages, as a file of settings: a command line can be read by everybody on the machine.
    Spark takes one such file, so what the cluster's keeper gave goes into it too."""
    path = folder / "pages.conf"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    given = properties.read_text("utf-8") + "\n" if properties else ""
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{given}spark.org.apache.spark.ui.JWSFilter.param.secretKey {key}\n")
    return path


def server_environment(spark_home, options, profile, env):
    unwanted = ("AWS_", "S3_", "DATABASE_URL", "AUTH_SECRET", "DATAHARBOUR_", "SPARK_REMOTE", "SPARK_PAGES_KEY")
    kept = {name: value for name, value in env.items() if not name.startswith(unwanted)}
    kept.update(
        SPARK_HOME=str(spark_home),
        SPARK_LOCAL_IP=options.host,
        SPARK_LOCAL_DIRS=str(options.folder / "local"),
        PYSPARK_PYTHON=sys.executable,
        AWS_SHARED_CREDENTIALS_FILE=str(profile),
        AWS_CONFIG_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
    )
    return kept


def hold_folder(folder, seconds=15):
    """Holds the folder for as long as this process lives, also as the JVM: two Sparks over one catalog would break it.
    One that is about to end is waited for."""
    descriptor = os.open(folder / "held", os.O_RDWR | os.O_CREAT, 0o600)
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                os.close(descriptor)
                return False
            time.sleep(0.1)
        else:
            os.set_inheritable(descriptor, True)
            return True


def main(arguments):
    given = parse_arguments(arguments)
    spark = find_spec("pyspark")
    problem = find_problem(given, spark)
    if problem:
        write_log("compute", "fatal", problem)
        return 2
    spark_home = Path(spark.origin).parent
    jars = given.jars.resolve()
    try:
        make_log_store(spark_home, jars)
    except NotMade as problem:
        write_log("compute", "fatal", str(problem))
        return 2
    given.folder.mkdir(parents=True, exist_ok=True)
    folder = given.folder.resolve()
    if not hold_folder(folder):
        write_log("compute", "fatal", f"Another Spark works in {folder}: end that one first.")
        return 2
    profile = write_profile(folder, given.keys)
    options = ComputeOptions(
        given.port, given.warehouse, given.endpoint, given.region, folder, given.memory, given.cores, given.ui_port,
        given.master, given.listen, given.host, given.properties, given.executor_profile or profile, given.class_archive, given.jvm_options,
    )  # fmt: skip
    secrets = None if given.ui_port is None else write_pages_key(folder, os.environ["SPARK_PAGES_KEY"], given.properties)
    command = command_line(spark_home, jars, LOG_SETTINGS, options, secrets)
    env = server_environment(spark_home, options, profile, os.environ)
    write_log("compute", "info", "Starting Spark.", port=given.port, warehouse=given.warehouse, memory=given.memory, cores=given.cores)
    os.chdir(options.folder)
    os.execve(command[0], command, env)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
