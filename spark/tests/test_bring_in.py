"""Excel workbooks that people bring in: cells become text as a person would write them, and hostile ones end in a sentence."""

import sys
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dataharbour.bring_in.number_formats import DAY, ELAPSED, date_text, elapsed_text, meaning_of, meaning_of_number, number_text
from dataharbour.bring_in.workbook import WorkbookRefused, place_of, take_sheets

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "support"))
from make_workbook import FILES, NS, write_workbook  # noqa: E402


def sheets_of(tmp_path, change=None):
    write_workbook(tmp_path / "book.xlsx", change)
    return take_sheets(str(tmp_path / "book.xlsx"), str(tmp_path), lambda **_: None)


def rows_of(sheet):
    return [list(row.values()) for row in pq.read_table(sheet["path"]).to_pylist()]


def cells(*rows):
    return {"xl/worksheets/sheet1.xml": f"<worksheet {NS}><sheetData>{''.join(rows)}</sheetData></worksheet>"}


def test_cells_become_text(tmp_path):
    orders, notes = sheets_of(tmp_path)
    assert (orders["name"], orders["rows"], orders["width"]) == ("Orders", 4, 5)
    assert rows_of(orders) == [
        ["id", "amount", "day", "who", "ok"],
        ["1", "1.25", "2024-01-31", "Ann & Bob", "true"],
        ["2", None, "2024-02-29", "Ünal", "false"],
        ["3", "-4", None, None, None],
    ]
    assert rows_of(notes) == [[None, "only"]]


def test_empty_rows_stay_between_others_only(tmp_path):
    row = lambda number, value: f'<row r="{number}"><c r="A{number}"><v>{value}</v></c></row>'
    assert rows_of(sheets_of(tmp_path, cells(row(3, 1), row(5, 2), '<row r="9"/>'))[0]) == [["1"], [None], ["2"]]


def test_many_rows_of_several_widths_are_one_table(tmp_path):
    rows = [f'<row r="{at}">' + "".join(f"<c><v>{at}</v></c>" for _ in range(1 + at % 3)) + "</row>" for at in range(1, 12_001)]
    found = rows_of(sheets_of(tmp_path, cells(*rows))[0])
    assert len(found) == 12_000 and found[-1] == ["12000", None, None] and found[4] == ["5", "5", "5"]


@pytest.mark.parametrize(
    "number, is_1904, text",
    [("1", False, "1900-01-01"), ("59", False, "1900-02-28"), ("61", False, "1900-03-01"), ("45322.5", False, "2024-01-31 12:00:00"), ("0", True, "1904-01-01"), ("0.25", False, "06:00:00"), ("0.5", True, "12:00:00"), ("0.9999999", False, "23:59:59"), ("20240115", False, "20240115"), ("-800000", False, "-800000")],
)
def test_days(number, is_1904, text):
    assert date_text(number, is_1904) == text


@pytest.mark.parametrize(
    "code, meaning",
    [
        ("yyyy-mm-dd", DAY), ("d. mmm", DAY), ("h:mm", DAY), ("[h]:mm", ELAPSED), ("[mm]:ss", ELAPSED), ("0.00", None), ("General", None), ('0 "days"', None), ("[Red]0", None),
        ("#,##0", None), (r"_-* #,##0.00\ _D_i_n_._-", None),
    ],
)  # fmt: skip
def test_formats_of_days(code, meaning):
    assert meaning_of(code) == meaning


def test_hours_go_on_behind_a_day():
    assert [meaning_of_number(number) for number in ("46", "14", "2", "x")] == [ELAPSED, DAY, None, None]
    assert [elapsed_text(number) for number in ("1.25", "0.5", "-0.5")] == ["30:00:00", "12:00:00", "-12:00:00"]


def test_numbers_and_places():
    assert [number_text(text) for text in ("1", "1.0", "1E3", "0.1", "0.10000000000000001", "1.2345678901234568E+17")] == ["1", "1", "1000", "0.1", "0.1", "1.2345678901234568e+17"]
    for whole in ("123456789012345678", "-89490200001234567890", "0.12345678901234567890"):
        assert number_text(whole) == whole
    assert [place_of(name) for name in ("A1", "Z9", "AA1", "ALL1")] == [0, 25, 26, 999]


@pytest.mark.parametrize(
    "change, words",
    [
        ({"xl/workbook.xml": f'<!DOCTYPE x [<!ENTITY a "b">]><workbook {NS}/>'}, "declarations"),
        (cells('<row r="99999999"><c><v>1</v></c></row>'), "rows"),
        (cells('<row><c r="ZZZ1"><v>1</v></c></row>'), "columns"),
        (cells('<row><c t="inlineStr"><is><t>' + "x" * 1_100_000 + "</t></is></c></row>"), "million letters"),
    ],
)
def test_what_no_workbook_has_is_refused(tmp_path, change, words):
    with pytest.raises(WorkbookRefused, match=words):
        sheets_of(tmp_path, change)


def test_a_bomb_is_refused_before_it_goes_off(tmp_path, monkeypatch):
    monkeypatch.setattr("dataharbour.bring_in.workbook.UNPACKED_MAX", 2_000_000)
    with pytest.raises(WorkbookRefused, match="unpacks to more"):
        sheets_of(tmp_path, {"xl/sharedStrings.xml": f"<sst {NS}>" + "<si><t>a</t></si>" * 200_000 + "</sst>"})
    monkeypatch.setattr("dataharbour.bring_in.workbook.SHARED_MAX", 1000)
    with pytest.raises(WorkbookRefused, match="different texts"):
        sheets_of(tmp_path, {"xl/sharedStrings.xml": f"<sst {NS}><si><t>{'a' * 2000}</t></si></sst>"})


def test_one_text_in_very_many_cells_is_no_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr("dataharbour.bring_in.workbook.UNPACKED_MAX", 3_000_000)
    shared = {"xl/sharedStrings.xml": f"<sst {NS}><si><t>{'a' * 100_000}</t></si></sst>"}
    row = "<row>" + '<c t="s"><v>0</v></c>' * 50 + "</row>"
    with pytest.raises(WorkbookRefused, match="4 GB of text"):
        sheets_of(tmp_path, {**shared, **cells(row)})


def test_names_in_the_zip_lead_nowhere(tmp_path):
    outside = tmp_path / "outside"
    sheets = sheets_of(tmp_path, {"../outside": "x", "/outside": "x", "xl/_rels/workbook.xml.rels": FILES["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1.xml", "../../../../etc/passwd")})
    assert not outside.exists() and [sheet["name"] for sheet in sheets] == ["Notes"]


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_what_is_no_workbook_is_an_error_of_a_known_kind(tmp_path, missing):
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        for name, content in FILES.items():
            if name != missing:
                archive.writestr(name, content)
    with pytest.raises(KeyError):
        take_sheets(str(tmp_path / "book.xlsx"), str(tmp_path), lambda **_: None)
