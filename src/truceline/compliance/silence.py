"""What silence proves: for each term, sector and day without incident, *kept* only where enough was watched.

Not seen is never quiet: where those who could have noticed the conduct watched less of the sector's ground and hours than the
term asks, the finding is *cannot be judged*, and says how much was watched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from truceline.agreement.document import Agreement, Sector, Term
from truceline.agreement.geography import Geography
from truceline.agreement.in_force import in_force
from truceline.compliance.findings import agreement_version
from truceline.compliance.tables import CANNOT_BE_JUDGED, FINDING, KEPT, NOT_IN_FORCE, STATUSES
from truceline.incidents.exposure import coverage
from truceline.values.identity import identities
from truceline.values.time import ReportingPeriod
from truceline.values.vocabulary import KIND_TABLE

STEP_MINUTES = 15
"""A quarter of an hour: shorter than any watch in the records, so that gaps inside an hour still show."""

GROUND_OFFSETS_KM = (-12.0, -8.0, -5.0, -2.5, 0.0, 2.5, 5.0, 8.0, 12.0)
"""Where the ground of a zone is sampled, km across the line; fire is looked for along the line itself."""

LINE_OFFSETS_KM = (-2.5, 0.0, 2.5)


@dataclass(frozen=True, slots=True)
class Watched:
    """Ground on which a conduct would show, sampled as points, in one sector."""

    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]


def observers_of(term: Term) -> tuple[str, ...]:
    """Kinds of observer that could notice the conduct a term forbids.

    Satellites are left out: an overpass is an instant, and its silence between two of them proves nothing.
    """
    conducts = {prohibition.conduct for prohibition in term.prohibits}
    noticed = (kind.noticed_by for kind in KIND_TABLE.values() if kind.conduct in conducts)
    return tuple(sorted(frozenset().union(*noticed) - {"satellite"}))


def silence_findings(
    period: ReportingPeriod,
    agreement: Agreement,
    geography: Geography,
    exposures: pl.DataFrame,
    findings: pl.DataFrame,
    recorded_at: datetime,
    *,
    synthetic: bool = False,
) -> pl.DataFrame:
    """Return one finding for each prohibiting term and sector in which no incident of the day concerns the term.

    Parameters
    ----------
    exposures
        EXPOSURE rows that touch the period.
    findings
        FINDING rows of the day's incidents; a sector with one that is broken or cannot be judged is not silent.
    """
    disturbed = findings.filter(
        (pl.col("day") == period.day) & pl.col("status").cast(pl.String).is_in([CANNOT_BE_JUDGED, "broken"])
    )
    taken = set(disturbed.select("term", "sector").iter_rows())
    rows = [
        _row(term, sector.id, status, reason, missing, share)
        for term in agreement.terms
        if term.prohibits
        for sector, status, reason, missing, share in _judge_silence(term, period, agreement, geography, exposures)
        if (term.id, sector.id) not in taken
    ]
    frame = pl.DataFrame(rows, schema=_ROW_SCHEMA, orient="row").with_columns(
        pl.lit(1, pl.Int32).alias("version"),
        pl.lit(recorded_at).alias("recorded_at"),
        pl.lit(agreement_version(agreement)).alias("agreement"),
        pl.lit(period.day).alias("day"),
        pl.lit(synthetic).alias("synthetic"),
    )
    named = frame.select("agreement", "term", "sector", pl.col("day").cast(pl.String))
    return FINDING.conform(frame.with_columns(pl.Series("finding_id", identities("silence", named), dtype=pl.UInt64)))


_ROW_SCHEMA = {
    "term": pl.String,
    "sector": pl.String,
    "status": pl.Enum(STATUSES),
    "reason": pl.String,
    "missing": pl.String,
    "coverage": pl.Float64,
}

_Row = tuple[str, str, str, str, str | None, float | None]


def _row(term: Term, sector: str, status: str, reason: str, missing: str | None, share: float | None) -> _Row:
    return term.id, sector, status, f"{term.title}: {reason}", missing, share


def _judge_silence(
    term: Term, period: ReportingPeriod, agreement: Agreement, geography: Geography, exposures: pl.DataFrame
) -> list[tuple[Sector, str, str, str | None, float | None]]:
    force, because = _in_force_all_day(term, period, agreement, geography)
    if force == "no":
        return [(sector, NOT_IN_FORCE, because, None, None) for sector in agreement.sectors]
    if force == "uncertain":
        return [(sector, CANNOT_BE_JUDGED, because, because, None) for sector in agreement.sectors]
    ground = {sector.id: _ground(term, sector, period, agreement, geography) for sector in agreement.sectors}
    concerned = [sector for sector in agreement.sectors if len(ground[sector.id].latitude)]
    shares = _shares(term, [ground[sector.id] for sector in concerned], period, exposures)
    return [(sector, *_silent(term, float(share))) for sector, share in zip(concerned, shares, strict=True)]


def _silent(term: Term, share: float) -> tuple[str, str, str | None, float]:
    if term.least_coverage is not None and share > 0 and share >= term.least_coverage:
        return KEPT, f"no incident, with {share:.0%} of ground and hours watched ({term.least_coverage:.0%} asked for)", None, share
    asked = "more than silence" if term.least_coverage is None else f"{term.least_coverage:.0%} watched"
    return CANNOT_BE_JUDGED, f"nothing seen, but only {share:.0%} was watched", f"{asked}, {share:.0%} was", share


def _in_force_all_day(term: Term, period: ReportingPeriod, agreement: Agreement, geography: Geography) -> tuple[str, str]:
    """Whether the term's dates cover the whole period, whatever the place."""
    everywhere = term.model_copy(update={"where": None})
    moment = pl.DataFrame(
        {
            "earliest": [period.start],
            "latest": [period.end - timedelta(microseconds=1)],
            **{name: [None] for name in ("latitude", "longitude", "uncertainty_m", "distance_km")},
            **{name: [None] for name in ("held_by", "zone", "party")},
        },
        schema_overrides={
            **dict.fromkeys(("latitude", "longitude", "uncertainty_m", "distance_km"), pl.Float64),
            **dict.fromkeys(("held_by", "zone", "party"), pl.String),
        },
    )
    answer = in_force(everywhere, agreement, geography, moment).row(0, named=True)
    return str(answer["in_force"]), str(answer["because"])


def _ground(term: Term, sector: Sector, period: ReportingPeriod, agreement: Agreement, geography: Geography) -> Watched:
    """Points of the sector on which the conduct would show: along the line, or inside the term's zone."""
    if term.where is None:
        return Watched(*geography.sector_strip(sector.id, spacing_km=1.0, offsets_km=LINE_OFFSETS_KM))
    latitude, longitude = geography.sector_strip(sector.id, spacing_km=1.0, offsets_km=GROUND_OFFSETS_KM)
    none, at = np.zeros(len(latitude)), np.full(len(latitude), np.datetime64(period.start.replace(tzinfo=None), "us"))
    bound = [party.id for party in agreement.parties if "all" in term.binds or party.id in term.binds]
    inside = np.zeros(len(latitude), dtype=bool)
    for party in bound:
        parties = np.full(len(latitude), party, dtype=object)
        inside |= geography.membership(term.where, parties, latitude, longitude, none, at) == 1
    return Watched(latitude[inside], longitude[inside])


def _shares(term: Term, grounds: list[Watched], period: ReportingPeriod, exposures: pl.DataFrame) -> npt.NDArray[np.float64]:
    """Share of ground and hours watched in each sector, shape (sectors,)."""
    if not grounds:
        return np.zeros(0)
    group = np.repeat(np.arange(len(grounds)), [len(ground.latitude) for ground in grounds])
    starts = np.arange(
        np.datetime64(period.start.replace(tzinfo=None), "us"),
        np.datetime64(period.end.replace(tzinfo=None), "us"),
        np.timedelta64(STEP_MINUTES, "m"),
    )
    watched = coverage(
        exposures,
        np.concatenate([ground.latitude for ground in grounds]),
        np.concatenate([ground.longitude for ground in grounds]),
        group,
        starts,
        STEP_MINUTES,
        observers_of(term),
    )
    return np.asarray(watched.mean(axis=1), dtype=float)
