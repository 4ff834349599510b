"""F25: cells of two notebooks write one table at the same time. Each commit that was confirmed is there, whole and once; a
write that was overtaken leaves nothing, and its cell says what to do. WRITERS_COMMITS=50 makes it the hundred of the promise."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import open_kernel

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
