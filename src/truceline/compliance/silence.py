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

from truceline.agreement.document import Agreement, Term
from truceline.agreement.geography import Geography
from truceline.agreement.in_force import in_force
from truceline.compliance.findings import agreement_version
from truceline.compliance.tables import BROKEN, CANNOT_BE_JUDGED, FINDING, KEPT, NOT_IN_FORCE, STATUSES
from truceline.incidents.exposure import coverage
from truceline.incidents.tables import UTC_TIME
from truceline.values.identity import identities
from truceline.values.time import ReportingPeriod
from truceline.values.vocabulary import KIND_TABLE

STEP_MINUTES = 15
"""A quarter of an hour: shorter than any watch in the records, so that gaps inside an hour still show."""

GROUND_OFFSETS_KM = (-12.0, -8.0, -5.0, -2.5, 0.0, 2.5, 5.0, 8.0, 12.0)
"""Where the ground of a zone is sampled, km across the line; fire is looked for along the line itself."""

LINE_OFFSETS_KM = (-2.5, 0.0, 2.5)


@dataclass(frozen=True, slots=True)
class Ground:
    """Points of one sector on which a conduct would show, each of shape (n,)."""

    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]


def observers_of(term: Term) -> tuple[str, ...]:
    """Kinds of observer that could notice the conduct a term forbids.

    Satellites are left out: an overpass is an instant, and its silence between two of them proves nothing.
    """
    conducts = {prohibition.conduct for prohibition in term.prohibits}
    noticed = (kind.noticed_by for kind in KIND_TABLE.values() if kind.conduct in conducts)
    return tuple(sorted(frozenset().union(*noticed) - {"satellite"}))


class Silence:
    """Judges silence under one agreement; remembers where each term's conduct would show, which is costly to work out."""

    def __init__(self, agreement: Agreement, geography: Geography) -> None:
        self._agreement = agreement
        self._geography = geography
        self._grounds: dict[tuple[str, str, frozenset[str]], Ground] = {}

    def findings(
        self,
        period: ReportingPeriod,
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
        disturbing = pl.col("status").cast(pl.String).is_in([CANNOT_BE_JUDGED, BROKEN])
        taken = set(findings.filter((pl.col("day") == period.day) & disturbing).select("term", "sector").iter_rows())
        rows = [
            (term.id, sector, status, f"{term.title}: {reason}", missing, share)
            for term in self._agreement.terms
            if term.prohibits
            for sector, status, reason, missing, share in self._judge(term, period, exposures)
            if (term.id, sector) not in taken
        ]
        frame = pl.DataFrame(rows, schema=_ROW_SCHEMA, orient="row").with_columns(
            pl.lit(1, pl.Int32).alias("version"),
            pl.lit(recorded_at).alias("recorded_at"),
            pl.lit(agreement_version(self._agreement)).alias("agreement"),
            pl.lit(period.day).alias("day"),
            pl.lit(synthetic).alias("synthetic"),
        )
        named = frame.select("agreement", "term", "sector", pl.col("day").cast(pl.String))
        return FINDING.conform(frame.with_columns(pl.Series("finding_id", identities(named, "silence"), dtype=pl.UInt64)))

    def _judge(
        self, term: Term, period: ReportingPeriod, exposures: pl.DataFrame
    ) -> list[tuple[str, str, str, str | None, float | None]]:
        sectors = [sector.id for sector in self._agreement.sectors]
        force, because = self._in_force_all_day(term, period)
        if force == "no":
            return [(sector, NOT_IN_FORCE, because, None, None) for sector in sectors]
        if force == "uncertain":
            return [(sector, CANNOT_BE_JUDGED, because, because, None) for sector in sectors]
        grounds = {sector: self._ground(term, sector, period) for sector in sectors}
        concerned = {sector: ground for sector, ground in grounds.items() if len(ground.latitude)}
        shares = _shares(term, list(concerned.values()), period, exposures)
        return [(sector, *_silent(term, float(share))) for sector, share in zip(concerned, shares, strict=True)]

    def _in_force_all_day(self, term: Term, period: ReportingPeriod) -> tuple[str, str]:
        """Whether the term's dates cover the whole period, whatever the place."""
        everywhere = term.model_copy(update={"where": None})
        answer = in_force(everywhere, self._agreement, self._geography, _whole(period)).row(0, named=True)
        return str(answer["in_force"]), str(answer["because"])

    def _ground(self, term: Term, sector: str, period: ReportingPeriod) -> Ground:
        """Points of the sector on which the conduct would show: along the line, or inside the term's zone."""
        lines = frozenset(
            line.id
            for line in self._agreement.lines
            if line.in_force_from <= period.start and (line.in_force_until is None or line.in_force_until > period.start)
        )
        key = (term.id, sector, lines)
        if key not in self._grounds:
            self._grounds[key] = self._sample(term, sector, period)
        return self._grounds[key]

    def _sample(self, term: Term, sector: str, period: ReportingPeriod) -> Ground:
        if term.where is None:
            return Ground(*self._geography.sector_strip(sector, spacing_km=1.0, offsets_km=LINE_OFFSETS_KM))
        latitude, longitude = self._geography.sector_strip(sector, spacing_km=1.0, offsets_km=GROUND_OFFSETS_KM)
        exact, at = np.zeros(len(latitude)), np.full(len(latitude), _utc64(period.start))
        inside = np.zeros(len(latitude), dtype=bool)
        for party in self._agreement.parties:
            if "all" in term.binds or party.id in term.binds:
                parties = np.full(len(latitude), party.id, dtype=object)
                inside |= self._geography.membership(term.where, parties, latitude, longitude, exact, at) == 1
        return Ground(latitude[inside], longitude[inside])


_ROW_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "term": pl.String,
    "sector": pl.String,
    "status": pl.Enum(STATUSES),
    "reason": pl.String,
    "missing": pl.String,
    "coverage": pl.Float64,
}


def _silent(term: Term, share: float) -> tuple[str, str, str | None, float]:
    if term.least_coverage is not None and share > 0 and share >= term.least_coverage:
        return KEPT, f"no incident, with {share:.0%} of ground and hours watched ({term.least_coverage:.0%} asked for)", None, share
    asked = "more than silence" if term.least_coverage is None else f"{term.least_coverage:.0%} watched"
    return CANNOT_BE_JUDGED, f"nothing seen, but only {share:.0%} was watched", f"{asked}, {share:.0%} was", share


def _utc64(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.replace(tzinfo=None), "us")


def _whole(period: ReportingPeriod) -> pl.DataFrame:
    """A period as a situation without a place."""
    numbers = dict.fromkeys(("latitude", "longitude", "uncertainty_m", "distance_km"), pl.Float64)
    words = dict.fromkeys(("held_by", "zone", "party"), pl.String)
    instants = {"earliest": UTC_TIME, "latest": UTC_TIME}
    row = {"earliest": period.start, "latest": period.end - timedelta(microseconds=1)}
    return pl.DataFrame([row], schema={**instants, **numbers, **words})


def _shares(term: Term, grounds: list[Ground], period: ReportingPeriod, exposures: pl.DataFrame) -> npt.NDArray[np.float64]:
    """Share of ground and hours watched in each sector, shape (sectors,)."""
    if not grounds or not exposures.height:
        return np.zeros(len(grounds))
    group = np.repeat(np.arange(len(grounds)), [len(ground.latitude) for ground in grounds])
    starts = np.arange(_utc64(period.start), _utc64(period.end), np.timedelta64(STEP_MINUTES, "m"))
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
