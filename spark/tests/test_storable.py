"""Whatever table a cell shows can be stored as Delta and read back: nothing crashes, nothing changes in silence."""

import datetime as dt
import decimal
import uuid

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dataharbour.kernel.cell_run import CellRun
from dataharbour.kernel.frames import collect, kind_of
from dataharbour.kernel.storable import make_storable, unique_names
from dataharbour.kernel.store_result import ResultNotStored, store_result, write_delta
from dataharbour.kernel.text_preview import preview
from dataharbour.kernel.type_names import type_name
from dataharbour.storage import Keys, Storage


def stored(value, limit=100):
    """(column types, column names, rows) of what would be stored."""
    table = make_storable(collect(value, kind_of(value), limit)[0])
    return [type_name(kind) for kind in table.schema.types], table.column_names, [tuple(row.values()) for row in table.to_pylist()]


def test_mixed_values_in_one_pandas_column_become_text():
    frame = pd.DataFrame({"a": [1, "x", None, 3.5], "b": [{"k": 1}, [1], (2,), None]})
    assert stored(frame) == (["string", "string"], ["a", "b"], [("1", "{'k': 1}"), ("x", "[1]"), (None, "(2,)"), ("3.5", None)])


def test_two_levels_of_an_index_may_have_one_name():
    dates = pd.Series(pd.to_datetime(["2024-01-05", "2024-01-09", "2025-03-01"]), name="date")
    counted = pd.DataFrame({"date": dates}).groupby([dates.dt.year, dates.dt.month]).size()
    assert stored(counted)[1:] == (["date", "date_2", "value"], [(2024, 1, 2), (2025, 3, 1)])


def test_intervals_that_were_cut_are_text():
    ages = pd.Series([3, 15, 18, 40, None])
    groups = pd.cut(ages, [0, 10, 20])
    assert stored(pd.DataFrame({"age": groups}))[2] == [("(0.0, 10.0]",), ("(10.0, 20.0]",), ("(10.0, 20.0]",), (None,), (None,)]
    assert stored(ages.groupby(groups, observed=False).count())[2] == [("(0, 10]", 1), ("(10, 20]", 2)]
    months = pd.Series(["2024-01", "2024-02"]).astype("period[M]").astype("category")
    assert stored(pd.DataFrame({"month": months}))[2] == [("2024-01",), ("2024-02",)]


def test_names_are_unique_whatever_their_case_and_never_empty():
    assert unique_names(["a", "A", "a", "", "a_2", "avg(delay)"]) == ["a", "A_2", "a_3", "column_4", "a_2_2", "avg(delay)"]


def test_a_meaningful_index_is_shown_and_row_numbers_are_not():
    frame = pd.DataFrame({"a": [1]}, index=pd.Index(["r"], name="k"))
    assert stored(frame)[1] == ["k", "a"]
    assert stored(frame.reset_index(drop=True))[1] == ["a"]
    assert stored(pd.Series(["x", "x", "y"]).value_counts())[2] == [("x", 2), ("y", 1)]
    assert stored(pd.DataFrame({("x", "a"): [1], ("x", "b"): [2]}))[1] == ["x a", "x b"]


@pytest.mark.parametrize(
    ("column", "kind", "value"),
    [
        (pd.Series([pd.Timedelta("1 day 2:03:04")]), "string", "1 days 02:03:04"),
        (pd.Series(pd.period_range("2020-01-01", periods=1)), "string", "2020-01-01"),
        (pd.Series(pd.Categorical(["z"])), "string", "z"),
        (pd.Series([dt.time(1, 2, 3)]), "string", "01:02:03"),
        (pd.Series([dt.date(2020, 1, 2)]), "date", dt.date(2020, 1, 2)),
        (pd.to_datetime(pd.Series(["2020-01-01 05:00"])).dt.tz_localize("Europe/Berlin"), "timestamp", dt.datetime(2020, 1, 1, 4, tzinfo=dt.timezone.utc)),
        (pd.to_datetime(pd.Series(["2020-01-01"])), "timestamp_ntz", dt.datetime(2020, 1, 1)),
        (pd.Series([decimal.Decimal("1.23")]), "decimal(3,2)", decimal.Decimal("1.23")),
        (pd.Series([uuid.UUID(int=5)]), "string", str(uuid.UUID(int=5))),
        (pd.Series([1 + 2j]), "string", "(1+2j)"),
        (pd.Series([None], dtype="Int64"), "bigint", None),
        (pd.Series([None]), "string", None),
        (pd.Series(["\ud800x"]), "string", "?x"),
        (pd.Series([2**63], dtype="uint64"), "decimal(20,0)", decimal.Decimal(2**63)),
        (pd.Series([2**70]), "string", str(2**70)),
    ],
)
def test_pandas_types(column, kind, value):
    types, _, rows = stored(pd.DataFrame({"a": column}))
    assert (types, rows) == ([kind], [(value,)])


@pytest.mark.parametrize(
    ("array", "kind", "value"),
    [
        (pa.array([1], pa.uint8()), "smallint", 1),
        (pa.array([np.float16(1.5)]), "float", 1.5),
        (pa.array([1_500], pa.timestamp("ns")), "timestamp_ntz", dt.datetime(1970, 1, 1, 0, 0, 0, 1)),
        (pa.array([0], pa.date64()), "date", dt.date(1970, 1, 1)),
        (pa.array([5], pa.duration("s")), "string", "0:00:05"),
        (pa.array(["a"]).dictionary_encode(), "string", "a"),
        (pa.array(["a"], pa.string_view()), "string", "a"),
        (pa.array([{}], pa.struct([])), "string", "{}"),
        (pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int32())), "map<string,int>", [("k", 1)]),
        (pa.array([[1, None]], pa.large_list(pa.uint8())), "array<smallint>", [1, None]),
        (pa.array([[dt.time(1)]]), "string", "[datetime.time(1, 0)]"),
        (pa.array([{"x": 1, "X": 2}]), "string", "{'x': 1, 'X': 2}"),
        (pa.array([decimal.Decimal("1")], pa.decimal256(50, 2)), "string", "1.00"),
        (pa.array([{"a": {"b": 1}}]), "struct<a:struct<b:bigint>>", {"a": {"b": 1}}),
    ],
)
def test_arrow_types(array, kind, value):
    types, _, rows = stored(pa.table({"a": array}))
    assert (types, rows) == ([kind], [(value,)])


def test_the_row_limit_cuts_and_says_so():
    assert [part for part in collect(pd.DataFrame({"a": range(11)}), "pandas", 10)][1] == "rows"
    table, cut_by = collect(pd.DataFrame({"a": range(10)}), "pandas", 10)
    assert (table.num_rows, cut_by) == (10, None)


def test_only_tables_are_tables():
    assert [kind_of(value) for value in (pd.DataFrame(), pd.Series(), pa.table({}), [1], {"a": 1}, pd)] == ["pandas", "series", "arrow", None, None, None]


def test_a_preview_shows_the_first_rows_as_text():
    table = pa.table({"name": ["x" * 50, None], "n": [1, 2]})
    assert preview(table).splitlines() == ["name" + " " * 30 + "n", "-" * 32 + "  -", "x" * 31 + "…  1", " " * 34 + "2"]


@pytest.fixture(scope="module")
def duck(workspace):
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    import importlib.util
    from pathlib import Path

    for name in ("httpfs", "delta"):
        package = Path(importlib.util.find_spec(f"duckdb_extension_{name}").origin).parent
        connection.execute(f"load '{next(package.glob(f'extensions/*/{name}.duckdb_extension'))}'")
    keys = workspace.root.keys
    connection.execute(
        f"create secret (type s3, key_id '{keys.access_key}', secret '{keys.secret_key}', region '{workspace.root.region}', "
        f"endpoint '{workspace.root.endpoint.partition('//')[2]}', use_ssl false, url_style 'path')"
    )
    return connection


def test_a_stored_result_is_read_back_by_duckdb_with_odd_names_and_all(workspace, duck):
    names = ["avg(delay)", "a b", "a,b", "a.b", "ä", "x\ny", 'q=;{}\t`"']
    table = make_storable(pa.table([[1], [2], [3], [4], [5], [6], [7]], names=names))
    manifest = store_result(workspace.storage, CellRun("r1", "c", f"{workspace.prefix}/results/r1/c", 10), table, None)
    assert manifest["path"] == f"{workspace.prefix}/results/r1/c/0"
    assert (manifest["rows"], manifest["version"], manifest["truncated"], manifest["writtenBy"]) == (1, 0, False, "delta-rs")
    found = duck.execute(f"select * from delta_scan('s3://{workspace.storage.bucket}/{manifest['path']}')")
    assert ([column[0] for column in found.description], found.fetchall()) == (names, [(1, 2, 3, 4, 5, 6, 7)])


def test_a_result_is_never_written_over(workspace):
    path = f"{workspace.prefix}/results/r2/c/0"
    first = write_delta(workspace.storage, path, pa.table({"a": [1]}))
    second = write_delta(workspace.storage, path, pa.table({"a": [2]}))
    assert first == path and second.startswith(path + "-")


def test_a_store_that_is_down_is_one_sentence():
    dead = Storage("http://127.0.0.1:1", "b", fixed_keys=Keys("a", "b"))
    with pytest.raises(ResultNotStored, match="the object store does not answer"):
        store_result(dead, CellRun("r", "c", "ws/x", 10), pa.table({"a": [1]}), None)


def test_another_workspace_cannot_be_written_with_this_ones_key(workspace):
    with pytest.raises(ResultNotStored, match="refused the table"):
        store_result(workspace.storage, CellRun("r", "c", "ws/of-somebody-else/results", 10), pa.table({"a": [1]}), None)
