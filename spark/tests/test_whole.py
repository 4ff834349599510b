"""Whole tables: a limit of all rows, and the whole of a table that was cut, on a real kernel and a real Spark."""

import json
from types import SimpleNamespace

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from dataharbour.kernel import store_whole
from dataharbour.kernel.cell_run import CellRun
from dataharbour.kernel.frames import collect_spark, cut_to_bytes
from dataharbour.kernel.inputs import MIME as INPUTS
from dataharbour.kernel.kept_frames import FrameGone, KeptFrames, held_bytes

ODD = """
from pyspark.sql import functions as f
odd = sql('''select id, cast(id * 9007199254740993 as bigint) as big, cast(id as decimal(38, 10)) / 3 as dec, id % 2 = 0 as even,
  cast(id % 100 as tinyint) as tiny, cast(id as smallint) as small, cast(id as float) / 7 as float4, double('NaN') as nan, cast('row ' || id as varchar(20)) as name,
  date '0044-03-15' as old, timestamp '1500-01-01 00:00:00' + make_interval(0, 0, 0, int(id)) as early, timestamp_ntz '2024-02-29 12:00:00' as local,
  make_dt_interval(int(id), 2) as span, interval '3' year as years, null as nothing, array(null) as empties, X'00FF' as bytes,
  map('a', id) as pairs, named_struct('a b', id, 'Inner', array(named_struct('x', 1.5))) as nested, parse_json('{"a": 1}') as variant,
  id as `With Space`, id + 1 as ID_2, id + 2 as id
  from range(0, 300, 1, 3)''')
from pyspark.sql.types import ArrayType, StringType
odd = odd.withColumn("cast", f.col("big").cast(StringType())).withColumn("casts", f.array("cast").cast(ArrayType(StringType())))
odd
"""


def read(workspace, manifest):
    """By Spark's own eyes: the reader of the product has tests of its own."""
    return f"spark.read.format('delta').load('s3a://{workspace.storage.bucket}/{manifest['path']}')"


def load_all(kernel, cell, of, pins=(), **more):
    """As the worker asks for the whole of a table."""
    metadata = kernel.metadata(None, None)
    metadata["dataharbour"] |= {"cellId": cell, "wholeOf": of, "pins": list(pins)}
    return kernel.run("%dataharbour_whole", metadata=metadata, **more)


def run_cell(kernel, code, limit=10_000, cell="cell"):
    metadata = kernel.metadata(limit, None)
    metadata["dataharbour"]["cellId"] = cell
    found = kernel.run(code, metadata=metadata)
    assert found.status == "ok", (found.error["ename"], found.error["evalue"][:600])
    return found


def test_a_frame_with_the_limit_all_is_written_by_spark_and_computed_once(kernel, tmp_path):
    mark = tmp_path / "computed"
    code = f"""
from pyspark.sql import functions as f
@f.udf('long')
def counted(x):
    with open({str(mark)!r}, 'a') as file: file.write('x')
    return x
spark.range(0, 30_000, 1, 3).select(counted('id').alias('id'))"""
    result = run_cell(kernel, code, limit=None).results[0]
    assert (result["rows"], result["truncated"], result["cutBy"], result["writtenBy"]) == (30_000, False, None, "spark")
    assert len(mark.read_text()) == 30_000


def test_the_whole_is_of_the_table_that_the_first_rows_came_from(kernel):
    run_cell(kernel, "sql('create or replace table grown as select id from range(20)').collect()")
    cell = run_cell(kernel, "spark.table('grown')", limit=10)
    [read] = cell.data(INPUTS)[0]["tables"]
    run_cell(kernel, "sql('insert into grown select id from range(5)').collect()", cell="other")
    [whole] = load_all(kernel, "cell", cell.results[0]["path"], pins=[{key: read[key] for key in ("name", "path", "version")}]).results
    assert (whole["rows"], whole["truncated"]) == (20, False)
    [whole] = load_all(kernel, "cell", cell.results[0]["path"]).results
    assert whole["rows"] == 25


def test_both_paths_give_equal_rows_and_types(kernel, workspace):
    fast = run_cell(kernel, ODD, limit=10_000).results[0]
    whole = run_cell(kernel, "odd", limit=None).results[0]
    assert (fast["writtenBy"], whole["writtenBy"]) == ("delta-rs", "spark")
    assert whole["columns"] == fast["columns"] and whole["rows"] == fast["rows"] == 300
    code = f"""
a, b = {read(workspace, fast)}, {read(workspace, whole)}
text = lambda frame: frame.select(f.to_json(f.struct(*[f'`{{name}}`' for name in frame.columns])).alias('row'), f.hex('bytes').alias('bytes'))
# Spark reads the larger files first, whatever their order.
left, right = sorted(text(a).collect()), sorted(text(b).collect())
print([pair for pair in zip(left, right) if pair[0] != pair[1]][:1], len(left), a.schema.simpleString() == b.schema.simpleString())"""
    assert kernel.run(code).stream() == "[] 300 True\n"


def test_rows_keep_their_order(kernel, workspace):
    result = run_cell(kernel, "spark.range(0, 400_000, 1, 8).withColumn('k', f.expr('id * 7919 % 400000')).orderBy('k').select('k')", limit=None).results[0]
    told = kernel.run(f"rows = [row.k for row in {read(workspace, result)}.limit(400_000).collect()]\nprint(rows == sorted(rows), len(rows))").stream()
    assert told.endswith(" 400000\n")
    adds = DeltaTable(workspace.storage.url(result["path"]), storage_options=workspace.storage.delta_options()).get_add_actions(flatten=True)
    least = pa.table(adds).column("min.k").to_pylist()
    assert least == sorted(least), "the log lists the files in the order of the rows"


def test_a_cut_table_is_had_whole_without_running_its_cell_again(kernel, tmp_path):
    mark = tmp_path / "ran"
    code = f"open({str(mark)!r}, 'a').write('x')\nspark.range(25_000)"
    cut = run_cell(kernel, code, cell="cut").results[0]
    assert (cut["rows"], cut["truncated"], cut["cutBy"]) == (10_000, True, "rows")
    before = kernel.run("print(len(Out), 'dataharbour' in str(dir()))").stream()
    found = load_all(kernel, "cut", cut["path"])
    assert [(result["rows"], result["truncated"]) for result in found.results] == [(25_000, False)]
    assert mark.read_text() == "x"
    assert kernel.run("print(len(Out), 'dataharbour' in str(dir()))").stream() == before


@pytest.mark.parametrize("code", ["pd.DataFrame({'a': range(25_000), 'b': ['x', None] * 12_500})", "pa.table({'a': range(25_000)})", "pd.Series(range(25_000))"])
def test_frames_in_memory_are_written_whole(kernel, workspace, code):
    setup = "import pandas as pd, pyarrow as pa\n"
    cut = run_cell(kernel, setup + code, cell="memory").results[0]
    assert cut["truncated"]
    whole = load_all(kernel, "memory", cut["path"]).results[0]
    assert (whole["rows"], whole["columns"], whole["truncated"]) == (25_000, cut["columns"], False)
    at_once = run_cell(kernel, setup + code, limit=None).results[0]
    assert (at_once["rows"], at_once["writtenBy"]) == (25_000, "delta-rs")
    column = cut["columns"][0]["name"]
    check = f"rows = [row[0] for row in {read(workspace, whole)}.select('{column}').collect()]\nprint(rows == list(range(25_000)))"
    assert kernel.run(check).stream() == "True\n"


def test_the_next_run_of_the_cell_drops_its_frame_and_another_cells_does_not(kernel):
    cut = run_cell(kernel, "spark.range(25_000)", cell="a").results[0]
    run_cell(kernel, "1", cell="b")
    assert load_all(kernel, "a", cut["path"]).results[0]["rows"] == 25_000
    run_cell(kernel, "1", cell="a")
    gone = load_all(kernel, "a", cut["path"])
    assert (gone.status, gone.error["ename"]) == ("error", "FrameGone")
    assert gone.error["evalue"] == "This kernel does not hold the table any more. Run the cell again with all rows."


@pytest.mark.parametrize("row", [3, 15_000])
def test_a_frame_that_was_changed_in_place_is_not_passed_off_as_what_was_shown(kernel, row):
    cut = run_cell(kernel, "import pandas as pd\nheld = pd.DataFrame({'a': range(25_000)})\nheld", cell="change").results[0]
    kernel.run(f"held.loc[{row}, 'a'] = -1")
    gone = load_all(kernel, "change", cut["path"])
    assert (gone.error["ename"], "was changed since" in gone.error["evalue"]) == ("FrameGone", True)


def test_stop_leaves_no_table_and_no_files(kernel, workspace):
    cut = run_cell(kernel, "from pyspark.sql import functions as f\nslow = spark.range(0, 4_000_000, 1, 64).select(f.udf(lambda x: x, 'long')('id').alias('x'))\nslow", limit=10, cell="slow").results[0]
    metadata = kernel.metadata(None, None)
    metadata["dataharbour"] |= {"cellId": "slow", "wholeOf": cut["path"]}
    found = kernel.run("%dataharbour_whole", metadata=metadata, interrupt_after=3, timeout=30)
    assert (found.status, found.results) == ("error", [])
    prefix = metadata["dataharbour"]["resultPrefix"]
    left = [one.object_name for one in workspace.storage.client().list_objects(workspace.storage.bucket, prefix=f"{prefix}/", recursive=True)]
    assert [name for name in left if "_delta_log" in name] == []
    assert kernel.run("print(spark.range(3).count())").stream() == "3\n"


def test_the_bytes_that_cut_a_table_are_told(spark):
    wide = spark.range(0, 400, 1, 4).selectExpr("id", "repeat('x', 100000) as wide")
    table, is_full = collect_spark(wide, 401, bytes_max=5_000_000)
    assert is_full and 0 < table.num_rows < 400
    assert table["id"].to_pylist() == list(range(table.num_rows))
    assert collect_spark(wide, 3, bytes_max=5_000_000)[1] is False
    assert spark.range(5).count() == 5
    big = pa.table({"text": ["x" * 1000] * 2000})
    kept, is_cut = cut_to_bytes(big, 1_000_000)
    assert is_cut and 900 < kept.num_rows < 1100


def test_a_nested_column_and_strange_names_are_written(kernel):
    code = "%%sql\nselect id as `a,b;{}=`, named_struct('x y', id) as s, id as ``` from range(20000)".replace("```", "`q``q`")
    fast, whole = run_cell(kernel, code).results[0], run_cell(kernel, code, limit=None).results[0]
    assert whole["columns"] == fast["columns"]
    assert json.dumps(whole["columns"]).count("x y") == 1


def of_memory(workspace, tell):
    kernel = SimpleNamespace(launch=SimpleNamespace(storage=workspace.storage), store=SimpleNamespace(wait=lambda: True), progress=SimpleNamespace(tell=tell), gate=SimpleNamespace(interrupt=lambda: None))
    return lambda table, path: store_whole.store_whole(kernel, table, "arrow", path)


def test_pieces_are_told_and_keep_the_order_of_the_rows(workspace, monkeypatch):
    monkeypatch.setattr(store_whole, "PIECE_BYTES", 40_000)
    told = []
    rows = pa.table({"a": range(20_000), "b": ["x"] * 20_000})
    manifest = of_memory(workspace, told.append)(pa.concat_tables([rows.slice(0, 7), rows.slice(7)]), f"{workspace.prefix}/results/pieces/c/0")
    assert (manifest["rows"], manifest["version"], manifest["truncated"]) == (20_000, 1, False)
    assert len(told) > 3 and told[-1] == "20,000 of 20,000 rows written"
    table = DeltaTable(workspace.storage.url(manifest["path"]), storage_options=workspace.storage.delta_options())
    assert table.to_pyarrow_table().column("a").to_pylist() == list(range(20_000))
    none = of_memory(workspace, told.append)(rows.slice(0, 0), f"{workspace.prefix}/results/pieces/c/1")
    assert (none["rows"], none["version"]) == (0, 0)


def test_a_table_in_memory_that_is_stopped_leaves_nothing(workspace, monkeypatch):
    monkeypatch.setattr(store_whole, "PIECE_BYTES", 40_000)

    def stop(note):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        of_memory(workspace, stop)(pa.table({"a": range(20_000)}), f"{workspace.prefix}/results/stopped/c/0")
    assert list(workspace.storage.client().list_objects(workspace.storage.bucket, prefix=f"{workspace.prefix}/results/stopped/", recursive=True)) == []


def test_the_text_of_a_frame_in_memory_is_counted():
    import pandas as pd

    frame = pd.DataFrame({"a": [f"{number:0200}" for number in range(20_000)]})
    assert held_bytes(frame, "pandas", pa.Table.from_pandas(frame.head(100))) > 4_000_000


def test_a_frame_that_does_not_fit_drives_no_other_out():
    kept = KeptFrames(bytes_max=1000)
    kept.keep("plan", "c0", object(), "spark", None)
    kept.keep("small", "c1", pa.table({"a": [1]}), "arrow", None)
    kept.keep("big", "c2", pa.table({"a": list(range(1000))}), "arrow", None)
    with pytest.raises(FrameGone):
        kept.find("big")
    assert [kept.find(path).cell_id for path in ("plan", "small")] == ["c0", "c1"]
    for number in range(3):
        kept.keep(f"half {number}", "c3", pa.table({"a": list(range(60))}), "arrow", None)
    with pytest.raises(FrameGone):
        kept.find("small")
    assert [kept.find(path).kind for path in ("plan", "half 1", "half 2")] == ["spark", "arrow", "arrow"]


def of_every_type():
    """A frame whose columns lie in memory in all the ways that pandas has."""
    import pandas as pd

    count = 20_000
    return pd.DataFrame({
        "number": [at * 0.5 for at in range(count)], "flag": [at % 2 == 0 for at in range(count)], "text": [f"row {at}" for at in range(count)],
        "mixed": [1, "x", None, 2.5] * (count // 4), "list": [[at] for at in range(count)], "day": pd.date_range("2020-01-01", periods=count, freq="min"),
        "zoned": pd.date_range("2020-01-01", periods=count, freq="min", tz="Europe/Berlin"), "masked": pd.array([1, None] * (count // 2), dtype="Int64"),
        "kind": pd.Categorical(["a", "b"] * (count // 2)), "arrow": pd.array(["a", None] * (count // 2), dtype="string[pyarrow]"), "span": pd.to_timedelta(range(count), unit="s"),
    })  # fmt: skip


CHANGES = {
    "number": "-1.5", "flag": "False", "text": "'other'", "mixed": "'y'", "day": "pd.Timestamp('1999-01-01')", "zoned": "pd.Timestamp('1999-01-01', tz='Europe/Berlin')",
    "masked": "7", "kind": "'b'", "arrow": "'b'", "span": "pd.Timedelta(0)",
}  # fmt: skip


@pytest.mark.parametrize("column", [*CHANGES, "list"])
def test_a_change_of_any_value_is_noticed_and_no_change_is_none(column):
    import pandas as pd

    frame, kept = of_every_type(), KeptFrames()
    kept.keep("p", "c", frame, "pandas", pa.Table.from_pandas(frame[["number"]].head(10)))
    kept.keep("s", "c", frame[column], "series", pa.Table.from_pandas(frame[["number"]].head(10)))
    grown = frame.assign(more=1)
    grown.loc[15_000, "more"] = 2
    frame["new"] = 1
    assert [kept.find(path).cell_id for path in ("p", "p", "s")] == ["c"] * 3
    if column == "list":
        frame["list"].iloc[15_000].append(1)
    else:
        frame.loc[15_000, column] = eval(CHANGES[column], {"pd": pd})
    for path in ("p", "s"):
        with pytest.raises(FrameGone, match="was changed since"):
            kept.find(path)


def test_few_frames_are_kept_and_the_oldest_go():
    kept = KeptFrames(frames_max=2, bytes_max=1000)
    for number in range(3):
        kept.keep(f"p{number}", f"c{number}", pa.table({"a": [number]}), "arrow", None)
    with pytest.raises(FrameGone):
        kept.find("p0")
    assert kept.find("p2").cell_id == "c2"
    kept.keep("big", "c9", pa.table({"a": list(range(1000))}), "arrow", None)
    with pytest.raises(FrameGone):
        kept.find("big")
    kept.keep("p3", "c3", pa.table({"a": [3]}), "arrow", None)
    kept.begin_cell(CellRun("r", "c3", "x", 10))
    with pytest.raises(FrameGone):
        kept.find("p3")
