"""Spark's stages and tasks, published at most four times a second, and only when
something moved, while a cell waits for them."""

import time

MIME = "application/vnd.dataharbour.progress+json"
PACE = 0.25


def describe(stages):
    return [
        {"id": stage.stage_id, "tasks": stage.num_tasks, "done": stage.num_completed_tasks, "bytes": stage.num_bytes_read}
        for stage in sorted(stages or [], key=lambda stage: stage.stage_id)
    ]


class ProgressReporter:
    def __init__(self, shell, now=time.monotonic):
        self._shell = shell
        self._now = now
        self._last = None
        self._is_shown = False
        self._told = None

    def begin(self):
        self._last = self._now()
        self._is_shown = False
        self._told = None

    def tell(self, note):
        """What a cell waits for before Spark has anything to count; the next report takes its place."""
        self._shell.display_pub.publish({MIME: {"stages": [], "note": note}})

    def report(self, stages=None, inflight_tasks=0, operation_id=None, done=False):
        """Called by the Spark client. Short operations end before anything is worth showing."""
        now = self._now()
        described = describe(stages)
        if not described or (done and not self._is_shown):
            return
        if not done and self._last is not None and now - self._last < PACE:
            return
        self._last = now
        if described == self._told:
            return
        self._told = described
        self._is_shown = not done
        self._shell.display_pub.publish({MIME: {"stages": described}})
