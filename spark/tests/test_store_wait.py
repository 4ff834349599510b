"""A store that is away for a moment is waited for, one that stays away once; a Spark that comes up meanwhile is told its tables later."""

import json
import socket
import threading
import time
from types import SimpleNamespace

from dataharbour import register_tables
from dataharbour.kernel.spark_gate import SparkGate
from dataharbour.kernel.store_wait import StoreWait
from dataharbour.storage import Storage
from dataharbour.store_away import OWED


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listen(port):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen()
    return server


def waiting_for(port):
    told = []
    return StoreWait(Storage(f"http://127.0.0.1:{port}", "b"), SimpleNamespace(tell=told.append)), told


def test_one_that_comes_back_within_the_moment_is_seen_and_the_cell_told_why_it_waits():
    port, servers = free_port(), []
    wait, told = waiting_for(port)
    threading.Timer(0.5, lambda: servers.append(listen(port))).start()
    assert wait.wait()
    assert told == ["Waiting for the object store …"]
    assert wait.wait() and len(told) == 1
    servers[0].close()


def test_one_that_stays_away_is_waited_for_once_until_it_was_seen_again():
    port = free_port()
    wait, told = waiting_for(port)
    assert not wait.wait()
    begun = time.monotonic()
    assert not wait.wait()
    assert (time.monotonic() - begun < 1, len(told)) == (True, 1)
    server = listen(port)
    assert wait.wait()
    server.close()
    assert not wait.wait() and len(told) == 2


def register(tmp_path, monkeypatch, endpoint, spark):
    keys = tmp_path / "keys"
    keys.write_text(json.dumps({"AccessKeyId": "a", "SecretAccessKey": "bbbbbbbb"}))
    monkeypatch.setattr(register_tables, "wait_for_spark", lambda remote, seconds: spark)
    monkeypatch.setattr(register_tables, "is_listening", lambda remote: True)
    monkeypatch.setattr(register_tables, "warm_up", lambda spark: None)
    done = tmp_path / "tables-are-known"
    code = register_tables.main(["--remote", "sc://x", "--warehouse", "s3a://bucket/ws/w/tables", "--endpoint", endpoint, "--keys", str(keys), "--done-file", str(done)])
    return code, done.exists(), SparkGate("sc://x", None, str(done)).owes_tables()


class Spark:
    def sql(self, text):
        return SimpleNamespace(collect=lambda: [])

    def stop(self):
        pass


def test_tables_that_could_not_be_told_are_owed_and_kernels_need_not_wait(tmp_path, monkeypatch):
    assert register(tmp_path, monkeypatch, f"http://127.0.0.1:{free_port()}", Spark()) == (5, True, True)


def test_a_spark_that_cannot_reach_the_store_is_owed_them_too(tmp_path, monkeypatch):
    class Away(Spark):
        def sql(self, text):
            if text.startswith("create table"):
                raise type("UnknownException", (Exception,), {"__module__": "pyspark.errors.exceptions.connect"})("(java.net.ConnectException) listObjects() on s3a://bucket/samples/flights: Connection refused")
            return super().sql(text)

    monkeypatch.setattr(register_tables, "find_delta_tables", lambda client, bucket, prefix: [])
    assert register(tmp_path, monkeypatch, "http://127.0.0.1:1", Away()) == (5, True, True)


def test_what_is_owed_is_paid_by_telling_them(tmp_path, monkeypatch):
    (tmp_path / OWED).touch()
    monkeypatch.setattr(register_tables, "find_delta_tables", lambda client, bucket, prefix: [])
    assert register(tmp_path, monkeypatch, "http://127.0.0.1:1", Spark()) == (0, True, False)
