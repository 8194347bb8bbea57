"""Exposure: who or what could see where, when and how well; the format is described in docs/reference/feed-formats.md."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import polars as pl

from truceline.adapters.feeds.checks import Check, misread, number, place_checks, sift
from truceline.adapters.feeds.context import FeedContext, exposures, keyed, no_observations
from truceline.adapters.feeds.records import LINE, Columns, read_records
from truceline.adapters.feeds.times import instant
from truceline.incidents.tables import EXPOSURE
from truceline.usecases.ports import Batch
from truceline.values.vocabulary import OBSERVER_KINDS

COLUMNS = Columns(
    required=("source", "observer", "from", "until", "latitude", "longitude", "range_km", "detection", "state"),
    optional=("reference", "blocked_by", "reported_at", "remark"),
)

_STATE = EXPOSURE.schema["state"]
STATES: tuple[str, ...] = tuple(_STATE.categories) if isinstance(_STATE, pl.Enum) else ()

_WHEN = "ISO 8601 with zone, such as 2020-07-27T06:00+03:00"
_RAW = ("from", "until", "latitude", "longitude", "range_km", "detection", "reported_at")


class WatchReader:
    """Reads tables of watches by patrols, sensors and satellites."""

    name = "watch"
    identity_holds_time = False

    def __init__(self, context: FeedContext) -> None:
        self._context = context

    def read(self, path: Path, received_at: datetime) -> Iterator[Batch]:
        """Yield a file's batches, in file order; raises InvalidFeed when the file as a whole cannot be read."""
        for chunk in read_records(path, COLUMNS, self._context.largest_bytes):
            good, rejected = sift(_understood(chunk.frame), self._checks(), chunk)
            raw = chunk.frame.join(good.select(LINE), on=LINE, how="semi", maintain_order="left")
            identity, content = keyed(raw, self.name, COLUMNS.all, ("source", "reference"))
            good = good.with_columns(exposure_id=identity, content_hash=content)
            yield Batch(no_observations(), exposures(good, self.name, received_at), chunk.rejected + rejected)

    def _checks(self) -> list[Check]:
        low = pl.col("detection")
        return [
            Check("source", pl.col("source").is_null(), "the id of a source"),
            Check(
                "observer", ~pl.col("observer").is_in(OBSERVER_KINDS).fill_null(value=False), f"one of {', '.join(OBSERVER_KINDS)}"
            ),
            Check("from", pl.col("watched_from").is_null(), _WHEN),
            Check("until", pl.col("watched_until").is_null(), _WHEN),
            Check("until", pl.col("watched_until") <= pl.col("watched_from"), "an end later than the start"),
            *place_checks("latitude", "longitude", self._context.area),
            Check("range_km", ~(pl.col("range_m") > 0).fill_null(value=False), "km, more than 0"),
            Check("state", ~pl.col("state").is_in(STATES).fill_null(value=False), f"one of {', '.join(STATES)}"),
            Check("detection", misread("raw detection", "detection") | (low < 0) | (low > 1), "a probability from 0 to 1"),
            Check("detection", low.is_null() & (pl.col("state") == "watching"), "a probability from 0 to 1 while watching"),
            Check("reported_at", misread("raw reported_at", "reported_at"), _WHEN),
        ]


def _understood(frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.with_columns(pl.col(name).alias(f"raw {name}") for name in _RAW)
    return frame.with_columns(
        pl.col("observer").str.to_lowercase(),
        pl.col("state").str.to_lowercase(),
        number("latitude"),
        number("longitude"),
        number("detection"),
        instant("reported_at"),
        watched_from=instant("from"),
        watched_until=instant("until"),
        range_m=number("range_km") * 1000,
        text=pl.col("remark"),
    ).with_columns(
        # A watch that is not watching notices nothing, whether or not its record says so.
        detection=pl.when(pl.col("raw detection").is_null() & (pl.col("state") != "watching")).then(0.0).otherwise("detection")
    )
