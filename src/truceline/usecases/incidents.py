"""Lists incidents near a place and within a time, the best-corroborated first."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from truceline.reports.protection import Gazetteer
from truceline.usecases.current import current_incidents
from truceline.usecases.workspace import Workspace, kilometres_from


def list_incidents(
    workspace: Workspace,
    *,
    near: tuple[float, float] | None = None,
    within_km: float = 15.0,
    since: datetime | None = None,
    until: datetime | None = None,
) -> pl.DataFrame:
    """Return current incidents that may touch the asked time and lie within a distance of a place.

    Those that monitors or several independent witnesses report come first, so that a flood of claims from one source cannot
    bury them; among equals the most probable, then the newest.
    """
    found = current_incidents(workspace.store)
    if since is not None:
        found = found.filter(pl.col("latest") >= since.astimezone(UTC))
    if until is not None:
        found = found.filter(pl.col("earliest") < until.astimezone(UTC))
    frame = found.collect()
    if near is not None:
        frame = frame.with_columns(kilometres_from(*near, frame))
        frame = frame.filter(pl.col("distance_km") - 2 * pl.col("uncertainty_m") / 1000 <= within_km)
    order = [pl.col("monitors") > 0, pl.col("witnesses"), pl.col("probability"), pl.col("earliest"), pl.col("incident_id")]
    return frame.sort(order, descending=True)


def where_in_words(workspace: Workspace, incidents: pl.DataFrame) -> list[str]:
    """Distance and direction of each incident from the nearest named place; for the mission's own eyes, so not coarsened."""
    gazetteer = Gazetteer(workspace.places)
    return [
        gazetteer.in_words(latitude, longitude) for latitude, longitude in incidents.select("latitude", "longitude").iter_rows()
    ]
