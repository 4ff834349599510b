"""The list of variables: what is shown of which value, and that no value can hold it up."""

import gc
import json
import sys
import time
import types
from collections import OrderedDict

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dataharbour.kernel.variables import describe, list_variables


def hang(*_, **__):
    raise AssertionError("code of the person was run")


class Meta(type):
    def __getattribute__(cls, name):
        raise AssertionError("code of the person was run")

    __eq__ = __hash__ = __repr__ = __instancecheck__ = __subclasscheck__ = hang


class Hostile(metaclass=Meta):
    __repr__ = __str__ = __len__ = __sizeof__ = __iter__ = __hash__ = __bool__ = __eq__ = hang
    __getattr__ = hang
    shape = property(hang)


class HostileList(list):
    __repr__ = __len__ = __iter__ = __sizeof__ = hang


class HostileText(str):
    __repr__ = __len__ = __getitem__ = hang


class HostileInt(int):
    __repr__ = __str__ = bit_length = hang


class HostileFrame(pd.DataFrame):
    @property
    def shape(self):
        return hang()

    __repr__ = hang


def row(value):
    found = describe("x", value)
    return found["type"], found["shape"], found["preview"]


# Made within the test: pytest itself would print them.
VALUES = [
    (lambda: 7, ("int", None, "7")),
    (lambda: None, ("NoneType", None, "None")),
    (lambda: 2.5, ("float", None, "2.5")),
    (lambda: "harbour", ("str", "7", "'harbour'")),
    (lambda: "x" * 1000, ("str", "1,000", "'" + "x" * 60 + "'…")),
    (lambda: [1, "a", [2, [3]]], ("list", "3", "[1, 'a', [2, […]]]")),
    (lambda: list(range(1000)), ("list", "1,000", "[0, 1, 2, 3, 4, 5, …]")),
    (lambda: {"a": 1}, ("dict", "1", "{'a': 1}")),
    (lambda: range(10), ("range", "10", "range(0, 10, 1)")),
    (lambda: 10**5000, ("int", None, "an integer of 16,610 bits")),
    (lambda: pd.DataFrame({"a": [1, 2], "b": [1, 2]}), ("DataFrame", "2 × 2", "a, b")),
    (lambda: pd.Series([1.5]), ("Series", "1", "float64")),
    (lambda: np.zeros((3, 4)), ("ndarray", "3 × 4", "float64")),
    (lambda: pa.table({"x": [1]}), ("Table", "1 × 1", "x")),
    (lambda: OrderedDict(a=1), ("OrderedDict", None, None)),
    (lambda: Hostile(), ("Hostile", None, None)),
    (lambda: HostileList([1]), ("HostileList", None, None)),
    (lambda: HostileText("x"), ("HostileText", None, None)),
    (lambda: HostileInt(7), ("HostileInt", None, None)),
    (lambda: HostileFrame({"a": [1]}), ("HostileFrame", None, None)),
    (lambda: [Hostile()], ("list", "1", "[<Hostile>]")),
    (lambda: {1: Hostile}, ("dict", "1", "{1: <Meta>}")),
    (lambda: {(1,): Hostile()}, ("dict", "1", "{(1): <Hostile>}")),
]


@pytest.mark.parametrize(("make", "expected"), VALUES, ids=[f"{number}-{expected[0]}" for number, (_, expected) in enumerate(VALUES)])
def test_a_value_shows_what_it_is_and_runs_nothing(make, expected):
    found = row(make())
    assert found == expected


def test_a_function_shows_its_arguments():
    def add(a, *, b=2):
        local = a
        return local + b

    assert row(add) == ("function", None, "def add(a, b)")


def test_a_frame_of_spark_shows_its_width_and_asks_nobody(monkeypatch):
    frame_type = type("DataFrame", (), {"schema": property(hang), "columns": property(hang), "count": hang, "__repr__": hang})
    module = types.ModuleType("pyspark.sql.connect.dataframe")
    module.DataFrame = frame_type
    monkeypatch.setitem(sys.modules, "pyspark.sql.connect.dataframe", module)
    frame = frame_type()
    assert row(frame) == ("DataFrame", None, "not computed yet")
    field = types.SimpleNamespace(name="origin")
    frame._cached_schema = types.SimpleNamespace(fields=[field])
    assert row(frame) == ("DataFrame", "1 column", "origin")


def test_modules_hidden_and_underscored_names_are_left_out_and_the_rest_is_sorted():
    mine = object()
    namespace = {"b": 1, "a": 2, "_c": 3, "json": json, "spark": mine, "print2": print, "sql": 1, 7: 8}
    found = list_variables(namespace, {"spark": mine, "sql": object()})
    # `sql` was given another value by the person, so it is theirs.
    assert [variable["name"] for variable in found["variables"]] == ["a", "b", "sql"]


def test_many_and_huge_values_stay_within_time_and_size():
    namespace = {f"v{number:05}": ["y" * 10_000] * 100_000 for number in range(3000)}
    namespace |= {f"n{number:05}": {str(key): "z" * 500 for key in range(50)} for number in range(300)}
    # Three hundred million references: Python's own collection of them would take a second, whoever it strikes.
    gc.freeze()
    begun = time.process_time()
    found = list_variables(namespace, {})
    assert time.process_time() - begun < 0.5
    assert found["isCut"] and len(found["variables"]) <= 500
    assert len(json.dumps(found)) < 200_000
    gc.unfreeze()


def test_time_over_ends_the_list():
    ticks = iter([0, *[0.01] * 3, *[9] * 9])
    found = list_variables({f"v{number}": number for number in range(9)}, {}, seconds=1, now=lambda: next(ticks))
    assert (len(found["variables"]), found["isCut"]) == (3, True)
