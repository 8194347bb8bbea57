"""Incidents keep their identity: through new versions, merges and splits; an identity is never used twice.

A new cluster takes over the identity of the earlier incident with which it shares the most observations. An incident whose
observations went elsewhere is *merged* into the one that took most of them; a part split off gets an identity of its own and says
from which incident it came; an incident left without any observation is *withdrawn*. Nothing is deleted.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from truceline.incidents.tables import INCIDENT, MEMBERSHIP
from truceline.values.identity import identities

CONTENT = tuple(
    name for name in INCIDENT.schema if name not in ("incident_id", "version", "recorded_at", "status", "merged_into", "split_from")
)


def follow(
    clusters: pl.DataFrame, previous: pl.DataFrame, membership: pl.DataFrame, recorded_at: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """New INCIDENT versions and their MEMBERSHIP, given what stood before.

    Parameters
    ----------
    clusters
        Content of each new cluster with `members` (sorted observation ids), as `aggregate` returns it.
    previous
        Current INCIDENT rows whose observations are among those clustered anew.
    membership
        Their MEMBERSHIP rows.

    Returns
    -------
    Only what is new or changed; an incident whose content and members stay has no new version.
    """
    shares = _shares(clusters, membership)
    heirs = _heirs(shares, previous)
    named = _named(clusters, heirs, shares)
    standing = previous.select("incident_id", "version", *(pl.col(name).name.suffix("_before") for name in CONTENT))
    before = membership.group_by("incident_id").agg(pl.col("observation_id").sort().alias("members_before"))
    joined = named.join(standing, on="incident_id", how="left").join(before, on="incident_id", how="left")
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_before")) for name in CONTENT)
    unchanged = pl.col("version").is_not_null() & same & pl.col("members").eq_missing(pl.col("members_before"))
    changed = joined.filter(~unchanged).with_columns(
        pl.col("version").fill_null(0) + 1,
        pl.lit("current").alias("status"),
        pl.lit(recorded_at).alias("recorded_at"),
    )
    members = changed.select("incident_id", "version", pl.col("members").alias("observation_id")).explode("observation_id")
    rows = INCIDENT.conform(changed.select(name for name in INCIDENT.schema if name in changed.columns))
    ended = _ended(previous, named, shares, recorded_at)
    return pl.concat([rows, ended]).sort("incident_id"), MEMBERSHIP.conform(members).sort("incident_id", "observation_id")


def _shares(clusters: pl.DataFrame, membership: pl.DataFrame) -> pl.DataFrame:
    """How many observations each cluster has in common with each earlier incident: cluster, incident_id, shared."""
    pairs = clusters.select("cluster", pl.col("members").alias("observation_id")).explode("observation_id")
    return pairs.join(membership, on="observation_id").group_by("cluster", "incident_id").agg(pl.len().alias("shared"))


def _heirs(shares: pl.DataFrame, previous: pl.DataFrame) -> pl.DataFrame:
    """Which cluster takes over which identity: the largest share first; among equals the older, then the smaller identity."""
    ordered = (
        shares.join(previous.select("incident_id", "earliest"), on="incident_id", how="left")
        .sort("shared", "earliest", "incident_id", "cluster", descending=[True, False, False, False])
        .select("cluster", "incident_id")
    )
    clusters, identities_taken, heirs = set(), set(), []
    for cluster, incident in ordered.iter_rows():  # few: only clusters that share observations with an earlier incident
        if cluster not in clusters and incident not in identities_taken:
            clusters.add(cluster)
            identities_taken.add(incident)
            heirs.append((cluster, incident))
    return pl.DataFrame(heirs, schema={"cluster": pl.Int64, "incident_id": pl.UInt64}, orient="row")


def _named(clusters: pl.DataFrame, heirs: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """The clusters with their identity; a new one is named after its first observation, and tells from where it was split."""
    largest = shares.sort("shared", "incident_id", descending=[True, False]).group_by("cluster", maintain_order=True).first()
    parents = largest.select("cluster", pl.col("incident_id").alias("parent"))
    anchors = clusters.select(pl.col("members").list.get(0))
    fresh = pl.Series("fresh_id", identities(anchors, "incident"), dtype=pl.UInt64)
    named = (
        clusters.with_columns(fresh)
        .join(heirs, on="cluster", how="left")
        .join(parents, on="cluster", how="left")
        .with_columns(pl.when(pl.col("incident_id").is_null()).then(pl.col("parent")).alias("split_from"))
    )
    taken = pl.concat([heirs["incident_id"], shares["incident_id"]]).unique().implode()
    # An identity already in use, now split off again, is salted by the parent's name: identities are never used twice.
    again = named.select("fresh_id", pl.col("parent").fill_null(0))
    salted = pl.Series("salted_id", identities(again, "split"), dtype=pl.UInt64)
    return (
        named.with_columns(salted)
        .with_columns(
            pl.coalesce(
                "incident_id", pl.when(pl.col("fresh_id").is_in(taken)).then(pl.col("salted_id")).otherwise(pl.col("fresh_id"))
            ).alias("incident_id")
        )
        .drop("fresh_id", "salted_id", "parent")
    )


def _ended(previous: pl.DataFrame, named: pl.DataFrame, shares: pl.DataFrame, recorded_at: datetime) -> pl.DataFrame:
    """Last versions of earlier incidents that no cluster took over: merged into the one with most of them, or withdrawn."""
    gone = previous.join(named.select("incident_id"), on="incident_id", how="anti")
    takers = (
        shares.join(named.select("cluster", pl.col("incident_id").alias("taker")), on="cluster")
        .sort("shared", "taker", descending=[True, False])
        .group_by("incident_id", maintain_order=True)
        .first()
        .select("incident_id", "taker")
    )
    return INCIDENT.conform(
        gone.join(takers, on="incident_id", how="left")
        .with_columns(
            pl.col("version") + 1,
            pl.lit(recorded_at).alias("recorded_at"),
            pl.when(pl.col("taker").is_null()).then(pl.lit("withdrawn")).otherwise(pl.lit("merged")).alias("status"),
            pl.col("taker").alias("merged_into"),
        )
        .drop("taker")
    )
