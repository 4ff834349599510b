"""What the embedded Spark is told: its limits, and its own pages only for who signs."""

import stat
from dataclasses import replace

from dataharbour.compute.__main__ import main, server_environment, write_pages_key
from dataharbour.compute.settings import ComputeOptions, all_settings, command_line, java_options

KEY = "a-key-that-nobody-reads-on-a-command-line"


def options(folder, ui_port=None, memory="1500m", cores=3):
    return ComputeOptions(15002, "s3a://b/ws/w/tables", "http://store", "us-east-1", folder, memory, cores, ui_port)


def test_memory_and_cores_reach_the_jvm(tmp_path):
    command = command_line(tmp_path, tmp_path, tmp_path / "log4j2.properties", options(tmp_path))
    assert command[command.index("--master") + 1] == "local[3]"
    assert "spark.driver.memory=1500m" in command


def test_the_archive_of_classes_is_told_where_there_is_one(tmp_path):
    archive = tmp_path / "classes.jsa"
    given = replace(options(tmp_path), class_archive=archive, jvm_options="-XX:+UseParallelGC -Xss2m")
    assert "SharedArchiveFile" not in java_options(tmp_path / "log4j2.properties", given)
    archive.touch()
    told = java_options(tmp_path / "log4j2.properties", given)
    assert f'-XX:SharedArchiveFile="{archive}"' in told
    assert told.endswith("-XX:+UseParallelGC -Xss2m")


def test_without_a_port_there_are_no_pages(tmp_path):
    assert all_settings(options(tmp_path))["spark.ui.enabled"] == "false"


def test_pages_are_to_look_at_and_ask_for_a_signature(tmp_path):
    told = all_settings(options(tmp_path, ui_port=4040))
    assert told["spark.ui.filters"] == "org.apache.spark.ui.JWSFilter"
    assert {told[f"spark.ui.{name}"] for name in ("killEnabled", "threadDumpsEnabled", "heapHistogramEnabled")} == {"false"}
    assert told["spark.port.maxRetries"] == 0


def test_the_key_of_the_pages_is_in_a_private_file_and_nowhere_else(tmp_path):
    file = write_pages_key(tmp_path, KEY)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() == f"spark.org.apache.spark.ui.JWSFilter.param.secretKey {KEY}\n"
    command = command_line(tmp_path, tmp_path, tmp_path / "log4j2.properties", options(tmp_path, ui_port=4040), file)
    assert command[command.index("--properties-file") + 1] == str(file)
    assert not [part for part in command if KEY in part]
    env = server_environment(tmp_path, options(tmp_path), tmp_path / "profile", {"SPARK_PAGES_KEY": KEY, "PATH": "/bin"})
    assert KEY not in env.values()


def test_pages_without_a_key_are_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("SPARK_PAGES_KEY", raising=False)
    (tmp_path / "delta-spark_4.jar").touch()
    (tmp_path / "keys").touch()
    given = ["--port", "1", "--warehouse", "s3a://b/x", "--endpoint", "http://store", "--keys", str(tmp_path / "keys")]
    assert main([*given, "--folder", str(tmp_path / "c"), "--jars", str(tmp_path), "--ui-port", "4040"]) == 2
    assert "SPARK_PAGES_KEY" in capsys.readouterr().err


def test_a_store_that_is_away_is_known_soon(tmp_path):
    """By the names of hadoop-aws 3.5: what it does not know it leaves out in silence, and then waits for minutes."""
    told = {name.removeprefix("spark.hadoop.fs.s3a."): value for name, value in all_settings(options(tmp_path)).items()}
    # Pauses double from twice the interval on, by half more at most; Delta makes five requests, a second between four of them.
    pauses = sum(int(told["retry.interval"].removesuffix("ms")) * 2**number for number in range(1, told["retry.limit"] + 1))
    assert 2000 < pauses and 5 * pauses + 4000 < 17_000
    assert told["retry.throttle.limit"] == 4 and told["attempts.maximum"] == 1
    assert told["connection.establish.timeout"] == "15s" and told["connection.request.timeout"] == "20s"
