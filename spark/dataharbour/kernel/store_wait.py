"""Waits a moment for an object store that does not answer, before a cell asks Spark: one that restarts costs the cell
these seconds and nothing else. In vain it is waited for once, until it has been seen again: a cell may not need it."""

import time

SECONDS = 3
EVERY_SECONDS = 0.2


class StoreWait:
    def __init__(self, storage, progress):
        self._storage, self._progress = storage, progress
        self._was_in_vain = False

    def wait(self):
        """Whether it answers now."""
        if self._storage is None or self._storage.is_listening():
            self._was_in_vain = False
            return True
        if self._was_in_vain:
            return False
        self._progress.tell("Waiting for the object store …")
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            time.sleep(EVERY_SECONDS)
            if self._storage.is_listening():
                return True
        self._was_in_vain = True
        return False
