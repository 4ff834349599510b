"""Which tables a statement names: reads, writes, versions, and what only looks like a table."""

import pytest

from dataharbour.kernel.pins import PinnedTable, Pins, sentence
from dataharbour.kernel.sql_tables import TIME, read_statement

READS = [
    ("select * from a.b join c using (x), d version as of 3 z where x in (select y from e)", [(("a", "b"), None), (("c",), None), (("d",), 3), (("e",), None)]),
    ("select extract(year from ts), trim(both 'x' from y) from t for version as of 2 as t", [(("t",), 2)]),
    ("select * from t timestamp as of '2026-01-01'", [(("t",), TIME)]),
    ("select * from delta.`s3a://b/x y` where a is distinct from b", [(("delta", "s3a://b/x y"), None)]),
    ("select a, b from t, u -- from x\n, 'from z'", [(("t",), None), (("u",), None)]),
    ("select * from range(3), lateral (select 1)", []),
    ("from t select a", [(("t",), None)]),
    ("select a from t lateral view explode(m) x as k, v", [(("t",), None)]),
    ("select * from (t join s on t.a = s.a)", [(("t",), None), (("s",), None)]),
    ("merge into t using (select * from s) y on t.a = y.a when matched then update set a = y.b", [(("s",), None)]),
]


@pytest.mark.parametrize(("text", "reads"), READS)
def test_what_a_statement_reads(text, reads):
    assert [(one.parts, one.version) for one in read_statement(text).reads] == reads


def test_inside_its_definition_the_name_of_an_expression_means_the_table():
    made = read_statement("insert into o with t as (select * from t version as of 2), u as (select * from t) select * from t join u")
    assert [(one.parts, one.version) for one in made.reads if not made.is_cte(one)] == [(("t",), 2)]
    view = read_statement("create temp view x as select k from t lateral view explode(m) y as k")
    assert (view.view, [one.parts for one in view.reads]) == ("x", [("t",)])


WRITES = ["insert into t select * from s", "insert overwrite table t select 1", "update t set a = 1", "delete from t where a in (select 1)", "merge into t using s on a = b when matched then delete",
          "truncate table t", "drop table if exists t", "alter table t add columns (a int)", "create or replace table t as select 1", "vacuum t", "optimize t", "restore table t to version as of 1"]  # fmt: skip


@pytest.mark.parametrize("text", WRITES)
def test_what_a_statement_writes(text):
    assert read_statement(text).writes == [("t",)]


def test_a_temporary_view_is_no_table():
    made = read_statement("create or replace temporary view v as select * from t version as of 1")
    assert (made.view, made.writes, [(one.parts, one.version) for one in made.reads]) == ("v", [], [(("t",), 1)])


@pytest.fixture
def pins():
    made = Pins("b")
    made.set([{"name": "samples.flights", "path": "samples/flights", "version": 0}, {"name": "default.t", "path": "ws/1/tables/t", "version": 4}], {"v": None})
    return made


def test_a_pinned_name_is_given_its_version_wherever_it_is_read(pins):
    text = "with t2 as (select * from samples.flights f) select * from t, t2 join spark_catalog.default.t x, v -- from t\n where 1 in (select 1 from T) and 'from t' = ''"
    assert pins.put_in(text) == (
        "with t2 as (select * from samples.flights VERSION AS OF 0 f) select * from t VERSION AS OF 4, t2 join spark_catalog.default.t VERSION AS OF 4 x, v -- from t\n"
        " where 1 in (select 1 from T VERSION AS OF 4) and 'from t' = ''"
    )


def test_what_is_fixed_stays_and_what_a_query_calls_so_itself_is_left_alone(pins):
    assert pins.put_in("with t as (select * from t) select * from t") == "with t as (select * from t VERSION AS OF 4) select * from t"
    for text in ("show columns from t", "describe extended t", "select * from t version as of 1", "with t as (select 1) select * from t", "select * from other.t", "select t.a from u t"):
        assert pins.put_in(text) == text
    assert pins.put_in("select * from delta.`s3a://b/ws/1/tables/t`") == "select * from delta.`s3a://b/ws/1/tables/t` VERSION AS OF 4"


def test_a_write_to_a_pinned_table_is_refused_by_a_sentence(pins):
    from pyspark.sql.connect.proto import Plan

    for text in WRITES:
        plan = Plan()
        plan.command.sql_command.input.sql.query = text
        with pytest.raises(PinnedTable, match="reads default.t as it was, so it cannot write to it"):
            pins.put(plan)
    by_frame = Plan()
    by_frame.command.write_operation.table.table_name = "`t`"
    with pytest.raises(PinnedTable):
        pins.put(by_frame)
    assert "default.t" in sentence("default.t")
