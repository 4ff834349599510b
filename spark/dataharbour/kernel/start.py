"""Starts one kernel: `python …/kernel/start.py -f <connection file> --ext dataharbour.kernel`.

It is stock ipykernel without its debugger, which takes a quarter of a second and 20 MB and which nobody can reach
here. Started by its path, not by `-m`: a file in the notebook's home must not stand in for it.
"""

import sys

# Messages that nobody has taken yet; as many again wait at the worker (channels.ts).
QUEUED = 16
# Later than any worker is taken for dead (workers/liveness.ts).
FROZEN_MS = 20_000
QUEUED_BESIDE_FROZEN = 1000


def leave_out_debugger():
    """ipykernel goes without when it cannot be imported; a cell still may."""
    sys.modules["debugpy"] = None
    try:
        import ipykernel.debugger  # noqa: F401
    finally:
        del sys.modules["debugpy"]


def wait_for_readers():
    """By itself a kernel drops what its reader does not take; with this it waits (and output_limits.py lets the cell wait).

    A worker that is frozen reads nothing and is not gone either: who waited for it would hold the kernel of whoever took
    over. After so long the kernel waits for nobody any more, and keeps for each as much as it did by itself."""
    import zmq
    from ipykernel.kernelapp import IPKernelApp

    init_iopub = IPKernelApp.init_iopub

    def init(app, context):
        # Of the context: a connection has what its socket had when it was bound.
        context.setsockopt(zmq.SNDHWM, QUEUED)
        init_iopub(app, context)
        app.iopub_thread.schedule(lambda: make_patient(app.iopub_thread.socket, FROZEN_MS))

    IPKernelApp.init_iopub = init


def make_patient(socket, for_ms):
    import zmq

    send = socket.send_multipart

    def send_patiently(*args, **kwargs):
        try:
            return send(*args, **kwargs)
        except zmq.Again:
            for option, value in ((zmq.XPUB_NODROP, 0), (zmq.SNDHWM, QUEUED_BESIDE_FROZEN), (zmq.SNDTIMEO, -1)):
                socket.setsockopt(option, value)
            return send(*args, **kwargs)

    socket.setsockopt(zmq.XPUB_NODROP, 1)
    socket.setsockopt(zmq.SNDTIMEO, for_ms)
    socket.send_multipart = send_patiently


if __name__ == "__main__":
    # This folder; the working folder is put on the path by IPython.
    del sys.path[0]
    leave_out_debugger()
    wait_for_readers()

    from ipykernel import kernelapp

    kernelapp.launch_new_instance()
