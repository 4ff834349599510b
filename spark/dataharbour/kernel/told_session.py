"""Which Spark session a cell uses, told before it asks work of it: where the kernel has to be killed, the worker ends that.
A cell may well use one that it does not name, by a frame of an earlier cell, so Spark's client says so, not the cell."""

MIME = "application/vnd.dataharbour.spark-session+json"


class ToldSession:
    def __init__(self, kernel):
        self._kernel = kernel
        # While a cell runs under %%capture the shell has another, which keeps what it gets.
        self._publish = kernel.shell.display_pub.publish
        self._told = None

    def watch(self, session):
        session.client._session_hooks.append(self)

    def on_execute_plan(self, request):
        """Of Spark's client: before each request for work."""
        used = (self._kernel.cell_run, request.session_id)
        if self._kernel.cell_run and self._told != used:
            self._told = used
            self._publish({MIME: {"sessionId": request.session_id, "userId": request.user_context.user_id or None}})
        return request
