"""Words of the field as reports write them, and their meaning in our vocabulary, as data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from truceline.values.place import bearing_of
from truceline.values.vocabulary import CALIBRE_RANGE_MM, UAV_KINDS

KINDS_BY_WORD = {
    "explosion": "explosion",
    "projectile": "projectile",
    "tracer": "projectile",
    "burst": "burst",
    "shot": "shot",
    "muzzle flash": "muzzle flash",
    "muzzle flashe": "muzzle flash",  # the plural without its s
    "illumination flare": "illumination flare",
    "rocket": "rocket",
    "uav flight": "uav flight",
    "aircraft flight": "aircraft flight",
    "weapon present": "weapon present",
    "troops moving": "troops moving",
    "advance": "advance",
    "fortification": "fortification",
    "mine": "mine laid",
    "jamming": "jamming",
    "access denied": "access denied",
    "casualty": "casualty",
    "casualtie": "casualty",
    "damage": "damage",
    "nothing seen": "nothing seen",
}
MEANS_BY_WORD = {
    "saw": "saw",
    "heard": "heard",
    "saw and heard": "saw and heard",
    "recorded": "recorded",
    "uav": "uav",
    "reported": "reported",
}
ASSESSMENTS_BY_WORD = {
    "incoming": "incoming",
    "outgoing": "outgoing",
    "impact": "impact",
    "undetermined": "undetermined",
    "assessed as live-fire exercise": "exercise",
    "live-fire exercise": "exercise",
    "controlled explosion": "controlled explosion",
    "assessed as controlled explosion": "controlled explosion",
    "return of fire": "return of fire",
}
WEAPONS_BY_WORD: dict[str, tuple[str, float | None]] = {
    "small arms": ("small arms", None),
    "hmg": ("heavy machine gun", None),
    "heavy machine gun": ("heavy machine gun", None),
    "agl": ("grenade launcher", None),
    "automatic grenade launcher": ("grenade launcher", None),
    "grenade launcher": ("grenade launcher", None),
    "cannon": ("cannon", None),
    "mortar": ("mortar", None),
    "artillery": ("artillery", None),
    "howitzer": ("artillery", None),
    "tank": ("tank", None),
    "spg-9": ("anti-tank", 73.0),
    "anti-tank": ("anti-tank", None),
    "mlrs": ("multiple-launch rocket system", None),
    "multiple-launch rocket system": ("multiple-launch rocket system", None),
    "tactical missile": ("tactical missile", None),
    "aircraft": ("aircraft", None),
    "uav": ("uav", None),
}

_WEAPON = re.compile(r"^(?:(?P<front>\d+(?:\.\d+)?)\s*mm\s+)?(?P<word>[a-z0-9 -]+?)\s*(?:\((?P<note>[^()]*)\))?$")
_CALIBRE = re.compile(r"(\d+(?:\.\d+)?)\s*mm")
_DISTANCE = re.compile(r"^(\d+(?:\.\d+)?)(?:\s*[-–]\s*(\d+(?:\.\d+)?))?$")
_NUMBER = re.compile(r"^(?:at least\s+)?(\d{1,6})$")
FARTHEST_KM = 50.0
WIDEST_SECTOR_DEG = 157.5

Fields = Mapping[str, Any]


def translated(frame: pl.DataFrame, column: str, parse: Callable[[str], Fields | None], schema: dict[str, Any]) -> pl.DataFrame:
    """The frame with the columns of `schema` from a text column: each distinct word is parsed once.

    Null stays null. `<column> understood` is false where there is a word that `parse` answers with None.
    """
    words = frame[column].drop_nulls().unique().to_list()
    meanings = [parse(word) for word in words]
    table = pl.DataFrame(
        {
            column: words,
            f"{column} understood": [meaning is not None for meaning in meanings],
            **{name: [(meaning or {}).get(name) for meaning in meanings] for name in schema},
        },
        schema={column: pl.String, f"{column} understood": pl.Boolean, **schema},
    )
    joined = frame.join(table, on=column, how="left", maintain_order="left")
    return joined.with_columns(pl.col(f"{column} understood").fill_null(value=True))


def kind(word: str) -> Fields | None:
    """Kind of observation, as {"kind": ...}."""
    plain = _plain(word).removesuffix(" in flight")
    found = KINDS_BY_WORD.get(plain) or KINDS_BY_WORD.get(plain.removesuffix("s"))
    return {"kind": found} if found else None


def one_of(name: str, meanings: Mapping[str, str]) -> Callable[[str], Fields | None]:
    """A parser of one column by a table of words."""

    def parse(word: str) -> Fields | None:
        found = meanings.get(_plain(word))
        return {name: found} if found else None

    return parse


def weapon(word: str) -> Fields | None:
    """Weapon class, calibre in mm and kind of UAV, from words such as "mortar (120mm)", "122mm howitzer", "UAV (bomber)"."""
    match = _WEAPON.match(_plain(word))
    if match is None or match["word"] not in WEAPONS_BY_WORD:
        return None
    name, calibre = WEAPONS_BY_WORD[match["word"]]
    note = match["note"] or ""
    stated = _CALIBRE.search(note)
    if match["front"] or stated:
        calibre = float(match["front"] or stated[1])  # type: ignore[index]
        lowest, highest = CALIBRE_RANGE_MM.get(name, (0.0, 0.0))
        if not lowest / 2 <= calibre <= 2 * highest:
            return None
    if name == "uav" and note and note not in UAV_KINDS:
        return None
    return {"weapon": name, "calibre_mm": calibre, "uav_kind": note or None if name == "uav" else None}


def distance(word: str) -> Fields | None:
    """Nearest and farthest distance in metres of "2" (plus or minus 25 %, at least 250 m) or "3-5", in km."""
    match = _DISTANCE.match(word.strip())
    if match is None:
        return None
    near = float(match[1])
    far = float(match[2]) if match[2] else near
    if not near <= far <= FARTHEST_KM:
        return None
    if match[2] is None and near > 0:
        near, far = near - max(0.25 * near, 0.25), far + max(0.25 * far, 0.25)
    return {"near_m": max(near, 0.0) * 1000, "far_m": far * 1000}


def bearing(word: str) -> Fields | None:
    """Middle and width in degrees of a point such as "WNW" (22.5 wide) or a sector such as "E-SE"."""
    try:
        points = [bearing_of(point) for point in re.split(r"\s*[-–]\s*", word.strip())]
    except ValueError:
        return None
    if len(points) > 2:
        return None
    turn = (points[-1] - points[0] + 180) % 360 - 180
    if abs(turn) + 22.5 > WIDEST_SECTOR_DEG:
        return None
    return {"bearing_deg": (points[0] + turn / 2) % 360, "sector_deg": abs(turn) + 22.5}


def direction(word: str) -> Fields | None:
    """Bearing in degrees from which fire came, of "W to E"; none for "in vertical flight"."""
    if _plain(word) == "in vertical flight":
        return {"direction_from_deg": None}
    ends = re.split(r"\s+to\s+", word.strip(), flags=re.IGNORECASE)
    try:
        points = [bearing_of(point) for point in ends]
    except ValueError:
        return None
    return {"direction_from_deg": points[0]} if len(points) == 2 and points[0] != points[1] else None


def count(word: str) -> Fields | None:
    """The number of "12" or "at least 12", as {"count": 12}."""
    match = _NUMBER.match(_plain(word))
    return {"count": int(match[1])} if match and int(match[1]) > 0 else None


def known(column: str) -> pl.Expr:
    """The column with N/K, in any case, as null."""
    text = pl.col(column)
    return pl.when(~text.str.to_uppercase().is_in(["N/K", "NK"])).then(text).alias(column)


def _plain(word: str) -> str:
    return " ".join(word.split()).casefold()


def bearing_or_degrees(word: str) -> Fields | None:
    """Degrees clockwise from north of a number from 0 to 360 or of one of sixteen points."""
    try:
        degrees = float(word)
    except ValueError:
        try:
            degrees = bearing_of(word)
        except ValueError:
            return None
    return {"direction_from_deg": degrees % 360} if 0 <= degrees <= 360 else None
