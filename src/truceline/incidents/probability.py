"""How probable it is that an incident happened: graded reports, independent witnesses, and watchers who should have noticed.

All on the log-odds scale. A report is worth the mean of its source's and its own grade. The best witness counts in full, every
further independent one by what it adds over the base rate and never less than nothing; echoes of one origin count once, at their
best grade. Watchers that covered the place and time and did not report it multiply the odds by what they should have missed.
The grades' probabilities are stated conventions of the mission (`ProbabilitySettings`), not measurements.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import polars as pl

from truceline.incidents.settings import ProbabilitySettings
from truceline.values.place import EARTH
from truceline.values.vocabulary import KIND_TABLE

Floats = npt.NDArray[np.float64]


def report_log_odds(settings: ProbabilitySettings) -> pl.Expr:
    """Log-odds that a single report is true, from the columns reliability, credibility and kind."""
    source = {grade: _log_odds(value) for grade, value in settings.by_reliability.items()}
    report = {grade: _log_odds(value) for grade, value in settings.by_credibility.items()}
    graded = (
        pl.col("reliability").fill_null("F").replace_strict(source, default=source["F"], return_dtype=pl.Float64)
        + pl.col("credibility").fill_null(6).cast(pl.String).replace_strict(report, default=report["6"], return_dtype=pl.Float64)
    ) / 2
    return pl.when(pl.col("kind") == "heat").then(pl.lit(_log_odds(settings.heat_alone))).otherwise(graded)


def combined_log_odds(witnesses: pl.DataFrame, settings: ProbabilitySettings) -> pl.DataFrame:
    """Log-odds of each incident from its witnesses.

    Parameters
    ----------
    witnesses
        Columns cluster, origin and log_odds of each observation, shape (n, 3).

    Returns
    -------
    Frame of cluster and log_odds.
    """
    base = _log_odds(settings.base_rate)
    by_origin = witnesses.group_by("cluster", "origin").agg(pl.col("log_odds").max())
    added = (pl.col("log_odds") - base).clip(lower_bound=0.0)
    best = pl.col("log_odds").max()
    return by_origin.group_by("cluster").agg(
        (best + added.sum() - (best - base).clip(lower_bound=0.0)).alias("log_odds"),
    )


def silence_factor(incidents: pl.DataFrame, exposures: pl.DataFrame, settings: ProbabilitySettings) -> Floats:
    """What the silence of watchers does to the odds of each incident, shape (n,), from `silence_floor` to 1.

    A watcher counts when it could notice the kind, was watching all or part of the incident's time within its range, and is not
    itself among the sources; it should have missed the incident with probability 1 - detection x share of the time watched.

    Parameters
    ----------
    incidents
        Columns kind, earliest, latest, latitude, longitude, uncertainty_m and sources, shape (n, ...).
    exposures
        EXPOSURE rows, shape (m, ...).
    """
    factor = np.ones(incidents.height)
    watching = exposures.filter((pl.col("state") == "watching") & (pl.col("detection") > 0) & (pl.col("observer") != "satellite"))
    if not watching.height or not incidents.height:
        return factor
    start, end = (incidents[name].dt.epoch("us").to_numpy() / 1e6 for name in ("earliest", "latest"))
    latitude, longitude = incidents["latitude"].to_numpy(), incidents["longitude"].to_numpy()
    sure_m = incidents["uncertainty_m"].to_numpy()
    sources = [set(names) for names in incidents["sources"].to_list()]
    kinds = incidents["kind"].cast(pl.String).to_list()
    by_start = np.argsort(start, kind="stable")
    longest = float((end - start).max())
    for watch in watching.sort("exposure_id").iter_rows(named=True):
        begins, ends = watch["watched_from"].timestamp(), watch["watched_until"].timestamp()
        low, high = np.searchsorted(start[by_start], [begins - longest, ends])
        rows = by_start[low:high]
        rows = rows[end[rows] > begins]
        if not len(rows):
            continue
        _, _, distance = EARTH.inv(
            np.full(len(rows), watch["longitude"]), np.full(len(rows), watch["latitude"]), longitude[rows], latitude[rows]
        )
        for row in rows[np.asarray(distance) + sure_m[rows] <= watch["range_m"]]:
            if watch["source"] in sources[row] or watch["observer"] not in KIND_TABLE[kinds[row]].noticed_by:
                continue
            span = max(end[row] - start[row], 1.0)
            share = min(1.0, (min(end[row], ends) - max(start[row], begins)) / span)
            factor[row] *= 1 - watch["detection"] * max(share, 0.0)
    return np.maximum(factor, settings.silence_floor)


def probability(log_odds: Floats, factor: Floats) -> Floats:
    """Probability from log-odds of the witnesses and the factor of the watchers' silence, each of shape (n,)."""
    return 1 / (1 + np.exp(-(log_odds + np.log(factor))))


def _log_odds(probability_of: float) -> float:
    return math.log(probability_of / (1 - probability_of))
