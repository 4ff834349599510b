"""`%pip install x`: into the notebook's own folder, seen as it goes, an error of the cell when it fails.

The kernel runs in an environment of its notebook (workers/kernels/python-folder.ts), so pip needs no word about where.
After each cell the folder is looked at: what came or went, by whatever tool, is told to the worker, which
remembers it for the next kernel.
"""

import importlib
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

# Coloured, where the kernel asks its children for colours.
ERROR = re.compile(r"(?:\x1b\[[0-9;]*m)*ERROR: (.*?)(?:\x1b\[[0-9;]*m)*$")
MIME = "application/vnd.dataharbour.packages+json"


class PackagesNotChanged(Exception):
    """pip did not do what it was asked for; what it said stands above."""


def normal_name(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def read_folder(folder):
    """Of each package that somebody asked for (pip and uv leave a mark on it): its version, and how to ask again."""
    found = {}
    for info in Path(folder).glob("*.dist-info"):
        if not (info / "REQUESTED").exists():
            continue
        name, _, version = info.name.removesuffix(".dist-info").rpartition("-")
        name = normal_name(name)
        found[name] = {"name": name, "version": version, "requirement": requirement(info, name, version)}
    return found


def requirement(info, name, version):
    """Of a file or an address, that; else the very version."""
    try:
        url = json.loads((info / "direct_url.json").read_text())["url"]
        return f"{name} @ {url}"
    except (OSError, ValueError, KeyError):
        return f"{name}=={version}"


class Packages:
    def __init__(self, shell, folder):
        self._shell = shell
        self._folder = folder
        self._seen_at = self._changed_at()
        self._known = read_folder(folder)

    def install(self):
        self._shell.register_magic_function(self.pip, "line", "pip")
        self._shell.events.register("post_run_cell", self.tell_changes)

    def pip(self, line):
        """Runs pip for this notebook: `%pip install polars`, `%pip uninstall polars`, `%pip list`."""
        arguments = shlex.split(self._shell.var_expand(line, depth=1))
        if arguments[:1] == ["uninstall"] and not {"-y", "--yes"} & set(arguments):
            arguments.append("--yes")
        before = imported_from(self._folder)
        said = run_pip(arguments)
        importlib.invalidate_caches()
        for name, changed_at in sorted(imported_from(self._folder).items()):
            if before.get(name) == changed_at:
                continue
            print(f"Restart the kernel to use the new {name}: it was imported before.")
        return said

    def tell_changes(self, result=None):
        """One look at the folder's clock per cell; it is read only when something moved."""
        changed_at = self._changed_at()
        if changed_at == self._seen_at:
            return
        self._seen_at = changed_at
        now = read_folder(self._folder)
        installed = [entry for name, entry in now.items() if self._known.get(name) != entry]
        removed = [name for name in self._known if name not in now]
        self._known = now
        if installed or removed:
            self._shell.display_pub.publish({MIME: {"installed": installed, "removed": removed}})

    def _changed_at(self):
        try:
            return os.stat(self._folder).st_mtime_ns
        except OSError:
            return None


def run_pip(arguments):
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "pip", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, encoding="utf-8", errors="replace",
    )
    last = ""
    try:
        for line in process.stdout:
            print(line, end="", flush=True)
            if said := ERROR.match(line):
                last = said[1].strip()
        code = process.wait()
    except BaseException:
        # Stopped by a person: half a package is worse than none.
        process.terminate()
        process.wait()
        raise
    if code != 0:
        raise PackagesNotChanged(last or f"pip ended with code {code}.")


def imported_from(folder):
    """Of the modules in the folder that this kernel has imported, from there or elsewhere: when they were put there."""
    try:
        names = {entry.name.removesuffix(".py") for entry in os.scandir(folder)}
    except OSError:
        return {}
    return {name: entry_time(folder, name) for name in names if name in sys.modules}


def entry_time(folder, name):
    for candidate in (os.path.join(folder, name), os.path.join(folder, f"{name}.py")):
        try:
            return os.stat(candidate).st_mtime_ns
        except OSError:
            continue
    return None
