"""Starts the embedded Spark by the very commands that the worker uses."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SPARK_FOLDER = Path(__file__).resolve().parents[2]
TOKEN = "a-token-of-this-test-run"


@dataclass
class Compute:
    process: subprocess.Popen
    remote: str
    port: int
    log: Path
    registered: list


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def clean_environment(**more):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "JAVA_HOME", "SPARK_JARS", "SPARK_CLASS_ARCHIVE", "SPARK_JVM_OPTIONS") if name in os.environ}
    return {**kept, "PYTHONPATH": str(SPARK_FOLDER), **more}


def storage_arguments(workspace):
    given = workspace.storage
    return ["--endpoint", given.endpoint, "--region", given.region, "--keys", str(workspace.keys_file)]


def spawn_compute(workspace, folder, port):
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable, "-m", "dataharbour.compute", "--port", str(port), "--warehouse", workspace.warehouse,
        "--folder", str(folder), "--memory", "1500m", *storage_arguments(workspace),
    ]  # fmt: skip
    with open(folder / "log", "w") as log:
        return subprocess.Popen(
            command,
            env=clean_environment(SPARK_CONNECT_AUTHENTICATE_TOKEN=TOKEN),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def register_tables(workspace, remote, wait=120):
    command = [
        sys.executable, "-m", "dataharbour.register_tables", "--remote", remote, "--warehouse", workspace.warehouse,
        "--wait", str(wait), *storage_arguments(workspace),
    ]  # fmt: skip
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, timeout=300)
    return done.returncode, [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]


def start_compute(workspace, folder=None):
    folder, port = folder or workspace.folder / "compute", free_port()
    process = spawn_compute(workspace, folder, port)
    remote = f"sc://localhost:{port}/;token={TOKEN}"
    code, lines = register_tables(workspace, remote)
    if code != 0:
        process.terminate()
        raise RuntimeError(f"Spark did not start: {lines}\n{(folder / 'log').read_text()[-4000:]}")
    return Compute(process, remote, port, folder / "log", lines)


def stop_compute(compute):
    compute.process.terminate()
    compute.process.wait(timeout=30)
