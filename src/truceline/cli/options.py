"""Options that several commands share, and how their text is read."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from truceline.values.errors import InvalidRequest, Problem

MissionFolder = Annotated[
    Path | None,
    typer.Option(
        "--mission", "-m", help="Mission folder; found by itself in or under the current folder.", envvar="TRUCELINE_MISSION"
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def instant(text: str, zone: ZoneInfo, option: str) -> datetime:
    """An aware instant from YYYY-MM-DD (midnight local) or ISO 8601; a time without zone is read in the mission's zone."""
    try:
        moment = datetime.fromisoformat(text) if "T" in text or " " in text else datetime.combine(date.fromisoformat(text), time())
    except ValueError:
        raise InvalidRequest(
            Problem(option, "YYYY-MM-DD or an ISO 8601 time", repr(text), "For example 2020-08-04 or 2020-08-04T10:00+03:00.")
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def day_of(text: str, option: str) -> date:
    """A date from YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidRequest(Problem(option, "a date as YYYY-MM-DD", repr(text), "For example 2020-08-04.")) from None


def point(text: str, option: str) -> tuple[float, float]:
    """Latitude and longitude in degrees from "48.14,37.74"."""
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        latitude = longitude = float("nan")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InvalidRequest(Problem(option, "LATITUDE,LONGITUDE in degrees", repr(text), "For example 48.14,37.74."))
    return latitude, longitude
