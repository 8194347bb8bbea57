"""What watchers, satellites and parties report of what happened, with honest error: rows of the feeds' own tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from truceline.exercise.truth import LOUD, Event, World
from truceline.exercise.watchers import Watch
from truceline.values.place import EARTH, point_of
from truceline.values.time import ReportingPeriod
from truceline.values.vocabulary import KIND_TABLE

Row = dict[str, Any]

OBSERVATION_WORDS = {
    "uav flight": "UAV flight",
    "aircraft flight": "Aircraft flight",
    "weapon present": "Weapon present",
    "fortification": "Fortification",
    "troops moving": "Troops moving",
    "mine laid": "Mine",
    "damage": "Damage",
    "jamming": "Jamming",
    "access denied": "Access denied",
    "explosion": "Explosion",
    "burst": "Burst",
    "shot": "Shot",
}
KIND_OF_CONDUCT = {
    "uav": "uav flight",
    "aircraft": "aircraft flight",
    "weapons": "weapon present",
    "fortification": "fortification",
    "movement": "troops moving",
    "mines": "mine laid",
    "attack on protected object": "damage",
    "jamming": "jamming",
    "denial of access": "access denied",
}

ERRORS = {"camera": (0.10, 4.0), "acoustic": (0.06, 4.0), "patrol": (0.20, 9.0), "uav": (0.08, 5.0)}
"""Relative error of the distance and error of the bearing in degrees, one sigma, by kind of observer."""

MEANS = {"camera": "Recorded", "acoustic": "Recorded", "uav": "UAV"}


def kind_of(event: Event) -> str:
    """Kind of observation that an event shows."""
    if event.conduct == "fire":
        return "explosion" if event.weapon in LOUD or event.excused else "burst"
    return KIND_OF_CONDUCT[event.conduct]


def seen_by(watch: Watch, events: list[Event], world: World, zone: ZoneInfo, rng: np.random.Generator) -> list[tuple[Row, int]]:
    """Rows that one watch reports, each with the number of the event it is of."""
    if watch.denial is not None:
        suffered = world.events[watch.denial - 1]
        return [(_row(watch, suffered, world, zone, rng, at_position=True), suffered.id)]
    rows = []
    for event in events:
        begins, ends = max(event.start, watch.start), min(event.end, watch.end)
        if watch.state != "watching" or begins >= ends or watch.observer not in KIND_TABLE[kind_of(event)].noticed_by:
            continue
        if _kilometres(watch, event) <= watch.range_km and rng.random() < watch.detection:
            rows.append((_row(watch, event, world, zone, rng), event.id))
    return rows


def _kilometres(watch: Watch, event: Event) -> float:
    _, _, metres = EARTH.inv(watch.longitude, watch.latitude, event.longitude, event.latitude)
    return float(metres) / 1000


def _row(watch: Watch, event: Event, world: World, zone: ZoneInfo, rng: np.random.Generator, *, at_position: bool = False) -> Row:
    """One line of the table of violations: what this watcher would write."""
    begins, ends = _noted_time(watch, event, rng)
    distance, bearing = ("0", "N") if at_position else _noted_place(watch, event, rng)
    local = begins.astimezone(zone)
    until = ends.astimezone(zone)
    return {
        "reference": "",
        "source": watch.source,
        "observer": watch.observer,
        "position": watch.position,
        "position_latitude": f"{watch.latitude:.6f}",
        "position_longitude": f"{watch.longitude:.6f}",
        "position_uncertainty_m": "50",
        "distance_km": distance,
        "bearing": bearing,
        "means": MEANS.get(watch.observer)
        or ("Saw and heard" if rng.random() < 0.4 else "Heard" if event.conduct == "fire" else "Saw"),
        "number": _noted_number(watch, event, rng),
        "observation": OBSERVATION_WORDS[kind_of(event)],
        "description": _description(event, rng),
        "direction": _direction(watch, event, world, rng),
        "weapon": _weapon(event, watch, rng),
        "date": local.strftime("%Y-%m-%d"),
        "time": local.strftime("%H:%M") if until - local < timedelta(minutes=1.5) else f"{local:%H:%M}-{until:%H:%M}",
        "reported_at": (ends + timedelta(minutes=20)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _noted_time(watch: Watch, event: Event, rng: np.random.Generator) -> tuple[datetime, datetime]:
    """The minutes between which the watcher noted it; what stands for hours is noted when it is found."""
    begins, ends = max(event.start, watch.start), min(event.end, watch.end)
    if ends - begins > timedelta(hours=1.5):
        found = begins + (ends - begins) * float(rng.uniform(0.1, 0.9))
        return found, found
    slack = timedelta(minutes=float(rng.normal(0, 0.7)))
    return begins + slack, max(ends + slack, begins + slack)


def _noted_place(watch: Watch, event: Event, rng: np.random.Generator) -> tuple[str, str]:
    azimuth, _, metres = EARTH.inv(watch.longitude, watch.latitude, event.longitude, event.latitude)
    relative, degrees = ERRORS[watch.observer]
    distance = max(0.1, metres / 1000 * float(rng.normal(1, relative)))
    half = max(0.25, 1.5 * relative * distance)
    low, high = max(0.0, round(distance - half, 1)), round(distance + half, 1)
    return f"{low:g}-{high:g}", point_of(float(azimuth + rng.normal(0, degrees)) % 360)


def _noted_number(watch: Watch, event: Event, rng: np.random.Generator) -> str:
    if event.conduct != "fire":
        return str(event.rounds)
    if rng.random() < 0.08:
        return "N/K"
    return str(max(1, int(rng.binomial(event.rounds, 0.9 if watch.observer == "camera" else 0.75))))


def _description(event: Event, rng: np.random.Generator) -> str:
    if event.excused == "demining":
        return "Controlled explosion"
    if event.excused:
        return "Assessed as live-fire exercise"
    return (
        "Impact" if kind_of(event) == "explosion" and rng.random() < 0.3 else "Undetermined" if event.conduct == "fire" else "N/K"
    )


def _direction(watch: Watch, event: Event, world: World, rng: np.random.Generator) -> str:
    """Direction of fire as one point to its opposite, where the watcher can tell."""
    chance = {"acoustic": 0.85, "camera": 0.45, "patrol": 0.2}.get(watch.observer, 0.0)
    if event.conduct != "fire" or event.excused or rng.random() > chance:
        return "N/K"
    origin = 0.0 if event.from_north != world.scenario.mirrored else 180.0
    noted = (origin + float(rng.normal(0, 12))) % 360
    return f"{point_of(noted)} to {point_of((noted + 180) % 360)}"


def _weapon(event: Event, watch: Watch, rng: np.random.Generator) -> str:
    if event.conduct == "weapons" or event.conduct in ("uav", "aircraft"):
        return event.weapon_words
    if event.conduct != "fire" or event.weapon is None or rng.random() > 0.65:
        return "N/K"
    if watch.observer == "acoustic" and event.weapon in ("mortar", "artillery"):
        return f"{event.weapon} (type N/K)"
    return event.weapon_words


# Parties and the public ----------------------------------------------------------------------------------------------------


def claims_of(
    world: World, period: ReportingPeriod, events: list[Event], zone: ZoneInfo, rng: np.random.Generator
) -> list[tuple[Row, int]]:
    """Allegations of both parties in one period: of what was done to them, or made up; some repeated by their media."""
    rows = []
    for north in (True, False):
        against = world.party(not north)
        suffered = [event for event in events if event.party == against and event.conduct == "fire" and not event.excused]
        for _ in range(int(rng.poisson(world.scenario.claims_a_day))):
            made_up = rng.random() < world.scenario.false_claims or not suffered
            event = _made_up(world, period, north, rng) if made_up else suffered[int(rng.integers(len(suffered)))]
            rows += _claim(world, event, world.party(north), against, zone, rng)
    return rows


def _made_up(world: World, period: ReportingPeriod, claimant_north: bool, rng: np.random.Generator) -> Event:
    along = float(rng.uniform(1, world.length_km - 1))
    away = float(rng.uniform(0.3, 4))
    latitude, longitude = world.at(along, away if claimant_north else -away)
    start = period.start + timedelta(seconds=float(rng.uniform(0, 20 * 3600)))
    return world.add(
        conduct="fire",
        start=start,
        end=start + timedelta(minutes=20),
        latitude=latitude,
        longitude=longitude,
        party=None,
        happened=False,
        weapon="mortar",
        rounds=int(rng.integers(3, 30)),
        along_km=along,
    )


def _claim(
    world: World, event: Event, claimant: str, accused: str, zone: ZoneInfo, rng: np.random.Generator
) -> list[tuple[Row, int]]:
    vague = rng.random() < 0.15
    half = timedelta(hours=3) if vague else timedelta(minutes=float(rng.uniform(5, 30)))
    middle = event.start + (event.end - event.start) / 2 + half * float(rng.uniform(-0.5, 0.5))
    row = {
        "id": "",
        "claimant": f"{claimant}-claims",
        "accused": accused,
        "from": (middle - half).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "until": (middle + half).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "lat": f"{event.latitude + float(rng.normal(0, 0.006)):.4f}",
        "lon": f"{event.longitude + float(rng.normal(0, 0.008)):.4f}",
        "accuracy_km": "1",
        "what": "shelling",
        "number": str(max(1, int(event.rounds * float(rng.uniform(1, 2))))),
        "text": f"{claimant} says {accused} fired",
    }
    rows = [(row, event.id)]
    if rng.random() < world.scenario.echoes:
        rows.append(({**row, "claimant": f"{claimant}-media", "text": f"media repeat: {row['text']}"}, event.id))
    return rows


# Satellites ----------------------------------------------------------------------------------------------------------------

OVERPASSES = ((1, 20, "N", "VIIRS"), (2, 10, "1", "VIIRS"), (12, 40, "N", "VIIRS"), (13, 30, "1", "VIIRS"))
"""Hour and minute UTC, satellite and instrument of each daily overpass."""


def heat_of(
    world: World, period: ReportingPeriod, events: list[Event], rng: np.random.Generator
) -> tuple[list[tuple[Row, int]], list[Watch]]:
    """Hot spots of one period with the event each is of, and the overpasses.

    Fields and the kiln have numbers below 0, each field and each sight of the kiln its own.
    """
    rows: list[tuple[Row, int]] = []
    watches = []
    burning = -int((period.end - world.periods[0].start).total_seconds())
    kiln = world.at(0.7 * world.length_km, 11.0)
    centre = world.at(world.length_km / 2, 0.0)
    for hour, minute, satellite, instrument in OVERPASSES:
        at = (period.end.replace(hour=0, minute=0) + timedelta(hours=hour, minutes=minute)).replace(second=0)
        if not period.start <= at < period.end:
            continue
        clear = rng.random() < 0.5
        source = f"firms/viirs-{'snpp' if satellite == 'N' else 'noaa20'}"
        over = Watch(source, "satellite", "overpass", at, at + timedelta(minutes=10), *centre, 90.0, 0.1)
        watches.append(over if clear else replace(over, detection=0.0, state="cloud", remark="cloud"))
        if not clear:
            continue
        for event in events:
            hot = event.weapon in ("artillery", "multiple-launch rocket system") and event.conduct == "fire"
            if hot and timedelta(0) <= at - event.start < timedelta(hours=2) and rng.random() < 0.5:
                rows.append((_hot_spot(event.latitude, event.longitude, at, satellite, instrument, rng), event.id))
        if rng.random() < 0.6:
            burning -= 1
            rows.append((_hot_spot(*kiln, at, satellite, instrument, rng), burning))
        for _ in range(int(rng.poisson(world.scenario.field_fires_a_day / 2))):
            burning -= 1
            field = world.at(float(rng.uniform(0, world.length_km)), float(rng.uniform(-18, 18)))
            for _ in range(int(rng.integers(1, 7))):
                latitude, longitude = (value + float(rng.normal(0, 0.004)) for value in field)
                rows.append((_hot_spot(latitude, longitude, at, satellite, instrument, rng), burning))
    return rows, watches


def _hot_spot(latitude: float, longitude: float, at: datetime, satellite: str, instrument: str, rng: np.random.Generator) -> Row:
    return {
        "latitude": f"{latitude + float(rng.normal(0, 0.001)):.5f}",
        "longitude": f"{longitude + float(rng.normal(0, 0.001)):.5f}",
        "brightness": f"{float(rng.uniform(300, 360)):.1f}",
        "scan": "0.39",
        "track": "0.36",
        "acq_date": at.strftime("%Y-%m-%d"),
        "acq_time": at.strftime("%H%M"),
        "satellite": satellite,
        "instrument": instrument,
        "confidence": "n",
        "version": "2.0",
        "bright_t31": f"{float(rng.uniform(270, 295)):.1f}",
        "frp": f"{float(rng.uniform(1, 20)):.1f}",
        "daynight": "D" if 6 <= at.hour < 18 else "N",
    }
