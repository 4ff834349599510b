"""The object store behind a line that can swallow the answer to a commit: the store has it, the writer does not know."""

import re
import socket
from threading import Thread
from urllib.parse import urlsplit

COMMIT = re.compile(rb"PUT \S+_delta_log/\d+\.json")


class LossyStore:
    def __init__(self, endpoint):
        address = urlsplit(endpoint)
        self._store = (address.hostname, address.port or 80)
        self._door = socket.create_server(("127.0.0.1", 0))
        self._is_armed = False
        self.lost = 0
        self.endpoint = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        Thread(target=self._accept, daemon=True).start()

    def lose_next_answer(self):
        self._is_armed = True

    def close(self):
        self._door.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            line = Line(self, client, socket.create_connection(self._store))
            Thread(target=line.carry_requests, daemon=True).start()
            Thread(target=line.carry_answers, daemon=True).start()

    def takes(self, request):
        if not self._is_armed or not COMMIT.search(request):
            return False
        self._is_armed = False
        return True


class Line:
    """One connection, as bytes."""

    def __init__(self, owner, client, store):
        self._owner, self._client, self._store = owner, client, store
        self._swallows = False

    def carry_requests(self):
        for request in self._pieces(self._client):
            self._swallows = self._swallows or self._owner.takes(request)
            self._send(self._store, request)

    def carry_answers(self):
        for answer in self._pieces(self._store):
            # `100 Continue` only asks for the rest of the commit.
            if self._swallows and not answer.startswith(b"HTTP/1.1 100"):
                self._owner.lost += 1
                return self._end()
            self._send(self._client, answer)

    def _pieces(self, source):
        try:
            while piece := source.recv(65536):
                yield piece
        except OSError:
            pass
        self._end()

    def _send(self, to, piece):
        try:
            to.sendall(piece)
        except OSError:
            self._end()

    def _end(self):
        for end in (self._client, self._store):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()
