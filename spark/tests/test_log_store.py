"""The log store is compiled by what Spark brings along, once, beside Delta's jars."""

import json
import os
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from dataharbour.compute import log_store
from dataharbour.compute.log_store import log_store_jar, main, make_log_store


@pytest.fixture
def jars(tmp_path):
    folder = tmp_path / "jars"
    folder.mkdir()
    for jar in Path(os.environ["SPARK_JARS"]).glob("*.jar"):
        (folder / jar.name).symlink_to(jar)
    return folder


def test_it_is_made_once_and_stays_the_same_file(jars):
    home = Path(find_spec("pyspark").origin).parent
    make_log_store(home, jars)
    made = log_store_jar(jars)
    assert zipfile.ZipFile(made).namelist() == ["dataharbour/ConditionalLogStore.class"]
    first = made.stat()
    make_log_store(home, jars)
    assert (made.stat().st_ino, made.stat().st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    assert [path.name for path in made.parent.iterdir()] == [made.name]


def test_what_cannot_be_compiled_is_one_line_and_exit_code_2(jars, tmp_path, monkeypatch, capsys):
    source = tmp_path / "Broken.java"
    source.write_text("class Broken extends Nothing {}")
    monkeypatch.setattr(log_store, "SOURCE", source)
    assert main(["--jars", str(jars)]) == 2
    line = json.loads(capsys.readouterr().err)
    assert line["level"] == "fatal" and str(jars) in line["msg"] and "Nothing" in line["msg"]
    assert list((jars / "log-store").iterdir()) == []
