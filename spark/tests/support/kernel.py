"""A stock ipykernel with our extension, spoken to over its own protocol, as the worker does."""

import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec

from dataharbour.kernel.progress import MIME as PROGRESS
from dataharbour.kernel.store_result import MIME as RESULT

SPARK_FOLDER = Path(__file__).resolve().parents[2]
ARGUMENTS = [str(SPARK_FOLDER / "dataharbour" / "kernel" / "start.py"), "-f", "{connection_file}", "--ext", "dataharbour.kernel", "--HistoryManager.enabled=False"]


@dataclass
class Outcome:
    status: str
    messages: list = field(default_factory=list)

    def data(self, mime):
        return [content["data"][mime] for _, content in self.messages if mime in content.get("data", {})]

    @property
    def results(self):
        return self.data(RESULT)

    @property
    def progress(self):
        return self.data(PROGRESS)

    def stream(self, name="stdout"):
        return "".join(content["text"] for kind, content in self.messages if kind == "stream" and content["name"] == name)

    @property
    def error(self):
        return next((content for kind, content in self.messages if kind == "error"), None)


class KernelClient:
    def __init__(self, folder, env, prefix, remote=None):
        self.prefix = prefix
        self.runs = 0
        self.log = folder / "stderr"
        env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "PYTHONPATH": str(SPARK_FOLDER), **env}
        env.update(DATAHARBOUR_WORKSPACE="w", DATAHARBOUR_NOTEBOOK="n", MPLBACKEND="module://matplotlib_inline.backend_inline")
        if remote:
            env["SPARK_REMOTE"] = remote
        self.manager = KernelManager()
        self.manager._kernel_spec = KernelSpec(argv=[sys.executable, *ARGUMENTS], language="python")
        with open(self.log, "w") as log:
            self.manager.start_kernel(env=env, stderr=log)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def metadata(self, limit, remote):
        self.runs += 1
        run = f"run{self.runs}-{os.urandom(3).hex()}"
        given = {"runId": run, "cellId": "cell", "attempt": 1, "resultPrefix": f"{self.prefix}/results/{run}/cell", "rowLimit": limit}
        return {"dataharbour": {**given, **({"remote": remote} if remote else {})}}

    def run(self, code, limit=10_000, interrupt_after=None, metadata=None, remote=None, timeout=120):
        content = dict(code=code, silent=False, store_history=True, user_expressions={}, allow_stdin=False, stop_on_error=False)
        message = self.client.session.msg("execute_request", content, metadata=self.metadata(limit, remote) if metadata is None else metadata)
        self.client.shell_channel.send(message)
        ours = message["header"]["msg_id"]
        if interrupt_after:
            self._wait_for_begin(ours, timeout)
            time.sleep(interrupt_after)
            self.manager.interrupt_kernel()
        outcome = Outcome("", self._outputs(ours, timeout))
        while True:
            reply = self.client.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == ours:
                outcome.status = reply["content"]["status"]
                return outcome

    def _wait_for_begin(self, ours, timeout):
        """An interrupt of a kernel that has not taken up the cell yet is lost."""
        while True:
            message = self.client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") == ours and message["msg_type"] == "execute_input":
                return

    def _outputs(self, ours, timeout):
        messages = []
        while True:
            message = self.client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") != ours:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return messages
            if kind not in ("status", "execute_input"):
                messages.append((kind, content))
