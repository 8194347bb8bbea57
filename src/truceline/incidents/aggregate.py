"""What the observations of one incident say together: when, where, how many, with what, by how many witnesses."""

from __future__ import annotations

import numpy as np
import polars as pl

from truceline.incidents.probability import combined_log_odds, probability, report_log_odds, silence_factor
from truceline.incidents.settings import LinkingSettings, ProbabilitySettings
from truceline.values.vocabulary import KIND_TABLE, WEAPON_CLASSES

MONITORS_MEANS = ("saw", "heard", "saw and heard", "recorded", "uav")
"""Means by which the mission's own people and sensors notice; satellites and claims are apart."""

LEAST_UNCERTAINTY_M = 50.0


def aggregate(
    observations: pl.DataFrame, exposures: pl.DataFrame, linking: LinkingSettings, prior: ProbabilitySettings
) -> pl.DataFrame:
    """One row of INCIDENT content for each cluster, ordered by cluster.

    Parameters
    ----------
    observations
        OBSERVATION rows with the column `cluster`.
    exposures
        EXPOSURE rows that may cover them.

    Returns
    -------
    Frame of cluster, INCIDENT's content columns, and `members` (sorted observation ids).
    """
    graded = observations.with_columns(
        pl.col("origin").fill_null(pl.col("source")),
        report_log_odds(prior).alias("log_odds"),
        (1 / pl.col("uncertainty_m").fill_null(0.0).clip(lower_bound=LEAST_UNCERTAINTY_M) ** 2).alias("weight"),
        (pl.col("occurred_until") - pl.col("occurred_from") > pl.duration(hours=linking.vague_after_h)).alias("vague"),
        pl.col("means").cast(pl.String).is_in(MONITORS_MEANS).alias("by_monitor"),
    ).sort("cluster", "log_odds", "observation_id", descending=[False, True, False])
    content = (
        _when(graded)
        .join(_where(graded), on="cluster")
        .join(_counts(graded), on="cluster")
        .join(_what(graded), on="cluster")
        .join(_direction(graded), on="cluster", how="left")
        .join(combined_log_odds(graded.select("cluster", "origin", "log_odds"), prior), on="cluster")
        .sort("cluster")
    )
    factor = silence_factor(content, exposures, prior)
    return content.with_columns(pl.Series("probability", np.round(probability(content["log_odds"].to_numpy(), factor), 6))).drop(
        "log_odds"
    )


def _when(graded: pl.DataFrame) -> pl.DataFrame:
    """Time band: of the precise observations where there are any, else of all."""
    precise = ~pl.col("vague")
    return graded.group_by("cluster").agg(
        pl.coalesce(pl.col("occurred_from").filter(precise).min(), pl.col("occurred_from").min()).alias("earliest"),
        pl.coalesce(pl.col("occurred_until").filter(precise).max(), pl.col("occurred_until").max()).alias("latest"),
    )


def _where(graded: pl.DataFrame) -> pl.DataFrame:
    """Precision-weighted mean place; its uncertainty joins that of the independent witnesses and the scatter about the mean.

    Errors of one origin go together (a sensor's bearing is wrong the same way each time), so each origin adds its best precision
    once.
    """
    total = pl.col("weight").sum()
    means = graded.group_by("cluster").agg(
        ((pl.col("latitude") * pl.col("weight")).sum() / total).alias("latitude"),
        ((pl.col("longitude") * pl.col("weight")).sum() / total).alias("longitude"),
    )
    metres_a_degree = 111_320.0
    joined = graded.select("cluster", "origin", "weight", "latitude", "longitude").join(means, on="cluster", suffix="_mean")
    north = (pl.col("latitude") - pl.col("latitude_mean")) * metres_a_degree
    east = (pl.col("longitude") - pl.col("longitude_mean")) * metres_a_degree * pl.col("latitude_mean").radians().cos()
    scatter = joined.group_by("cluster").agg((((north**2 + east**2) * pl.col("weight")).sum() / total).alias("scatter2"))
    precision = graded.group_by("cluster", "origin").agg(pl.col("weight").max()).group_by("cluster").agg(pl.col("weight").sum())
    return (
        means.join(scatter, on="cluster")
        .join(precision, on="cluster")
        .select(
            "cluster",
            pl.col("latitude").round(7),
            pl.col("longitude").round(7),
            (1 / pl.col("weight") + pl.col("scatter2") / 2).sqrt().round(1).alias("uncertainty_m"),
        )
    )


def _counts(graded: pl.DataFrame) -> pl.DataFrame:
    """At least: the most that one origin counted. At most: all origins' counts together. A hot spot is not a count of rounds."""
    counted = graded.with_columns(
        pl.when(pl.col("kind") == "heat").then(0).otherwise(pl.col("count").fill_null(1)).alias("count"),
        (pl.col("kind") == "explosion").alias("explosion"),
    )
    by_origin = counted.group_by("cluster", "origin").agg(
        pl.col("count").sum(), pl.col("count").filter(pl.col("explosion")).sum().alias("explosions")
    )
    return by_origin.group_by("cluster").agg(
        pl.col("count").max().clip(lower_bound=1).alias("count_low"),
        pl.col("count").sum().clip(lower_bound=1).alias("count_high"),
        pl.col("explosions").max(),
    )


def _what(graded: pl.DataFrame) -> pl.DataFrame:
    """What was done and with what, from the best-graded observation that says so; who says it."""
    heaviest = pl.col("weapon").drop_nulls().to_physical().max()
    conduct = (
        pl.col("kind")
        .cast(pl.String)
        .replace_strict({name: kind.conduct for name, kind in KIND_TABLE.items()}, return_dtype=pl.String)
    )
    said = graded.group_by("cluster", maintain_order=True).agg(
        pl.col("kind").first(),
        conduct.first().alias("conduct"),
        heaviest.cast(pl.Int64).alias("heaviest"),
        *(pl.col(name).drop_nulls().first() for name in ("weapon", "calibre_mm", "uav_kind")),
        pl.col("assessment").filter(pl.col("assessment") != "undetermined").first(),
        pl.len().cast(pl.Int32).alias("observations"),
        pl.col("origin").n_unique().cast(pl.Int32).alias("witnesses"),
        pl.col("origin").filter(pl.col("by_monitor")).n_unique().cast(pl.Int32).alias("monitors"),
        pl.col("source").unique().sort().alias("sources"),
        pl.col("claimed_party").drop_nulls().unique().sort().alias("claimed_parties"),
        pl.col("synthetic").fill_null(False).any(),
        pl.col("observation_id").sort().alias("members"),
    )
    weapons = pl.col("heaviest").replace_strict(dict(enumerate(WEAPON_CLASSES)), default=None, return_dtype=pl.String)
    event = pl.when(pl.col("conduct") == "fire").then(pl.concat_str([pl.lit("fire: "), weapons])).otherwise(None)
    named = pl.coalesce(event, pl.when(pl.col("kind") == "heat").then(pl.lit("heat")), "conduct", pl.col("kind").cast(pl.String))
    return said.with_columns(named.alias("event")).drop("heaviest")


def _direction(graded: pl.DataFrame) -> pl.DataFrame:
    """Mean bearing from which fire came and the largest difference from it, over monitors' own observations."""
    bearing = graded.filter(pl.col("by_monitor") & pl.col("direction_from_deg").is_not_null())
    angle = pl.col("direction_from_deg").radians()
    mean = bearing.group_by("cluster").agg(
        pl.arctan2(angle.sin().mean(), angle.cos().mean()).degrees().mod(360.0).alias("direction_from_deg")
    )
    apart = (pl.col("direction_from_deg") - pl.col("direction_from_deg_mean") + 180.0).mod(360.0) - 180.0
    spread = (
        bearing.select("cluster", "direction_from_deg")
        .join(mean, on="cluster", suffix="_mean")
        .group_by("cluster")
        .agg(apart.abs().max().round(1).alias("direction_spread_deg"))
    )
    return mean.with_columns(pl.col("direction_from_deg").round(1)).join(spread, on="cluster")
