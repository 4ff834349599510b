"""What a kernel and a compute are told at their start, and what they keep from view."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dataharbour.compute.__main__ import main, server_environment, write_profile
from dataharbour.compute.log_store import log_store_jar
from dataharbour.compute.settings import ComputeOptions, all_settings, command_line
from dataharbour.kernel.launch import read_launch, write_failure_line
from dataharbour.storage import storage_from_environment, storage_from_json

OPTIONS = ComputeOptions(15002, "s3a://b/ws/1/tables", "http://127.0.0.1:9000", "eu-west-1", Path("/data/c"), "2g", 2)


def test_the_kernel_takes_its_keys_out_of_the_environment():
    store = {"endpoint": "http://s", "region": "r", "bucket": "b", "accessKey": "a", "secretKey": "hidden", "sessionToken": "t"}
    env = {"DATAHARBOUR_S3": json.dumps(store), "DATAHARBOUR_NOTEBOOK": "n", "DATAHARBOUR_WORKSPACE": "w", "SPARK_REMOTE": "sc://h", "DATAHARBOUR_PACKAGES": "/data/p", "DATAHARBOUR_LOG": '{"runId":"r","requestId":null}'}
    launch = read_launch(env)
    assert not [name for name in env if name.startswith("DATAHARBOUR")]
    assert (launch.packages, launch.log_ids) == ("/data/p", {"runId": "r", "requestId": None})
    assert (launch.notebook, launch.remote, launch.storage.keys.secret_key) == ("n", "sc://h", "hidden")
    assert "hidden" not in repr(launch)


def test_a_start_that_fails_is_one_line_that_names_the_run_and_the_request(capfd):
    launch = read_launch({"DATAHARBOUR_NOTEBOOK": "n", "DATAHARBOUR_WORKSPACE": "w", "DATAHARBOUR_LOG": '{"kernelId":"k","runId":"r","requestId":"q"}'})
    try:
        raise ValueError("no room")
    except ValueError as error:
        write_failure_line(launch, error)
    line = json.loads(capfd.readouterr().err)
    assert (line["component"], line["level"], line["kernelId"], line["runId"], line["requestId"]) == ("kernel", "error", "k", "r", "q")
    assert (line["err"]["type"], line["err"]["message"]) == ("ValueError", "no room")
    assert "in test_a_start_that_fails" in line["err"]["stack"]


def test_keys_in_a_file_are_read_anew_each_time(tmp_path):
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"AccessKeyId": "one", "SecretAccessKey": "s"}))
    store = storage_from_json(json.dumps({"endpoint": "http://s", "bucket": "b", "keysFile": str(file)}))
    assert store.delta_options()["AWS_ACCESS_KEY_ID"] == "one"
    file.write_text(json.dumps({"AccessKeyId": "two", "SecretAccessKey": "s", "SessionToken": "t"}))
    assert store.delta_options()["AWS_ACCESS_KEY_ID"] == "two"
    assert store.delta_options()["AWS_SESSION_TOKEN"] == "t"


def test_a_store_that_is_not_configured_is_one_sentence():
    with pytest.raises(SystemExit, match="S3_ACCESS_KEY, S3_SECRET_KEY missing"):
        storage_from_environment({"S3_ENDPOINT": "http://s"})


def test_spark_listens_on_this_machine_only_and_no_key_is_on_its_command_line(tmp_path):
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"AccessKeyId": "visible-never", "SecretAccessKey": "hidden"}))
    line = " ".join(command_line(Path("/spark"), Path("/jars"), Path("/log4j2.properties"), OPTIONS))
    assert "visible-never" not in line and "hidden" not in line
    settings = all_settings(OPTIONS)
    assert settings["spark.connect.grpc.binding.address"] == settings["spark.driver.bindAddress"] == "127.0.0.1"
    assert settings["spark.hadoop.fs.s3a.connection.ssl.enabled"] == "false"
    profile = write_profile(tmp_path, keys)
    assert profile.stat().st_mode & 0o777 == 0o600
    env = server_environment(Path("/spark"), OPTIONS, profile, {"PATH": "/bin", "S3_SECRET_KEY": "x", "DATABASE_URL": "y", "AWS_PROFILE": "z"})
    assert not {"S3_SECRET_KEY", "DATABASE_URL", "AWS_PROFILE"} & env.keys()


def test_a_cluster_gets_the_jars_and_a_file_of_keys_and_its_own_settings_come_first(tmp_path):
    (tmp_path / "delta-spark_4.2_2.13-4.4.0.jar").touch()
    options = replace(OPTIONS, master="spark://m:7077", listen="0.0.0.0", host="connect.example", properties=Path("/etc/cluster.conf"), profile=Path("/keys/profile"))
    line = command_line(Path("/spark"), tmp_path, Path("/log4j2.properties"), options)
    assert line[line.index("--master") + 1] == "spark://m:7077"
    assert line[line.index("--properties-file") + 1] == "/etc/cluster.conf"
    settings = dict(given.split("=", 1) for flag, given in zip(line, line[1:]) if flag == "--conf")
    assert settings["spark.connect.grpc.binding.address"] == settings["spark.driver.bindAddress"] == "0.0.0.0"
    assert settings["spark.driver.host"] == "connect.example"
    assert settings["spark.jars"].split(",") == [jar.as_uri() for jar in (tmp_path / "delta-spark_4.2_2.13-4.4.0.jar", log_store_jar(tmp_path))]
    assert settings["spark.executorEnv.AWS_SHARED_CREDENTIALS_FILE"] == "/keys/profile"
    # A folder of this machine says nothing to executors.
    assert "spark.hadoop.fs.s3a.buffer.dir" not in settings
    alone = " ".join(command_line(Path("/spark"), tmp_path, Path("/log4j2.properties"), OPTIONS))
    assert "--master local[2]" in alone and "spark.jars" not in alone and "executorEnv" not in alone


def test_a_missing_jar_or_keys_file_is_one_line_and_exit_code_2(tmp_path, capsys):
    arguments = ["--port", "1", "--warehouse", "s3a://b/w", "--endpoint", "http://s", "--folder", str(tmp_path), "--keys", str(tmp_path / "none")]
    assert main([*arguments, "--jars", str(tmp_path)]) == 2
    assert "no delta-spark jar" in json.loads(capsys.readouterr().err)["msg"]
    (tmp_path / "delta-spark_4.2_2.13-4.4.0.jar").touch()
    assert main([*arguments, "--jars", str(tmp_path)]) == 2
    assert json.loads(capsys.readouterr().err)["level"] == "fatal"


def test_every_jar_is_pinned_by_its_sum():
    lines = [line.split() for line in (Path(__file__).parents[1] / "jars.txt").read_text().splitlines() if not line.startswith("#")]
    assert len(lines) > 30
    assert all(len(coordinates.split(":")) == 3 and len(bytes.fromhex(sum_)) == 32 for coordinates, sum_ in lines)
    assert not [line for line in lines if "netty:" in line[0] or "slf4j" in line[0]]
