"""How long a cell waits for a given Spark, and what it is told: by a socket that takes connections and never says a word."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from dataharbour.compute.__main__ import hold_folder
from dataharbour.kernel import spark_gate
from dataharbour.kernel.patience import Late, silence_of, within
from dataharbour.kernel.refused_sessions import RefusedSessions
from dataharbour.kernel.spark_gate import SparkGate, SparkUnavailable


class NoProgress:
    def tell(self, note):
        pass

    def report(self, *_):
        pass


@pytest.fixture
def hole():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"sc://localhost:{server.getsockname()[1]}/;token=not-to-be-told"


def test_what_is_asked_in_time_comes_back_or_is_raised():
    assert within(5, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 / 0)
    never = threading.Event()
    with pytest.raises(Late):
        within(0.05, never.wait)
    never.set()


def test_the_sentence_has_the_place_and_no_secret():
    said = silence_of("sc://cluster.example:443/;use_ssl=true;token=not-to-be-told")
    assert "cluster.example:443" in said and "token" not in said
    assert "localhost:15002" in silence_of("sc://localhost")


def test_a_given_spark_that_says_nothing_is_given_up_in_seconds_and_once_in_one_breath(hole, monkeypatch):
    monkeypatch.setattr(spark_gate, "GIVEN_SECONDS", 0.3)
    monkeypatch.setattr(spark_gate, "NEW_LINE_SECONDS", 0.3)
    gate = SparkGate(hole, NoProgress(), is_given=True)
    with pytest.raises(SparkUnavailable, match="The given Spark does not answer: nothing comes from localhost:") as refused:
        gate.session()
    assert "not-to-be-told" not in str(refused.value)
    begun = time.monotonic()
    with pytest.raises(SparkUnavailable):
        gate.session()
    assert time.monotonic() - begun < 0.2
    assert not gate.is_open


def test_a_given_spark_that_is_not_there_is_given_up_in_seconds(monkeypatch):
    monkeypatch.setattr(spark_gate, "GIVEN_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    gate = SparkGate(f"sc://127.0.0.1:{port}", NoProgress(), is_given=True)
    with pytest.raises(SparkUnavailable, match=f"nothing comes from 127.0.0.1:{port}"):
        gate.session()


def test_get_or_create_is_refused_with_the_same_sentence_until_the_next_cell():
    from pyspark.sql.connect.session import SparkSession

    getter = SparkSession.Builder.getOrCreate
    sessions = RefusedSessions()
    for _ in range(2):
        sessions.refuse(SparkUnavailable("The given Spark does not answer."))
        with pytest.raises(SparkUnavailable, match="does not answer"):
            SparkSession.builder.remote("sc://localhost:1").getOrCreate()
    sessions.allow()
    sessions.allow()
    assert SparkSession.Builder.getOrCreate is getter


def test_a_folder_is_one_sparks_alone_also_once_it_has_become_another_program(tmp_path):
    code = f"from pathlib import Path; from dataharbour.compute.__main__ import hold_folder; import os; assert hold_folder(Path({str(tmp_path)!r})); os.execvp('sh', ['sh', '-c', 'echo held; exec sleep 60'])"
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        assert not hold_folder(tmp_path, seconds=0.2)
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        assert hold_folder(tmp_path, seconds=5)
    finally:
        holder.kill()
