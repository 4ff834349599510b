"""How long a cell waits for a Spark that was given (SPARK_REMOTE, a compute with an address).

Nobody of ours starts it, so a cell is told within seconds that it does not answer: also where it takes connections
and says nothing, since a call of gRPC then waits for ever."""

import threading
from urllib.parse import urlsplit

# With the start of a kernel before it this stays below 15 s.
GIVEN_SECONDS = 9
# A line that was cut somewhere on the way may be dead where a new one is not; a busy Spark may be slow, and its views are lost with its line.
OLD_LINE_SECONDS = 5
NEW_LINE_SECONDS = 4
# What fails in one breath fails once: a cell that asks again in it is not kept waiting again.
ONE_BREATH_SECONDS = 3


class Late(Exception):
    """Nothing came back in time."""


def within(seconds, act):
    """What `act` returns or raises, or `Late`. Where it is late it is left to itself, for it cannot be taken back."""
    outcome = {}
    is_done = threading.Event()

    def work():
        try:
            outcome["value"] = act()
        except BaseException as error:
            outcome["error"] = error
        is_done.set()

    threading.Thread(target=work, daemon=True, name="asks Spark").start()
    if not is_done.wait(seconds):
        raise Late
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]


def silence_of(remote):
    """The sentence for a given Spark from which nothing comes. What follows the host may be a secret and is left out."""
    address = urlsplit(remote)
    return f"The given Spark does not answer: nothing comes from {address.hostname}:{address.port or 15002}. Run this cell again when it is there."
