"""What the number of an Excel cell means, told by its format, and that number as text: a day, a time, how long something took."""

import datetime
import re

DAY, ELAPSED = "day", "elapsed"
DAYS = {14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 47, *range(27, 37), *range(50, 59)}
ELAPSED_NUMBER = 46
LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
# Words, signs that are shown as they are, the width of one, one repeated, colours and places.
QUOTED = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
WITHOUT_END = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)


def meaning_of(code):
    """DAY, ELAPSED or None, of a format as a workbook writes it."""
    bare = QUOTED.sub("", code.split(";")[0])
    if WITHOUT_END.search(bare):
        return ELAPSED
    return DAY if LETTERS.search(bare) and "general" not in code.lower() else None


def meaning_of_number(number):
    """The same, of a format that every workbook has."""
    if not number.isdigit():
        return None
    return ELAPSED if int(number) == ELAPSED_NUMBER else DAY if int(number) in DAYS else None


def clock(seconds):
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def elapsed_text(number):
    """Of hours that do not end at 24."""
    seconds = round(float(number) * 86400)
    return f"-{clock(-seconds)}" if seconds < 0 else clock(seconds)


def date_text(number, is_1904):
    """Excel counts days from 1900, with a 29th of February that never was; or from 1904. A part of the first day is a time."""
    days = float(number)
    if 0 < days < 1 or (days == 0 and not is_1904):
        return clock(min(round(days * 86400), 86399))
    days += 1462 if is_1904 else 0
    try:
        moment = datetime.datetime(1899, 12, 30) + datetime.timedelta(days=days + (1 if days < 60 else 0), milliseconds=0.5)
    except OverflowError:
        # No day that a calendar has, such as 20240115 in a column of dates: Excel shows ####.
        return number_text(number)
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return moment.date().isoformat() if (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0) else moment.isoformat(" ")


def number_text(text):
    """As a person would write it: `1`, not `1.0`; nothing of it rounded."""
    value = float(text)
    # Excel keeps 15 digits and writes up to 17; of other programs there may be more, which no float keeps.
    if len(text) > 15 and "e" not in text.lower() and ("." not in text or len(re.sub(r"\D", "", text).strip("0")) > 17):
        return text
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
