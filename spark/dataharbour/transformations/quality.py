"""Checks of a table's quality: any number of rules, one pass over the rows, a table of what failed.

Rules are plain values:
    {"rule": "not_null", "column": "origin"}
    {"rule": "unique", "columns": ["date", "origin"]}
    {"rule": "between", "column": "delay", "low": -60, "high": 1440}
    {"rule": "one_of", "column": "weather", "values": ["sun", "rain"]}
    {"rule": "matches", "column": "iata", "pattern": "^[A-Z0-9]{3}$"}
    {"rule": "at_least", "rows": 1000}
A missing value fails only `not_null`.
"""

from pyspark.sql import functions as f

from dataharbour.columns import quoted, require_columns

SCHEMA = "rule string, column string, checked bigint, failed bigint, passed boolean"


class QualityFailed(Exception):
    pass


def fails(rule):
    """True for a row that breaks the rule."""
    column = f.col(quoted(rule["column"]))
    kind = rule["rule"]
    if kind == "not_null":
        return column.isNull()
    if kind == "between":
        return (column < f.lit(rule["low"])) | (column > f.lit(rule["high"]))
    if kind == "one_of":
        return ~column.isin(list(rule["values"]))
    if kind == "matches":
        return ~column.rlike(rule["pattern"])
    raise ValueError(f"There is no rule '{kind}': use not_null, unique, between, one_of, matches or at_least.")


def measure(rule):
    if rule["rule"] == "at_least":
        return f.greatest(f.lit(rule["rows"]) - f.count(f.lit(1)), f.lit(0))
    if rule["rule"] == "unique":
        keys = f.struct(*[f.col(quoted(name)) for name in rule["columns"]])
        return f.count(f.lit(1)) - f.count_distinct(keys)
    return f.count_if(f.coalesce(fails(rule), f.lit(False)))


def columns_of(rule):
    return rule.get("columns") or ([rule["column"]] if "column" in rule else [])


def check_quality(frame, rules):
    """A frame with a line for each rule: how many rows were checked, how many failed, whether it passed."""
    if not rules:
        raise ValueError("Give at least one rule.")
    for rule in rules:
        require_columns(frame, columns_of(rule))
    measures = [measure(rule).cast("bigint").alias(f"failed_{position}") for position, rule in enumerate(rules)]
    counts = frame.agg(f.count(f.lit(1)).alias("checked"), *measures).collect()[0]
    lines = []
    for position, rule in enumerate(rules):
        failed = counts[f"failed_{position}"]
        lines.append((rule["rule"], ", ".join(columns_of(rule)) or None, counts["checked"], failed, failed == 0))
    return frame.sparkSession.createDataFrame(lines, SCHEMA)


def require_quality(frame, rules):
    """The frame itself when it keeps every rule; else QualityFailed says which it breaks and how often."""
    broken = check_quality(frame, rules).where("not passed").collect()
    if broken:
        told = "; ".join(f"{line['rule']} {line['column'] or 'rows'}: {line['failed']:,} of {line['checked']:,}" for line in broken)
        raise QualityFailed(f"The table breaks {len(broken)} of {len(rules)} rules: {told}.")
    return frame
