"""What the map shows besides incidents: the lines in force, areas, sectors, named places and watched cells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import numpy as np

from truceline.agreement.document import Band, LineVersion
from truceline.reports.daily import AreaDrawing, Drawing, LineDrawing, NamedPlace, Point, SectorDrawing
from truceline.reports.knowledge import Knowledge, Setting
from truceline.reports.watching import during
from truceline.values.time import Interval, ReportingPeriod

SECTOR_TICK_KM = 4.0


def drawing_of(period: ReportingPeriod, known: Knowledge, setting: Setting) -> Drawing:
    """The drawing of a period: lines that stood during it, and the cells of watches that may be shown by its end."""
    agreement, geography = setting.agreement, setting.geography
    delayed = timedelta(hours=setting.protection.observer_delay_h)
    shown = ReportingPeriod(period.day, Interval(period.start - delayed, max(period.end - delayed, period.start - delayed / 2)))
    return Drawing(
        lines=tuple(
            LineDrawing(title=line.title, accuracy_km=line.accuracy_km, points=_points(part))
            for line in agreement.lines
            if _stood(line, period)
            for part in geography.line_points(line.id)
        ),
        areas=tuple(
            AreaDrawing(title=zone.title, ring=_points(ring))
            for zone in agreement.zones
            if not isinstance(zone.area, Band) and zone.kind == "disengagement"
            for ring in geography.zone_outline(zone.id)
        ),
        sectors=tuple(_sector(sector.id, setting) for sector in agreement.sectors),
        places=tuple(
            NamedPlace(name=name, at=(latitude, longitude))
            for name, latitude, longitude in setting.places.select("name", "latitude", "longitude").iter_rows()
        ),
        watched_cells=setting.protection.watched_cells(during(shown, known.exposures), period.end),
    )


def _stood(line: LineVersion, period: ReportingPeriod) -> bool:
    return line.in_force_from < period.end and (line.in_force_until is None or line.in_force_until > period.start)


def _points(array: Iterable[Iterable[float]]) -> tuple[Point, ...]:
    return tuple((float(latitude), float(longitude)) for latitude, longitude in array)


def _sector(name: str, setting: Setting) -> SectorDrawing:
    sector = next(sector for sector in setting.agreement.sectors if sector.id == name)
    end_km = min(sector.until_km, setting.geography.length_km(sector.line))
    along = np.array([sector.from_km, sector.from_km, end_km, end_km, (sector.from_km + end_km) / 2])
    offset = np.array([SECTOR_TICK_KM, -SECTOR_TICK_KM, SECTOR_TICK_KM, -SECTOR_TICK_KM, 0.0])
    points = _points(zip(*setting.geography.beside(sector.line, along, offset), strict=True))
    return SectorDrawing(title=sector.title, start=(points[0], points[1]), end=(points[2], points[3]), middle=points[4])
