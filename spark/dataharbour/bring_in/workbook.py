"""Takes the sheets out of an Excel workbook (.xlsx): each becomes a Parquet file of text, read on like any other file.

A workbook is a zip of XML that anybody may have made. It is read as a stream and within limits: of what it unpacks to, of
texts, cells and sheets; entities are refused, and no name in it is ever used as a path.
"""

import tempfile
import zipfile
from xml.parsers import expat

from dataharbour.bring_in.number_formats import ELAPSED, date_text, elapsed_text, meaning_of, meaning_of_number, number_text
from dataharbour.storage import storage_from_json

UNPACKED_MAX = 4 * 1024**3
SHARED_MAX = 256 * 1024**2
SHEETS_MAX = 100
COLUMNS_MAX = 2000
ROWS_MAX = 1_048_576
ROWS_AT_ONCE = 5_000
LETTERS_AT_ONCE = 8_000_000
CELL_MAX = 1_000_000


class WorkbookRefused(Exception):
    """Its words are for the person."""


class Parts:
    """The files in the zip, opened by their exact names and counted as they are unpacked."""

    def __init__(self, archive):
        self._archive = archive
        self._left = UNPACKED_MAX

    def has(self, name):
        return name in self._archive.NameToInfo

    def parse(self, name, start=None, end=None, data=None):
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = start and (lambda tag, given: start(tag.rpartition(" ")[2], given))
        parser.EndElementHandler = end and (lambda tag: end(tag.rpartition(" ")[2]))
        parser.CharacterDataHandler = data
        parser.StartDoctypeDeclHandler = self._refuse
        with self._archive.open(name) as file:
            while piece := file.read(1 << 18):
                self._left -= len(piece)
                if self._left < 0:
                    raise WorkbookRefused("This workbook unpacks to more than 4 GB. Save its sheets as CSV and bring in those.")
                parser.Parse(piece)
        parser.Parse(b"", True)

    def _refuse(self, *_):
        raise WorkbookRefused("This workbook has declarations that no workbook needs, so it is not read.")


def read_sheet_names(parts):
    """(name, file) of each worksheet, in the order of the tabs."""
    sheets, targets = [], {}

    def relation(tag, given):
        if tag == "Relationship" and given.get("Type", "").endswith("/worksheet"):
            target = given.get("Target", "")
            targets[given.get("Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def sheet(tag, given):
        if tag == "sheet":
            sheets.append((given.get("name", ""), next((value for key, value in given.items() if key.rpartition(" ")[2] == "id" and key != "sheetId"), None)))

    parts.parse("xl/_rels/workbook.xml.rels", relation)
    parts.parse("xl/workbook.xml", sheet)
    return [(name, targets[link]) for name, link in sheets if link in targets and parts.has(targets[link])][:SHEETS_MAX]


def uses_1904(parts):
    found = []
    parts.parse("xl/workbook.xml", lambda tag, given: found.append(given.get("date1904")) if tag == "workbookPr" else None)
    return any(value in ("1", "true") for value in found)


def read_shared(parts):
    texts, current, size = [], None, 0
    if not parts.has("xl/sharedStrings.xml"):
        return texts
    inside = {"t": False, "phonetic": 0}

    def start(tag, _):
        nonlocal current
        if tag == "si":
            current = []
        inside["phonetic"] += tag == "rPh"
        inside["t"] = tag == "t" and not inside["phonetic"]

    def end(tag):
        inside["phonetic"] -= tag == "rPh"
        inside["t"] = False
        if tag == "si":
            texts.append("".join(current))

    def data(piece):
        nonlocal size
        if inside["t"] and current is not None:
            size += len(piece)
            if size > SHARED_MAX:
                raise WorkbookRefused("This workbook holds more than 256 MB of different texts. Save its sheets as CSV and bring in those.")
            current.append(piece)

    parts.parse("xl/sharedStrings.xml", start, end, data)
    return texts


def read_date_styles(parts):
    """By the number of a cell style that means a day, a time or how long something took: which of them."""
    if not parts.has("xl/styles.xml"):
        return {}
    own, styles, inside = {}, [], [False]

    def start(tag, given):
        if tag == "numFmt":
            own[given.get("numFmtId")] = given.get("formatCode", "")
        elif tag == "cellXfs":
            inside[0] = True
        elif tag == "xf" and inside[0]:
            styles.append(given.get("numFmtId", "0"))

    def end(tag):
        if tag == "cellXfs":
            inside[0] = False

    parts.parse("xl/styles.xml", start, end)
    found = {at: meaning_of(own[code]) if code in own else meaning_of_number(code) for at, code in enumerate(styles)}
    return {at: meaning for at, meaning in found.items() if meaning is not None}


def place_of(reference):
    place = 0
    for letter in reference:
        if not letter.isalpha():
            break
        place = place * 26 + ord(letter.upper()) - 64
    return place - 1


class SheetReader:
    """Rows of one sheet, as lists of texts, handed on as they come."""

    def __init__(self, shared, date_styles, is_1904, on_row):
        self._shared, self._date_styles, self._is_1904, self._on_row = shared, date_styles, is_1904, on_row
        self._row, self._at, self._kind, self._style, self._text, self._is_value = [], -1, "n", 0, [], False
        self._number, self._length = 0, 0

    def start(self, tag, given):
        if tag == "row":
            number = int(given.get("r") or self._number + 1)
            if number > ROWS_MAX:
                raise WorkbookRefused(f"A sheet of this workbook has more than {ROWS_MAX:,} rows, which Excel itself does not.")
            while self._number + 1 < number:
                self._number += 1
                self._on_row([])
            self._row, self._at = [], -1
        elif tag == "c":
            self._at = place_of(given["r"]) if "r" in given else self._at + 1
            self._kind, self._style, self._text = given.get("t", "n"), int(given.get("s") or 0), []
            self._length = 0
            if self._at >= COLUMNS_MAX:
                raise WorkbookRefused(f"A sheet of this workbook has more than {COLUMNS_MAX:,} columns. Leave some out and bring it in again.")
        self._is_value = tag == "v" or tag == "t"

    def data(self, piece):
        if not self._is_value:
            return
        self._text.append(piece)
        self._length += len(piece)
        if self._length > CELL_MAX:
            raise WorkbookRefused("A cell of this workbook holds more than a million letters, which Excel itself does not allow.")

    def end(self, tag):
        self._is_value = False
        if tag == "c":
            while len(self._row) <= self._at:
                self._row.append(None)
            self._row[self._at] = self._value("".join(self._text))
        elif tag == "row":
            self._number += 1
            self._on_row(self._row)

    def _value(self, text):
        if text == "":
            return None
        if self._kind == "s":
            return self._shared[int(text)]
        if self._kind == "b":
            return "true" if text == "1" else "false"
        if self._kind == "n":
            meaning = self._date_styles.get(self._style)
            return number_text(text) if meaning is None else elapsed_text(text) if meaning == ELAPSED else date_text(text, self._is_1904)
        # Of a formula that failed nothing is known; a text, a formula's text and a day are there as they are.
        return None if self._kind == "e" else text


class SheetWriter:
    """Rows of text as Parquet. How wide the sheet is comes out at the end only, so its rows wait on the disk in groups."""

    def __init__(self, path):
        self._path, self._rows, self._letters, self._blank, self._groups = path, [], 0, 0, []
        self._all_letters, self.width, self.rows = 0, 1, 0

    def add(self, row):
        while row and row[-1] is None:
            row.pop()
        if not row:
            self._blank += 1
            return
        # Empty rows before the first and behind the last are none; between others they are rows of nothing.
        for _ in range(self._blank if self.rows else 0):
            self._put([])
        self._blank = 0
        self._put(row)

    def _put(self, row):
        letters = sum(len(text) for text in row if text)
        self._rows.append(row)
        self.rows += 1
        self.width = max(self.width, len(row))
        self._letters += letters
        self._all_letters += letters
        if self._all_letters > UNPACKED_MAX:
            raise WorkbookRefused("A sheet of this workbook holds more than 4 GB of text. Save it as CSV and bring in that.")
        if len(self._rows) >= ROWS_AT_ONCE or self._letters > LETTERS_AT_ONCE:
            self._keep_group()

    def _keep_group(self):
        import pyarrow as pa

        rows, self._rows, self._letters = self._rows, [], 0
        width = max(1, *(len(row) for row in rows)) if rows else 1
        batch = pa.RecordBatch.from_arrays(
            [pa.array([row[at] if at < len(row) else None for row in rows], pa.string()) for at in range(width)],
            names=column_names(width),
        )
        self._groups.append(f"{self._path}.{len(self._groups)}")
        with pa.OSFile(self._groups[-1], "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
            writer.write_batch(batch)

    def finish(self):
        import os

        import pyarrow as pa
        import pyarrow.parquet as pq

        self._keep_group()
        schema = pa.schema([(name, pa.string()) for name in column_names(self.width)])
        with pq.ParquetWriter(self._path, schema, compression="zstd") as writer:
            for name in self._groups:
                with pa.OSFile(name, "rb") as source:
                    batch = pa.ipc.open_file(source).get_batch(0)
                missing = [pa.nulls(batch.num_rows, pa.string())] * (self.width - batch.num_columns)
                writer.write_batch(pa.RecordBatch.from_arrays([*batch.columns, *missing], schema=schema))
                os.remove(name)
        return {"rows": self.rows, "width": self.width}


def column_names(width):
    return [f"c{at}" for at in range(width)]


def open_workbook(job, say):
    storage = storage_from_json(job["storage"])
    client = storage.client()
    with tempfile.TemporaryDirectory(dir=job["folder"]) as folder:
        try:
            client.fget_object(bucket_name=storage.bucket, object_name=job["key"], file_path=f"{folder}/book.xlsx")
        except Exception as problem:
            return say_away(say, problem)
        try:
            sheets = take_sheets(f"{folder}/book.xlsx", folder, say)
        except WorkbookRefused as refusal:
            return say(refused=True, message=str(refusal))
        except (zipfile.BadZipFile, zipfile.LargeZipFile, expat.ExpatError, KeyError, ValueError, IndexError, OverflowError, NotImplementedError, RuntimeError):
            return say(refused=True, message="This is no Excel workbook that can be read (.xlsx without a password). Save it again as .xlsx, or as CSV.")
        try:
            for at, sheet in enumerate(sheets):
                client.fput_object(bucket_name=storage.bucket, object_name=f"{job['prefix']}sheet-{at}.parquet", file_path=sheet.pop("path"))
        except Exception as problem:
            return say_away(say, problem)
        return say(done=True, sheets=sheets)


def say_away(say, problem):
    """Whatever the store's client raises tells of the store, not of the workbook."""
    say(failed=str(problem)[:4000], isAway=True)


def take_sheets(path, folder, say):
    with zipfile.ZipFile(path) as archive:
        parts = Parts(archive)
        names = read_sheet_names(parts)
        if not names:
            raise WorkbookRefused("This workbook has no sheet with cells.")
        shared, styles, is_1904 = read_shared(parts), read_date_styles(parts), uses_1904(parts)
        found = []
        for at, (name, file) in enumerate(names):
            writer = SheetWriter(f"{folder}/sheet-{at}.parquet")
            reader = SheetReader(shared, styles, is_1904, writer.add)
            parts.parse(file, reader.start, reader.end, reader.data)
            found.append({"name": name[:200], "path": f"{folder}/sheet-{at}.parquet", **writer.finish()})
            say(rows=writer.rows)
        return found
