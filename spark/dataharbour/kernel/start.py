"""Starts one kernel: `python …/kernel/start.py -f <connection file> --ext dataharbour.kernel`.

It is stock ipykernel without its debugger, which takes a quarter of a second and 20 MB and which nobody can reach
here. Started by its path, not by `-m`: a file in the notebook's home must not stand in for it.
"""

import sys


def leave_out_debugger():
    """ipykernel goes without when it cannot be imported; a cell still may."""
    sys.modules["debugpy"] = None
    try:
        import ipykernel.debugger  # noqa: F401
    finally:
        del sys.modules["debugpy"]


if __name__ == "__main__":
    # This folder; the working folder is put on the path by IPython.
    del sys.path[0]
    leave_out_debugger()

    from ipykernel import kernelapp

    kernelapp.launch_new_instance()
