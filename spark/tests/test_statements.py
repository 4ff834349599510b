"""A SQL cell is split at `;` only where a person means it."""

import pytest

from dataharbour.kernel.parameters import bind_names
from dataharbour.kernel.statements import Statement, names_of, split_statements


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("select 1", ["select 1"]),
        ("select 1;", ["select 1"]),
        ("select 1; select 2 ;", ["select 1", "select 2"]),
        ("select ';' ; select \"a;b\", `c;d`", ["select ';'", "select \"a;b\", `c;d`"]),
        ("select 'it''s; fine'; select 2", ["select 'it''s; fine'", "select 2"]),
        (r"select 'a\';b'; select 2", [r"select 'a\';b'", "select 2"]),
        ("-- one; two\nselect 1", ["select 1"]),
        ("select 1 -- tail; more\n; select 2", ["select 1 -- tail; more", "select 2"]),
        ("/* a; b */ select 1 /* c; */; select 2", ["select 1 /* c; */", "select 2"]),
        ("select 1;; ;\n;select 2", ["select 1", "select 2"]),
        ("", []),
        ("  \n-- nothing\n/* at all */", []),
        ("select 'never closed; select 2", ["select 'never closed; select 2"]),
        ("begin declare x int; set x = 1; select x; end;", ["begin declare x int; set x = 1; select x; end"]),
    ],
)
def test_splits_at_semicolons_outside_quotes_and_comments(source, expected):
    assert [statement.text for statement in split_statements(source)] == expected


def test_each_statement_knows_its_line_of_the_cell():
    assert split_statements("-- head\n\nselect 1;\n\n  select\n2") == [Statement("select 1", 3), Statement("select\n2", 5)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("select :region", {"region"}),
        ("select * from t where a = :a and b < :b_2 or c in (:a)", {"a", "b_2"}),
        ("select ':quoted', \":double\", `:tick` -- :line\n, /* :block */ 1", set()),
        ("select '1'::int, x::date, :day::date", {"day"}),
        ("select 'it''s :not' || :yes", {"yes"}),
        ("select a:b, 12:30", set()),
        ("select 1", set()),
    ],
)
def test_names_parameters_outside_quotes_and_comments(text, names):
    assert names_of(text) == names


@pytest.mark.parametrize(
    ("text", "values", "bound"),
    [
        ("select :a, ':a', a::int -- :a", {"a": 1}, "select 1, ':a', a::int -- :a"),
        ("select :a - :b", {"a": 1, "b": -2}, "select 1 - (-2)"),
        ("select :t, :f, :n", {"t": True, "f": 0.5, "n": None}, "select true, double('0.5'), null"),
        ("select :s", {"s": "'; drop table x; --"}, "select cast(X'273b2064726f70207461626c6520783b202d2d' as string)"),
        ("select :s, :other", {"s": ":other"}, "select cast(X'3a6f74686572' as string), :other"),
    ],
)
def test_binds_values_as_literals_that_hold_nothing_else(text, values, bound):
    assert bind_names(text, values) == bound
