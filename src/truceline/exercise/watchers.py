"""Who watches in a made-up month: cameras, acoustic sensors, patrols and an uncrewed aircraft, and what keeps them from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from truceline.exercise.truth import Event, World
from truceline.values.time import ReportingPeriod


@dataclass(frozen=True, slots=True)
class Watch:
    """One watch: who, where, from when until when, how well, or what kept it from watching."""

    source: str
    observer: str
    position: str
    start: datetime
    end: datetime
    latitude: float
    longitude: float
    range_km: float
    detection: float
    state: str = "watching"
    blocked_by: str | None = None
    remark: str = ""
    denial: int | None = None
    """Number of the truth's event that this watch itself suffered (denial of access, jamming)."""


@dataclass(frozen=True, slots=True)
class Site:
    """A fixed sensor."""

    source: str
    observer: str
    position: str
    latitude: float
    longitude: float
    range_km: float
    day: float
    night: float
    out: tuple[tuple[datetime, datetime, str, str], ...] = ()


CAMERA_SHARES = (0.32, 0.42, 0.50, 0.58, 0.66, 0.74, 0.08, 0.17, 0.9, 0.25)
"""Where cameras stand along the line, as shares of its length: the middle is watched almost whole, the east end hardly."""


def sites_of(world: World, rng: np.random.Generator) -> list[Site]:
    """Fixed sensors of the month, with the hours in which each is out."""
    sites = []
    for number in range(world.scenario.cameras):
        share = CAMERA_SHARES[number % len(CAMERA_SHARES)]
        latitude, longitude = world.at(share * world.length_km, float(rng.uniform(0.3, 1.2)) * (1 if number % 2 else -1))
        sites.append(
            Site(
                f"camera-{number + 1}",
                "camera",
                f"camera {number + 1}",
                latitude,
                longitude,
                8.0,
                0.95,
                0.9,
                _camera_out(world, number),
            )
        )
    for number in range(world.scenario.acoustic_sensors):
        latitude, longitude = world.at((0.45 + 0.25 * number) * world.length_km, float(rng.uniform(-1.5, 1.5)))
        sites.append(Site(f"acoustic-{number + 1}", "acoustic", f"sensor {number + 1}", latitude, longitude, 14.0, 0.9, 0.9))
    return sites


def _camera_out(world: World, number: int) -> tuple[tuple[datetime, datetime, str, str], ...]:
    """The second camera is without power for three days, the fifth blinded by a laser for five hours."""
    if number == 1 and len(world.periods) > 10:
        return ((world.periods[7].start, world.periods[9].end, "down", "no power"),)
    if number == 4 and len(world.periods) > 14:
        begins = world.periods[13].start + timedelta(hours=4)
        return ((begins, begins + timedelta(hours=5), "down", "blinded by laser"),)
    return ()


def watches_of(world: World, sites: list[Site], period: ReportingPeriod, zone: ZoneInfo, rng: np.random.Generator) -> list[Watch]:
    """All watches of one reporting period."""
    fixed = [watch for site in sites for watch in _fixed(site, period, zone)]
    patrols = [watch for number in range(world.scenario.patrols) for watch in _patrol(world, number, period, zone, rng)]
    return [*fixed, *patrols, _flight_of_mission(world, period, zone, rng)]


def _fixed(site: Site, period: ReportingPeriod, zone: ZoneInfo) -> list[Watch]:
    """A fixed sensor's day and night, cut where it is out."""
    edges = {period.start, period.end}
    for day in (period.start.astimezone(zone).date(), period.end.astimezone(zone).date()):
        edges |= {datetime.combine(day, hour, zone).astimezone(period.start.tzinfo) for hour in (time(6, 30), time(19))}
    for start, end, _, _ in site.out:
        edges |= {start, end}
    inside = sorted(edge for edge in edges if period.start <= edge <= period.end)
    watches = []
    for start, end in pairwise(inside):
        light = time(6, 30) <= start.astimezone(zone).time() < time(19)
        watch = Watch(
            site.source, site.observer, site.position, start, end, site.latitude, site.longitude, site.range_km,
            site.day if light else site.night,
        )  # fmt: skip
        for begins, ends, state, remark in site.out:
            if begins <= start < ends:
                watch = replace(watch, state=state, detection=0.0, remark=remark)
        watches.append(watch)
    return watches


def _patrol(world: World, number: int, period: ReportingPeriod, zone: ZoneInfo, rng: np.random.Generator) -> list[Watch]:
    """Three stops of two and a half hours in daylight; now and then a party does not let the patrol through."""
    start = datetime.combine(period.day, time(8), zone).astimezone(period.start.tzinfo) + timedelta(
        minutes=int(rng.integers(0, 60))
    )
    watches = []
    for stop in range(3):
        along = float(rng.uniform(2, world.length_km - 2))
        north = bool(rng.random() < 0.5)
        latitude, longitude = world.at(along, float(rng.uniform(0.8, 4)) * (1 if north else -1))
        begins = start + timedelta(hours=2.8 * stop)
        end = min(begins + timedelta(hours=2.5), period.end)
        watch = Watch(f"patrol-{number + 1}", "patrol", f"stop {stop + 1}", begins, end, latitude, longitude, 5.0, 0.8)
        if rng.random() < 0.06:
            event = _against_mission(world, watch, "denial of access", world.party(north))
            holder = world.party(north)
            watch = replace(watch, state="blocked", blocked_by=holder, detection=0.0, remark="turned back", denial=event.id)
        watches.append(watch)
    return watches


def _flight_of_mission(world: World, period: ReportingPeriod, zone: ZoneInfo, rng: np.random.Generator) -> Watch:
    """One flight of three hours a day; sometimes jammed."""
    along, north = float(rng.uniform(5, world.length_km - 5)), bool(rng.random() < 0.5)
    latitude, longitude = world.at(along, float(rng.uniform(2, 8)) * (1 if north else -1))
    start = datetime.combine(period.day, time(10), zone).astimezone(period.start.tzinfo)
    watch = Watch("mission-uav", "uav", "orbit", start, start + timedelta(hours=3), latitude, longitude, 7.0, 0.9)
    if rng.random() < 0.08:
        event = _against_mission(world, watch, "jamming", world.party(north))
        watch = replace(watch, state="jammed", detection=0.0, remark="signal interference", denial=event.id)
    return watch


def _against_mission(world: World, watch: Watch, conduct: str, party: str) -> Event:
    return world.add(
        conduct=conduct,
        start=watch.start,
        end=watch.start + timedelta(minutes=10),
        latitude=watch.latitude,
        longitude=watch.longitude,
        party=party,
    )
