"""Clocks: the machine's, and one that stands still for the demo and the tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class SystemClock:
    """Tells the machine's time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """Tells one and the same time, so that a run can be repeated to the byte; raises ValueError for a time without a zone."""

    at: datetime

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("Expected a time with a zone.")

    def now(self) -> datetime:
        """Return the fixed instant, in UTC."""
        return self.at.astimezone(UTC)
