"""Evidence that an exception holds: notices by the parties, matched to incidents by kind, time and place."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from truceline.incidents.tables import UTC_TIME, Column, Table
from truceline.values.place import EARTH

NOTICE = Table(
    "notice",
    (
        Column("reference", pl.String, "The notice's own number"),
        Column("party", pl.String, "Party that gave notice"),
        Column("kind", pl.String, "Kind of exception it gives notice of, e.g. notified exercise, demining"),
        Column("starts_at", UTC_TIME, "Start of the notified activity"),
        Column("ends_at", UTC_TIME, "End of it"),
        Column("latitude", pl.Float64, "Degrees north of the centre"),
        Column("longitude", pl.Float64, "Degrees east of the centre"),
        Column("radius_km", pl.Float64, "Radius of the notified area, km"),
        Column("received_at", UTC_TIME, "When the mission received it"),
    ),
)

CLOCK_MARGIN = timedelta(minutes=15)
"""How far an incident's uncertain edges may reach beyond the notified hours: a watch tells the minute, a notice the hour."""


def evidence_on_record(incidents: pl.DataFrame, notices: pl.DataFrame) -> pl.DataFrame:
    """Kinds of exception for which a notice covers an incident's whole time and lies at its place.

    A notice counts only if the mission had it before the incident began: one that comes afterwards is a claim, not a notice. The
    incident's place may lie outside the notified radius by two of its own uncertainties.

    Parameters
    ----------
    incidents
        INCIDENT rows, shape (n, ...).
    notices
        NOTICE rows, shape (m, ...); a handful a day, so each is held against all incidents at once.

    Returns
    -------
    Frame of `incident_id` and `evidence_on_record`, only incidents that a notice covers.
    """
    matched = [_covered(incidents, notice) for notice in notices.iter_rows(named=True)]
    empty = pl.DataFrame(schema={"incident_id": pl.UInt64, "kind": pl.String})
    pairs = pl.concat([empty, *matched])
    return pairs.group_by("incident_id").agg(pl.col("kind").unique().sort().alias("evidence_on_record")).sort("incident_id")


def _covered(incidents: pl.DataFrame, notice: dict[str, object]) -> pl.DataFrame:
    in_time = incidents.filter(
        (pl.col("earliest") >= pl.lit(notice["starts_at"], UTC_TIME) - CLOCK_MARGIN)
        & (pl.col("latest") <= pl.lit(notice["ends_at"], UTC_TIME) + CLOCK_MARGIN)
        & (pl.lit(notice["received_at"], UTC_TIME) < pl.col("earliest"))
    )
    size = in_time.height
    _, _, metres = EARTH.inv(
        np.full(size, notice["longitude"], float),
        np.full(size, notice["latitude"], float),
        in_time["longitude"].to_numpy(),
        in_time["latitude"].to_numpy(),
    )
    beyond = np.asarray(metres, float) - 2 * in_time["uncertainty_m"].to_numpy() - 1000 * float(str(notice["radius_km"]))
    near = in_time.filter(pl.Series(beyond <= 0, dtype=pl.Boolean))
    return near.select("incident_id", pl.lit(str(notice["kind"])).alias("kind"))
