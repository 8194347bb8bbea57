"""Eyes on Russia: incidents that volunteers of the Centre for Information Resilience and Bellingcat placed and verified.

Dates are local. Some entries carry an id twice, some none; what is the same record is told from id and content together. The
format is described in docs/reference/feed-formats.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from truceline.adapters.feeds.checks import Check, number, place_checks, sift
from truceline.adapters.feeds.context import FeedContext, keyed, no_exposures, observations
from truceline.adapters.feeds.records import LINE, Columns, read_records
from truceline.adapters.feeds.times import local_date, midnight
from truceline.adapters.feeds.words import Fields, translated
from truceline.usecases.ports import Batch

SOURCE = "eyes-on-russia"
ZONE = ZoneInfo("Europe/Kyiv")
UNCERTAINTY_M = 500.0
RELIABILITY, CREDIBILITY = "B", 2

COLUMNS = Columns(
    required=("entry", "date", "event_group", "title", "lat", "lon"),
    optional=("country", "province", "district", "town/city", "arms/munition", "violence level", "link"),
)

KIND_BY_GROUP = {
    "bombing or explosion": "explosion",
    "munitions": "explosion",
    "russian firing positions": "explosion",
    "ground battle": "explosion",
    "civilian infrastructure damage": "damage",
    "military infrastructure damage": "damage",
    "russian military presence": "troops moving",
    "russian allies presence/losses": "troops moving",
    "russian military losses": "weapon present",
    "ukrainian military losses": "weapon present",
    "civilian casualty": "casualty",
    "mass grave or burial": "casualty",
}
"""Kind by the beginning of the group's name: months and spans follow it ("... March 2022"). Groups not listed are not guessed."""

WEAPON_BY_TYPE = {
    r"\bT-?(?:64|72|80|90)": "tank",
    r"\b2S(?:1|3|5|7|19)\b|\bMSTA|AKATSIYA|GVOZDIKA|HOWITZER": "artillery",
    r"\bGRAD\b|\bBM-?(?:21|27|30)\b|URAGAN|SMERCH|9M55K|9M27K|\bTOS-?1|\bMLRS\b": "multiple-launch rocket system",
    r"ISKANDER|ISKENDER|9K720|9M79|TOCH?K?A-U|3M54|KALIBR": "tactical missile",
    r"\bMORTAR|\b2S4\b|TYULPAN": "mortar",
    r"\bRPG|KORNET|SHTURM|\bSPG-9": "anti-tank",
    r"\bMI-?(?:8|24|28|35)|\bKA-?52|\bSU-?(?:24|25|27|30|34|35)": "aircraft",
    r"\bUAV\b|\bDRONE|ORLAN|SHAHED|BAYRAKTAR": "uav",
    r"SMALL ARMS|\bAK-?(?:74|47)?'?S?\b": "small arms",
}
"""Weapon class by the types that a description names."""


class EyesOnRussiaReader:
    """Reads the published table; its day is a local day, its place that of the footage."""

    name = "eyes-on-russia"
    identity_holds_time = False

    def __init__(self, context: FeedContext) -> None:
        self._context = context

    def read(self, path: Path, received_at: datetime) -> Iterator[Batch]:
        """Yield a file's batches, in file order; raises InvalidFeed when the file as a whole cannot be read."""
        for chunk in read_records(path, COLUMNS, self._context.largest_bytes):
            good, rejected = sift(_understood(chunk.frame), self._checks(), chunk)
            raw = chunk.frame.join(good.select(LINE), on=LINE, how="semi", maintain_order="left")
            identity, content = keyed(raw, self.name, COLUMNS.all, ("entry",))
            good = good.with_columns(observation_id=identity, content_hash=content, reference=pl.col("entry"))
            graded = self._context.graded(good, default=RELIABILITY)
            yield Batch(observations(graded, self.name, received_at), no_exposures(), chunk.rejected + rejected)

    def _checks(self) -> list[Check]:
        return [
            Check("date", pl.col("day").is_null(), "a date YYYY-MM-DD"),
            *place_checks("lat", "lon", self._context.area),
            Check("event_group", pl.col("kind").is_null(), "a group that a kind of observation fits"),
        ]


def _understood(frame: pl.DataFrame) -> pl.DataFrame:
    frame = translated(frame, "event_group", _kind, {"kind": pl.String})
    frame = translated(frame, "arms/munition", _weapon, {"weapon": pl.String})
    frame = frame.with_columns(day=local_date("date"), latitude=number("lat"), longitude=number("lon"))
    notes = [pl.concat_str(pl.lit(f"{name}: "), pl.col(name)) for name in ("arms/munition", "violence level", "link")]
    return frame.with_columns(
        occurred_from=midnight("day", ZONE),
        occurred_until=midnight("day", ZONE, days=1),
        uncertainty_m=pl.lit(UNCERTAINTY_M),
        source=pl.lit(SOURCE),
        means=pl.lit("reported"),
        credibility=pl.lit(CREDIBILITY),
        text=pl.concat_str(pl.col("title"), *notes, separator="; ", ignore_nulls=True),
    )


def _kind(group: str) -> Fields | None:
    plain = " ".join(group.split()).casefold()
    return next(({"kind": kind} for begins, kind in KIND_BY_GROUP.items() if plain.startswith(begins)), None)


def _weapon(description: str) -> Fields:
    """The one class that a description names; none where it names several or nothing that is listed."""
    named = {weapon for shape, weapon in WEAPON_BY_TYPE.items() if re.search(shape, description.upper())}
    return {"weapon": named.pop() if len(named) == 1 else None}
