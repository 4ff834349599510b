"""A real kernel without Spark: fast, silent about its keys, and it shows tables, pictures and errors."""

import json

import pytest

from conftest import open_kernel


def start_lines(kernel):
    return [json.loads(line) for line in kernel.log.read_text().splitlines() if line.startswith("{")]


def test_it_says_once_that_it_is_ready_and_how_long_that_took(lonely_kernel):
    lines = start_lines(lonely_kernel)
    assert len(lines) == 1
    assert (lines[0]["component"], lines[0]["level"], lines[0]["notebookId"]) == ("kernel", "info", "n")
    assert lines[0]["extensionMs"] >= 0


def test_no_slow_library_is_loaded_by_the_extension():
    import subprocess
    import sys

    code = "import sys, dataharbour.kernel.extension; print([name for name in ('pyspark', 'pandas', 'pyarrow', 'deltalake', 'grpc', 'minio') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=".").stdout == "[]\n"


def test_the_keys_are_not_in_the_environment_of_cells(lonely_kernel):
    found = lonely_kernel.run("import os, subprocess; print(sorted(os.environ), subprocess.run(['env'], capture_output=True, text=True).stdout)")
    assert "DATAHARBOUR" not in found.stream() and "SecretAccessKey" not in found.stream()


def test_a_last_expression_and_display_store_numbered_results(lonely_kernel):
    found = lonely_kernel.run("import pandas as pd\ndf = pd.DataFrame({'a': range(5)})\ndisplay(df.head(2), 'between')\ndf", limit=3)
    assert found.status == "ok"
    assert [(result["path"].rpartition("/")[2], result["rows"], result["truncated"]) for result in found.results] == [("0", 2, False), ("1", 3, True)]
    assert found.results[0]["columns"] == [{"name": "a", "type": "bigint"}]
    assert "Table: 3 rows (the first of more), 1 column" in found.data("text/plain")


def test_arrow_tables_and_series_are_results_too(lonely_kernel):
    assert lonely_kernel.run("import pyarrow as pa; pa.table({'x': ['a']})").results[0]["columns"] == [{"name": "x", "type": "string"}]
    assert lonely_kernel.run("df['a'].describe()").results[0]["rows"] == 8


def test_a_table_without_columns_or_rows_is_no_error(lonely_kernel):
    assert lonely_kernel.run("pd.DataFrame()").status == "ok"
    assert lonely_kernel.run("pd.DataFrame({'a': []})").results[0]["rows"] == 0


def test_outside_of_a_run_a_table_is_text(lonely_kernel):
    found = lonely_kernel.run("df", metadata={})
    assert found.results == [] and found.data("text/plain")[0].splitlines()[0] == "a"


def test_pictures_come_as_png_at_the_end_of_the_cell(lonely_kernel):
    found = lonely_kernel.run("import matplotlib.pyplot as plt\nplt.plot([1, 2, 3]);\nprint('first')")
    assert found.messages[0][0] == "stream"
    assert found.data("image/png")[0].startswith("iVBOR")


def test_a_traceback_shows_the_cell_first_and_ends_with_the_error(lonely_kernel):
    error = lonely_kernel.run("import json\njson.loads('{x')").error
    assert error["ename"] == "JSONDecodeError"
    assert error["traceback"][0].startswith("Cell, line 2")
    assert "json/decoder.py" in error["traceback"][-2]
    assert lonely_kernel.run("x = (1").error["evalue"].endswith("(line 1)")


def test_other_values_are_shown_as_ever(lonely_kernel):
    found = lonely_kernel.run("1 + 1")
    assert (found.messages[0][0], found.data("text/plain")) == ("execute_result", ["2"])
    assert lonely_kernel.run("spark").data("text/plain") == ["<spark: a session is opened at first use>"]


def test_without_spark_a_cell_says_so_in_one_sentence(lonely_kernel):
    for code in ("spark.range(1)", "%%sql\nselect 1"):
        found = lonely_kernel.run(code)
        assert found.status == "error"
        assert (found.error["ename"], found.error["evalue"]) == ("SparkUnavailable", "This kernel was started without Spark.")


def test_a_python_cell_stops_at_once(lonely_kernel):
    found = lonely_kernel.run("import time\ntime.sleep(60)", interrupt_after=0.5, timeout=10)
    assert (found.status, found.error["evalue"]) == ("error", "Stopped.")


def test_stop_counts_while_the_kernel_makes_ready_for_the_cell(lonely_kernel):
    slow = "import time\nrounds = [1]\ndef wait(info):\n    if rounds:\n        rounds.pop()\n        time.sleep(30)\nget_ipython().events.register('pre_run_cell', wait)"
    assert lonely_kernel.run(slow).status == "ok"
    found = lonely_kernel.run("ran = True", interrupt_after=0.5, timeout=20)
    assert (found.status, found.error["ename"]) == ("error", "KeyboardInterrupt")
    assert lonely_kernel.run("print('ran' in globals())").stream() == "False\n"
    lonely_kernel.run("get_ipython().events.unregister('pre_run_cell', wait)")


@pytest.fixture
def cut_off_kernel(tmp_path):
    """A kernel whose object store is down."""
    from support.kernel import KernelClient

    store = {"endpoint": "http://127.0.0.1:1", "region": "r", "bucket": "b", "accessKey": "a", "secretKey": "bbbbbbbb"}
    client = KernelClient(tmp_path, {"DATAHARBOUR_S3": json.dumps(store)}, "ws/x")
    yield client
    client.close()


def test_with_the_store_down_the_first_rows_are_shown_and_the_cell_says_why(cut_off_kernel):
    found = cut_off_kernel.run("import pandas as pd\npd.DataFrame({'a': range(100)})")
    assert found.status == "error"
    assert len(found.data("text/plain")[0].splitlines()) == 22
    assert found.error["evalue"].startswith("The table could not be stored: the object store does not answer.")
    assert cut_off_kernel.run("print('alive')").stream() == "alive\n"


AT_THE_STORE = {
    "delta-rs": "from deltalake import DeltaTable\nDeltaTable('s3://b/x', storage_options={'AWS_ENDPOINT_URL': 'http://127.0.0.1:1', 'AWS_ALLOW_HTTP': 'true', 'AWS_ACCESS_KEY_ID': 'a', 'AWS_SECRET_ACCESS_KEY': 'b', 'AWS_REGION': 'r', 'max_retries': '1'})",
    "pyarrow": "from pyarrow import fs\nfs.S3FileSystem(access_key='a', secret_key='b', endpoint_override='127.0.0.1:1', scheme='http', region='r', retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=1)).get_file_info('b/x')",
}  # fmt: skip


@pytest.mark.parametrize("code", AT_THE_STORE.values(), ids=AT_THE_STORE)
def test_with_the_store_down_what_speaks_to_it_by_itself_says_so_in_the_line_of_the_cell(cut_off_kernel, code):
    error = cut_off_kernel.run(code).error
    assert (error["ename"], error["evalue"]) == ("StoreUnavailable", "The object store does not answer, so tables cannot be read or written. Run the cell again when it is back.")
    assert error["traceback"][0].startswith("Cell, line 2")


def given(client, parameters, is_first=True):
    metadata = client.metadata(10_000, None)
    metadata["dataharbour"].update(parameters=parameters, isFirst=is_first)
    return metadata


def test_parameters_are_variables_from_the_first_cell_of_a_run_on(lonely_kernel):
    run = lonely_kernel.run
    told = {"region": "north'; import os", "top": 5, "share": 0.5, "day": "2026-03-31", "is_on": True, "none": None}
    assert run("print([region, top, share, day, is_on, none])", metadata=given(lonely_kernel, told)).stream() == """["north'; import os", 5, 0.5, '2026-03-31', True, None]\n"""
    # What the code makes of them stays for the cells behind it, and the next run begins with its own.
    run("top = 6", metadata=given(lonely_kernel, told, is_first=False))
    assert run("print(top)", metadata=given(lonely_kernel, told, is_first=False)).stream() == "6\n"
    assert run("print(top)", metadata=given(lonely_kernel, told)).stream() == "5\n"


def test_a_run_says_what_it_runs_on_once_and_when_that_changes(lonely_kernel, tmp_path):
    from dataharbour.kernel.environment import MIME

    [told] = lonely_kernel.run("1 / 0", metadata=given(lonely_kernel, {})).data(MIME)
    assert told["python"].count(".") == 2 and told["packages"]["ipykernel"][0].isdigit() and "pandas" in told["packages"]
    assert lonely_kernel.run("1", metadata=given(lonely_kernel, {}, is_first=False)).data(MIME) == []
    (tmp_path / "late_boat-3.1.dist-info").mkdir()
    [again] = lonely_kernel.run(f"import sys; sys.path.append({str(tmp_path)!r})", metadata=given(lonely_kernel, {}, is_first=False)).data(MIME)
    assert again == {**told, "packages": {**told["packages"], "late-boat": "3.1"}}
    assert lonely_kernel.run("2", metadata=given(lonely_kernel, {}, is_first=False)).data(MIME) == []


def test_the_environment_takes_the_package_that_import_finds(tmp_path):
    from dataharbour.kernel.environment import list_packages

    for folder, version in (("a", "2.0"), ("b", "1.0")):
        (tmp_path / folder / f"Some_Thing-{version}.dist-info").mkdir(parents=True)
    assert list_packages([str(tmp_path / "a"), str(tmp_path / "b"), str(tmp_path / "gone")]) == {"some-thing": "2.0"}
