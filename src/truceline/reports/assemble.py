"""Puts the daily report together from what the mission knows; every place passes through `protection` on its way in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from truceline.compliance.findings import report_day
from truceline.reports.counting import judged_incidents, kinds_of, of_day, totals_by_region, totals_of
from truceline.reports.daily import Correction, DailyReport, RegionTotal, SeriesPoint, Totals
from truceline.reports.drawing import drawing_of
from truceline.reports.judged import area_rows, term_rows
from truceline.reports.knowledge import SERIES_DAYS, Knowledge, Setting, Stated, last_recommitment, local
from truceline.reports.protection import area_km2
from truceline.reports.rows import claim_rows, claim_totals, incident_rows, with_places, withheld_claims
from truceline.reports.watching import hours_of, least_watched, restrictions_of, shares_of, strip_of, strip_starts, watch_of
from truceline.values.time import ReportingPeriod

CORRECTED = ("violations", "explosions", "incidents", "open_incidents")


def assemble(
    period: ReportingPeriod, number: str, edition: int, known: Knowledge, setting: Setting, issued: datetime
) -> DailyReport:
    """The report of a period, from what is known."""
    agreement, day = setting.agreement, period.day
    judged = judged_incidents(known.incidents, known.findings, setting)
    own = of_day(judged, day)
    placed = with_places(own, known, setting, period.end)
    since = last_recommitment(agreement, period.end)
    unlikely = own.filter(~pl.col("likely"))
    regions, before_from = _regions(judged, known.stated, day, setting)
    return DailyReport(
        number=number,
        edition=edition,
        issued=local(issued, setting.zone),
        day=day,
        mission=setting.mission,
        agreement=f"{agreement.id}/{agreement.version}",
        agreement_title=agreement.title,
        agreement_status=agreement.status,
        parties=tuple(sorted((party.id, party.name) for party in agreement.parties)),
        local_from=local(period.start, setting.zone),
        local_until=local(period.end, setting.zone),
        zone_note=zone_note(period, setting.zone),
        synthetic=setting.synthetic or bool(own["synthetic"].any()),
        regions=regions,
        before_from=before_from,
        running_since=local(since, setting.zone) if since else "",
        kinds=kinds_of(judged, day, day_of(since, setting) if since else None),
        incidents=incident_rows(placed, setting),
        unlikely=unlikely.height,
        unlikely_heat=unlikely.filter(pl.col("kind").cast(pl.String) == "heat").height,
        areas=area_rows(own, placed, known.findings, day, setting),
        terms=term_rows(day, known.findings, agreement),
        least_watched=least_watched(agreement),
        watch=watch_of(period, known, setting, own),
        strip_starts=strip_starts(period, setting.zone),
        watch_hours=hours_of(period, known.exposures),
        restrictions=restrictions_of(period, known.exposures, setting),
        claim_totals=claim_totals(placed, known, setting),
        claims=claim_rows(placed, known, setting),
        withheld=withheld_claims(placed, known),
        books=known.books,
        corrections=_corrections(judged, known),
        series=_series(judged, known, setting, day),
        incident_cell_km2=round(area_km2(setting.protection.incident_resolution), 1),
        observer_cell_km2=round(area_km2(setting.protection.observer_resolution), 1),
        drawing=drawing_of(period, known, setting),
        method=setting.method,
    )


def day_of(moment: datetime, setting: Setting) -> date:
    """Day of the reporting period that an instant falls into."""
    day = pl.select(report_day(pl.lit(moment).dt.convert_time_zone("UTC"), setting.cut_off, setting.zone)).item()
    assert isinstance(day, date)  # noqa: S101  a date column gives dates
    return day


def _regions(judged: pl.DataFrame, stated: Iterable[Stated], day: date, setting: Setting) -> tuple[tuple[RegionTotal, ...], str]:
    """Totals of each region beside the previous period's: as published, or as known now where no report was."""
    yesterday = day - timedelta(days=1)
    published = next((entry for entry in stated if entry.day == yesterday), None)
    now = totals_by_region(of_day(judged, day), setting)
    before = dict(published.regions) if published else totals_by_region(of_day(judged, yesterday), setting)
    names = list(dict.fromkeys([*now, *(name for name in before if before[name] != Totals())]))
    rows = tuple(RegionTotal(region=name, now=now.get(name, Totals()), before=before.get(name, Totals())) for name in names)
    return rows, f"as published in report {published.number}" if published else "as known now"


def _corrections(judged: pl.DataFrame, known: Knowledge) -> tuple[Correction, ...]:
    """Figures of earlier days that are now others than the mission last stated; each change is told once."""
    rows = []
    for entry in known.stated:
        if known.since is not None and entry.day < known.since:
            continue  # before what was read: nothing new can be said of it
        now = totals_of(of_day(judged, entry.day))
        for what in CORRECTED:
            was, is_now = getattr(entry.totals, what), getattr(now, what)
            if was != is_now:
                rows.append(Correction(day=entry.day, report=entry.number, what=what, published=was, restated=is_now))
    return tuple(rows)


def _series(judged: pl.DataFrame, known: Knowledge, setting: Setting, day: date) -> tuple[SeriesPoint, ...]:
    """The last periods on record: violations as known now, and the share that was watched."""
    by_day = judged.group_by("day").agg(
        pl.col("count_low").filter("counted").sum().alias("violations"), pl.col("open").sum().alias("open_incidents")
    )
    counts = {row["day"]: row for row in by_day.iter_rows(named=True)}
    first = max(day - timedelta(days=SERIES_DAYS - 1), _first_day_on_record(known, setting, day))
    strip = strip_of(setting, spacing_km=2.0)
    points = []
    for at in (first + timedelta(days=number) for number in range((day - first).days + 1)):
        row = counts.get(at, {"violations": 0, "open_incidents": 0})
        period = ReportingPeriod.ending(at, setting.cut_off, setting.zone)
        shares = shares_of(period, known.exposures, strip) if len(strip.sector) else None
        seen = float(shares.mean()) if shares is not None else 0.0
        points.append(
            SeriesPoint(day=at, violations=row["violations"], open_incidents=row["open_incidents"], coverage=seen)
        )  # fmt: skip
    return tuple(points)


def _first_day_on_record(known: Knowledge, setting: Setting, day: date) -> date:
    instants = [known.exposures["watched_from"].min(), known.incidents["earliest"].min()]
    return min([day_of(moment, setting) for moment in instants if isinstance(moment, datetime)] + [day])


def zone_note(period: ReportingPeriod, zone: ZoneInfo) -> str:
    """In which zone the report tells the time; says so when clocks change within the period."""
    start, end = (moment.astimezone(zone) for moment in (period.start, period.end))
    offsets = [f"UTC{moment.strftime('%z')[:3]}:{moment.strftime('%z')[3:]}" for moment in (start, end)]
    if offsets[0] == offsets[1]:
        return f"All times are local ({zone.key}, {offsets[0]})."
    hours = (period.end - period.start).total_seconds() / 3600
    return f"All times are local ({zone.key}); clocks change from {offsets[0]} to {offsets[1]}, so the period has {hours:g} hours."
