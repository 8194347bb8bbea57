"""The words of the field, declared once as data: kinds of observation, weapon classes, conducts, means, assessments.

Validation, screens, reports and the reference page all read these tables, so that a word means the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Conduct = Literal[
    "fire",
    "aircraft",
    "uav",
    "weapons",
    "movement",
    "fortification",
    "mines",
    "jamming",
    "denial of access",
    "attack on protected object",
    "offensive action",
]
"""What a term can prohibit."""

Kind = Literal[
    "explosion",
    "projectile",
    "muzzle flash",
    "illumination flare",
    "burst",
    "shot",
    "rocket",
    "heat",
    "aircraft flight",
    "uav flight",
    "weapon present",
    "troops moving",
    "advance",
    "fortification",
    "mine laid",
    "jamming",
    "access denied",
    "casualty",
    "damage",
    "nothing seen",
]
"""What an observation says was seen, heard or recorded."""

WeaponClass = Literal[
    "small arms",
    "heavy machine gun",
    "grenade launcher",
    "cannon",
    "anti-tank",
    "mortar",
    "tank",
    "artillery",
    "multiple-launch rocket system",
    "tactical missile",
    "aircraft",
    "uav",
]

Means = Literal["saw", "heard", "saw and heard", "recorded", "satellite", "uav", "reported"]

Assessment = Literal["incoming", "outgoing", "impact", "undetermined", "exercise", "controlled explosion", "return of fire"]

ObserverKind = Literal["patrol", "camera", "acoustic", "uav", "satellite"]

UavKind = Literal["reconnaissance", "first-person view", "one-way attack", "bomber", "unknown"]

KINDS: tuple[str, ...] = get_args(Kind)
CONDUCTS: tuple[str, ...] = get_args(Conduct)
WEAPON_CLASSES: tuple[str, ...] = get_args(WeaponClass)
MEANS: tuple[str, ...] = get_args(Means)
ASSESSMENTS: tuple[str, ...] = get_args(Assessment)
OBSERVER_KINDS: tuple[str, ...] = get_args(ObserverKind)
UAV_KINDS: tuple[str, ...] = get_args(UavKind)


@dataclass(frozen=True, slots=True)
class KindOfObservation:
    """What one kind of observation means: the conduct it may show, its unit of count, who can notice it."""

    name: str
    conduct: str | None
    unit: str
    noticed_by: frozenset[str]
    sentence: str


def _kind(name: str, conduct: str | None, unit: str, noticed_by: str, sentence: str) -> tuple[str, KindOfObservation]:
    return name, KindOfObservation(name, conduct, unit, frozenset(noticed_by.split()), sentence)


KIND_TABLE: dict[str, KindOfObservation] = dict(
    (
        _kind("explosion", "fire", "detonation", "patrol camera acoustic uav", "One detonation, seen, heard or recorded."),
        _kind("projectile", "fire", "projectile", "patrol camera", "One projectile in flight."),
        _kind("muzzle flash", "fire", "flash", "patrol camera uav", "One flash at a muzzle."),
        _kind("illumination flare", "fire", "flare", "patrol camera uav", "One flare."),
        _kind("burst", "fire", "burst", "patrol camera acoustic", "One burst of automatic fire."),
        _kind("shot", "fire", "shot", "patrol camera acoustic", "One single shot."),
        _kind("rocket", "fire", "rocket", "patrol camera acoustic", "One rocket launched or in flight."),
        _kind("heat", "fire", "pixel", "satellite", "One thermal anomaly; most are not conflict-related."),
        _kind("aircraft flight", "aircraft", "flight", "patrol camera", "A crewed aircraft in the air."),
        _kind("uav flight", "uav", "flight", "patrol camera acoustic", "An uncrewed aircraft in the air."),
        _kind("weapon present", "weapons", "piece", "patrol uav satellite", "A weapon seen standing or moving at a place."),
        _kind("troops moving", "movement", "movement", "patrol uav", "Armed people or vehicles moving where they may not."),
        _kind("advance", "offensive action", "attempt", "patrol uav camera", "An attempt to change positions."),
        _kind("fortification", "fortification", "work", "patrol uav satellite", "A trench or position new or extended."),
        _kind("mine laid", "mines", "mine", "patrol uav", "A mine or unexploded ordnance."),
        _kind("jamming", "jamming", "case", "uav patrol", "Signal interference against monitors' equipment."),
        _kind("access denied", "denial of access", "case", "patrol uav", "Monitors stopped, delayed or turned back."),
        _kind("casualty", None, "person", "patrol", "A civilian killed or injured, corroborated."),
        _kind("damage", "attack on protected object", "object", "patrol uav", "Damage to a civilian or protected object."),
        _kind("nothing seen", None, "watch", "patrol camera acoustic uav satellite", "Somebody watched and saw nothing."),
    )
)
"""Every kind of observation by name."""

FIRE_KINDS: tuple[str, ...] = tuple(name for name, kind in KIND_TABLE.items() if kind.conduct == "fire")

CALIBRE_RANGE_MM: dict[str, tuple[float, float]] = {
    "small arms": (4.5, 12.0),
    "heavy machine gun": (12.7, 14.5),
    "grenade launcher": (30.0, 40.0),
    "cannon": (20.0, 57.0),
    "anti-tank": (73.0, 152.0),
    "mortar": (60.0, 240.0),
    "tank": (100.0, 125.0),
    "artillery": (76.0, 203.0),
    "multiple-launch rocket system": (107.0, 300.0),
    "tactical missile": (300.0, 1000.0),
}
"""Smallest and largest calibre in mm that a weapon class stands for where a report names the class alone.

A convention of this project: it decides only whether a bound on calibre is surely met, surely not met, or cannot be told.
"""

REACH_KM: dict[str, tuple[float, float]] = {
    "small arms": (0.1, 2.0),
    "heavy machine gun": (0.1, 2.5),
    "grenade launcher": (0.1, 2.0),
    "cannon": (0.2, 4.0),
    "anti-tank": (0.2, 5.0),
    "mortar": (0.5, 8.0),
    "tank": (0.3, 6.0),
    "artillery": (2.0, 25.0),
    "multiple-launch rocket system": (4.0, 40.0),
}
"""Distances in km, generous on purpose, between which fire of a class may have come: used only to tell on whose ground its
origin must lie, never to advise fire. A convention of this project; a class not listed is 'cannot be told'."""
