"""Who came when, and how many of them come again."""

from pyspark.sql import Window
from pyspark.sql import functions as f

from dataharbour.columns import as_list, quoted, require_columns

MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAYS = {"day": 1, "week": 7}


def steps_between(first, period, kind):
    """Whole periods from one beginning of a period to another."""
    if kind in DAYS:
        return (f.date_diff(period, first) / DAYS[kind]).cast("int")
    return (f.round(f.months_between(period, first)) / MONTHS[kind]).cast("int")


def cohorts(frame, who, at, period="month"):
    """A cohort is all who (a column or several) were first seen in the same period of the time column `at`.

    A line for each cohort and each later period in which any of it was seen: `cohort` (the day its period begins),
    `step` (periods since then, 0 the first), `members` (how many the cohort has), `active` (how many of them were seen in
    that period) and `share` (active of members). period: day, week, month, quarter or year. Rows without a value in
    `who` or `at` belong to nobody and are left out.
    """
    if period not in MONTHS and period not in DAYS:
        raise ValueError("period must be day, week, month, quarter or year.")
    names = require_columns(frame, as_list(who))
    require_columns(frame, at)
    if not names:
        raise ValueError("Say who: a column or several.")
    keys = [f.col(quoted(name)).alias(f"__who_{position}") for position, name in enumerate(names)]
    seen = frame.select(*keys, f.to_date(f.date_trunc(period, f.col(quoted(at)))).alias("__period")).dropna().distinct()
    own = Window.partitionBy(*[f"__who_{position}" for position in range(len(names))])
    placed = seen.withColumn("cohort", f.min("__period").over(own))
    counted = placed.groupBy("cohort", "__period").agg(f.count(f.lit(1)).alias("active"))
    # In its first period all of a cohort were seen.
    counted = counted.withColumn("members", f.max(f.when(f.col("__period") == f.col("cohort"), f.col("active"))).over(Window.partitionBy("cohort")))
    step = steps_between(f.col("cohort"), f.col("__period"), period)
    lines = counted.select("cohort", step.alias("step"), "members", "active", (f.col("active") / f.col("members")).alias("share"))
    return lines.orderBy("cohort", "step")
