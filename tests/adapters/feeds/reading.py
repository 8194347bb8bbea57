"""What the tests of the readers share: when the files were received, and all batches of a file together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import polars as pl

from truceline.usecases.ports import FeedReader, Rejected

RECEIVED = datetime(2020, 7, 28, 6, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Reading:
    """All batches of one file together."""

    observations: pl.DataFrame
    exposures: pl.DataFrame
    rejected: tuple[Rejected, ...]

    @property
    def reasons(self) -> list[tuple[int | None, str, str]]:
        return [(row.line, row.field, row.reason) for row in self.rejected]


class Read(Protocol):
    """Reads a content as if it were a file of that name."""

    def __call__(self, reader: FeedReader, content: str | bytes, name: str = "feed.csv") -> Reading: ...
