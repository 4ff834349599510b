"""The transformations do what their words say, on the real samples and on small tables with the awkward cases."""

import datetime as dt

import pytest
from pyspark.sql import functions as f

from dataharbour.columns import UnknownColumn
from dataharbour.transformations import (
    QualityFailed,
    add_window_features,
    check_quality,
    clean,
    join_nearest,
    load_incremental,
    lookup,
    require_quality,
    upsert,
)
from dataharbour.transformations.upsert import DoubledKey


def rows(frame):
    return [tuple(row) for row in frame.collect()]


def test_clean_tidies_text_and_drops_what_cannot_be(spark):
    raw = spark.createDataFrame([(" a ", 1), ("", 2), ("b", 99), ("c", None), (" a", 1)], "name string, n int")
    assert sorted(rows(clean(raw, required="name", bounds={"n": (0, 10)}, unique=True)), key=str) == [("a", 1), ("c", None)]
    assert rows(clean(raw, bounds={"n": (0, 10)}, outside="null").where("name = 'b'")) == [("b", None)]


def test_clean_takes_real_flights_out_of_bounds(flights):
    cleaned = clean(flights, bounds={"delay": (-60, 600)}).agg(f.count("*"), f.min("delay"), f.max("delay")).collect()[0]
    assert 2_990_000 < cleaned[0] < 3_000_000
    assert (cleaned[1], cleaned[2]) == (-60, 600)


def test_a_wrong_column_is_named_with_the_nearest_one(flights):
    with pytest.raises(UnknownColumn, match="no column 'dellay'. Did you mean 'delay'"):
        clean(flights, required="dellay")


def test_lookup_adds_the_city_of_each_flight_and_no_row(spark, flights):
    airports = spark.table("samples.airports")
    day = flights.where("date < '2001-01-02'")
    joined = lookup(day, airports, on={"origin": "iata"}, take=["city", "state"], prefix="origin_")
    assert joined.columns == [*flights.columns, "origin_city", "origin_state"]
    assert joined.count() == day.count()
    assert rows(joined.where("origin = 'ORD'").select("origin_city").distinct()) == [("Chicago",)]


def test_lookup_keeps_the_number_of_rows_when_a_key_is_doubled_or_missing(spark):
    left = spark.createDataFrame([("a",), ("z",), (None,)], "k string")
    right = spark.createDataFrame([("a", 1), ("a", 1), (None, 3)], "k string, v int")
    assert sorted(rows(lookup(left, right, on="k")), key=str) == [("a", 1), ("z", None), (None, None)]
    assert lookup(left, right, on="k").count() == 3
    with pytest.raises(ValueError, match="give a prefix"):
        lookup(left, right, on="k", take=["k"])


def test_the_airport_nearest_to_a_place(spark):
    places = spark.createDataFrame([("Space Needle", 47.6205, -122.3493), ("Nowhere", 0.0, 0.0), ("Unknown", None, None)], "name string, latitude double, longitude double")
    airports = spark.table("samples.airports").where("iata in ('SEA', 'BFI', 'JFK')")
    found = {row["name"]: row for row in join_nearest(places, airports, take="iata", within_km=500).collect()}
    assert (found["Space Needle"]["nearest_iata"], round(found["Space Needle"]["nearest_km"])) == ("BFI", 11)
    assert found["Nowhere"]["nearest_iata"] is None and found["Unknown"]["nearest_km"] is None


def test_window_features_look_back_only(spark):
    days = spark.createDataFrame([("x", day, day * 10) for day in range(1, 5)], "g string, day int, v int")
    found = rows(add_window_features(days, "v", "day", "g", sizes=(2,), lags=(1,)).orderBy("day").select("v_mean_2", "v_lag_1", "v_total", "v_rank"))
    assert found == [(10.0, None, 10, 4), (15.0, 10, 30, 3), (25.0, 20, 60, 2), (35.0, 30, 100, 1)]


def test_upsert_inserts_updates_and_can_be_run_again(spark, schema):
    table = f"{schema}.delays"
    assert upsert(spark.createDataFrame([(1, "a"), (2, "b")], "id int, v string"), table, "id") == {"inserted": 2, "updated": 0}
    changed = spark.createDataFrame([(2, "B"), (3, "c")], "id int, v string")
    assert upsert(changed, table, "id") == {"inserted": 1, "updated": 1}
    assert upsert(changed, table, "id") == {"inserted": 0, "updated": 0}
    assert rows(spark.table(table).orderBy("id")) == [(1, "a"), (2, "B"), (3, "c")]


def test_upsert_matches_a_missing_key_and_refuses_a_doubled_one(spark, schema):
    table = f"{schema}.t"
    upsert(spark.createDataFrame([(None, 1)], "k string, v int"), table, "k")
    assert upsert(spark.createDataFrame([(None, 2)], "k string, v int"), table, "k") == {"inserted": 0, "updated": 1}
    with pytest.raises(DoubledKey, match="k=x more than once"):
        upsert(spark.createDataFrame([("x", 1), ("x", 2)], "k string, v int"), table, "k")


def test_an_incremental_load_takes_each_month_once(spark, schema, flights):
    table = f"{schema}.flights"
    source = flights.where("origin = 'SEA'")
    january = load_incremental(source.where("date < '2001-02-01'"), table, newer_by="date")
    assert january["from"] is None and january["loaded"] > 5000
    again = load_incremental(source.where("date < '2001-02-01'"), table, newer_by="date")
    assert again == {"loaded": 0, "from": january["to"], "to": january["to"]}
    february = load_incremental(source.where("date < '2001-03-01'"), table, newer_by="date")
    assert february["from"] == january["to"]
    assert spark.table(table).count() == january["loaded"] + february["loaded"] == source.where("date < '2001-03-01'").count()


def test_what_comes_late_is_for_upsert(spark, schema):
    table, day = f"{schema}.late", dt.date(2020, 1, 2)
    load_incremental(spark.createDataFrame([(day, 1)], "day date, v int"), table, newer_by="day")
    grown = spark.createDataFrame([(day, 1), (day, 2), (dt.date(2020, 1, 1), 3), (dt.date(2020, 1, 3), 4)], "day date, v int")
    assert load_incremental(grown, table, newer_by="day")["loaded"] == 1
    assert sorted(row.v for row in spark.table(table).collect()) == [1, 4]


def test_quality_rules_count_what_breaks_them(spark):
    weather = spark.table("samples.weather")
    rules = [
        {"rule": "not_null", "column": "date"},
        {"rule": "unique", "columns": ["date"]},
        {"rule": "between", "column": "temp_max", "low": -10, "high": 30},
        {"rule": "one_of", "column": "weather", "values": ["sun", "rain", "fog", "drizzle"]},
        {"rule": "matches", "column": "weather", "pattern": "^[a-z]+$"},
        {"rule": "at_least", "rows": 2000},
    ]
    found = {(row["rule"]): (row["failed"], row["passed"]) for row in check_quality(weather, rules).collect()}
    hot = weather.where("temp_max > 30").count()
    snow = weather.where("weather = 'snow'").count()
    assert hot > 0 and snow > 0
    assert found == {"not_null": (0, True), "unique": (0, True), "between": (hot, False), "one_of": (snow, False), "matches": (0, True), "at_least": (539, False)}
    with pytest.raises(QualityFailed, match="breaks 3 of 6 rules: between temp_max"):
        require_quality(weather, rules)
    assert require_quality(weather, rules[:2]) is weather


def test_a_missing_value_fails_only_not_null(spark):
    frame = spark.createDataFrame([(None,), (5,)], "n int")
    rules = [{"rule": "between", "column": "n", "low": 0, "high": 9}, {"rule": "not_null", "column": "n"}]
    assert [row["failed"] for row in check_quality(frame, rules).collect()] == [0, 1]


def test_dates_stay_dates(spark, schema):
    frame = spark.createDataFrame([(dt.date(2020, 1, 1), 1)], "day date, v int")
    assert load_incremental(frame, f"{schema}.d", newer_by="day")["to"] == dt.date(2020, 1, 1)
