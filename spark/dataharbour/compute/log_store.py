"""Our log store for Delta (ConditionalLogStore.java) as a jar beside Delta's: `python -m dataharbour.compute.log_store --jars …`.

A Java without a compiler will do: Spark brings one for the code that it generates. It is made once and kept by its
source's sum, always the same file: the archive of Spark's classes holds for just this one.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path

from dataharbour.log import write_log

SOURCE = Path(__file__).with_name("ConditionalLogStore.java")
CLASS = "dataharbour.ConditionalLogStore"
# Janino's javac.
COMPILER = "org.codehaus.commons.compiler.samples.CompilerDemo"


class NotMade(Exception):
    """With a sentence that says where and why."""


def log_store_jar(jars):
    """Where it is, or will be. Not among Delta's jars: of two in one folder the older could be found."""
    return jars / "log-store" / f"{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]}.jar"


def compile_classes(spark_home, jars, folder):
    java = Path(os.environ["JAVA_HOME"], "bin", "java") if os.environ.get("JAVA_HOME") else "java"
    classes = os.pathsep.join(str(jar) for place in (spark_home / "jars", jars) for jar in sorted(place.glob("*.jar")))
    command = [java, "-XX:TieredStopAtLevel=1", "-cp", classes, COMPILER, "-classpath", classes, "-d", folder, SOURCE]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    found = list(Path(folder).rglob("*.class"))
    if done.returncode != 0 or not found:
        raise NotMade((done.stderr or done.stdout).strip()[-2000:])
    return found


def pack(spark_home, jars, jar):
    jar.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=jar.parent) as folder:
        classes, made = compile_classes(spark_home, jars, folder), Path(folder) / "made.jar"
        with zipfile.ZipFile(made, "w") as archive:
            for path in classes:
                archive.write(path, path.relative_to(folder))
        try:
            # Of two that make it at once the first stays.
            os.link(made, jar)
        except FileExistsError:
            pass
        except OSError:
            # There are file systems without hard links.
            os.replace(made, jar)


def make_log_store(spark_home, jars):
    """Makes the jar where it is missing."""
    jar = log_store_jar(jars)
    if jar.is_file():
        return
    try:
        pack(spark_home, jars, jar)
    except (NotMade, OSError, subprocess.SubprocessError) as problem:
        raise NotMade(f"Delta's log store could not be made in {jar.parent}: {problem}") from problem


def main(arguments):
    parser = argparse.ArgumentParser(prog="python -m dataharbour.compute.log_store", description="Make Delta's log store.")
    parser.add_argument("--jars", type=Path, required=True, help="the folder of Delta's jars")
    jars = parser.parse_args(arguments).jars.resolve()
    try:
        make_log_store(Path(find_spec("pyspark").origin).parent, jars)
    except NotMade as problem:
        write_log("compute", "fatal", str(problem))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
