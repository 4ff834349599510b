"""F25: several write one table at the same time: cells of two notebooks on one Spark, two Sparks, a Spark and delta-rs. Each commit
that was confirmed is there, whole and once; a write that was overtaken leaves nothing, and its cell says what to do.
WRITERS_COMMITS=50 makes it the hundred of the promise."""

import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from types import SimpleNamespace

import pytest

from conftest import open_kernel
from dataharbour.wait_for_spark import open_session
from support.compute import start_compute, stop_compute
from support.lossy_store import LossyStore

COMMITS = int(os.environ.get("WRITERS_COMMITS", "8"))
# A function of Spark's workers that says when it is called, and waits until somebody lets it go on. One task may call it:
# two would leave no core for anybody else.
SLOW = """
import os, time
def slow(x):
    open({begun!r}, "w").close()
    end = time.monotonic() + 60
    while not os.path.exists({go!r}) and time.monotonic() < end:
        time.sleep(0.05)
    return x
_ = spark.udf.register("slow", slow, "bigint")
"""
OVERTAKEN = "while this one was writing to it. Nothing of this write was kept, what the cell did before it was: run it again, and it begins from the table as it is now."


@pytest.fixture(scope="module")
def neighbour(workspace, remote, tmp_path_factory):
    """The kernel of another notebook on the same Spark."""
    client = open_kernel(workspace, tmp_path_factory.mktemp("neighbour"), remote)
    yield client
    client.close()


def rows_of(kernel, sql):
    found = kernel.run(f"print([tuple(row) for row in spark.sql({sql!r}).collect()])")
    assert found.status == "ok", found.error
    return eval(found.stream())


def history_of(kernel, table):
    found = kernel.run(f"print([row.operation for row in spark.sql('describe history {table}').orderBy('version').collect()])")
    assert found.status == "ok", found.error
    return eval(found.stream())


def at_once(*writes):
    with ThreadPoolExecutor(len(writes)) as pool:
        return [one.result() for one in [pool.submit(kernel.run, code, timeout=240) for kernel, code in writes]]


def test_rows_that_two_notebooks_append_are_all_there_once(kernel, neighbour, schema):
    assert kernel.run(f"_ = spark.sql('create table {schema}.ledger (who string, turn int, id bigint) using delta')").status == "ok"
    code = "for turn in range({count}):\n    _ = spark.sql(f\"insert into {schema}.ledger select '{who}', {{turn}}, id from range(5)\")"
    for found in at_once(*[(one, code.format(count=COMMITS, schema=schema, who=who)) for one, who in [(kernel, "one"), (neighbour, "other")]]):
        assert (found.status, found.error) == ("ok", None)
    assert rows_of(kernel, f"select who, turn, count(*), count(distinct id) from {schema}.ledger group by who, turn order by who, turn") == [(who, turn, 5, 5) for who in ("one", "other") for turn in range(COMMITS)]
    assert history_of(neighbour, f"{schema}.ledger") == ["CREATE TABLE", *["WRITE"] * 2 * COMMITS]


QUICK = [(0, "first"), (1, "quick"), (2, "first")]
LOSERS = {
    "overwrite": ("insert overwrite {t} select slow(id), 'slow' from range(0, 2, 1, 1)", [(0, "slow"), (1, "slow")]),
    "merge": ("merge into {t} using (select slow(id) as id from range(0, 4, 1, 1)) s on {t}.id = s.id when matched then update set who = 'slow' when not matched then insert (id, who) values (s.id, 'slow')", [(id, "slow") for id in range(4)]),
}


@pytest.fixture
def stock(kernel, schema, tmp_path):
    begun, go = tmp_path / "begun", tmp_path / "go"
    made = kernel.run(SLOW.format(begun=str(begun), go=str(go)) + f"_ = spark.sql('create table {schema}.stock using delta as select /*+ coalesce(1) */ id, \"first\" as who from range(3)')")
    assert made.status == "ok", made.error
    return f"{schema}.stock", begun, go


def overtake(kernel, neighbour, statement, begun, go, by):
    """The statement in one notebook, and while it works that of `by` in the other, from begin to end."""

    def second():
        end = time.monotonic() + 60
        while not begun.exists() and time.monotonic() < end:
            time.sleep(0.05)
        found = neighbour.run(f"%%sql\n{by}")
        go.touch()
        return found

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(second)
        found = kernel.run(f"%%sql\n{statement}", timeout=180)
        return found, other.result()


@pytest.mark.parametrize("what", LOSERS)
def test_a_write_that_another_notebook_overtook_leaves_nothing_and_says_what_to_do(kernel, neighbour, stock, what):
    table, begun, go = stock
    statement, wanted = LOSERS[what]
    lost, quick = overtake(kernel, neighbour, statement.format(t=table), begun, go, f"update {table} set who = 'quick' where id = 1")
    assert quick.status == "ok", quick.error
    assert lost.status == "error"
    assert lost.error["evalue"] == f"Another cell or run changed {table} {OVERTAKEN}"
    assert lost.error["traceback"][-1].startswith("JVM trace:\n")
    for one in (kernel, neighbour):
        assert rows_of(one, f"select id, who from {table} order by id") == QUICK
    assert history_of(kernel, table) == ["CREATE TABLE AS SELECT", "UPDATE"]
    # What it says to do.
    assert kernel.run(f"%%sql\n{statement.format(t=table)}").status == "ok"
    assert rows_of(neighbour, f"select id, who from {table} order by id") == wanted


def test_a_slow_append_stands_beside_what_was_changed_meanwhile(kernel, neighbour, stock):
    table, begun, go = stock
    appended, quick = overtake(kernel, neighbour, f"insert into {table} select slow(id) + 10, 'slow' from range(0, 2, 1, 1)", begun, go, f"update {table} set who = 'quick' where id = 1")
    assert (appended.status, quick.status) == ("ok", "ok"), (appended.error, quick.error)
    assert rows_of(neighbour, f"select id, who from {table} order by id") == [*QUICK, (10, "slow"), (11, "slow")]


@pytest.fixture(scope="module")
def lossy_store(workspace):
    store = LossyStore(workspace.storage.endpoint)
    yield store
    store.close()


@pytest.fixture(scope="module")
def other_spark(workspace, lossy_store, tmp_path_factory):
    """A session of another compute of the workspace, which has a catalog and a line to the store of its own."""
    storage = replace(workspace.storage, endpoint=lossy_store.endpoint)
    place = SimpleNamespace(warehouse=workspace.warehouse, keys_file=workspace.keys_file, storage=storage)
    compute = start_compute(place, tmp_path_factory.mktemp("other") / "compute")
    session = open_session(compute.remote)
    yield session
    session.stop()
    stop_compute(compute)


class Ledger:
    """A table at a place of its own, which no catalog has to know."""

    def __init__(self, spark, workspace):
        self.spark, self.storage, self.place = spark, workspace.storage, f"{workspace.prefix}/ledgers/{os.urandom(4).hex()}"
        self.name = f"delta.`s3a://{self.storage.bucket}/{self.place}`"
        spark.sql(f"create table {self.name} (who string, turn bigint) using delta")

    def spark_writer(self, spark, who):
        return lambda turn: spark.sql(f"insert into {self.name} values ('{who}', {turn})")

    def delta_rs_writer(self, who):
        import pyarrow as pa
        from deltalake import write_deltalake

        return lambda turn: write_deltalake(self.storage.url(self.place), pa.table({"who": [who], "turn": [turn]}), mode="append", storage_options=self.storage.delta_options())

    def rows(self):
        return sorted(tuple(row) for row in self.spark.sql(f"select who, turn from {self.name}").collect())

    def versions(self):
        return sorted(row.version for row in self.spark.sql(f"describe history {self.name}").collect())


@pytest.fixture
def ledger(spark, workspace):
    return Ledger(spark, workspace)


def in_turns(turns, *writers):
    """Each turn of all writers is begun together. The errors of each."""
    meet = Barrier(len(writers))

    def work(write):
        errors = []
        for turn in range(turns):
            meet.wait(timeout=120)
            try:
                write(turn)
            except Exception as problem:
                errors.append(str(problem))
        return errors

    with ThreadPoolExecutor(len(writers)) as pool:
        return [one.result() for one in [pool.submit(work, write) for write in writers]]


def test_rows_that_two_sparks_append_are_all_there_once(ledger, spark, other_spark):
    errors = in_turns(COMMITS, ledger.spark_writer(spark, "one"), ledger.spark_writer(other_spark, "other"))
    assert errors == [[], []]
    assert ledger.rows() == [(who, turn) for who in ("one", "other") for turn in range(COMMITS)]
    assert ledger.versions() == list(range(2 * COMMITS + 1))


def test_rows_that_a_spark_and_delta_rs_append_are_all_there_once(ledger, spark):
    errors = in_turns(COMMITS, ledger.spark_writer(spark, "spark"), ledger.delta_rs_writer("delta-rs"))
    assert errors == [[], []]
    assert ledger.rows() == [(who, turn) for who in ("delta-rs", "spark") for turn in range(COMMITS)]
    assert ledger.versions() == list(range(2 * COMMITS + 1))


def test_two_sparks_that_change_one_row_lose_no_change(ledger, spark, other_spark):
    """One that was refused may be told again; one that was confirmed has counted."""
    turns = 4
    spark.sql(f"insert into {ledger.name} values ('counter', 0)")
    errors = in_turns(turns, *[lambda _turn, session=session: session.sql(f"update {ledger.name} set turn = turn + 1") for session in (spark, other_spark)])
    refused = [error for one in errors for error in one]
    assert [error for error in refused if not re.search(r"\[DELTA_CONCURRENT_", error)] == []
    assert ledger.rows() == [("counter", 2 * turns - len(refused))]


def test_a_commit_whose_answer_was_lost_is_there_once(ledger, other_spark, lossy_store):
    write = ledger.spark_writer(other_spark, "other")
    write(0)
    lost = lossy_store.lost
    lossy_store.lose_next_answer()
    write(1)
    assert lossy_store.lost == lost + 1
    assert ledger.rows() == [("other", 0), ("other", 1)]
    assert ledger.versions() == [0, 1, 2]
