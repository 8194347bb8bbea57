"""Readers: one module a kind of file, each turning rows into observations or exposures, or into rejected rows with a reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from truceline.adapters.documents import read_document
from truceline.adapters.feeds.context import FeedContext
from truceline.adapters.feeds.eyes_on_russia import EyesOnRussiaReader
from truceline.adapters.feeds.firms import FirmsReader
from truceline.adapters.feeds.mapping import TableMapping
from truceline.adapters.feeds.patrols import PatrolReader
from truceline.adapters.feeds.table import TableReader
from truceline.adapters.feeds.watch import WatchReader
from truceline.usecases.mission import FeedSettings, Mission
from truceline.usecases.ports import FeedReader
from truceline.values.errors import InvalidDocument, InvalidRequest, Problem

__all__ = ["READERS", "FeedContext", "TableMapping", "TableReader", "reader_for"]

READERS: dict[str, Callable[[FeedContext], FeedReader]] = {
    "firms": FirmsReader,
    "eyes-on-russia": EyesOnRussiaReader,
    "patrols": PatrolReader,
    "watch": WatchReader,
}
"""Readers of published and mission formats by name; tables with a mapping come beside them."""


def reader_for(feed: str, mission: Mission, feeds: FeedSettings, folder: Path, places: pl.DataFrame) -> FeedReader:
    """The reader of a feed, by its name among READERS or among the mission's mappings.

    Raises InvalidRequest for a name that is neither, InvalidDocument for a mapping that cannot be used.
    """
    context = FeedContext(
        zone=mission.zone, sources={source.id: source for source in feeds.sources}, area=mission.area, places=places
    )
    if feed in feeds.mappings:
        path = folder / feeds.mappings[feed]
        mapping = read_document(path, TableMapping)
        if mapping.feed != feed:
            problem = Problem(f"{path}, feed", f"{feed!r}, its name in feeds.yaml", repr(mapping.feed), "Use one name in both.")
            raise InvalidDocument(problem)
        return TableReader(mapping, context)
    if feed in READERS:
        return READERS[feed](context)
    known = ", ".join([*READERS, *feeds.mappings])
    raise InvalidRequest(
        Problem("feed", f"one of {known}", repr(feed), "Name the mapping of a table in feeds.yaml under mappings.")
    )
