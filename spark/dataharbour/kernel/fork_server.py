"""Makes kernels by forking: `python -m dataharbour.kernel.fork_server`, spoken to by the worker over its stdin and stdout.

One process imports everything once and starts nothing: no thread of Python's, no socket, no event loop. Each kernel is a
copy of it, made within milliseconds, that shares its memory until it writes. The process knows no workspace: it is
told where a kernel's sockets are, hands that kernel its place over a line of the two alone, once, and tells how it ended.
When the worker is gone, so is the end of stdin: the server and the kernels that still wait for a place end at once.

The worker's end is workers/kernels/fork-server.ts. Linux only: elsewhere forking a process with loaded libraries is not safe.
"""

import ctypes
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import warnings

from dataharbour.kernel.pooled import become_kernel
from dataharbour.kernel.start import leave_out_debugger, wait_for_readers
from dataharbour.log import error_fields, write_log

# What a kernel and its first tables need. Matplotlib is left out, and all that imports it: it reads its folder from the
# environment, and its inline backend binds itself to the shell that is there when it is imported.
LIBRARIES = (
    "ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell", "IPython.core.debugger", "IPython.core.oinspect",
    "IPython.core.completerlib", "IPython.external.pickleshare", "IPython.extensions.storemagic",
    "pdb", "tornado.platform.asyncio", "numpy", "numpy.random", "pandas", "pyarrow", "pyarrow.compute", "deltalake", "deltalake.exceptions",
    "pyspark.sql.connect.session", "pyspark.sql.connect.functions", "pyspark.sql.connect.client.retries", "pyspark.logger",
    "dataharbour.kernel.extension", "dataharbour.kernel.storable", "dataharbour.kernel.text_preview",
)  # fmt: skip
PR_SET_DUMPABLE = 4


def import_libraries():
    # Asked for while pyspark is imported; see launch.py.
    os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"
    leave_out_debugger()
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError as problem:
            write_log("kernel", "warn", "A library could not be imported.", library=name, err=error_fields(problem))
    wait_for_readers()
    # Nothing that is there now is looked at by the collector again, so its pages stay shared.
    gc.collect()
    gc.freeze()


def set_dumpable(is_dumpable):
    """A process that is not cannot be traced or read in /proc by others of its user, such as the cells of other notebooks."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, int(is_dumpable), 0, 0, 0)
    except (OSError, AttributeError):
        pass


class ForkServer:
    def __init__(self, out):
        self._out = out
        self._lines = {}
        """Of each kernel that waits for its place, by its pid: our end of the line."""
        self._ids = {}
        self._selector = selectors.DefaultSelector()

    def serve(self):
        """Returns the order and the line in each kernel that is made, and None in the server itself once the worker is gone."""
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self._selector.register(0, selectors.EVENT_READ, "worker")
        self._selector.register(woken, selectors.EVENT_READ, "child")
        self._tell(ready=True)
        rest = b""
        while True:
            for key, _ in self._selector.select():
                if key.data == "child":
                    os.read(woken, 4096)
                    self._reap()
                elif key.data == "worker":
                    given = os.read(0, 1 << 20)
                    if not given:
                        return None
                    *lines, rest = (rest + given).split(b"\n")
                    for line in lines:
                        made = self._obey(json.loads(line))
                        if made:
                            return made
                else:
                    self._hear(key.data, key.fileobj)

    def _obey(self, order):
        if order["do"] == "fork":
            return self._fork(order)
        line = self._lines.get(order["pid"])
        if order["do"] == "place" and line is not None:
            try:
                line.sendall(json.dumps(order["place"]).encode() + b"\n")
            except OSError:
                # It has ended meanwhile, which is told by itself.
                pass
        return None

    def _fork(self, order):
        # A pair of sockets, not a pipe: nobody can open its end through /proc.
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            return order, theirs
        theirs.close()
        self._lines[pid] = ours
        self._selector.register(ours, selectors.EVENT_READ, pid)
        self._ids[pid] = order["id"]
        self._tell(forked=order["id"], pid=pid)
        return None

    def _hear(self, pid, line):
        """A byte when it waits for its place, another when it has it; the end of the line behind that, or when it is gone."""
        try:
            said = line.recv(1)
        except OSError:
            said = b""
        if said:
            return self._tell(waits=self._ids[pid]) if said == b"w" else self._tell(placed=self._ids[pid])
        self._selector.unregister(line)
        line.close()
        self._lines.pop(pid, None)

    def _reap(self):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._ids.pop(pid, None)
            code = os.waitstatus_to_exitcode(status)
            self._tell(exited=pid, code=code if code >= 0 else None, signal=signal.Signals(-code).name if code < 0 else None)

    def _tell(self, **said):
        try:
            os.write(self._out, json.dumps(said).encode() + b"\n")
        except OSError:
            # The worker is gone; the end of stdin says so too.
            pass


def main():
    set_dumpable(False)
    # A terminal's Ctrl-C is not ours; kernels set their own way.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Python counts the threads of OpenBLAS and of Arrow's allocator, which see to a fork themselves.
    warnings.filterwarnings("ignore", message=".*multi-threaded.*fork.*", category=DeprecationWarning)
    # Whatever a library prints goes to the log: the line to the worker is ours alone.
    out = os.dup(1)
    os.dup2(2, 1)
    import_libraries()
    made = ForkServer(out).serve()
    if made is not None:
        become_kernel(*made, on_placed=lambda: set_dumpable(True))


if __name__ == "__main__":
    main()
