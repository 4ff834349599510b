"""The notebook's one Spark session: opened at first use, opened anew when Spark was restarted.

Once per cell, before its first use, it asks the server whether the session still lives. So a
restart between two cells costs the temporary views and one sentence, never an obscure error.
"""

import json
import logging
import os
import sys
import time
import warnings
from pathlib import Path

from dataharbour.kernel.patience import GIVEN_SECONDS, NEW_LINE_SECONDS, OLD_LINE_SECONDS, ONE_BREATH_SECONDS, Late, silence_of, within
from dataharbour.store_away import OWED
from dataharbour.wait_for_spark import is_listening, open_session

# Written by the worker (workers/compute/spark-process.ts) beside the file that says that Spark is ready.
FAILURE = "did-not-start"
# A worker that starts it anew takes the file away sooner.
FAILED_AFTER_SECONDS = 3
# What Delta writes into the log of a table beside each commit, where its writer gives no `userMetadata`.
COMMIT_MARK = "spark.databricks.delta.commitInfo.userMetadata"
RESTARTED = "Spark restarted: temporary views are gone."


class SparkUnavailable(Exception):
    """Spark does not answer."""


def is_session_lost(error):
    condition = getattr(error, "getCondition", lambda: None)() or ""
    text = str(error)
    marks = ("SESSION_CHANGED", "SESSION_CLOSED", "SESSION_NOT_FOUND", "NO_ACTIVE_SESSION")
    return any(mark in condition or mark in text for mark in (*marks, "is already closed", "Cannot invoke RPC on closed channel"))


def is_unreachable(error):
    text = str(error)
    return "UNAVAILABLE" in text or "failed to connect" in text or "Connection reset" in text or "Socket closed" in text


def quiet_query_loggers():
    """Spark's client also logs each failed query and call to stderr, as JSON with a stack; the cell shows the error already."""
    from pyspark.logger import PySparkLogger

    warnings.filterwarnings("ignore", message=r"\[RETRIES_EXCEEDED\]")
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger", "pyspark.sql.connect.logging"):
        PySparkLogger.getLogger(name).setLevel(logging.CRITICAL + 1)


def let_go(session):
    """Asks nothing of a server that may not be there, and waits for nothing that it was asked before."""
    session.release_session_on_close = False
    session.client._release_futures.clear()
    session.stop()


class SparkGate:
    def __init__(self, remote, progress, ready_file=None, wait_seconds=120, is_given=False):
        self.remote = remote
        self._ready_file = ready_file
        self._wait_seconds = wait_seconds
        self._is_given = is_given
        self._until = 0
        self._refusal = (0, None)
        self._progress = progress
        self._session = None
        self._is_checked = False
        self._tag = None
        self._marked = None
        self.version = None
        """Of the Spark that was last spoken to."""
        self.on_use = []
        """Who is called once per cell, before Spark is asked anything."""
        self.on_open = []
        """Who is told of each session before anything is asked of it."""

    @property
    def is_open(self):
        return self._session is not None and not self._session.is_stopped

    @property
    def open_session(self):
        """The session as it is, without a look at whether Spark still knows it; None when none was opened."""
        return self._session if self.is_open else None

    def begin_cell(self, cell_run):
        self._is_checked = False
        self._refusal = (0, None)
        self._tag = cell_run.tag if cell_run else None
        if cell_run and cell_run.remote and cell_run.remote != self.remote:
            self.remote, had = cell_run.remote, self.is_open
            self._forget()
            if had:
                self._say_restarted()

    def session(self):
        refused_at, refusal = self._refusal
        if refusal and time.monotonic() - refused_at < ONE_BREATH_SECONDS:
            raise SparkUnavailable(refusal)
        if not self._is_checked:
            for call in self.on_use:
                call()
        self._until = time.monotonic() + GIVEN_SECONDS
        try:
            return self._checked_session()
        except SparkUnavailable as error:
            self._refusal = (time.monotonic(), str(error))
            raise

    def _checked_session(self):
        if self._session is not None and self._session.is_stopped:
            self._forget()
        if self._session is None:
            self._open()
        elif not self._is_checked and not self._answers():
            self.reopen()
        self._is_checked = True
        return self._session

    def reopen(self):
        """A fresh session after the server lost the earlier one."""
        self._forget()
        self._until = max(self._until, time.monotonic() + OLD_LINE_SECONDS)
        self._open()
        self._is_checked = True
        self._say_restarted()
        return self._session

    def interrupt(self):
        """Stops whatever Spark still does for this notebook; never worse than the interrupt itself."""
        if self.is_open and is_listening(self.remote):
            try:
                self._session.interruptAll()
            except Exception:
                self._is_checked = False

    def _answers(self):
        if not is_listening(self.remote):
            return False
        try:
            self._ask_version(self._session, OLD_LINE_SECONDS)
        except Late:
            return False
        except Exception as error:
            if is_session_lost(error) or is_unreachable(error):
                return False
            raise
        self._tag_session()
        return True

    def _open(self):
        if not self.remote:
            raise SparkUnavailable("This kernel was started without Spark.")
        self._wait()
        session = open_session(self.remote)
        quiet_query_loggers()
        try:
            self.version = self._ask_version(session, max(self._until - time.monotonic(), NEW_LINE_SECONDS))
        except Late:
            let_go(session)
            raise SparkUnavailable(silence_of(self.remote)) from None
        except Exception as error:
            raise SparkUnavailable(f"Spark does not answer: {str(error).splitlines()[0]}") from None
        session.registerProgressHandler(self._progress.report)
        for tell in self.on_open:
            tell(session)
        self._session = session
        self._tag_session()

    def _ask_version(self, session, seconds):
        """Asks the server: `session.version` remembers what it was once told."""
        ask = lambda: session.client._analyze(method="spark_version").spark_version
        return within(seconds, ask) if self._is_given else ask()

    def _wait(self):
        begun = time.monotonic()
        is_told = False
        while not self._is_ready():
            waited = time.monotonic() - begun
            if waited > FAILED_AFTER_SECONDS and (failure := self._failure()):
                raise SparkUnavailable(failure)
            if self._is_given and time.monotonic() > self._until and not is_listening(self.remote):
                raise SparkUnavailable(silence_of(self.remote))
            if waited > self._wait_seconds:
                if is_listening(self.remote):
                    return
                raise SparkUnavailable("Spark is not running: start the compute, then run this cell again.")
            if not is_told and waited > 1:
                self._progress.tell("Waiting for the given Spark …" if self._is_given else "Waiting for Spark to start …")
                is_told = True
            time.sleep(0.2)

    def _failure(self):
        """Why Spark will not come, as the worker says it; None while it may."""
        try:
            return Path(self._ready_file).with_name(FAILURE).read_text(encoding="utf-8") if self._ready_file else None
        except OSError:
            return None

    def owes_tables(self):
        """Spark could not be told all of its tables: the store was away."""
        return self._ready_file is not None and Path(self._ready_file).with_name(OWED).exists()

    def _is_ready(self):
        """Spark answers before its catalog has the tables; a cell that comes between would not find them."""
        return (self._ready_file is None or os.path.exists(self._ready_file)) and is_listening(self.remote)

    def _tag_session(self):
        for tag in [tag for tag in self._session.getTags() if tag != self._tag]:
            self._session.removeTag(tag)
        if self._tag:
            self._session.addTag(self._tag)
        if self._tag != self._marked:
            self._mark_commits()

    def _mark_commits(self):
        """What a run writes names it, so that a version of a table leads to the run that made it."""
        if self._tag:
            self._session.conf.set(COMMIT_MARK, json.dumps({"run": self._tag.removeprefix("run-")}))
        else:
            self._session.conf.unset(COMMIT_MARK)
        self._marked = self._tag

    def _forget(self):
        """Lets go of a dead session without asking a server that may not be there."""
        session, self._session = self._session, None
        self._marked = None
        if session is not None and not session.is_stopped:
            let_go(session)

    def _say_restarted(self):
        print(RESTARTED, file=sys.stderr, flush=True)
