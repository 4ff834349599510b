"""Steps from raw tables to good ones: each takes Spark frames and returns one, unless it says that it writes.

>>> from dataharbour.transformations import clean, lookup
>>> flights = clean(spark.table("samples.flights"), bounds={"delay": (-60, 1440)})
>>> lookup(flights, spark.table("samples.airports"), on={"origin": "iata"}, take=["city", "state"], prefix="origin_")
"""

from dataharbour.transformations.clean import clean
from dataharbour.transformations.incremental import load_incremental
from dataharbour.transformations.lookup import lookup
from dataharbour.transformations.nearest import distance_km, join_nearest
from dataharbour.transformations.quality import QualityFailed, check_quality, require_quality
from dataharbour.transformations.upsert import upsert
from dataharbour.transformations.windows import add_window_features

__all__ = [
    "QualityFailed",
    "add_window_features",
    "check_quality",
    "clean",
    "distance_km",
    "join_nearest",
    "load_incremental",
    "lookup",
    "require_quality",
    "upsert",
]
