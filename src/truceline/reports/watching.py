"""Who watched, how much, and what that says: coverage of each sector, spells of silence, what kept monitors from watching."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from truceline.agreement.document import Agreement, Sector
from truceline.compliance.tables import UNDETERMINED
from truceline.incidents.exposure import coverage
from truceline.reports.daily import Restriction, SectorWatch, SilentSpell, WatchHours
from truceline.reports.knowledge import Knowledge, Setting, local
from truceline.reports.protection import Gazetteer
from truceline.values.time import ReportingPeriod

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

STEP_MINUTES = 15
STEPS_A_STRIP = 8
"""Two hours: the width of one field in the strip of coverage."""
FIRE_OBSERVERS = ("patrol", "camera", "acoustic", "uav")
LEAST_WATCHED = 0.8
"""Share of a sector that must be watched before silence counts, where the agreement does not say."""
SHOWN_SPELLS = 2
SHORTEST_SPELL_H = 1.0

KEPT_FROM_WATCHING = {"blocked": "access denied", "jammed": "signal interference", "down": "out of service"}


def least_watched(agreement: Agreement) -> float:
    """Share of a sector that must be watched before silence counts: the most that a term forbidding fire asks for."""
    asked = [
        term.least_coverage
        for term in agreement.terms
        if term.least_coverage is not None and any(prohibition.conduct == "fire" for prohibition in term.prohibits)
    ]
    return max(asked, default=LEAST_WATCHED)


@dataclass(frozen=True, slots=True)
class Strip:
    """Sample points along the line, with the number of the sector of each, shape (points,)."""

    latitude: Floats
    longitude: Floats
    sector: npt.NDArray[np.int64]


def strip_of(setting: Setting, spacing_km: float = 1.0) -> Strip:
    """Sample points of all sectors."""
    points = [setting.geography.sector_strip(sector.id, spacing_km) for sector in setting.agreement.sectors]
    return Strip(
        np.concatenate([latitude for latitude, _ in points] or [np.zeros(0)]),
        np.concatenate([longitude for _, longitude in points] or [np.zeros(0)]),
        np.repeat(np.arange(len(points)), [len(latitude) for latitude, _ in points]),
    )


def shares_of(period: ReportingPeriod, exposures: pl.DataFrame, strip: Strip) -> Floats:
    """Share of each sector watched in each quarter of an hour, shape (sectors, steps)."""
    starts = steps_of(period)
    watches = during(period, exposures)
    return coverage(watches, strip.latitude, strip.longitude, strip.sector, starts, STEP_MINUTES, FIRE_OBSERVERS)


def steps_of(period: ReportingPeriod) -> Any:
    """Start of each quarter of an hour of a period, datetime64 in UTC."""
    return np.arange(utc64(period.start), utc64(period.end), np.timedelta64(STEP_MINUTES, "m"))


def strip_starts(period: ReportingPeriod, zone: ZoneInfo) -> tuple[str, ...]:
    """Local time at which each field of the strip of coverage begins; true also where clocks change in between."""
    step = timedelta(minutes=STEP_MINUTES * STEPS_A_STRIP)
    fields = -((period.start - period.end) // step)
    return tuple(local(period.start.astimezone(UTC) + place * step, zone) for place in range(fields))


def watch_of(period: ReportingPeriod, known: Knowledge, setting: Setting, judged: pl.DataFrame) -> tuple[SectorWatch, ...]:
    """How much of each sector was watched, and where enough was watched and nothing happened."""
    sectors = setting.agreement.sectors
    if not sectors:
        return ()
    shares, least = shares_of(period, known.exposures, strip_of(setting)), least_watched(setting.agreement)
    return tuple(
        _sector_watch(sector, shares[place], period, judged, setting, least) for place, sector in enumerate(sectors)
    )  # fmt: skip


def _sector_watch(
    sector: Sector, share: Floats, period: ReportingPeriod, judged: pl.DataFrame, setting: Setting, least: float
) -> SectorWatch:
    enough = share >= least
    quiet = enough & ~_disturbed(sector.id, judged, steps_of(period))
    return SectorWatch(
        sector=sector.id,
        title=sector.title,
        region=sector.region,
        shares=tuple(float(share[at : at + STEPS_A_STRIP].mean()) for at in range(0, len(share), STEPS_A_STRIP)),
        mean=float(share.mean()),
        unseen_h=float((~enough).sum()) * STEP_MINUTES / 60,
        silences=tuple(_spell(sector.id, first, last, period, setting) for first, last in _longest(quiet)),
    )


def _disturbed(sector: str, judged: pl.DataFrame, starts: Any) -> Flags:
    """Steps in which an incident of fire, counted or open, may have happened; one outside all sectors disturbs none."""
    fires = judged.filter((pl.col("sector") == sector) & (pl.col("counted") | pl.col("open")))
    ends = starts + np.timedelta64(STEP_MINUTES, "m")
    disturbed = np.zeros(len(starts), dtype=bool)
    for earliest, latest in fires.select("earliest", "latest").unique().iter_rows():
        disturbed |= (ends > utc64(earliest)) & (starts <= utc64(latest))
    return disturbed


def _longest(quiet: Flags) -> list[tuple[int, int]]:
    """First and last step of the longest runs, longest first, then earliest."""
    edges = np.flatnonzero(np.diff(np.r_[False, quiet, False].astype(np.int8)))
    runs = [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]
    runs = [run for run in runs if (run[1] - run[0]) * STEP_MINUTES / 60 >= SHORTEST_SPELL_H]
    return sorted(runs, key=lambda run: (run[0] - run[1], run[0]))[:SHOWN_SPELLS]


def _spell(sector: str, first: int, last: int, period: ReportingPeriod, setting: Setting) -> SilentSpell:
    begins, ends = (period.start + timedelta(minutes=STEP_MINUTES * step) for step in (first, last))
    return SilentSpell(
        sector=sector,
        local_from=local(begins, setting.zone),
        local_until=local(ends, setting.zone),
        hours=(last - first) * STEP_MINUTES / 60,
    )


def during(period: ReportingPeriod, exposures: pl.DataFrame) -> pl.DataFrame:
    """The watches that touch a period, cut to it."""
    touching = exposures.filter((pl.col("watched_until") > period.start) & (pl.col("watched_from") < period.end))
    return touching.with_columns(
        pl.col("watched_from").clip(lower_bound=period.start), pl.col("watched_until").clip(upper_bound=period.end)
    )


def hours_of(period: ReportingPeriod, exposures: pl.DataFrame) -> tuple[WatchHours, ...]:
    """Hours by kind of observer and state, ordered; a satellite counts its passes, whose hours are instants."""
    hours = (pl.col("watched_until") - pl.col("watched_from")).dt.total_seconds() / 3600
    words = [pl.col(name).cast(pl.String) for name in ("observer", "state")]
    table = during(period, exposures).group_by(words).agg(pl.len().alias("watches"), hours.sum().alias("hours"))
    rows = table.sort("observer", "state").iter_rows(named=True)
    return tuple(WatchHours(**row) for row in rows)


def restrictions_of(period: ReportingPeriod, exposures: pl.DataFrame, setting: Setting) -> tuple[Restriction, ...]:
    """What kept monitors from watching; where, only as a sector, or as a coarse cell once the watch is long over."""
    kept = during(period, exposures).filter(pl.col("state").cast(pl.String).is_in(list(KEPT_FROM_WATCHING)))
    kept = kept.sort("watched_from", "observer", "source")
    cells = setting.protection.observer_cells(kept, period.end)
    sectors = setting.geography.sector(kept["latitude"].to_numpy(), kept["longitude"].to_numpy())
    titles = {sector.id: sector.title for sector in setting.agreement.sectors}
    gazetteer = Gazetteer(setting.places)
    return tuple(
        Restriction(
            what=KEPT_FROM_WATCHING[row["state"]],
            observer=row["observer"],
            by=row["blocked_by"] or UNDETERMINED,
            sector=sector or "",
            cell=cell,
            near=gazetteer.near(cell) or titles.get(sector, ""),
            local_from=local(row["watched_from"], setting.zone),
            local_until=local(row["watched_until"], setting.zone),
        )
        for row, cell, sector in zip(kept.iter_rows(named=True), cells, sectors, strict=True)
    )


def utc64(moment: datetime) -> np.datetime64:
    """An instant as datetime64 in UTC."""
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")
