"""Puts the daily report together from what the mission knows; every place passes through `protection` on its way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from truceline.agreement.document import Agreement, Band
from truceline.agreement.geography import Geography
from truceline.compliance.tables import BROKEN, CANNOT_BE_JUDGED, KEPT, NOT_IN_FORCE, UNDETERMINED
from truceline.incidents.exposure import coverage, watched_hours
from truceline.reports.daily import (
    Books,
    ClaimRow,
    Correction,
    DailyReport,
    Drawing,
    IncidentRow,
    KindTotal,
    RegionTotal,
    Restriction,
    SectorWatch,
    SeriesPoint,
    TermRow,
    WatchHours,
)
from truceline.reports.protection import Gazetteer, Protection
from truceline.values.time import ReportingPeriod

STEP_MINUTES = 15
STEPS_A_STRIP = 8
"""Two hours: the width of one field in the strip of coverage."""
LEAST_WATCHED = 0.5
FIRE_OBSERVERS = ("patrol", "camera", "acoustic", "uav")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the mission knows when it writes: frames of the declared tables, current versions only.

    `incidents` and `findings` cover the period and all before it, `means` (incident_id and means in words) the period,
    `exposures` the thirty days before its end, `runs` what came in during it, `earlier` the latest edition of each earlier report,
    oldest first.
    """

    incidents: pl.DataFrame
    findings: pl.DataFrame
    means: pl.DataFrame
    exposures: pl.DataFrame
    runs: tuple[Any, ...]
    earlier: tuple[DailyReport, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """Whose report it is, and its rules."""

    mission: str
    agreement: Agreement
    geography: Geography
    zone: ZoneInfo
    places: pl.DataFrame
    protection: Protection
    counted_above: float
    synthetic: bool
    method: tuple[str, ...]


def assemble(period: ReportingPeriod, number: str, edition: int, known: Knowledge, setting: Setting, now: datetime) -> DailyReport:
    """The report of a period, from what is known."""
    rows = _incident_rows(period, known, setting)
    watch = _watch(period, known, setting, rows)
    totals = day_totals(known, setting)
    agreement = setting.agreement
    return DailyReport(
        number=number,
        edition=edition,
        day=period.day,
        mission=setting.mission,
        agreement=f"{agreement.id}/{agreement.version}",
        agreement_title=agreement.title,
        parties=tuple(sorted((party.id, party.name) for party in agreement.parties)),
        period=f"{_spoken(period.start, setting.zone)} to {_spoken(period.end, setting.zone)}",
        zone_note=_zone_note(period, setting.zone),
        synthetic=setting.synthetic,
        regions=_regions(totals, known.earlier, period.day, agreement),
        kinds=_kinds(totals, period.day),
        incidents=tuple(rows),
        undetermined_share=_undetermined(rows),
        terms=_terms(period.day, known.findings, agreement),
        watch=watch,
        watch_hours=_hours(period, known.exposures),
        restrictions=_restrictions(period, known.exposures, setting),
        claims=_claims(period, known, setting),
        books=_books(known.runs),
        corrections=_corrections(totals, known.earlier),
        series=_series(totals, known, setting, period),
        disengagement=_disengagement(rows, known.findings, period.day, agreement),
        drawing=_drawing(known, setting, now),
        method=setting.method,
    )


# Incidents -----------------------------------------------------------------------------------------------------------------


def _incident_rows(period: ReportingPeriod, known: Knowledge, setting: Setting) -> list[IncidentRow]:
    findings = known.findings.filter((pl.col("day") == period.day) & pl.col("incident_id").is_not_null())
    by_incident = _by_incident(findings)
    ids = findings["incident_id"].unique()
    incidents = known.incidents.filter(pl.col("incident_id").is_in(ids.implode())).join(by_incident, on="incident_id", how="left")
    incidents = incidents.join(known.means, on="incident_id", how="left").sort("earliest", "incident_id")
    gazetteer = Gazetteer(setting.places)
    regions = {sector.id: sector.region for sector in setting.agreement.sectors}
    rows = []
    for number, row in enumerate(incidents.iter_rows(named=True), start=1):
        cell = setting.protection.incident_cell(row["latitude"], row["longitude"])
        rows.append(
            IncidentRow(
                number=number,
                incident=f"{row['incident_id']:016x}",
                region=regions.get(row["sector"], OUTSIDE),
                sector=row["sector"] or "",
                cell=cell,
                near=gazetteer.near(cell),
                local_from=_local(row["earliest"], setting.zone),
                local_until=_local(row["latest"], setting.zone),
                conduct=row["conduct"] or "",
                observation=row["kind"],
                description=row["assessment"] or "undetermined",
                weapon=_weapon(row),
                means=row["means"] or "",
                count=row["count_low"],
                witnesses=row["witnesses"],
                monitors=row["monitors"],
                probability=round(row["probability"], 3),
                status=row["status_of_day"],
                terms=tuple(row["terms"]),
                responsible=row["responsible"] or UNDETERMINED,
                reason=row["reason"] or "",
                counted=row["probability"] > setting.counted_above and row["status_of_day"] in (BROKEN, CANNOT_BE_JUDGED),
            )
        )
    return rows


def _by_incident(findings: pl.DataFrame) -> pl.DataFrame:
    """Per incident: the gravest status, the terms that it concerns with that status, who is responsible, and why."""
    gravity = {BROKEN: 0, CANNOT_BE_JUDGED: 1, KEPT: 2, NOT_IN_FORCE: 3}
    ordered = findings.with_columns(
        pl.col("status").cast(pl.String).replace_strict(gravity, return_dtype=pl.Int64).alias("gravity")
    ).sort("incident_id", "gravity", "term")
    gravest = pl.col("gravity") == pl.col("gravity").min()
    return ordered.group_by("incident_id", maintain_order=True).agg(
        pl.col("status").cast(pl.String).first().alias("status_of_day"),
        pl.col("term").filter(gravest).alias("terms"),
        pl.col("responsible").drop_nulls().first(),
        pl.col("reason").first(),
        pl.col("sector").first(),
    )


def _weapon(row: dict[str, Any]) -> str:
    if row["weapon"] is None:
        return "N/K"
    return f"{row['weapon']} ({row['calibre_mm']:g} mm)" if row["calibre_mm"] else str(row["weapon"])


def _undetermined(rows: list[IncidentRow]) -> float:
    counted = [row for row in rows if row.counted]
    return round(sum(row.responsible == UNDETERMINED for row in counted) / len(counted), 3) if counted else 0.0


def _claims(period: ReportingPeriod, known: Knowledge, setting: Setting) -> tuple[ClaimRow, ...]:
    """Incidents of the period that rest on claims alone."""
    gazetteer = Gazetteer(setting.places)
    days = known.findings.filter(pl.col("day") == period.day)["incident_id"].drop_nulls().unique()
    claimed = known.incidents.filter(
        pl.col("incident_id").is_in(days.implode()) & (pl.col("monitors") == 0) & (pl.col("kind") != "heat")
    ).sort("earliest", "incident_id")
    return tuple(
        ClaimRow(
            claimant=", ".join(row["sources"]),
            accused=", ".join(row["claimed_parties"]) or "nobody named",
            near=gazetteer.near(setting.protection.incident_cell(row["latitude"], row["longitude"])),
            local_from=_local(row["earliest"], setting.zone),
            local_until=_local(row["latest"], setting.zone),
            count=row["count_low"],
            probability=round(row["probability"], 3),
        )
        for row in claimed.iter_rows(named=True)
    )


# Totals --------------------------------------------------------------------------------------------------------------------


def day_totals(known: Knowledge, setting: Setting) -> pl.DataFrame:
    """Counted ceasefire violations as known now: columns day, region, kind, violations and incidents."""
    gravest = _by_incident_and_day(known.findings).filter(pl.col("status_of_day").is_in([BROKEN, CANNOT_BE_JUDGED]))
    regions = {sector.id: sector.region for sector in setting.agreement.sectors}
    fires = known.incidents.filter((pl.col("conduct") == "fire") & (pl.col("probability") > setting.counted_above))
    return (
        fires.join(gravest, on="incident_id")
        .with_columns(pl.col("sector").replace_strict(regions, default=OUTSIDE, return_dtype=pl.String).alias("region"))
        .group_by("day", "region", pl.col("kind").cast(pl.String))
        .agg(pl.col("count_low").sum().alias("violations"), pl.len().alias("incidents"))
        .sort("day", "region", "kind")
    )


def _by_incident_and_day(findings: pl.DataFrame) -> pl.DataFrame:
    of_incidents = findings.filter(pl.col("incident_id").is_not_null())
    days = of_incidents.group_by("incident_id").agg(pl.col("day").first())
    return _by_incident(of_incidents).join(days, on="incident_id")


def _regions(totals: pl.DataFrame, earlier: tuple[DailyReport, ...], day: date, agreement: Agreement) -> tuple[RegionTotal, ...]:
    """Totals of each region; the previous period's are those published, or else as known now."""
    yesterday = day - timedelta(days=1)
    before = next((report for report in earlier if report.day == yesterday), None)
    names = list(dict.fromkeys(sector.region for sector in agreement.sectors))
    names += sorted(set(totals.filter(pl.col("day") == day)["region"]) - set(names))
    published = {total.region: (total.violations, total.explosions) for total in before.regions} if before else None
    return tuple(_region(name, totals, day, yesterday, published) for name in names)


def _region(
    name: str, totals: pl.DataFrame, day: date, yesterday: date, published: dict[str, tuple[int, int]] | None
) -> RegionTotal:
    now, then = (totals.filter((pl.col("region") == name) & (pl.col("day") == when)) for when in (day, yesterday))
    before = published.get(name, (0, 0)) if published is not None else _violations_and_explosions(then)
    violations, explosions = _violations_and_explosions(now)
    return RegionTotal(
        region=name,
        violations=violations,
        explosions=explosions,
        incidents=int(now["incidents"].sum()),
        previous_violations=before[0],
        previous_explosions=before[1],
    )


def _violations_and_explosions(totals: pl.DataFrame) -> tuple[int, int]:
    return int(totals["violations"].sum()), int(totals.filter(pl.col("kind") == "explosion")["violations"].sum())


OUTSIDE = "outside the sectors"

KIND_GROUPS = (
    ("explosions", ("explosion",)),
    ("projectiles and rockets in flight", ("projectile", "rocket")),
    ("muzzle flashes", ("muzzle flash",)),
    ("illumination flares", ("illumination flare",)),
    ("bursts and shots", ("burst", "shot")),
    ("heat", ("heat",)),
)


def _kinds(totals: pl.DataFrame, day: date) -> tuple[KindTotal, ...]:
    """Totals by kind in the period, and since the agreement's first day on record."""
    rows = []
    for name, kinds in KIND_GROUPS:
        own = totals.filter(pl.col("kind").is_in(kinds))
        period, since = (int(own.filter(when)["violations"].sum()) for when in (pl.col("day") == day, pl.col("day") <= day))
        rows.append(KindTotal(kind=name, period=period, since_start=since))
    return tuple(rows)


def _terms(day: date, findings: pl.DataFrame, agreement: Agreement) -> tuple[TermRow, ...]:
    of_day = findings.filter(pl.col("day") == day)
    rows = []
    for term in agreement.terms:
        own = of_day.filter(pl.col("term") == term.id)
        counts = dict(own.group_by(pl.col("status").cast(pl.String)).len().iter_rows())
        missing = own["missing"].drop_nulls().value_counts(sort=True).sort("count", "missing", descending=[True, False])
        duty = not term.prohibits
        rows.append(
            TermRow(
                term=term.id,
                title=term.title,
                kept=counts.get(KEPT, 0),
                broken=counts.get(BROKEN, 0),
                cannot_be_judged=counts.get(CANNOT_BE_JUDGED, 0) + int(duty),
                not_in_force=counts.get(NOT_IN_FORCE, 0),
                missing=f"a record: {term.obliges}" if duty else missing["missing"][0] if missing.height else "",
            )
        )
    return tuple(rows)


def _books(runs: tuple[Any, ...]) -> Books:
    names = ("received", "stored", "duplicate", "quarantined", "late", "conflicting")
    return Books(files=len(runs), **{name: sum(getattr(run, name) for run in runs) for name in names})


def _corrections(totals: pl.DataFrame, earlier: tuple[DailyReport, ...]) -> tuple[Correction, ...]:
    """Earlier days whose count of violations is now another than was published."""
    restated = dict(totals.group_by("day").agg(pl.col("violations").sum()).iter_rows())
    return tuple(
        Correction(
            day=report.day,
            report=report.number,
            what="violations",
            published=report.total,
            restated=restated.get(report.day, 0),
        )
        for report in earlier
        if restated.get(report.day, 0) != report.total
    )


SERIES_DAYS = 30


def _series(totals: pl.DataFrame, known: Knowledge, setting: Setting, period: ReportingPeriod) -> tuple[SeriesPoint, ...]:
    """The last thirty periods: the count as published, else as known now, and the share that was watched."""
    published = {report.day: (report.total, round(report.coverage, 3)) for report in known.earlier}
    counts = dict(totals.group_by("day").agg(pl.col("violations").sum()).iter_rows())
    first = max(period.day - timedelta(days=SERIES_DAYS - 1), min([*counts, period.day]))
    points = []
    for number in range((period.day - first).days + 1):
        day = first + timedelta(days=number)
        if day in published and day != period.day:
            count, share = published[day]
        else:
            past = ReportingPeriod.ending(day, period.end.astimezone(setting.zone).time(), setting.zone)
            shares = [sector.mean for sector in _watch(past, known, setting, [])]
            count, share = counts.get(day, 0), round(sum(shares) / len(shares), 3) if shares else 0.0
        points.append(SeriesPoint(day=day, violations=count, coverage=share))
    return tuple(points)


def _disengagement(rows: list[IncidentRow], findings: pl.DataFrame, day: date, agreement: Agreement) -> tuple[str, ...]:
    """One sentence for each disengagement area: what was found inside."""
    areas = {zone.id: zone.title for zone in agreement.zones if zone.kind == "disengagement"}
    sentences = []
    for term in agreement.terms:
        if term.where not in areas:
            continue
        inside = [row for row in rows if row.counted and term.id in row.terms and row.status in (BROKEN, CANNOT_BE_JUDGED)]
        silent = findings.filter((pl.col("day") == day) & (pl.col("term") == term.id) & pl.col("incident_id").is_null())
        said = silent["reason"].to_list()[:1]
        title = areas[term.where][:1].upper() + areas[term.where][1:]
        found = f"{len(inside)} incidents" if inside else (said[0].split(": ", 1)[-1] if said else "no finding")
        sentences.append(f"{title} (term {term.id}): {found}.")
    return tuple(sentences)


# Watching ------------------------------------------------------------------------------------------------------------------


def _watch(period: ReportingPeriod, known: Knowledge, setting: Setting, rows: list[IncidentRow]) -> tuple[SectorWatch, ...]:
    sectors = setting.agreement.sectors
    if not sectors:
        return ()
    points = [setting.geography.sector_strip(sector.id) for sector in sectors]
    group = np.repeat(np.arange(len(sectors)), [len(latitude) for latitude, _ in points])
    starts = np.arange(_utc64(period.start), _utc64(period.end), np.timedelta64(STEP_MINUTES, "m"))
    latitude, longitude = (np.concatenate([point[axis] for point in points]) for axis in (0, 1))
    share = coverage(_during(period, known.exposures), latitude, longitude, group, starts, STEP_MINUTES, FIRE_OBSERVERS)
    return tuple(
        _sector_watch(sector, share[place], _violent_steps(sector.id, rows, starts, setting.zone))
        for place, sector in enumerate(sectors)
    )


def _sector_watch(sector: Any, share: npt.NDArray[np.float64], violent: npt.NDArray[np.bool_]) -> SectorWatch:
    strips = [round(float(share[at : at + STEPS_A_STRIP].mean()), 3) for at in range(0, len(share), STEPS_A_STRIP)]
    seen = share >= LEAST_WATCHED
    return SectorWatch(
        sector=sector.id,
        title=sector.title,
        region=sector.region,
        shares=tuple(strips),
        mean=round(float(share.mean()), 3),
        longest_silence_h=_longest_run(seen & ~violent) * STEP_MINUTES / 60,
        unseen_h=float((~seen).sum()) * STEP_MINUTES / 60,
    )


def _violent_steps(sector: str, rows: list[IncidentRow], starts: Any, zone: ZoneInfo) -> npt.NDArray[np.bool_]:
    violent = np.zeros(len(starts), dtype=bool)
    for row in rows:
        if row.counted and row.sector == sector and row.conduct == "fire":
            begins, ends = (_utc64(datetime.fromisoformat(text).astimezone(UTC)) for text in (row.local_from, row.local_until))
            violent |= (starts + np.timedelta64(STEP_MINUTES, "m") > begins) & (starts <= ends)
    return violent


def _longest_run(flags: npt.NDArray[np.bool_]) -> int:
    longest = current = 0
    for flag in flags:
        current = current + 1 if flag else 0
        longest = max(longest, current)
    return longest


def _during(period: ReportingPeriod, exposures: pl.DataFrame) -> pl.DataFrame:
    """The watches that touch a period, cut to it."""
    touching = exposures.filter((pl.col("watched_until") > period.start) & (pl.col("watched_from") < period.end))
    return touching.with_columns(
        pl.col("watched_from").clip(lower_bound=period.start), pl.col("watched_until").clip(upper_bound=period.end)
    )


def _hours(period: ReportingPeriod, exposures: pl.DataFrame) -> tuple[WatchHours, ...]:
    table = watched_hours(_during(period, exposures).filter(pl.col("observer") != "satellite"))
    return tuple(WatchHours(observer=row[0], state=row[1], hours=round(row[2], 1)) for row in table.iter_rows())


def _restrictions(period: ReportingPeriod, exposures: pl.DataFrame, setting: Setting) -> tuple[Restriction, ...]:
    """What kept monitors from watching; on the map and in words only as a coarse cell."""
    gazetteer = Gazetteer(setting.places)
    kept = _during(period, exposures).filter(pl.col("state").cast(pl.String).is_in(["down", "blocked", "jammed"]))
    rows = []
    for row in kept.sort("watched_from", "source").iter_rows(named=True):
        cell = setting.protection.observer_cell(row["latitude"], row["longitude"])
        rows.append(
            Restriction(
                what={"blocked": "movement denied", "jammed": "signal interference", "down": "out of service"}[row["state"]],
                observer=row["observer"],
                by=row["blocked_by"] or UNDETERMINED,
                cell=cell,
                near=gazetteer.near(cell),
                local_from=_local(row["watched_from"], setting.zone),
                local_until=_local(row["watched_until"], setting.zone),
                remark=row["text"] or "",
            )
        )
    return tuple(rows)


def _drawing(known: Knowledge, setting: Setting, now: datetime) -> Drawing:
    agreement, geography = setting.agreement, setting.geography
    lines = [
        (line.title, tuple((round(float(lat), 4), round(float(lon), 4)) for lat, lon in part))
        for line in agreement.lines
        for part in geography.line_points(line.id)
    ]
    zones = [
        (zone.title, tuple((round(float(lat), 4), round(float(lon), 4)) for lat, lon in ring))
        for zone in agreement.zones
        if not isinstance(zone.area, Band) and zone.kind == "disengagement"
        for ring in geography.zone_outline(zone.id)
    ]
    borders = []
    for sector in agreement.sectors:
        latitude, longitude = geography.beside(sector.line, np.array([sector.from_km]), np.array([0.0]))
        borders.append((sector.title, round(float(latitude[0]), 4), round(float(longitude[0]), 4)))
    return Drawing(
        lines=tuple(lines),
        accuracy_km=max((line.accuracy_km for line in agreement.lines), default=0.0),
        zones=tuple(zones),
        sectors=tuple(borders),
        places=tuple(setting.places.select("name", "latitude", "longitude").iter_rows()),
        watched_cells=setting.protection.watched_cells(known.exposures, now),
    )


# Time ----------------------------------------------------------------------------------------------------------------------


def _local(moment: datetime, zone: ZoneInfo) -> str:
    """Local time to the minute with its offset, e.g. 2026-03-05T14:20-01:00."""
    return moment.astimezone(zone).isoformat(timespec="minutes")


def _spoken(moment: datetime, zone: ZoneInfo) -> str:
    """Local date and time as they are read aloud, e.g. 5 March 2026 19:30."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B %Y %H:%M}"


def _zone_note(period: ReportingPeriod, zone: ZoneInfo) -> str:
    start, end = (moment.astimezone(zone) for moment in (period.start, period.end))
    offsets = [f"UTC{moment.strftime('%z')[:3]}:{moment.strftime('%z')[3:]}" for moment in (start, end)]
    if offsets[0] == offsets[1]:
        return f"All times are local ({zone.key}, {offsets[0]})."
    hours = (period.end - period.start).total_seconds() / 3600
    return f"All times are local ({zone.key}); clocks change from {offsets[0]} to {offsets[1]}, so the period has {hours:g} hours."


def _utc64(moment: datetime) -> np.datetime64:
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")
