"""Fields of JSON that are to become a table: one that nobody has decided about is found, with the first row that has it."""

import json

import duckdb
import pytest

from dataharbour.bring_in.fields import find_unknown

ROWS = [{"id": 1, "p": {"x": 1}}, {"id": 2, "": True}, {"p": None, "Id": 3}, {"id": 4, "refund": None, "p": {"y": 2}}]


def first_unknown(path, given, left_out=(), kept=(), first_rows=2, is_sampled=True):
    """`given`: the columns that were found, with their types; `kept`: those that keep their type."""
    job = {
        "jsonRows": f"SELECT json FROM read_json_objects('{path}', format = 'auto')",
        "columns": [{"from": name, "given": "<given>" if name in kept else None} for name in given],
        "leftOut": list(left_out),
        "firstRows": first_rows,
        "isSampled": is_sampled,
    }
    return find_unknown(job, duckdb.connect(), given)


def plain(*names):
    return dict.fromkeys(names, "BIGINT")


@pytest.mark.parametrize("text", ["\n".join(map(json.dumps, ROWS)), json.dumps(ROWS), json.dumps(ROWS, indent=2)], ids=["lines", "an array", "an array of many lines"])
def test_the_first_field_that_is_no_column_is_told_with_its_row(tmp_path, text):
    path = tmp_path / "rows.json"
    path.write_text(text)
    assert first_unknown(path, plain("id", "p")) == {"field": "", "row": 2, "column": None, "like": None}
    assert first_unknown(path, plain("id", "p"), [""]) == {"field": "Id", "row": 3, "column": None, "like": "id"}
    assert first_unknown(path, plain("id", "p", ""), ["Id"]) == {"field": "refund", "row": 4, "column": None, "like": None}
    assert first_unknown(path, plain("id", "p", "", "Id", "refund")) is None


def test_a_field_far_down_has_its_own_row(tmp_path):
    path = tmp_path / "rows.ndjson"
    path.write_text("".join(f'{{"id":{at}}}\n' for at in range(300_000)) + '{"late":1}\n')
    assert first_unknown(path, plain("id")) == {"field": "late", "row": 300_001, "column": None, "like": None}


NESTED = {"id": "BIGINT", "p q": 'STRUCT(x BIGINT, l STRUCT("a*b" BIGINT)[][], m MAP(VARCHAR, STRUCT(k BIGINT)))'}


@pytest.mark.parametrize(
    "value, field",
    [
        ({"x": 1, "l": [[{"a*b": 1}, None], [{}]], "m": {"any": {"k": 1}, "other": None}}, None), (None, None), ([1], None),
        ({"late": 1}, "late"), ({"l": [[{"a*b": 1}], [{"late": 1}]]}, "late"), ({"m": {"one": {"k": 1}, "two": {"late": 1}}}, "late"),
    ],
)  # fmt: skip
def test_so_is_one_within_a_nested_value_that_keeps_its_type(tmp_path, value, field):
    path = tmp_path / "rows.ndjson"
    path.write_text("\n".join(json.dumps(row) for row in [{"id": 1, "p q": {"x": 1}}, {"id": 2, "p q": value}]))
    assert first_unknown(path, NESTED, kept=["p q"]) == (field and {"field": field, "row": 2, "column": "p q", "like": None})
    # As text all of it is kept, and a type that was found by all rows has all of its fields.
    assert first_unknown(path, NESTED) is None
    assert first_unknown(path, NESTED, kept=["p q"], is_sampled=False) is None


def test_names_are_no_part_of_the_question(tmp_path):
    name = "q\"u\\o'te"
    path = tmp_path / "rows.ndjson"
    path.write_text(json.dumps({name: {"x": 1}}) + "\n" + json.dumps({name: {"y'": 1}}))
    assert first_unknown(path, {name: "STRUCT(x BIGINT)"}, kept=[name]) == {"field": "y'", "row": 2, "column": name, "like": None}


def test_what_is_no_table_of_fields_is_kept_whole_in_one_column(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text('{"a": 1}\n{"b": 2}\n')
    assert first_unknown(path, {"json": "MAP(VARCHAR, BIGINT)"}, kept=["json"]) is None
    path.write_text('[1, "two", [3]]')
    assert first_unknown(path, {"json": "JSON"}) is None
    # A table with a field of that name, and another one behind the rows by which its columns were found.
    path.write_text('{"json": 1}\n{"json": 2}\n{"late": 3}\n')
    assert first_unknown(path, plain("json")) == {"field": "late", "row": 3, "column": None, "like": None}
