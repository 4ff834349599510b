"""The analysis functions give the numbers that plain SQL gives on the same data."""

import datetime as dt

import pytest
from pyspark.sql import functions as f

from dataharbour.analysis import cohort_delays, cohorts, correlate, find_anomalies, profile, rank_delays, summarize, top


def test_a_profile_has_one_line_for_each_column(spark):
    lines = {row["column"]: row for row in profile(spark.table("samples.weather")).collect()}
    assert list(lines) == ["date", "precipitation", "temp_max", "temp_min", "wind", "weather"]
    assert (lines["date"]["type"], lines["date"]["least"], lines["date"]["greatest"]) == ("date", "2012-01-01", "2015-12-31")
    assert (lines["weather"]["rows"], lines["weather"]["missing"], lines["weather"]["distinct_about"]) == (1461, 0, 5)
    assert round(lines["temp_max"]["mean"], 2) == 16.44


def test_a_profile_of_nested_empty_and_oddly_named_columns(spark):
    frame = spark.sql("select array(1) as `a b.c`, map('k', 1) as m, cast(null as string) as s, true as t")
    lines = {row["column"]: row for row in profile(frame).collect()}
    assert (lines["s"]["missing"], lines["s"]["missing_share"]) == (1, 1.0)
    assert lines["a b.c"]["type"] == "array<int>"
    assert profile(frame.where("false")).collect()[0]["missing_share"] is None


def test_a_summary_and_the_most_frequent(spark, flights):
    line = summarize(flights, by="origin", value="delay").where("origin = 'SEA'").collect()[0]
    expected = spark.sql("select count(*), avg(delay), max(delay) from samples.flights where origin = 'SEA'").collect()[0]
    assert (line["rows"], round(line["mean"], 6), line["greatest"]) == (expected[0], round(expected[1], 6), expected[2])
    assert line["least"] <= line["median"] <= line["p90"] <= line["greatest"]
    first = top(flights, "origin", 3).collect()
    assert [row["origin"] for row in first] == ["ORD", "DFW", "ATL"]
    assert round(first[0]["share"], 6) == round(first[0]["rows"] / 3_000_000, 6)


def test_correlations_are_symmetric_and_missing_where_nothing_changes(spark):
    frame = spark.createDataFrame([(1, 2.0, 5), (2, 4.0, 5), (3, 6.0, 5)], "a int, b double, c int")
    found = {(row["left"], row["right"]): row["correlation"] for row in correlate(frame).collect()}
    assert round(found["a", "b"], 9) == round(found["b", "a"], 9) == 1.0
    assert found["a", "c"] is None and len(found) == 9
    gaps = spark.createDataFrame([(1.0, 1.0), (2.0, 3.0), (3.0, 2.0), (9.0, None)], "a double, b double")
    assert round(correlate(gaps).where("left = 'a' and right = 'b'").collect()[0]["correlation"], 9) == 0.5
    with pytest.raises(ValueError, match="two numeric columns"):
        correlate(frame, ["a"])


def test_the_latest_airports_come_first(flights):
    ranked = rank_delays(flights, by="origin", least_flights=20_000).collect()
    shares = [row["late_share"] for row in ranked]
    assert shares == sorted(shares, reverse=True) and len(shares) > 20
    assert all(row["flights"] >= 20_000 and 0 < row["late_share"] < 1 for row in ranked)


def test_cohorts_are_followed_month_by_month(flights):
    lines = cohort_delays(flights.where("date < '2001-04-01'"), count=2).collect()
    assert [(row["origin"], row["period"]) for row in lines] == [(origin, dt.date(2001, month, 1)) for origin in ("DFW", "ORD") for month in (1, 2, 3)]
    assert [row["change"] for row in lines if row["period"] == dt.date(2001, 1, 1)] == [0.0, 0.0]


def test_cohorts_count_who_comes_again(spark):
    visits = [("ann", "2024-01-05"), ("ann", "2024-01-20"), ("ann", "2024-03-01"), ("bob", "2024-01-31"), ("bob", "2024-02-29"), ("cat", "2024-02-01"), (None, "2024-01-01"), ("dan", None)]
    frame = spark.createDataFrame(visits, "who string, at string").withColumn("at", f.to_timestamp("at"))
    lines = [(str(row["cohort"]), row["step"], row["members"], row["active"], row["share"]) for row in cohorts(frame, "who", "at").collect()]
    assert lines == [("2024-01-01", 0, 2, 2, 1.0), ("2024-01-01", 1, 2, 1, 0.5), ("2024-01-01", 2, 2, 1, 0.5), ("2024-02-01", 0, 1, 1, 1.0)]
    weeks = [(str(row["cohort"]), row["step"]) for row in cohorts(frame, ["who"], "at", "week").where("cohort = '2024-01-01'").collect()]
    assert weeks == [("2024-01-01", 0), ("2024-01-01", 2), ("2024-01-01", 8)]
    assert [row["step"] for row in cohorts(frame, "who", "at", "quarter").collect()] == [0]
    with pytest.raises(ValueError, match="day, week, month"):
        cohorts(frame, "who", "at", "decade")


def test_cohorts_of_real_routes_add_up(flights):
    early = flights.where("date < '2001-04-01'")
    lines = cohorts(early, ["origin", "destination"], "date").collect()
    routes = early.select("origin", "destination").distinct().count()
    assert sum(row["members"] for row in lines if row["step"] == 0) == routes
    assert all(0 < row["active"] <= row["members"] for row in lines)


def test_an_anomaly_is_judged_by_its_past_only(spark):
    values = [10, 11, 9, 10, 11, 9, 10, 50, 10, 11]
    frame = spark.createDataFrame([(day, value) for day, value in enumerate(values)], "day int, v int")
    found = find_anomalies(frame, "v", "day", window=7, least=5).collect()
    assert [(row["day"], row["v"]) for row in found] == [(7, 50)]
    assert found[0]["score"] > 10 and round(found[0]["expected"]) == 10
    assert find_anomalies(frame.where("v < 20"), "v", "day", window=7, least=5).count() == 0
    with pytest.raises(ValueError, match="window must be"):
        find_anomalies(frame, "v", "day", window=3)


def test_bad_days_of_real_flights_are_found(spark):
    daily = spark.sql("select to_date(date) as day, avg(delay) as delay from samples.flights group by 1")
    found = find_anomalies(daily, "delay", "day", threshold=2.5).collect()
    assert found and all(abs(row["score"]) > 2.5 for row in found)
