"""Delays of flights: who is late, and how that changes from month to month."""

from pyspark.sql import functions as f

from dataharbour.columns import quoted, require_columns

LATE_MINUTES = 15


def delay_measures(late_after):
    return [
        f.count(f.lit(1)).alias("flights"),
        f.avg("delay").alias("mean_delay"),
        f.percentile_approx("delay", 0.9, 10_000).alias("p90_delay"),
        f.avg((f.col("delay") > late_after).cast("double")).alias("late_share"),
    ]


def rank_delays(flights, by="origin", least_flights=1000, late_after=LATE_MINUTES):
    """Groups of flights from the latest to the most punctual: flights, mean and 90 % delay, share of late ones.

    by: a column or several. least_flights: smaller groups say little and are left out.
    late_after: minutes from which a flight counts as late (15, as in the official statistics).
    """
    by = require_columns(flights, by)
    require_columns(flights, "delay")
    groups = flights.groupBy(*map(quoted, by)).agg(*delay_measures(late_after))
    return groups.where(f.col("flights") >= least_flights).orderBy(f.col("late_share").desc(), *map(quoted, by))


def cohort_delays(flights, by="origin", count=10, period="month", late_after=LATE_MINUTES):
    """The `count` groups with most flights, followed through time: a line for each group and period with its flights,
    mean delay, share of late ones, and the change of the mean since the group's first period."""
    require_columns(flights, [by, "date", "delay"])
    group = f.col(quoted(by))
    largest = flights.groupBy(quoted(by)).count().orderBy(f.col("count").desc(), group).limit(count).select(quoted(by))
    kept = flights.join(f.broadcast(largest), by, "left_semi")
    lines = kept.groupBy(quoted(by), f.to_date(f.date_trunc(period, "date")).alias("period")).agg(*delay_measures(late_after))
    first = lines.groupBy(quoted(by)).agg(f.min_by("mean_delay", "period").alias("__first"))
    compared = lines.join(f.broadcast(first), by).withColumn("change", f.col("mean_delay") - f.col("__first")).drop("__first")
    return compared.orderBy(group, "period")
