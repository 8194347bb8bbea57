"""Time with a zone and a precision.

Every moment is aware; a naive one is refused, because half an hour on either side of midnight decides which day's report
an incident belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time known to plus or minus `precision`."""

    at: datetime
    precision: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("Expected a time with a zone.")
        if self.precision < timedelta(0):
            raise ValueError("Expected precision >= 0.")

    @property
    def earliest(self) -> datetime:
        """The earliest instant the moment may stand for, in UTC."""
        return self.at.astimezone(UTC) - self.precision

    @property
    def latest(self) -> datetime:
        """The latest instant the moment may stand for, in UTC."""
        return self.at.astimezone(UTC) + self.precision


@dataclass(frozen=True, slots=True)
class Interval:
    """A span of time from `start` (included) to `end` (excluded); None means without a known bound."""

    start: datetime | None
    end: datetime | None

    def __post_init__(self) -> None:
        for bound in (self.start, self.end):
            if bound is not None and bound.tzinfo is None:
                raise ValueError("Expected a time with a zone.")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError("Expected end > start.")

    def contains(self, at: datetime) -> bool:
        """Whether the instant lies inside."""
        return (self.start is None or at >= self.start) and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class ReportingPeriod:
    """The 24 hours (23 or 25 when clocks change) that end at the cut-off of a day, in the mission's local time."""

    day: date
    interval: Interval

    @classmethod
    def ending(cls, day: date, cut_off: time, zone: ZoneInfo) -> ReportingPeriod:
        """Return the period that ends at `cut_off` local time on `day`."""
        end = datetime.combine(day, cut_off, zone).astimezone(UTC)
        start = datetime.combine(day - timedelta(days=1), cut_off, zone).astimezone(UTC)
        return cls(day, Interval(start, end))

    @property
    def start(self) -> datetime:
        """First instant of the period, in UTC."""
        assert self.interval.start is not None  # noqa: S101  both bounds are set by construction
        return self.interval.start

    @property
    def end(self) -> datetime:
        """First instant after the period, in UTC."""
        assert self.interval.end is not None  # noqa: S101  both bounds are set by construction
        return self.interval.end
