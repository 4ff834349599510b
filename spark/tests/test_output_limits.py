"""One thing that a cell shows is never one message of gigabytes."""

from dataharbour.kernel.output_limits import DISPLAY_MAX, PIECE, limit_display, write_in_pieces


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


def test_a_display_that_would_not_be_shown_is_not_sent():
    small = {"text/html": "<b>", "text/plain": "b"}
    assert limit_display(small) is small
    assert list(limit_display({"text/html": "x" * (DISPLAY_MAX + 1), "text/plain": "b"})) == ["text/plain"]
