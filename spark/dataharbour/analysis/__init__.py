"""Questions to a table, each answered with a Spark frame ready to be shown or charted.

>>> from dataharbour.analysis import profile, rank_delays
>>> profile(spark.table("samples.flights"))
>>> rank_delays(spark.table("samples.flights"), by="origin")
"""

from dataharbour.analysis.anomalies import find_anomalies
from dataharbour.analysis.cohorts import cohorts
from dataharbour.analysis.correlation import correlate
from dataharbour.analysis.delays import cohort_delays, rank_delays
from dataharbour.analysis.profile import profile
from dataharbour.analysis.summary import summarize, top

__all__ = ["cohort_delays", "cohorts", "correlate", "find_anomalies", "profile", "rank_delays", "summarize", "top"]
