"""How the report says times, places, counts and findings."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from truceline.reports.blocks import Row
from truceline.reports.daily import IncidentRow

LONGEST_BAND = timedelta(hours=1)
"""A time known better than this is written with plus and minus, a vaguer one from and until."""


OBSERVERS = {"patrol": "patrol", "camera": "camera", "acoustic": "acoustic sensor", "uav": "mission UAV", "satellite": "satellite"}


def when(local_from: str, local_until: str) -> str:
    """Local time of an incident: with plus and minus where it is known to an hour or better, else from and until."""
    first, last = datetime.fromisoformat(local_from), datetime.fromisoformat(local_until)
    band = last - first
    if band < timedelta(minutes=1):
        return clock_day(local_from)
    if band <= LONGEST_BAND:
        middle, half = first + band / 2, round(band.total_seconds() / 120 + 0.01)
        return f"{middle.day} {middle:%b %H:%M} ±{half} min"
    until = f"{last:%H:%M}" if first.date() == last.date() else clock_day(local_until)
    return f"{first.day} {first:%b %H:%M}–{until}"


def where(row: IncidentRow) -> str:
    """Nearest named place and cell; the sector alone where no more may be said."""
    return f"{row.near} · {row.cell.rstrip('f')}" if row.cell else row.near or "outside the sectors"


def finding(row: IncidentRow) -> str:
    """Terms and status."""
    return f"{', '.join(breakable(term) for term in row.terms)}: {row.status}" if row.terms else "no term concerns it"


def breakable(name: str) -> str:
    """A term's id that may be broken after its stops and hyphens, so that a long one keeps to its column."""
    return name.replace(".", ".\u200b").replace("-", "-\u200b")


def clock_day(text: str) -> str:
    """Day, month, hour and minute of a local ISO time."""
    moment = datetime.fromisoformat(text)
    return f"{moment.day} {moment:%b %H:%M}"


def clock_long(text: str) -> str:
    """Date and time of a local ISO time, in full."""
    moment = datetime.fromisoformat(text)
    return f"{moment.day} {moment:%B %Y, %H:%M}"


def day_words(day: date) -> str:
    """A date in words."""
    return f"{day.day} {day:%b %Y}"


def percent(share: float) -> str:
    """A share as whole percent."""
    return f"{100 * share:.0f}\u00a0%"


def times(count: int) -> str:
    """How often."""
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def incidents_in_words(count: int) -> str:
    """So many incidents."""
    return f"{count:,} incident{'' if count == 1 else 's'}"


def figures(*counts: int) -> Row:
    """Counts as they are printed."""
    return tuple(f"{count:,}" for count in counts)
