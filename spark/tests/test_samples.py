"""The sample tables are real, typed, and loaded once."""

import datetime as dt

import pytest
from deltalake import DeltaTable

from dataharbour.samples import find_data, load_samples


def sample(storage, name):
    return DeltaTable(storage.url(f"samples/{name}"), storage_options=storage.delta_options())


def test_the_three_tables_have_all_their_rows_and_proper_types(storage, samples):
    tables = {name: sample(storage, name) for name in ("flights", "airports", "weather")}
    assert {name: table.to_pyarrow_dataset().count_rows() for name, table in tables.items()} == {"flights": 3_000_000, "airports": 3376, "weather": 1461}
    kinds = {name: {field.name: field.type.type for field in table.schema().fields} for name, table in tables.items()}
    assert kinds["flights"] == {"date": "timestamp_ntz", "delay": "integer", "distance": "integer", "origin": "string", "destination": "string"}
    assert kinds["weather"]["date"] == "date"
    assert kinds["airports"]["latitude"] == "double"


def test_flights_lie_in_few_files_whose_dates_do_not_overlap_much(storage, samples):
    import pyarrow as pa

    files = pa.table(sample(storage, "flights").get_add_actions(flatten=True)).sort_by("min.date").to_pylist()
    assert 2 <= len(files) <= 8
    assert all(first["max.date"] <= second["min.date"] + dt.timedelta(minutes=1) for first, second in zip(files, files[1:]))


def test_loading_again_writes_nothing(storage, samples):
    before = sample(storage, "flights").version()
    assert load_samples(storage, samples) == []
    assert sample(storage, "flights").version() == before


def test_a_folder_without_the_data_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(SystemExit, match="give the folder of the npm package vega-datasets"):
        find_data(tmp_path)
