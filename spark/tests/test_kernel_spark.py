"""A real kernel on a real Spark Connect server: one session for SQL and Python, results, progress, stop, restart."""

from unittest.mock import ANY

import pytest

from support.compute import start_compute, stop_compute


def test_the_session_is_opened_at_first_use_and_shared_by_sql_and_python(kernel):
    assert kernel.run("%%sql\n-- two statements\ncreate or replace temp view v as select 1 as a, 'x' as b;\nselect *, a from v").results[0]["columns"] == [
        {"name": "a", "type": "int"},
        {"name": "b", "type": "string"},
        {"name": "a_2", "type": "int"},
    ]
    assert kernel.run("sql('select a + 1 as c from v')").results[0]["columns"] == [{"name": "c", "type": "int"}]
    assert kernel.run("print(spark.table('v').count(), _sqldf.columns)").stream() == "1 ['a', 'b', 'a']\n"


def test_a_large_table_is_cut_at_the_limit_and_is_computed_once(kernel):
    code = "from pyspark.sql import functions as f\nhits = spark.table('samples.flights').where('delay > 100').select('origin', 'delay')\nhits"
    result = kernel.run(code, limit=500).results[0]
    assert (result["rows"], result["truncated"]) == (500, True)


def test_get_or_create_finds_the_notebooks_session(kernel):
    code = "from pyspark.sql import SparkSession\ns = SparkSession.builder.getOrCreate()\nprint(s.session_id == spark.session_id, isinstance(spark, type(s)))"
    assert kernel.run(code).stream() == "True True\n"


def test_a_cell_tells_the_session_that_it_uses_once_and_before_its_work(kernel):
    from dataharbour.kernel.told_session import MIME

    outcome = kernel.run("frame = spark.range(3)\nframe.count()\nspark.range(4).count()\nprint(spark.session_id)")
    told = [{"sessionId": outcome.stream().strip(), "userId": ANY}]
    assert outcome.data(MIME) == told
    assert kernel.run("1").data(MIME) == []
    assert kernel.run("frame.count()").data(MIME) == told
    assert kernel.run("%%capture\nframe.count()").data(MIME) == told


def test_spark_types_without_an_arrow_form_are_shown(kernel):
    result = kernel.run("%%sql\nselect interval '1' year as y, make_interval(1, 2) as i, interval '3' day as d, parse_json('{\"a\":1}') as v, 1.5 as n").results[0]
    assert [column["name"] for column in result["columns"]] == ["y", "i", "d", "v", "n"]
    assert result["rows"] == 1


def test_python_functions_run_on_spark(kernel):
    code = "from pyspark.sql import functions as f\n@f.udf('int')\ndef double(x): return 2 * x\nprint(spark.range(3).select(double('id')).collect()[2][0])"
    assert kernel.run(code).stream() == "4\n"


def test_an_error_in_a_python_function_names_the_cell(kernel):
    error = kernel.run("from pyspark.sql import functions as f\n@f.udf('int')\ndef broken(x): return 1 // x\nspark.range(3).select(broken('id')).collect()").error
    assert error["ename"] == "PythonException"
    assert 'File "Cell", line 3, in broken' in error["evalue"] and "ZeroDivisionError" in error["evalue"]


def test_a_sql_error_says_where_in_the_cell(kernel):
    error = kernel.run("%%sql\nselect 1;\n\nselect nope\nfrom v").error
    assert error["ename"] == "AnalysisException"
    assert "`nope`" in error["evalue"] and error["evalue"].endswith("line 3, column 8")
    assert [entry for entry in error["traceback"] if "File" in entry.split("\n")[0]] == []
    assert error["traceback"][-1].startswith("JVM trace:\n")
    syntax = kernel.run("%%sql\nselect 1;\nselec 2").error
    assert "(line 2, column 1)" in syntax["evalue"]


def test_what_a_run_writes_names_the_run(kernel):
    code = "import json\nspark.range(3).write.format('delta').mode('overwrite').saveAsTable('marked')\nsaid = json.loads(sql('describe history marked').first().userMetadata)\nprint(sorted(said), len(said['run']) > 0)"
    assert kernel.run(code).stream() == "['run'] True\n"
    assert kernel.run("spark.sql('drop table marked')").status == "ok"


def test_a_statement_without_rows_says_done(kernel):
    found = kernel.run("%%sql\ncreate schema if not exists made_here;\ndrop schema made_here")
    assert (found.status, found.stream(), found.results) == ("ok", "Done.\n", [])


HOSTILE = ["it's", "'; drop table v; --", '"; x', "`", "\\'", "${x} {{y}} %s :other", "x' or '1'='1", "\u2028 \U0001f6a2", "NaN", "a" * 10_240]


def given(client, parameters):
    metadata = client.metadata(10_000, None)
    metadata["dataharbour"].update(parameters=parameters, isFirst=True)
    return metadata


def test_parameters_are_bound_in_sql_and_never_read_as_sql(kernel):
    kernel.run("spark.range(3).createOrReplaceTempView('three')")
    for value in HOSTILE:
        # Another value stands in the same cell, so that a hostile one that named it would show.
        found = kernel.run("%%sql\nselect :given as given, length(:given) as n, ':given' as quoted, :other as other", metadata=given(kernel, {"given": value, "other": "safe"}))
        assert found.status == "ok", (value[:40], found.error)
        [row] = [line for line in [kernel.run("print(_sqldf.collect()[0].asDict())").stream()]]
        assert eval(row) == {"given": value, "n": len(value), "quoted": ":given", "other": "safe"}
    assert kernel.run("print(spark.table('three').count())").stream() == "3\n"


def test_parameters_keep_their_types_and_null_is_null(kernel):
    kernel.run("%%sql\nselect :n + 1 as n, :f * 2 as f, :yes as yes, :day > date '2026-01-01' as later, :nothing is null as isnull", metadata=given(kernel, {"n": 41, "f": 0.25, "yes": True, "day": "2026-03-31", "nothing": None}))
    assert kernel.run("print(_sqldf.collect()[0].asDict())").stream() == "{'n': 42, 'f': 0.5, 'yes': True, 'later': True, 'isnull': True}\n"


def test_parameters_leave_other_statements_alone_and_an_unknown_one_is_named(kernel):
    metadata = given(kernel, {"region": "north"})
    assert kernel.run("%%sql\ncreate or replace temp view w as select 1 as a;\nset x.y = 1;\nselect a, :region as r from w", metadata=metadata).results[0]["rows"] == 1
    assert kernel.run("print(sql('select :region as r, :own as o', {'own': 2}).collect()[0].asDict())", metadata=metadata).stream() == "{'r': 'north', 'o': 2}\n"
    assert "nobody" in kernel.run("%%sql\nselect :nobody", metadata=metadata).error["evalue"]


def test_progress_is_reported_while_spark_works(kernel):
    found = kernel.run("spark.sql('select count(*) from range(20000000) a join range(300) b on a.id % 10 = b.id % 10').collect()")
    assert found.status == "ok"
    assert found.progress and {"id", "tasks", "done", "bytes"} == found.progress[0]["stages"][0].keys()


def test_stop_ends_sparks_work_too(kernel):
    slow = "spark.sql('select sum(a.id * b.id) from range(3000000) a join range(30000000) b on a.id % 7 = b.id % 7').collect()"
    found = kernel.run(slow, interrupt_after=2.5, timeout=20)
    assert (found.status, found.error["evalue"]) == ("error", "Stopped.")
    again = kernel.run("import time; begun = time.time(); spark.range(10).count(); print(time.time() - begun < 5)")
    assert again.stream() == "True\n"


@pytest.fixture
def own_compute(workspace, tmp_path):
    """A Spark of this test alone, because it will be ended."""
    compute = start_compute(workspace, tmp_path / "compute")
    yield compute
    stop_compute(compute)


def test_a_restarted_spark_costs_the_views_and_one_sentence(kernel, own_compute, workspace, remote):
    """The kernel is moved to a Spark that is then killed, and to the next one on another port."""
    kernel.run("frame = spark.range(3)\nframe.createOrReplaceTempView('gone')", remote=own_compute.remote)
    own_compute.process.kill()
    own_compute.process.wait()
    down = kernel.run("spark.range(1).count()", remote=own_compute.remote)
    assert (down.error["ename"], down.error["evalue"]) == ("SparkUnavailable", "Spark is not running: start the compute, then run this cell again.")
    back = kernel.run("spark.range(4).count()", remote=remote)
    assert back.data("text/plain") == ["4"]
    assert kernel.run("frame", remote=remote).results[0]["rows"] == 3
    assert "run the cell that makes it again" in kernel.run("frame.count()", remote=remote).error["evalue"]
    assert "TABLE_OR_VIEW_NOT_FOUND" in kernel.run("spark.table('gone').count()", remote=remote).error["evalue"]
