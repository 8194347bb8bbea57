"""What a report is put together from: what the mission knows, and whose report it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

import polars as pl

from truceline.agreement.document import Agreement
from truceline.agreement.geography import Geography
from truceline.reports.daily import Books, Totals
from truceline.reports.protection import Protection
from truceline.values.source import Source

SERIES_DAYS = 30
"""Periods shown in the chart of violations."""


class ClosedRun(Protocol):
    """The books of one run of ingest."""

    @property
    def received(self) -> int:
        """Rows that came in."""

    @property
    def stored(self) -> int:
        """Rows stored."""

    @property
    def duplicate(self) -> int:
        """Rows stored already."""

    @property
    def quarantined(self) -> int:
        """Rows that could not be taken."""

    @property
    def late(self) -> int:
        """Stored rows that came after their day's report was due."""

    @property
    def conflicting(self) -> int:
        """Stored rows that say something else than an earlier one of the same reference."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the mission last stated about one earlier day: in its report, or in a correction since."""

    day: date
    number: str
    totals: Totals
    regions: Mapping[str, Totals]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the mission knows when it writes: frames of the declared tables, current versions only.

    `incidents` and `findings` reach back to the last recommitment or `SERIES_DAYS` periods, whichever is longer; `membership` and
    `observations` are of the period's incidents, `exposures` of `SERIES_DAYS` periods; `stated` is one entry for each earlier day
    that was reported on, oldest first; `since` is the first day that incidents and findings hold, None when they hold all.
    """

    incidents: pl.DataFrame
    findings: pl.DataFrame
    membership: pl.DataFrame
    observations: pl.DataFrame
    exposures: pl.DataFrame
    books: Books
    stated: tuple[Stated, ...] = ()
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """Whose report it is, and its rules."""

    mission: str
    agreement: Agreement
    geography: Geography
    zone: ZoneInfo
    cut_off: time
    places: pl.DataFrame
    sources: Mapping[str, Source]
    protection: Protection
    counted_above: float
    synthetic: bool
    method: tuple[str, ...]

    @property
    def regions(self) -> dict[str, str]:
        """Region of each sector."""
        return {sector.id: sector.region for sector in self.agreement.sectors}


OUTSIDE = "Outside the sectors"


def books_of(runs: Sequence[ClosedRun]) -> Books:
    """The sums of the runs' books."""
    names = ("received", "stored", "duplicate", "quarantined", "late", "conflicting")
    return Books(files=len(runs), **{name: sum(getattr(run, name) for run in runs) for name in names})


def last_recommitment(agreement: Agreement, until: datetime) -> datetime | None:
    """When the parties last bound themselves not to fire, before an instant: the latest start of a term that forbids fire."""
    starts = [
        span.start
        for term in agreement.terms
        if any(prohibition.conduct == "fire" for prohibition in term.prohibits)
        for span in term.in_force
        if span.start < until
    ]
    return max(starts, default=None)


def local(moment: datetime, zone: ZoneInfo) -> str:
    """Local time to the minute with its offset, e.g. 2026-03-05T14:20-01:00."""
    return moment.astimezone(zone).isoformat(timespec="minutes")
