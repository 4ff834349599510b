"""The frames whose tables were cut, so that a table can be had whole later without running its cell again.

Few and not for long: the next run of the cell drops its own, the oldest make room for new ones, and the kernel's end
takes all. Frames in memory are kept by reference and only while together they are small enough to forget about; plans of
Spark take no room and make none.
"""

from collections import OrderedDict
from dataclasses import dataclass

from dataharbour.kernel.frame_digest import digest_of

PANDAS = ("pandas", "series")
FRAMES_MAX = 16
BYTES_MAX = 1024 * 1024 * 1024


class FrameGone(Exception):
    """The frame of a table is not there any more, or is another by now."""


GONE = "This kernel does not hold the table any more. Run the cell again with all rows."
CHANGED = "The frame was changed since it was shown, so its rows would be others. Run the cell again with all rows."


@dataclass
class KeptFrame:
    cell_id: str
    frame: object
    kind: str
    bytes: int
    # Of pandas, whose values code can change in place: all of them as they were when the first rows were shown.
    digest: bytes | None = None


def size_of(frame, kind):
    if kind == "spark":
        return 0
    if kind in PANDAS:
        used = frame.memory_usage(deep=False)
        return int(used.sum() if kind == "pandas" else used)
    return frame.estimated_size() if kind == "polars" else frame.nbytes


def held_bytes(frame, kind, shown):
    """With the values of text, which pandas does not count unless it looks at each: as many as the shown rows say."""
    if kind not in PANDAS:
        return size_of(frame, kind)
    each = shown.nbytes / max(1, shown.num_rows)
    return max(size_of(frame, kind), int(each * len(frame)))


class KeptFrames:
    def __init__(self, frames_max=FRAMES_MAX, bytes_max=BYTES_MAX):
        self._frames_max = frames_max
        self._bytes_max = bytes_max
        self._kept = OrderedDict()

    def begin_cell(self, cell_run):
        if cell_run is not None and cell_run.whole_of is None:
            self.drop(cell_run.cell_id)

    def drop(self, cell_id):
        for path in [path for path, kept in self._kept.items() if kept.cell_id == cell_id]:
            del self._kept[path]

    def keep(self, path, cell_id, frame, kind, shown):
        """`shown`: its first rows, as Arrow."""
        size = held_bytes(frame, kind, shown)
        # One that does not fit would drive out all others and then itself.
        if size > self._bytes_max:
            return
        held = frame.copy(deep=False) if kind in PANDAS else frame.clone() if kind == "polars" else frame
        try:
            digest = digest_of(held, kind) if kind in PANDAS else None
        except Exception:
            # Of values whose own text fails: all of them could not be written either.
            return
        self._kept[path] = KeptFrame(cell_id, held, kind, size, digest)
        while len(self._kept) > self._frames_max:
            self._kept.popitem(last=False)
        while self._bytes() > self._bytes_max:
            del self._kept[next(old for old, kept in self._kept.items() if kept.bytes > 0)]

    def find(self, path):
        """Raises FrameGone."""
        kept = self._kept.get(path)
        if kept is None:
            raise FrameGone(GONE)
        if kept.digest is not None and digest_of(kept.frame, kept.kind) != kept.digest:
            raise FrameGone(CHANGED)
        return kept

    def _bytes(self):
        return sum(kept.bytes for kept in self._kept.values())
