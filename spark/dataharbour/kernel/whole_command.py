"""The command behind *Load all*: writes the whole of a table that was cut, from the frame that the kernel has kept. It
comes as a request of its own, with the cell's place in its metadata, and leaves no name in the session."""

from dataharbour.kernel.kept_frames import GONE, FrameGone

MAGIC = "dataharbour_whole"


class WholeCommand:
    def __init__(self, kernel, frames):
        self._kernel = kernel
        self._frames = frames

    def install(self):
        self._kernel.shell.register_magic_function(self._run, "line", MAGIC)

    def _run(self, line=""):
        run = self._kernel.cell_run
        if run is None or run.whole_of is None:
            raise FrameGone(GONE)
        kept = self._kernel.kept.find(run.whole_of)
        self._frames.show_whole(kept.frame, kept.kind)
