"""`input()` in a cell: nobody sits in front of a kernel that a whole notebook shares, so it fails at once and says what to do."""

SENTENCE = "A cell cannot wait for typing. Add an input cell, give it a name, and use that name here instead of input()."
SECRET = "A cell cannot wait for a password. Keep it out of the notebook: read it from a file that only you may open."


class InputNotPossible(RuntimeError):
    """A cell asked for typing."""


def explain_input(shell):
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return

    def refuse(prompt="", *_others, **_options):
        raise InputNotPossible(SENTENCE)

    def refuse_secret(prompt="", *_others, **_options):
        raise InputNotPossible(SECRET)

    # ipykernel puts these in the place of `input` and `getpass` for each request.
    kernel.raw_input = refuse
    kernel.getpass = refuse_secret
