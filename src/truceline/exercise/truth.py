"""What truly happened: exchanges of fire, flights, weapons, works, mines, jamming, denials, exercises; who did it, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from truceline.agreement.document import Agreement
from truceline.agreement.geography import Geography
from truceline.exercise.scenario import Scenario
from truceline.values.time import ReportingPeriod

LINE = "line"

ARMS: tuple[tuple[str, str, float | None, float, tuple[float, float], tuple[float, float], tuple[int, int]], ...] = (
    # weapon class, as a table writes it, calibre in mm, share, km from the line: impact and origin, rounds
    ("small arms", "small arms", None, 0.45, (0.1, 0.9), (0.3, 1.0), (5, 60)),
    ("heavy machine gun", "HMG", None, 0.12, (0.2, 1.2), (0.4, 1.2), (5, 40)),
    ("grenade launcher", "AGL", None, 0.08, (0.2, 1.2), (0.4, 1.0), (4, 20)),
    ("mortar", "mortar (82mm)", 82.0, 0.12, (0.6, 2.5), (1.0, 2.5), (3, 20)),
    ("mortar", "mortar (120mm)", 120.0, 0.10, (0.8, 4.0), (1.5, 4.0), (3, 25)),
    ("artillery", "122mm howitzer", 122.0, 0.08, (1.5, 7.0), (6.0, 12.0), (4, 30)),
    ("tank", "tank (125mm)", 125.0, 0.03, (0.5, 2.0), (0.8, 2.0), (2, 10)),
    ("multiple-launch rocket system", "MLRS (122mm)", 122.0, 0.02, (2.0, 8.0), (8.0, 14.0), (6, 40)),
)
FOLLOWED = 0.3
"""Chance that an exchange is followed by another near by: fire comes in clusters."""

LOUD = ("mortar", "artillery", "tank", "multiple-launch rocket system", "grenade launcher")
"""Weapons whose rounds burst: they are counted as explosions and can be located by sound."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, or that somebody made up (`happened` false)."""

    id: int
    conduct: str
    start: datetime
    end: datetime
    latitude: float
    longitude: float
    party: str | None
    happened: bool = True
    weapon: str | None = None
    weapon_words: str = "N/K"
    calibre_mm: float | None = None
    rounds: int = 1
    from_north: bool = True
    excused: str | None = None
    words: str = ""
    along_km: float = 0.0


@dataclass(slots=True)
class World:
    """The ground and the people of a scenario: numbers events, places them, and knows who is north."""

    scenario: Scenario
    agreement: Agreement
    geography: Geography
    periods: list[ReportingPeriod]
    events: list[Event] = field(default_factory=list)

    @property
    def length_km(self) -> float:
        """Length of the line."""
        return self.geography.length_km(LINE)

    def party(self, north: bool) -> str:
        """The party on the left of the line (north), or the other; exchanged when the scenario is mirrored."""
        line = self.agreement.lines[0]
        return line.left if north != self.scenario.mirrored else line.right

    def at(self, along_km: float, north_km: float) -> tuple[float, float]:
        """Latitude and longitude of a place along the line and so far north of it; mirrored scenarios exchange the sides."""
        offset = -north_km if self.scenario.mirrored else north_km
        latitude, longitude = self.geography.beside(LINE, np.array([along_km]), np.array([offset]))
        return float(latitude[0]), float(longitude[0])

    def add(self, **values: object) -> Event:
        """Record an event under the next number."""
        event = Event(id=len(self.events) + 1, **values)  # type: ignore[arg-type]  # the callers below pass Event's own fields
        self.events.append(event)
        return event


def happen(world: World, rng: np.random.Generator) -> None:
    """Let the month happen."""
    hot = rng.uniform(4, world.length_km - 4, world.scenario.hot_spots)
    weight = rng.dirichlet(np.full(len(hot), 2.0))
    flare_up = int(rng.integers(len(world.periods) // 2, max(len(world.periods) * 3 // 4, len(world.periods) // 2 + 1)))
    for number, period in enumerate(world.periods):
        rate = world.scenario.exchanges_a_day * (1 - 0.67 * number / max(len(world.periods) - 1, 1))
        if flare_up <= number < flare_up + 3:
            rate *= world.scenario.flare_up_factor
        for start in _instants(period, int(rng.poisson(rate)), rng):
            _exchange(world, start, hot, weight, rng)
        for start in _instants(period, int(rng.poisson(2.5)), rng):
            _flight(world, start, rng)
        _weapons_and_works(world, period, rng)
    for start in _some_days(world, 3, rng):
        _exercise(world, start, rng)


def _instants(period: ReportingPeriod, count: int, rng: np.random.Generator) -> Iterator[datetime]:
    seconds = np.sort(rng.uniform(0, (period.end - period.start).total_seconds(), count))
    return (period.start + timedelta(seconds=int(second)) for second in seconds)


def _some_days(world: World, count: int, rng: np.random.Generator) -> list[datetime]:
    chosen = rng.choice(len(world.periods), min(count, len(world.periods)), replace=False)
    return [world.periods[int(day)].end - timedelta(hours=float(rng.uniform(4, 8))) for day in sorted(chosen)]


def _exchange(world: World, start: datetime, hot: np.ndarray, weight: np.ndarray, rng: np.random.Generator) -> None:
    """One party opens fire; in a quarter of the cases the other answers at the same place soon after, within one exchange."""
    near = (
        float(rng.normal(hot[rng.choice(len(hot), p=weight)], 2.0))
        if rng.random() < 0.75
        else float(rng.uniform(0, world.length_km))
    )
    along = float(np.clip(near, 0.5, world.length_km - 0.5))
    weapon, words, calibre, _, impact, _, rounds = ARMS[int(rng.choice(len(ARMS), p=[arm[3] for arm in ARMS]))]
    north = bool(rng.random() < 0.5)
    minutes = float(np.clip(rng.lognormal(np.log(10), 0.8), 1, 75))
    away = float(rng.uniform(*impact))
    latitude, longitude = world.at(along, -away if north else away)
    world.add(
        conduct="fire",
        start=start,
        end=start + timedelta(minutes=minutes),
        latitude=latitude,
        longitude=longitude,
        party=world.party(north),
        weapon=weapon,
        weapon_words=words,
        calibre_mm=calibre,
        rounds=int(rng.integers(*rounds)),
        from_north=north,
        along_km=along,
    )


def _flight(world: World, start: datetime, rng: np.random.Generator) -> None:
    north = bool(rng.random() < 0.5)
    along = float(rng.uniform(1, world.length_km - 1))
    latitude, longitude = world.at(along, float(rng.uniform(-2, 2)))
    crewed = rng.random() < 0.04
    world.add(
        conduct="aircraft" if crewed else "uav",
        start=start,
        end=start + timedelta(minutes=float(rng.uniform(3, 20))),
        latitude=latitude,
        longitude=longitude,
        party=world.party(north),
        weapon="aircraft" if crewed else "uav",
        weapon_words="aircraft" if crewed else "UAV (reconnaissance)",
        from_north=north,
        along_km=along,
    )


PIECES = (
    ("artillery", "122mm howitzer", 122.0),
    ("mortar", "mortar (120mm)", 120.0),
    ("mortar", "mortar (82mm)", 82.0),
    ("tank", "tank (125mm)", 125.0),
)


def _weapons_and_works(world: World, period: ReportingPeriod, rng: np.random.Generator) -> None:
    """Weapons standing on a side, some too near the line; works, mines and damage now and then."""
    for _ in range(int(rng.poisson(2.0))):
        north = bool(rng.random() < 0.5)
        weapon, words, calibre = PIECES[int(rng.integers(len(PIECES)))]
        away = float(rng.uniform(2, 24))
        _standing(world, period, rng, north, away, "weapons", weapon, words, calibre)
    for conduct, rate, reach in (("fortification", 0.25, 3.5), ("movement", 0.25, 3.5), ("mines", 0.15, 3.0)):
        for _ in range(int(rng.poisson(rate))):
            _standing(world, period, rng, bool(rng.random() < 0.5), float(rng.uniform(0.5, reach)), conduct)
    if rng.random() < 0.12:
        _standing(world, period, rng, bool(rng.random() < 0.5), float(rng.uniform(0.5, 4)), "attack on protected object")


def _standing(
    world: World,
    period: ReportingPeriod,
    rng: np.random.Generator,
    north: bool,
    away: float,
    conduct: str,
    weapon: str | None = None,
    words: str = "N/K",
    calibre: float | None = None,
) -> None:
    """Something that stands at a place for the day and can be found while it is light."""
    along = float(rng.uniform(1, world.length_km - 1))
    latitude, longitude = world.at(along, away if north else -away)
    world.add(
        conduct=conduct,
        start=period.end - timedelta(hours=11),
        end=period.end - timedelta(hours=1),
        latitude=latitude,
        longitude=longitude,
        party=world.party(north) if conduct != "attack on protected object" else world.party(not north),
        weapon=weapon,
        weapon_words=words,
        calibre_mm=calibre,
        rounds=int(rng.integers(1, 4)),
        from_north=north,
        along_km=along,
    )


def _exercise(world: World, start: datetime, rng: np.random.Generator) -> None:
    """A live-fire exercise or demining of which the mission had notice, well behind the line."""
    north = bool(rng.random() < 0.5)
    along, away = float(rng.uniform(5, world.length_km - 5)), float(rng.uniform(4, 6))
    latitude, longitude = world.at(along, away if north else -away)
    demining = rng.random() < 0.4
    world.add(
        conduct="fire",
        start=start,
        end=start + timedelta(minutes=float(rng.uniform(20, 60))),
        latitude=latitude,
        longitude=longitude,
        party=world.party(north),
        weapon=None if demining else "mortar",
        weapon_words="N/K" if demining else "mortar (82mm)",
        calibre_mm=None if demining else 82.0,
        rounds=int(rng.integers(2, 12)),
        excused="demining" if demining else "notified exercise",
        from_north=north,
        along_km=along,
    )
