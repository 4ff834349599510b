"""One thing that a cell shows is never one message of gigabytes, and what it shows waits for its reader, but for a frozen one not for ever."""

import threading
import time

import zmq
from ipykernel.iostream import IOPubThread, OutStream
from jupyter_client.session import Session

from dataharbour.kernel.output_limits import DISPLAY_MAX, PIECE, flush_to_the_wire, limit_display, write_in_pieces
from dataharbour.kernel.start import make_patient


class Stream:
    pub_thread = object()

    def __init__(self):
        self.written, self.flushes = [], 0

    def write(self, text):
        self.written.append(text)
        return len(text)

    def flush(self):
        self.flushes += 1


def test_a_long_write_goes_in_pieces_each_sent_before_the_next():
    stream = Stream()
    write_in_pieces(stream)
    text = "ab" * PIECE
    assert stream.write(text) == len(text)
    assert "".join(stream.written) == text and max(map(len, stream.written)) == PIECE
    assert stream.flushes == 2


def test_a_short_write_is_left_alone():
    stream = Stream()
    write_in_pieces(stream)
    assert (stream.write("x"), stream.written, stream.flushes) == (1, ["x"], 0)


def test_many_short_writes_leave_in_pieces_too():
    stream = Stream()
    write_in_pieces(stream)
    for _ in range(50):
        stream.write("x" * (PIECE // 10))
    assert len(stream.written) == 50 and stream.flushes == 4


def test_what_is_flushed_has_left_when_the_cell_goes_on():
    sent = []

    class SlowThread(IOPubThread):
        def _really_send(self, message, *_arguments, **_options):
            time.sleep(0.1)
            sent.append(message)

    context = zmq.Context()
    thread = SlowThread(context.socket(zmq.PUB))
    thread.start()
    stream = OutStream(Session(), thread, "stdout", watchfd=False)
    flush_to_the_wire(stream)
    stream.write("on")
    stream.flush()
    assert len(sent) == 1
    thread.stop()
    context.destroy(linger=0)


def test_a_display_that_would_not_be_shown_is_not_sent():
    small = {"text/html": "<b>", "text/plain": "b"}
    assert limit_display(small) is small
    assert list(limit_display({"text/html": "x" * (DISPLAY_MAX + 1), "text/plain": "b"})) == ["text/plain"]


def open_reader(context, address):
    reader = context.socket(zmq.SUB)
    reader.set(zmq.RCVHWM, 2)
    reader.set(zmq.RCVTIMEO, 5000)
    reader.subscribe(b"")
    reader.connect(address)
    return reader


def test_what_is_shown_waits_for_its_reader_and_only_for_a_while_for_a_frozen_one(tmp_path):
    context = zmq.Context()
    shown = context.socket(zmq.XPUB)
    shown.set(zmq.SNDHWM, 2)
    # Each subscription is told, also one to what another reads already.
    shown.set(zmq.XPUB_VERBOSE, 1)
    shown.bind(f"ipc://{tmp_path}/s")
    make_patient(shown, for_ms=400)
    slow = open_reader(context, f"ipc://{tmp_path}/s")
    shown.recv()
    seen = []

    def read(pause):
        while not seen or seen[-1] != b"end":
            seen.append(slow.recv_multipart()[0][:8])
            time.sleep(pause)

    def show(count):
        for number in range(count):
            shown.send_multipart([b"%08d" % number + b"x" * 500_000])
        shown.send_multipart([b"end"])

    reading = threading.Thread(target=read, args=(0.01,))
    reading.start()
    show(30)
    reading.join()
    assert seen == [*(b"%08d" % number for number in range(30)), b"end"]

    frozen = open_reader(context, f"ipc://{tmp_path}/s")
    shown.recv()
    seen.clear()
    begun = time.monotonic()
    reading = threading.Thread(target=read, args=(0,))
    reading.start()
    show(30)
    reading.join()
    assert 0.3 < time.monotonic() - begun < 3
    assert seen == [*(b"%08d" % number for number in range(30)), b"end"]
    for socket in (slow, frozen, shown):
        socket.close(linger=0)
    context.term()
