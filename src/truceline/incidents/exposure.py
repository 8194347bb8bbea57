"""Who could see where, and when: the share of ground and hours that somebody watched, and what kept others from watching."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from truceline.values.place import EARTH

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEAST_DETECTION = 0.5
"""A place counts as watched when an event there would more probably be noticed than missed."""


def coverage(
    exposures: pl.DataFrame,
    latitude: Floats,
    longitude: Floats,
    group: Ints,
    starts: Any,
    step_minutes: int,
    observers: Collection[str],
) -> Floats:
    """Share of the sample points of each group that somebody watched during each step, shape (groups, steps), 0 to 1.

    Sensors that were down, blocked, jammed or under cloud add nothing: a blind hour is not seen, never quiet.

    Parameters
    ----------
    exposures
        EXPOSURE rows.
    latitude, longitude, group
        Sample points and the number of the group that each belongs to, shape (points,).
    starts
        Start of each step as datetime64 in UTC, shape (steps,).
    observers
        Kinds of observer that could notice what is asked about.
    """
    groups = int(group.max()) + 1 if len(group) else 0
    watched = np.zeros((len(latitude), len(starts)), dtype=bool)
    begins = np.asarray(starts, dtype="datetime64[us]")
    ends = begins + np.timedelta64(step_minutes, "m")
    # A step counts when it is watched for its whole length, so that a watch of a minute does not stand for a quarter of an hour.
    for watch in _watching(exposures, observers).iter_rows(named=True):
        from_step = int(np.searchsorted(begins, np.datetime64(watch["watched_from"].replace(tzinfo=None), "us")))
        until_step = int(np.searchsorted(ends, np.datetime64(watch["watched_until"].replace(tzinfo=None), "us"), side="right"))
        if from_step < until_step:
            near = _within(latitude, longitude, watch["latitude"], watch["longitude"], watch["range_m"])
            watched[near, from_step:until_step] = True
    total = np.bincount(group, minlength=groups).astype(float)
    seen = np.zeros((groups, len(starts)))
    np.add.at(seen, group, watched)
    share: Floats = seen / np.maximum(total, 1)[:, None]
    return share


def watched_hours(exposures: pl.DataFrame) -> pl.DataFrame:
    """Hours by kind of observer and state, columns observer, state and hours, ordered."""
    hours = (pl.col("watched_until") - pl.col("watched_from")).dt.total_seconds() / 3600
    return exposures.group_by("observer", "state").agg(hours.sum().round(2).alias("hours")).sort("observer", "state")


def _watching(exposures: pl.DataFrame, observers: Collection[str]) -> pl.DataFrame:
    return exposures.filter(
        (pl.col("state") == "watching")
        & (pl.col("detection") >= LEAST_DETECTION)
        & pl.col("observer").cast(pl.String).is_in(list(observers))
    )


def _within(latitude: Floats, longitude: Floats, at_latitude: float, at_longitude: float, range_m: float) -> npt.NDArray[np.bool_]:
    size = len(latitude)
    _, _, metres = EARTH.inv(np.full(size, at_longitude), np.full(size, at_latitude), longitude, latitude)
    return np.asarray(metres, dtype=float) <= range_m
