"""Packages of a notebook: what the folder tells, and what a cell with `%pip` shows."""

import json
import subprocess
import types

import pytest

from dataharbour.kernel.packages import MIME, Packages, PackagesNotChanged, read_folder


def put(folder, name, version, requested=True, url=None):
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    if requested:
        (info / "REQUESTED").touch()
    if url:
        (info / "direct_url.json").write_text(json.dumps({"url": url}))


class Shell:
    def __init__(self):
        self.published, self.magics = [], {}
        self.display_pub = types.SimpleNamespace(publish=self.published.append)
        self.events = types.SimpleNamespace(register=lambda name, call: None)

    def register_magic_function(self, function, kind, name):
        self.magics[name] = function

    def var_expand(self, line, depth=0):
        return line


def test_the_folder_tells_what_was_asked_for_and_how_to_ask_again(tmp_path):
    put(tmp_path, "Tiny_Boat", "1.2.0")
    put(tmp_path, "needed", "3.0", requested=False)
    put(tmp_path, "mine", "0.1", url="file:///tmp/mine-0.1-py3-none-any.whl")
    assert read_folder(tmp_path) == {
        "tiny-boat": {"name": "tiny-boat", "version": "1.2.0", "requirement": "tiny-boat==1.2.0"},
        "mine": {"name": "mine", "version": "0.1", "requirement": "mine @ file:///tmp/mine-0.1-py3-none-any.whl"},
    }
    assert read_folder(tmp_path / "nowhere") == {}


def test_a_cell_that_changed_nothing_tells_nothing_and_one_that_did_tells_the_change(tmp_path):
    put(tmp_path, "old", "1")
    shell = Shell()
    packages = Packages(shell, tmp_path)
    packages.tell_changes()
    assert shell.published == []
    put(tmp_path, "new", "2")
    packages.tell_changes()
    (tmp_path / "old-1.dist-info" / "REQUESTED").unlink()
    (tmp_path / "old-1.dist-info").rename(tmp_path / "old-1.gone")
    packages.tell_changes()
    packages.tell_changes()
    assert [message[MIME] for message in shell.published] == [
        {"installed": [{"name": "new", "version": "2", "requirement": "new==2"}], "removed": []},
        {"installed": [], "removed": ["old"]},
    ]


def test_pip_that_fails_is_an_error_with_its_own_last_word(tmp_path, capfd):
    shell = Shell()
    Packages(shell, tmp_path).install()
    with pytest.raises(PackagesNotChanged, match="No matching distribution found for no-such-boat"):
        shell.magics["pip"]("install --no-index no-such-boat")
    assert "Could not find a version" in capfd.readouterr().out


def test_pip_is_stopped_with_the_cell(tmp_path, monkeypatch):
    stopped = []

    class Endless:
        stdout = property(lambda self: (_ for _ in ()).throw(KeyboardInterrupt()))

        def terminate(self):
            stopped.append("terminated")

        def wait(self):
            return -15

    monkeypatch.setattr(subprocess, "Popen", lambda *args, **options: Endless())
    shell = Shell()
    Packages(shell, tmp_path).install()
    with pytest.raises(KeyboardInterrupt):
        shell.magics["pip"]("install x")
    assert stopped == ["terminated"]
