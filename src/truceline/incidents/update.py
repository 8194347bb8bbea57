"""Brings incidents up to date with new observations: only the components that they reach are divided anew."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from truceline.incidents.aggregate import aggregate
from truceline.incidents.building import WEAPON_UNKNOWN, divide
from truceline.incidents.identity import follow
from truceline.incidents.linking import Ints, components, points_of
from truceline.incidents.settings import LinkingSettings, ProbabilitySettings
from truceline.incidents.tables import INCIDENT, MEMBERSHIP
from truceline.values.place import LocalPlane


def reach(settings: LinkingSettings) -> timedelta:
    """How far in time an observation can be linked to another: what a caller must fetch around new ones, at least."""
    return timedelta(minutes=settings.longest_gap_min, hours=settings.vague_after_h) + timedelta(days=1)


def linkable(observations: pl.DataFrame) -> pl.DataFrame:
    """The observations that can be of an incident, in order of identity: a place, something seen, newest content of each.

    A source that sends other content under the same reference has corrected itself: the record keeps both, incidents use the
    later received.
    """
    seen = observations.filter(
        (pl.col("kind") != "nothing seen") & pl.col("latitude").is_not_null() & pl.col("longitude").is_not_null()
    )
    newest = seen.sort("observation_id", "received_at", "content_hash")
    return newest.unique("observation_id", keep="last", maintain_order=True)


def touched_components(
    observations: pl.DataFrame, touched: pl.Series, plane: LocalPlane, settings: LinkingSettings
) -> pl.DataFrame:
    """Those linkable observations that share a component with a touched one, with the column `component`."""
    rows = linkable(observations)
    component = pl.Series("component", components(points_of(rows, settings, plane), settings), dtype=pl.Int64)
    rows = rows.with_columns(component)
    reached = rows.filter(pl.col("observation_id").is_in(touched.implode()))["component"].unique()
    return rows.filter(pl.col("component").is_in(reached.implode()))


def update_incidents(
    observations: pl.DataFrame,
    touched: pl.Series,
    previous: pl.DataFrame,
    membership: pl.DataFrame,
    exposures: pl.DataFrame,
    linking: LinkingSettings,
    prior: ProbabilitySettings,
    plane: LocalPlane,
    recorded_at: datetime,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """New versions of incidents and their membership after observations came in.

    The result depends on which observations there are, never on their order or on how they came in batches.

    Parameters
    ----------
    observations
        OBSERVATION rows that hold every component of a touched one whole; `touched_components` tells how far they extend.
    touched
        Ids of observations that are new, corrected, or whose watchers became known.
    previous, membership
        Current INCIDENT and MEMBERSHIP rows among these observations.
    exposures
        EXPOSURE rows of the same time.
    plane
        The mission's plane, the same at every call.

    Returns
    -------
    INCIDENT rows, new versions only, and their MEMBERSHIP rows.
    """
    rows, concerned = _reached(observations, touched, membership, plane, linking)
    if not rows.height and not concerned.len():
        return INCIDENT.empty(), MEMBERSHIP.empty()
    cluster = pl.Series("cluster", _clusters(rows, plane, linking), dtype=pl.Int64)
    content = aggregate(rows.drop("component").with_columns(cluster), exposures, linking, prior)
    return follow(
        content,
        previous.filter(pl.col("incident_id").is_in(concerned.implode())),
        membership.filter(pl.col("incident_id").is_in(concerned.implode())),
        recorded_at,
    )


def _reached(
    observations: pl.DataFrame, touched: pl.Series, membership: pl.DataFrame, plane: LocalPlane, linking: LinkingSettings
) -> tuple[pl.DataFrame, pl.Series]:
    """Whole components of what is touched, and the earlier incidents that they concern.

    A correction can carry an observation away from the others of its incident: those are touched too, and so on until the
    components hold all that their incidents held.
    """
    while True:
        rows = touched_components(observations, touched, plane, linking)
        ids = pl.concat([rows["observation_id"], touched]).unique()
        concerned = membership.filter(pl.col("observation_id").is_in(ids.implode()))["incident_id"].unique()
        held = membership.filter(pl.col("incident_id").is_in(concerned.implode()))["observation_id"]
        left_out = held.filter(~held.is_in(ids.implode()))
        if not left_out.len():
            return rows, concerned
        touched = pl.concat([touched, left_out])


def _clusters(rows: pl.DataFrame, plane: LocalPlane, settings: LinkingSettings) -> Ints:
    weapon = rows["weapon"].to_physical().cast(pl.Int64).fill_null(WEAPON_UNKNOWN).to_numpy()
    identity = rows["observation_id"].to_numpy().view(np.int64)
    component = rows["component"].to_numpy()
    return divide(points_of(rows, settings, plane), component, identity, weapon, settings)
