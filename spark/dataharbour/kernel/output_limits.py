"""Keeps what a cell shows from piling up, or from staying behind: what is printed leaves in pieces, a cell that prints
faster than its pieces are taken waits for them, what is flushed has left when the cell goes on, and a picture or page
that would not be shown anyway is not sent. Whoever reads the messages must answer an interrupt between them, and has to
hold no more of them than a few."""

import sys

PIECE = 500_000
DISPLAY_MAX = 10_000_000
TOO_LARGE = "A picture or page of more than 10 MB is not shown. Save it to a file instead."


def write_in_pieces(stream):
    """Each piece is sent before the next is taken, be it of one write or of many."""
    write = getattr(stream, "write", None)
    if write is None or not hasattr(stream, "pub_thread"):
        return

    waiting = 0

    def write_pieces(text):
        nonlocal waiting
        waiting += len(text) if isinstance(text, str) else 0
        if waiting <= PIECE:
            return write(text)
        waiting = 0
        for start in range(0, len(text), PIECE):
            write(text[start : start + PIECE])
            stream.flush()
        return len(text)

    stream.write = write_pieces


def flush_to_the_wire(stream):
    """ipykernel's flush returns when the text is queued for its sending thread, which a cell that goes on in C, and so
    holds Python's lock, keeps from running. A second flush is taken by that thread after the sending of the first."""
    flush = getattr(stream, "flush", None)
    if flush is None or not hasattr(stream, "pub_thread"):
        return

    def flush_twice():
        flush()
        flush()

    stream.flush = flush_twice


def fits(bundle):
    return all(len(value) <= DISPLAY_MAX for value in bundle.values() if isinstance(value, (str, bytes)))


def limit_display(bundle):
    return bundle if fits(bundle) else {"text/plain": TOO_LARGE}


def limit_output():
    for stream in (sys.stdout, sys.stderr):
        write_in_pieces(stream)
        flush_to_the_wire(stream)
