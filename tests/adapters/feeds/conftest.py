"""A small mission as the readers see it, and a way to read text as if it were a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from truceline.adapters.feeds import FeedContext
from truceline.usecases.mission import Area
from truceline.usecases.ports import FeedReader, Rejected
from truceline.values.source import Source

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


@pytest.fixture
def context() -> FeedContext:
    return FeedContext(
        zone=ZoneInfo("Europe/Kyiv"),
        sources={
            "cam-1": Source(id="cam-1", title="Camera 1", kind="camera", reliability="A"),
            "north-daily": Source(id="north-daily", title="Daily", kind="media", reliability="D", origin="north-mod"),
        },
        area=Area(south=47, west=36, north=50, east=40),
        places=pl.DataFrame({"name": ["Avdiivka"], "latitude": [48.14], "longitude": [37.74], "region": ["Donetsk"]}),
    )


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_text(reader: FeedReader, content: str | bytes, name: str = "feed.csv") -> Reading:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        batches = list(reader.read(path, RECEIVED))
        return Reading(
            pl.concat([batch.observations for batch in batches]),
            pl.concat([batch.exposures for batch in batches]),
            tuple(row for batch in batches for row in batch.rejected),
        )

    return read_text
