"""A kernel that waits in the pool: all is set up but whose it is. It runs already, and has answered the worker's first
question, so that nothing of a start is left; it is told its place once, and its first cell comes behind that.

It is told over a line to the server that made it, which ends when the worker does: a kernel that nobody will
place ends too, and takes its sockets away. Once placed it says so and closes the line, so neither a cell nor anybody
else can place it again. From then on it is like a kernel that was started for the notebook: the same environment, folder, home,
Python and names; `tests/integration/kernels/pool.test.ts` compares the two.
"""

import gc
import json
import os
import site
import sys
import sysconfig
import tempfile
import time
from importlib import reload
from pathlib import Path

import dataharbour.kernel
from dataharbour.kernel.launch import real_stderr
from dataharbour.log import error_fields, write_log

MAX_FD = 4096


def become_kernel(order, line, on_placed):
    hold_streams(order["log"], line)
    os.setsid()
    gc.enable()
    renew_chance()
    app = make_app(order["connection"])
    wait_for_place(app, order, line, on_placed)
    app.start()


def wait_for_place(app, order, line, on_placed):
    """Between two requests, like one of them: no cell runs meanwhile, and none before it."""
    from tornado.ioloop import IOLoop

    loop = IOLoop.current()

    def be_placed(*_):
        loop.remove_handler(line)
        try:
            place = read_place(line)
            if place is None:
                leave(order)
            on_placed()
            take_place(app, place)
            line.send(b"p")
            line.close()
        except BaseException as error:
            # The loop would go on with a kernel that belongs nowhere.
            write_log("kernel", "error", "The kernel could not take its place.", stream=real_stderr(), err=error_fields(error))
            leave(order, code=1)

    loop.add_handler(line, be_placed, IOLoop.READ)
    rehearse(app.shell)
    loop.add_callback(line.send, b"w")


def rehearse(shell):
    """What the first cell and its place would do for the first time: the memory it writes is its own now, before anybody waits."""
    shell.run_cell("None", silent=True)
    reload(sysconfig)


def hold_streams(log, line):
    """Nothing of the server's is left open: neither its line to the worker nor those to other kernels."""
    null, out = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for given, wanted in ((null, 0), (out, 1), (out, 2)):
        os.dup2(given, wanted)
    mine = line.fileno()
    os.closerange(3, mine)
    os.closerange(mine + 1, MAX_FD)


def renew_chance():
    """Python renews its own generator after a fork, numpy does not: two notebooks would draw the same numbers."""
    random = sys.modules.get("numpy.random")
    if random is not None:
        random.seed()


def make_app(connection):
    from ipykernel.kernelapp import IPKernelApp

    class PooledKernelApp(IPKernelApp):
        """Reads no configuration and no start-up files: those of the notebook's home are not known yet, and no other counts."""

        name = "ipython-kernel"

        def load_config_file(self, suppress_errors=None):
            pass

        def init_code(self):
            pass

    arguments = ["-f", connection, "--HistoryManager.enabled=False"]
    sys.argv = [str(Path(__file__).with_name("start.py")), *arguments]
    # `python -m` puts its folder in front; a kernel begins with the shared packages.
    sys.path[:] = [entry for entry in sys.path if entry not in ("", os.getcwd())]
    app = PooledKernelApp.instance()
    app.initialize(arguments)
    return app


def read_place(line):
    """None when the line ends before a whole word of it has come."""
    told = b""
    while not told.endswith(b"\n"):
        piece = line.recv(1 << 16)
        if not piece:
            return None
        told += piece
    return json.loads(told)


def leave(order, code=0):
    base = order["connection"].removesuffix(".json")
    for path in (order["log"], order["connection"], *(f"{base}-{number}" for number in range(1, 6))):
        Path(path).unlink(missing_ok=True)
    os._exit(code)


def take_place(app, place):
    os.environ.clear()
    os.environ.update(place["env"])
    # It was found once already, before there was one of the notebook's own.
    tempfile.tempdir = None
    os.chdir(place["folder"])
    shell = app.shell
    if place.get("python"):
        use_python(**place["python"])
    shell.init_environment()
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    move_home(app, shell)
    # Its start line tells how long the extension took from here.
    dataharbour.kernel.begun = time.monotonic()
    shell.extension_manager.load_extension("dataharbour.kernel")
    # As the app would have done behind the notebook's start-up files: names of ours are no variables of the person.
    shell.user_ns_hidden.update(shell.user_ns)
    # What was said on the way belongs to no cell.
    sys.stdout.flush()
    sys.stderr.flush()


def use_python(executable, root, packages):
    """As if it had been started in the notebook's own environment, which is empty: see workers/kernels/python-folder.ts."""
    sys.executable, sys.prefix, sys.exec_prefix = executable, root, root
    at = next((index for index, entry in enumerate(sys.path) if Path(entry).name in ("site-packages", "dist-packages")), len(sys.path))
    sys.path.insert(at, packages)
    site.PREFIXES[:] = [root]
    site.ENABLE_USER_SITE = False
    reload(sysconfig)


def move_home(app, shell):
    from IPython.core.profiledir import ProfileDir
    from IPython.paths import get_ipython_dir
    from IPython.utils.path import get_home_dir

    app.ipython_dir = shell.ipython_dir = get_ipython_dir()
    profile = ProfileDir.create_profile_dir_by_name(app.ipython_dir, "default")
    app.profile_dir = shell.profile_dir = app.kernel.profile_dir = profile
    shell.home_dir = get_home_dir()
    shell.starting_dir = os.getcwd()
    shell.user_ns["_dh"][:] = [Path.cwd()]
