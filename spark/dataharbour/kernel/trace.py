"""An error as data: each link of its chain with its frames, so that a page can lead to the very line of the very cell.

The last frame is always there, however deep it went: what repeats is counted, what is long is cut in the middle.
Nothing an error does while it is read (a text that raises, a chain that bites its tail) stops its being shown.
"""

import linecache
import re

LINKS_MAX = 20
FRAMES_FIRST, FRAMES_LAST = 20, 40
MESSAGE_MAX = 20_000
LINE_MAX = 400
BEFORE, AFTER = 2, 1
HIDDEN = ("/dataharbour/kernel/", "/IPython/core/", "/ipykernel/")
CELL_FILE = re.compile(r"(^|/)ipykernel_\d+/\d+\.py$|^<ipython-input-")


def text_of(value):
    """What the error says; one whose own text fails is an error still."""
    try:
        text = str(value)
    except Exception as problem:
        return f"(its text could not be made: {type(problem).__name__})"
    return text if len(text) <= MESSAGE_MAX else f"{text[:MESSAGE_MAX]}… (cut: {len(text):,} characters)"


def read_trace(error, cells):
    """`cells`: which cell a file of code is, by file name."""
    links = []
    seen = set()
    add_link(links, seen, error, None, 0, cells)
    return links


def add_link(links, seen, error, relation, depth, cells):
    if id(error) in seen or len(links) >= LINKS_MAX:
        return
    seen.add(id(error))
    message = text_of(error)
    links.append({
        "name": type(error).__name__,
        "message": error.msg if isinstance(error, SyntaxError) and isinstance(error.msg, str) else message,
        "relation": relation,
        "depth": depth,
        "notes": [str(note)[:MESSAGE_MAX] for note in getattr(error, "__notes__", None) or () if isinstance(note, str)],
        "frames": frames_of(error, cells),
    })  # fmt: skip
    for member in members_of(error):
        add_link(links, seen, member, "member", depth + 1, cells)
    if error.__cause__ is not None:
        add_link(links, seen, error.__cause__, "cause", depth, cells)
    elif error.__context__ is not None and not error.__suppress_context__:
        add_link(links, seen, error.__context__, "context", depth, cells)


def members_of(error):
    return error.exceptions if is_group(error) else ()


def is_group(error):
    return any(base.__name__ == "BaseExceptionGroup" for base in type(error).__mro__) and isinstance(getattr(error, "exceptions", None), (tuple, list))


def read_frames(traceback, cells):
    steps = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if not any(part in code.co_filename for part in HIDDEN):
            if steps and steps[-1][:2] == [code, traceback.tb_lineno]:
                steps[-1][3] += 1
            else:
                steps.append([code, traceback.tb_lineno, traceback.tb_lasti, 0])
        traceback = traceback.tb_next
    skipped = max(0, len(steps) - FRAMES_FIRST - FRAMES_LAST)
    frames = [frame_of(step, cells) for step in (steps[:FRAMES_FIRST] + steps[-FRAMES_LAST:] if skipped else steps)]
    if skipped:
        frames[FRAMES_FIRST]["skipped"] = skipped
    return frames


def frame_of(step, cells):
    code, line, instruction, repeats = step
    name = code.co_name
    frame = describe(code.co_filename, line, cells)
    if frame["own"]:
        frame["mark"] = mark_of(code, instruction, line)
    return {**frame, "function": None if name == "<module>" else name, "repeats": repeats}


def describe(file, line, cells):
    is_cell = file in cells or CELL_FILE.search(file) is not None
    lines = linecache.getlines(file)
    first, last = (max(1, line - BEFORE), line + AFTER) if is_cell else (line, line)
    shown = [[number, lines[number - 1].rstrip()[:LINE_MAX]] for number in range(first, min(last, len(lines)) + 1)] if line else []
    return {
        "cell": cells.get(file), "own": is_cell, "file": "" if is_cell else file, "line": line or 0, "function": None,
        "code": shown, "mark": None, "repeats": 0, "skipped": 0,
    }  # fmt: skip


def mark_of(code, instruction, line):
    """The part of the line that failed, as columns; None when it is all of it or not known."""
    positions = getattr(code, "co_positions", None)
    if positions is None or instruction < 0:
        return None
    for number, (first, last, start, end) in enumerate(positions()):
        if number == instruction // 2:
            break
    else:
        return None
    if first != line or start is None or end is None:
        return None
    raw = linecache.getline(code.co_filename, line).rstrip().encode()
    begin = len(raw[:start].decode(errors="replace"))
    finish = len(raw[: end if last == first else len(raw)].decode(errors="replace"))
    text = raw.decode(errors="replace")
    return None if text.strip() == text[begin:finish].strip() or finish > LINE_MAX else [begin, finish]


def frames_of(error, cells):
    frames = read_frames(error.__traceback__, cells)
    if not isinstance(error, SyntaxError) or not error.lineno:
        return frames
    # A cell that could not be read has run nothing: the frames are those of the reader.
    place = syntax_frame(error, cells)
    return [place] if place["own"] else [*frames, place]


def syntax_frame(error, cells):
    """Where a text could not be read; the parser knows the column."""
    frame = describe(error.filename or "", error.lineno, cells)
    if not frame["code"] and error.text:
        frame["code"] = [[error.lineno, error.text.rstrip()[:LINE_MAX]]]
    offset = error.offset or 0
    if offset > 0:
        end = getattr(error, "end_offset", None) or 0
        is_same_line = getattr(error, "end_lineno", None) in (None, error.lineno)
        frame["mark"] = [offset - 1, max(offset, end - 1 if is_same_line and end > offset else offset)]
    return frame


def needs_own_text(error, depth_max=100):
    """What IPython's own writer cannot show (groups), or takes seconds for (a thousand frames)."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if is_group(error) or is_deeper(error.__traceback__, depth_max):
            return True
        error = error.__cause__ or error.__context__
    return False


def is_deeper(traceback, depth):
    while traceback is not None:
        depth -= 1
        if depth < 0:
            return True
        traceback = traceback.tb_next
    return False


def entries_of(links):
    """The links as texts, in the form in which IPython gives them: the causes first, the error itself last."""
    entries = []
    for link in reversed(links):
        for frame in link["frames"]:
            if frame["skipped"]:
                entries.append(f"... {frame['skipped']:,} frames are left out ...")
            where = "Cell" if frame["own"] else f"File {frame['file']}"
            code = "\n".join(f"{'---->' if number == frame['line'] else '     '} {number} {text}" for number, text in frame["code"])
            again = f"\n[repeated {frame['repeats']:,} more times]" if frame["repeats"] else ""
            entries.append(f"{where}, line {frame['line']}{', in ' + frame['function'] if frame['function'] else ''}\n{code}{again}")
        entries.append(f"{link['name']}: {link['message']}")
    return entries
