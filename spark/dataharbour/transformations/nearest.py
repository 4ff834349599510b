"""Joining places by distance on the Earth."""

from pyspark.sql import functions as f

from dataharbour.columns import quoted, require_columns

EARTH_KM = 6371.0088


def distance_km(latitude_a, longitude_a, latitude_b, longitude_b):
    """The great-circle distance of two places in kilometres, as a column; takes columns of degrees."""
    phi_a, phi_b = f.radians(latitude_a), f.radians(latitude_b)
    half_chord = (
        f.pow(f.sin((phi_b - phi_a) / 2), 2)
        + f.cos(phi_a) * f.cos(phi_b) * f.pow(f.sin((f.radians(longitude_b) - f.radians(longitude_a)) / 2), 2)
    )  # fmt: skip
    return f.lit(2 * EARTH_KM) * f.asin(f.sqrt(f.least(f.lit(1.0), half_chord)))


def join_nearest(frame, places, take, position=("latitude", "longitude"), of=("latitude", "longitude"), within_km=None, prefix="nearest_"):
    """Adds to each row of `frame` the columns `take` of the place nearest to it, and `<prefix>km`.

    position, of: the latitude and longitude columns of `frame` and of `places`.
    within_km: farther places do not count; a row without one keeps its place with nothing added.

    Each row is compared with every place, so `places` should be small (thousands).
    """
    require_columns(frame, position)
    require_columns(places, of)
    take = require_columns(places, take)
    candidates = f.broadcast(
        places.dropna(subset=list(of)).select(
            f.col(quoted(of[0])).alias("__latitude"),
            f.col(quoted(of[1])).alias("__longitude"),
            f.struct(*[f.col(quoted(name)).alias(prefix + name) for name in take]).alias("__place"),
        )
    )
    own = [f.col(quoted(name)) for name in frame.columns]
    marked = frame.withColumn("__row", f.monotonically_increasing_id())
    km = distance_km(f.col(quoted(position[0])), f.col(quoted(position[1])), f.col("__latitude"), f.col("__longitude"))
    pairs = marked.select("__row", quoted(position[0]), quoted(position[1])).crossJoin(candidates)
    pairs = pairs.select("__row", "__place", km.alias("__km")).where(f.col("__km").isNotNull())
    if within_km is not None:
        pairs = pairs.where(f.col("__km") <= within_km)
    best = pairs.groupBy("__row").agg(
        f.min("__km").alias(f"{prefix}km"), f.min_by("__place", "__km").alias("__place")
    )
    joined = marked.join(best, "__row", "left")
    return joined.select(*own, *[f.col("__place")[prefix + name].alias(prefix + name) for name in take], f"{prefix}km")
