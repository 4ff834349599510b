"""Errors as data: every error can be shown, whatever it does, and its last frame is always there."""

import linecache

from dataharbour.kernel.trace import FRAMES_FIRST, FRAMES_LAST, entries_of, needs_own_text, read_trace

CELL = "/tmp/ipykernel_7/42.py"


def caught(source, file=CELL):
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    try:
        exec(compile(source, file, "exec"), {})
    except BaseException as error:
        error.__traceback__ = error.__traceback__.tb_next or error.__traceback__
        return error


def frames(error, cells=None):
    return read_trace(error, {CELL: "c1"} if cells is None else cells)[0]["frames"]


def test_a_frame_has_its_cell_its_line_the_lines_around_it_and_the_part_that_failed():
    [frame] = frames(caught("a = 1\nb = 2\nc = a + b / 0\nd = 4\n"))
    assert (frame["cell"], frame["line"], frame["function"]) == ("c1", 3, None)
    assert frame["code"] == [[1, "a = 1"], [2, "b = 2"], [3, "c = a + b / 0"], [4, "d = 4"]]
    assert frame["code"][2][1][slice(*frame["mark"])] == "b / 0"


def test_columns_count_letters_not_bytes():
    [frame] = frames(caught("s = 'øø🚢' + str(1 / 0)"))
    assert frame["code"][0][1][slice(*frame["mark"])] == "1 / 0"


def test_a_cell_that_is_not_known_is_still_the_persons_own():
    [frame] = frames(caught("1 / 0"), cells={})
    assert (frame["own"], frame["cell"]) == (True, None)


def test_what_repeats_is_counted_and_what_is_long_is_cut_in_the_middle():
    error = caught("def f(n):\n    return f(n - 1) if n else 1 / 0\nf(900)")
    assert [frame["repeats"] for frame in frames(error)] == [0, 899, 0] or sum(frame["repeats"] for frame in frames(error)) == 900
    error = caught("def f(n):\n    return g(n - 1) if n else 1 / 0\ndef g(n):\n    return f(n)\nf(300)")
    shown = frames(error)
    assert len(shown) == FRAMES_FIRST + FRAMES_LAST
    assert sum(frame["skipped"] for frame in shown) == 601 + 1 - len(shown)
    assert shown[-1]["function"] == "f" and needs_own_text(error)


def test_causes_contexts_and_notes_hang_on_their_error():
    error = caught("try:\n    {}['a']\nexcept KeyError as e:\n    new = ValueError('b')\n    new.add_note('look here')\n    raise new from e")
    links = read_trace(error, {})
    assert [(link["name"], link["message"], link["relation"]) for link in links] == [("ValueError", "b", None), ("KeyError", "'a'", "cause")]
    assert links[0]["notes"] == ["look here"]
    during = caught("try:\n    1 / 0\nexcept ZeroDivisionError:\n    int('x')")
    assert [link["relation"] for link in read_trace(during, {})] == [None, "context"]
    hidden = caught("try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise ValueError() from None")
    assert len(read_trace(hidden, {})) == 1


def test_a_chain_that_bites_its_tail_ends():
    one, two = ValueError("1"), ValueError("2")
    one.__cause__, two.__cause__ = two, one
    assert [link["message"] for link in read_trace(one, {})] == ["1", "2"]
    assert not needs_own_text(one)


def test_members_of_groups_come_with_their_depth():
    group = ExceptionGroup("all", [ValueError("a"), ExceptionGroup("inner", [TypeError("b")])])
    assert [(link["name"], link["depth"]) for link in read_trace(group, {})] == [("ExceptionGroup", 0), ("ValueError", 1), ("ExceptionGroup", 1), ("TypeError", 2)]
    assert needs_own_text(group) and entries_of(read_trace(group, {}))[-1].startswith("ExceptionGroup: all")


def test_an_error_whose_text_fails_or_is_endless_is_shown():
    class Sulky(Exception):
        def __str__(self):
            raise KeyError("x")

    assert read_trace(Sulky(), {})[0]["message"] == "(its text could not be made: KeyError)"
    assert len(read_trace(ValueError("x" * 10_000_000), {})[0]["message"]) < 21_000


def test_a_syntax_error_has_the_place_and_no_frames_of_the_reader():
    [frame] = frames(caught("ok = 1\nx = = 1\n"))
    assert (frame["line"], frame["mark"], frame["code"][1]) == (2, [4, 5], [2, "x = = 1"])
