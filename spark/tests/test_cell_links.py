"""Which earlier cells a cell builds on, by the names in their texts."""

from types import SimpleNamespace

import pytest

from dataharbour.kernel.cell_links import CellLinks, names_of


@pytest.mark.parametrize(
    ("source", "used", "made"),
    [
        ("x = y", {"y"}, {"x"}),
        ("x = 1\nprint(x)", {"print"}, {"x"}),
        ("x = x + 1", {"x"}, {"x"}),
        ("x += 1", {"x"}, {"x"}),
        ("df['a'] = df.b.c", {"df"}, {"df"}),
        ("df.a.b = 1", {"df"}, {"df"}),
        ("import a.b as c, d.e\nfrom f import g", set(), {"c", "d", "g"}),
        ("def f(a, b=z):\n    c = a + y\n    return c\nf(1)", {"y", "z"}, {"f"}),
        ("class C(B):\n    x = k", {"B", "k"}, {"C", "x"}),
        ("for i in rows:\n    t = i", {"rows"}, {"i", "t"}),
        ("[n for n in many]", {"many", "n"}, {"n"}),
        ("if (n := size) > 1: pass", {"size"}, {"n"}),
        ("with open(p) as f: f.read()", {"open", "p"}, {"f"}),
        ("lambda a: a + b", {"a", "b"}, set()),
        ("async def f():\n    return await g()", {"g"}, {"f"}),
        ("del x", set(), {"x"}),
        ("no python (", set(), set()),
        ("", set(), set()),
    ],
)
def test_names_that_a_text_uses_and_makes(source, used, made):
    names = names_of(source)
    assert (names.used, names.made) == (used, made)


def run(links, cell, source, number=1, views=()):
    links.begin(SimpleNamespace(cell_id=cell, run_id=f"run-{number}"), source)
    for view in views:
        links.made_view(view)
    return [(one["cellId"], one["runId"]) for one in links.told()]


def test_a_cell_builds_on_the_newest_run_of_those_that_made_its_names_and_on_what_they_build_on():
    links = CellLinks(lambda source: source)
    assert run(links, "a", "limit = 3") == []
    assert run(links, "b", "frame = table.where(limit)") == [("a", "run-1")]
    assert run(links, "c", "frame") == [("a", "run-1"), ("b", "run-1")]
    assert run(links, "a", "limit = 4", 2) == []
    assert run(links, "c", "frame", 2) == [("a", "run-1"), ("b", "run-1")]
    assert run(links, "b", "frame = table.where(limit)", 2) == [("a", "run-2")]
    assert run(links, "c", "limit = 9\nframe", 3) == [("a", "run-2"), ("b", "run-2")]
    assert run(links, "d", "other = 1") == []


def test_a_cell_does_not_build_on_itself_nor_on_what_no_cell_made():
    links = CellLinks(lambda source: source)
    run(links, "a", "n = 0")
    assert run(links, "b", "n = n + 1\nspark") == [("a", "run-1")]
    assert run(links, "b", "n = n + 1", 2) == [("a", "run-1")]


def test_views_are_used_by_their_name_in_sql_and_in_a_text():
    links = CellLinks(lambda source: source)
    run(links, "a", "f.createOrReplaceTempView('late_ones')", views=["late_ones"])
    assert run(links, "b", "%%sql\nselect * from LATE_ones") == [("a", "run-1")]
    assert run(links, "c", "spark.table('late_ones')") == [("a", "run-1")]
    assert run(links, "d", "%%sql\nselect * from late") == []


def test_outside_of_a_run_nothing_is_told():
    links = CellLinks(lambda source: source)
    links.begin(None, "x = 1")
    assert links.told() == []
