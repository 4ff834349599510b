"""What a cell read is told once it is done: tables with their versions, and what of it cannot be known."""

import threading
from types import SimpleNamespace

import pytest

from dataharbour.kernel import inputs as inputs_module
from dataharbour.kernel.inputs import MIME, Inputs


def told(kernel, code, **options):
    outcome = kernel.run(code, **options)
    assert outcome.status == "ok", outcome.error
    [inputs] = outcome.data(MIME)
    return inputs


def tables(inputs):
    return sorted((table["name"] or table["path"], table["version"], table["isFixed"]) for table in inputs["tables"])


@pytest.fixture(scope="module")
def sales(kernel):
    """Three versions: empty, two rows, three rows."""
    for statement in ("create schema if not exists seen", "create or replace table seen.sales (a int, p string) using delta partitioned by (p)", "insert into seen.sales values (1, 'x'), (2, 'y')", "insert into seen.sales values (3, 'x')"):
        assert kernel.run(f"%%sql\n{statement}").status == "ok"
    newest = kernel.run("print(sql('describe history seen.sales').first().version)").stream()
    yield int(newest)
    kernel.run("%%sql\ndrop schema seen cascade")


@pytest.fixture(scope="module")
def airports(kernel):
    return int(kernel.run("print(sql('describe history samples.airports').first().version)").stream())


def test_a_shown_frame_and_a_sql_cell_tell_their_tables_and_versions(kernel, sales, airports):
    assert told(kernel, "%%sql\nselect count(*) from seen.sales, samples.airports") == {
        "tables": [
            {"name": "seen.sales", "path": f"{kernel.prefix}/tables/seen.db/sales", "version": sales, "isFixed": False, "isSure": True},
            {"name": "samples.airports", "path": "samples/airports", "version": airports, "isFixed": False, "isSure": True},
        ],
        "untracked": [],
        "cells": [],
    }
    assert tables(told(kernel, "spark.table('seen.sales').where('a > 1')")) == [("seen.sales", sales, False)]


def test_tables_by_path_are_told_by_their_place(kernel, sales):
    kernel.run("where = sql('describe detail seen.sales').first().location")
    path = f"{kernel.prefix}/tables/seen.db/sales"
    assert tables(told(kernel, "spark.read.format('delta').load(where)")) == [(path, sales, False)]
    assert tables(told(kernel, "sql(f'select * from delta.`{where}`')")) == [(path, sales, False)]
    assert tables(told(kernel, "spark.read.format('delta').option('versionAsOf', 1).load(where)")) == [(path, 1, True)]


def test_a_version_that_the_code_fixes_is_told_as_such(kernel, sales):
    assert tables(told(kernel, "%%sql\nselect * from seen.sales version as of 1")) == [("seen.sales", 1, True)]
    assert tables(told(kernel, "spark.read.option('versionAsOf', 1).table('seen.sales')")) == [("seen.sales", 1, True)]
    assert tables(told(kernel, "%%sql\nselect * from seen.sales version as of 1 union all select * from seen.sales")) == [("seen.sales", 1, True), ("seen.sales", sales, False)]


def test_an_expression_named_like_the_table_that_it_reads_hides_nothing(kernel, sales):
    named_alike = "with sales as (select * from seen.sales version as of 1) select * from sales"
    assert tables(told(kernel, f"%%sql\n{named_alike}")) == [("seen.sales", 1, True)]
    assert tables(told(kernel, f"%%sql\ncreate or replace table seen.alike as {named_alike.replace(' version as of 1', '')}")) == [("seen.sales", sales, False)]


@pytest.mark.parametrize("ask", ["show()", "show(vertical=True)", "approxQuantile('a', [0.5], 0.1)"])
def test_what_spark_answers_at_once_is_told_too(kernel, sales, ask):
    assert tables(told(kernel, f"spark.table('seen.sales').{ask}")) == [("seen.sales", sales, False)]


def test_views_lead_to_the_tables_that_they_read_now(kernel, sales, airports):
    assert kernel.run("%%sql\ncreate or replace temp view seen_view as select * from seen.sales version as of 1").status == "ok"
    assert tables(told(kernel, "%%sql\nselect * from seen_view")) == [("seen.sales", 1, True)]
    assert tables(told(kernel, "spark.table('samples.airports').createOrReplaceTempView('seen_view')\nspark.table('seen_view').limit(3)")) == [("samples.airports", airports, False)]
    assert tables(told(kernel, "spark.table('seen_view').limit(2)")) == [("samples.airports", airports, False)]


def test_what_a_write_read_is_its_version_before_the_write(kernel, sales):
    assert kernel.run("%%sql\ncreate or replace table seen.own as select * from seen.sales").status == "ok"
    before = int(kernel.run("print(sql('describe history seen.own').first().version)").stream())
    assert tables(told(kernel, "%%sql\ninsert into seen.own select * from seen.own")) == [("seen.own", before, False)]
    assert tables(told(kernel, "spark.table('seen.own').write.mode('append').saveAsTable('seen.own')")) == [("seen.own", before + 1, False)]


def test_what_cannot_be_known_is_said(kernel, airports):
    assert told(kernel, "print(1)") == {"tables": [], "untracked": ["python"], "cells": []}
    assert told(kernel, "%%sql\nselect rand(), uuid(), current_timestamp()")["untracked"] == ["chance", "clock"]
    assert told(kernel, "spark.createDataFrame([(1,)], ['a'])")["untracked"] == ["rows"]
    made = told(kernel, "spark.table('samples.airports').limit(3).toPandas()")
    assert (tables(made), made["untracked"]) == ([("samples.airports", airports, False)], ["python"])
    assert told(kernel, "cached = spark.table('samples.airports').limit(3).cache(); cached")["untracked"] == ["cached"]
    kernel.run("cached.unpersist()")


def test_a_cell_that_fails_still_tells_and_tells_once(kernel, airports):
    outcome = kernel.run("spark.table('samples.airports').count()\n1 / 0")
    assert outcome.status == "error"
    assert [tables(inputs) for inputs in outcome.data(MIME)] == [[("samples.airports", airports, False)]]


def pinned(kernel, version):
    metadata = kernel.metadata(10_000, None)
    metadata["dataharbour"]["pins"] = [{"name": "seen.sales", "path": f"{kernel.prefix}/tables/seen.db/sales", "version": version}]
    return metadata


def test_a_pinned_cell_reads_the_table_as_it_was_whatever_it_calls_it(kernel, sales):
    kernel.run("where = sql('describe detail seen.sales').first().location")
    cells = (
        "print(spark.table('seen.sales').count())",
        "print(sql('select s.a from seen.sales s join seen.sales using (a)').count())",
        "print(spark.read.format('delta').load(where).count())",
        "print(sql(f'select * from delta.`{where}`').count())",
        "sql('create or replace temp view seen_pinned as select * from seen.sales')\nprint(spark.table('seen_pinned').count())",
    )
    for cell in cells:
        outcome = kernel.run(cell, metadata=pinned(kernel, 1))
        assert (outcome.stream(), outcome.error) == ("2\n", None), cell
        assert [(table["version"], table["isFixed"]) for table in outcome.data(MIME)[0]["tables"]] == [(1, False)], cell
    assert kernel.run(cells[0]).stream() == "3\n"


def test_a_pinned_cell_does_not_write_what_it_reads(kernel, sales):
    for cell in ("%%sql\ninsert into seen.sales values (9, 'z')", "spark.range(1).selectExpr('1 as a', \"'z' as p\").write.mode('append').saveAsTable('seen.sales')"):
        error = kernel.run(cell, metadata=pinned(kernel, 1)).error
        assert error["ename"] == "PinnedTable" and "cannot write to it" in error["evalue"]
    assert kernel.run("print(spark.table('seen.sales').count())").stream() == "3\n"


def test_a_spark_that_falls_silent_keeps_no_later_cell_waiting(monkeypatch):
    monkeypatch.setattr(inputs_module, "SILENT_SECONDS", 0.1)
    inputs, answers = Inputs(kernel=None, pins=None), threading.Event()
    inputs._look = SimpleNamespace(at=lambda relation, began: (answers.wait(20), ([], set()))[1])
    inputs._waiting.append((None, None))
    inputs.settle()
    assert (inputs._waiting, inputs._reasons) == ([], {"unknown"})
    answers.set()
