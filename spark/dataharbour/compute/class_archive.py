"""Spark's classes in one file, as the JVM holds them when they are loaded: a Spark that maps it starts in two thirds of
the time. `python -m dataharbour.compute.class_archive --jars … --out classes.jsa` starts such a Spark once, on files of
its own, asks of it what first cells ask, and has the JVM write the archive as it ends.

The archive holds for this Java and these jars at these paths; a JVM that finds it unfit goes without and says so.
"""

import argparse
import os
import secrets
import signal
import shutil
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from dataharbour.compute.log_store import make_log_store
from dataharbour.compute.settings import LOG_SETTINGS, ComputeOptions, command_line
from dataharbour.log import write_log
from dataharbour.wait_for_spark import open_session, wait_for_spark

# Nobody answers there: the classes of S3A are loaded all the same.
NO_STORE = "http://127.0.0.1:9"
FIRST_STATEMENTS = (
    "create table made as select id, id % 7 as k, cast(id as decimal(10, 2)) as d, current_timestamp() as t, array(id) as a from range(1000)",
    "insert into made select id, 1, 0, current_timestamp(), array() from range(10)",
    "select k, count(*) as n, sum(d) as d, max(t) as t from made where id > 1 group by k order by n desc limit 5",
    "select m.*, row_number() over (partition by m.k order by m.id) as r from made m join made o on m.id = o.id",
    "create view seen as select k from made",
    "describe history made",
    "show tables",
    "drop view seen",
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def ask(session):
    for statement in FIRST_STATEMENTS:
        session.sql(statement).toArrow()
    session.range(10).groupBy().count().collect()
    try:
        session.sql("select * from delta.`s3a://nobody/table`").toArrow()
    except Exception as refusal:
        write_log("compute", "debug", "No store answered, as was meant.", error=str(refusal)[:200])


def train(jars, folder, archive, seconds):
    """Runs a Spark that writes `archive` when it ends. Raises when it does not come or ends badly."""
    port, token = free_port(), secrets.token_hex(16)
    options = ComputeOptions(
        port, (folder / "tables").as_uri(), NO_STORE, "us-east-1", folder, "1g", 2,
        # What is compiled is not kept: the quick compiler does.
        jvm_options=f"-XX:TieredStopAtLevel=1 -XX:ArchiveClassesAtExit={archive}",
    )  # fmt: skip
    home = Path(find_spec("pyspark").origin).parent
    make_log_store(home, jars)
    keys = folder / "aws-profile"
    keys.write_text("[default]\naws_access_key_id = none\naws_secret_access_key = none\n", "utf-8")
    env = {
        **os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_CONNECT_AUTHENTICATE_TOKEN": token,
        "AWS_SHARED_CREDENTIALS_FILE": str(keys), "AWS_CONFIG_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true",
    }  # fmt: skip
    with open(folder / "log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(command_line(home, jars, LOG_SETTINGS, options), env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        remote = f"sc://localhost:{port}/;token={token}"
        wait_for_spark(remote, seconds).stop()
        session = open_session(remote)
        ask(session)
        session.stop()
        process.terminate()
        process.wait(timeout=seconds)
    finally:
        process.kill()
    if not archive.is_file():
        raise RuntimeError((folder / "log").read_text("utf-8")[-2000:])


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m dataharbour.compute.class_archive", description="Write the archive of Spark's classes.")
    parser.add_argument("--jars", type=Path, default=os.environ.get("SPARK_JARS") or None)
    parser.add_argument("--out", type=Path, required=True, help="the archive; there only when it is whole")
    parser.add_argument("--wait", type=float, default=300, help="seconds for each of Spark's start and end")
    given = parser.parse_args(arguments)
    folder, unfinished = given.out.with_suffix(".training"), given.out.with_suffix(".new")
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.unlink(missing_ok=True)
    folder.mkdir(parents=True)
    # Told to stop, it takes its Spark along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        train(given.jars.resolve(), folder.resolve(), unfinished.resolve(), given.wait)
        unfinished.rename(given.out)
    except Exception as problem:
        write_log("compute", "error", "Spark's classes could not be archived.", error=str(problem)[:2000])
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
