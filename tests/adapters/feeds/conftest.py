"""A small mission as the readers see it, and a way to read text as if it were a file."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from reading import RECEIVED, Read, Reading

from truceline.adapters.feeds import FeedContext
from truceline.usecases.mission import Area
from truceline.usecases.ports import FeedReader
from truceline.values.source import Source


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
