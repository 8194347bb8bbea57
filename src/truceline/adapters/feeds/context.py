"""What a reader needs to know of the mission, and how it grades and shapes what it read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from truceline.adapters.feeds.files import LARGEST_BYTES
from truceline.incidents.tables import EXPOSURE, OBSERVATION, UTC_TIME, Table
from truceline.usecases.mission import Area
from truceline.values.identity import identities
from truceline.values.source import Source

FILLED_BY_INGEST = ("recorded_at", "late", "conflicting", "inside_area", "synthetic")


@dataclass(frozen=True, slots=True)
class FeedContext:
    """The mission as readers see it: sources, zone of local times, area, and named places (name, latitude, longitude)."""

    zone: ZoneInfo
    sources: Mapping[str, Source] = field(default_factory=dict)
    area: Area | None = None
    places: pl.DataFrame | None = None
    largest_bytes: int = LARGEST_BYTES

    def graded(self, frame: pl.DataFrame, default: str = "F") -> pl.DataFrame:
        """The frame with reliability and origin of its column `source`; a source not listed is its own origin."""
        source = pl.col("source")
        reliability = {name: known.reliability for name, known in self.sources.items()}
        origin = {name: known.origin or name for name, known in self.sources.items()}
        return frame.with_columns(
            (source.replace_strict(reliability, default=default, return_dtype=pl.String) if reliability else pl.lit(default)).alias(
                "reliability"
            ),
            (source.replace(origin) if origin else source).alias("origin"),
        )


def observations(frame: pl.DataFrame, feed: str, received_at: datetime) -> pl.DataFrame:
    """The frame as OBSERVATION without the columns that ingest fills; the source is the originator, releasable to all."""
    frame = frame.with_columns(
        feed=pl.lit(feed),
        received_at=pl.lit(received_at).cast(UTC_TIME),
        originator=pl.col("originator") if "originator" in frame.columns else pl.col("source"),
        releasable_to=pl.col("releasable_to") if "releasable_to" in frame.columns else pl.lit("public"),
    )
    return _shaped(frame, OBSERVATION)


def exposures(frame: pl.DataFrame, feed: str, received_at: datetime) -> pl.DataFrame:
    """The frame as EXPOSURE without the columns that ingest fills."""
    return _shaped(frame.with_columns(feed=pl.lit(feed), received_at=pl.lit(received_at).cast(UTC_TIME)), EXPOSURE)


def no_observations() -> pl.DataFrame:
    """No rows, in the shape of `observations`."""
    return _shaped(OBSERVATION.empty(), OBSERVATION)


def no_exposures() -> pl.DataFrame:
    """No rows, in the shape of `exposures`."""
    return _shaped(EXPOSURE.empty(), EXPOSURE)


def keyed(frame: pl.DataFrame, feed: str, content: tuple[str, ...], key: tuple[str, ...]) -> tuple[pl.Series, pl.Series]:
    """Identity and content hash of each row of text columns, by the source's own key; a row whose last key is null, by its content.

    The hash is over what the source wrote, not over what was understood of it, so that a better reader makes no conflicts.
    """
    words = identities(frame.select(sorted(content)), feed)
    by_key = identities(frame.select(key), feed)
    own_key = frame[key[-1]].is_not_null()
    return by_key.zip_with(own_key, words), words


def _shaped(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    schema = {name: kind for name, kind in table.schema.items() if name not in FILLED_BY_INGEST}
    return frame.select(
        pl.col(name).cast(kind) if name in frame.columns else pl.lit(None).cast(kind).alias(name) for name, kind in schema.items()
    )
