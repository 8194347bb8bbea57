"""NASA FIRMS thermal anomalies: full CSV of MODIS and VIIRS, archive and near real time, and the bare form of place and date.

FIRMS gives dates and times in UTC. Its `scan` and `track` are the sides of the pixel in km. The format is described in
docs/reference/feed-formats.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import polars as pl

from truceline.adapters.feeds.checks import EARLIEST_YEAR, LATEST_YEAR, Check, inside, misread, number, place_checks, sift
from truceline.adapters.feeds.context import FeedContext, no_exposures, observations
from truceline.adapters.feeds.records import LINE, Columns, read_records
from truceline.incidents.tables import UTC_TIME
from truceline.usecases.ports import Batch
from truceline.values.identity import identities

COLUMNS = Columns(
    required=("latitude", "longitude", "acq_date"),
    optional=(
        "brightness", "bright_ti4", "bright_t31", "bright_ti5", "scan", "track", "acq_time", "satellite", "instrument",
        "confidence", "version", "frp", "daynight", "type", "country_id",
    ),
)  # fmt: skip

SATELLITES: dict[str, tuple[str, ...]] = {
    "firms/modis-terra": ("TERRA", "T"),
    "firms/modis-aqua": ("AQUA", "A"),
    "firms/viirs-snpp": ("N", "SNPP", "NPP", "SUOMI NPP", "SUOMI-NPP", "S-NPP"),
    "firms/viirs-noaa20": ("N20", "1", "J1", "NOAA-20", "NOAA20"),
    "firms/viirs-noaa21": ("N21", "2", "J2", "NOAA-21", "NOAA21"),
}
"""Source by the ways in which FIRMS has written the satellite."""

UNKNOWN = "firms/unknown"
TIME_PRECISION_MIN = 5
VIIRS_PIXEL_M, MODIS_PIXEL_M = 375.0, 1000.0

_SOURCE_OF = {written: source for source, forms in SATELLITES.items() for written in forms}
_CREDIBILITY = {"h": 2, "high": 2, "n": 3, "nominal": 3, "l": 4, "low": 4}
_MEASURED = ("brightness", "bright_ti4", "bright_t31", "bright_ti5", "scan", "track", "frp")


class FirmsReader:
    """Reads FIRMS files; a detection's identity holds its time, so only stored rows of the same time can be duplicates."""

    name = "firms"
    identity_holds_time = True

    def __init__(self, context: FeedContext) -> None:
        self._context = context

    def read(self, path: Path, received_at: datetime) -> Iterator[Batch]:
        """Yield a file's batches, in file order; raises InvalidFeed when the file as a whole cannot be read."""
        for chunk in read_records(path, COLUMNS, self._context.largest_bytes):
            full = (
                chunk.frame["acq_time"].null_count() < chunk.frame.height
                or chunk.frame["satellite"].null_count() < chunk.frame.height
            )
            frame, checks = _full(chunk.frame) if full else _bare(chunk.frame)
            good, rejected = sift(frame, [*self._place_checks(frame), *checks], chunk)
            yield Batch(self._observations(good, received_at, full=full), no_exposures(), chunk.rejected + rejected)

    def _place_checks(self, frame: pl.DataFrame) -> list[Check]:
        """A satellite's file is swapped as a whole or not at all: once a row lies inside the area, others are just elsewhere."""
        area = self._context.area
        any_inside = area is not None and frame.select(inside(area, "latitude", "longitude").any()).item()
        return place_checks("latitude", "longitude", None if any_inside else area)

    def _observations(self, good: pl.DataFrame, received_at: datetime, *, full: bool) -> pl.DataFrame:
        place = good.select(
            "source",
            (pl.col("latitude") * 100_000).round().cast(pl.Int64),
            (pl.col("longitude") * 100_000).round().cast(pl.Int64),
            "occurred_from",
        )
        # The archive repeats a detection with one more digit of its place: that is the same content, within a metre.
        identity = content = identities(place, self.name)
        if full:
            content = identities(place.hstack(good.select(*_MEASURED, "confidence", "version", "daynight", "type")), self.name)
        good = good.with_columns(
            observation_id=identity,
            content_hash=content,
            kind=pl.lit("heat"),
            means=pl.lit("satellite"),
        )
        return observations(self._context.graded(good), self.name, received_at)


def _day(frame: pl.DataFrame) -> pl.DataFrame:
    day = pl.col("acq_date").str.to_date("%Y-%m-%d", strict=False)
    return frame.with_columns(
        number("latitude"), number("longitude"), day=pl.when(day.dt.year().is_between(EARLIEST_YEAR, LATEST_YEAR)).then(day)
    )


_DAY_CHECK = Check("acq_date", pl.col("day").is_null(), "a date YYYY-MM-DD")


def _bare(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Check]]:
    frame = _day(frame.select(LINE, "latitude", "longitude", "acq_date"))
    start = pl.col("day").cast(pl.Datetime("us")).dt.replace_time_zone("UTC").cast(UTC_TIME)
    frame = frame.with_columns(
        occurred_from=start,
        occurred_until=start + pl.duration(days=1),
        source=pl.lit(UNKNOWN),
        uncertainty_m=pl.lit(MODIS_PIXEL_M),
        credibility=pl.lit(6),
    )
    return frame, [_DAY_CHECK]


def _full(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[Check]]:
    raw = {name: f"{name} as written" for name in ("acq_time", "satellite", *_MEASURED, "confidence")}
    frame = _day(frame.with_columns(pl.col(name).alias(kept) for name, kept in raw.items()))
    frame = frame.with_columns(
        *(number(name) for name in _MEASURED),
        source=pl.col("satellite").str.to_uppercase().replace_strict(_SOURCE_OF, default=None, return_dtype=pl.String),
        minute=_minute_of_day(),
        credibility=_credibility(),
    )
    at = pl.col("day").cast(pl.Datetime("us")).dt.replace_time_zone("UTC") + pl.duration(minutes=pl.col("minute"))
    nominal = pl.when(pl.col("source").str.starts_with("firms/viirs")).then(VIIRS_PIXEL_M).otherwise(MODIS_PIXEL_M)
    frame = frame.with_columns(
        occurred_from=at - pl.duration(minutes=TIME_PRECISION_MIN),
        occurred_until=at + pl.duration(minutes=TIME_PRECISION_MIN),
        uncertainty_m=((pl.col("scan") * pl.col("track")).sqrt() * 1000).fill_null(nominal),
        text=pl.concat_str(
            *(pl.concat_str(pl.lit(f"{name}="), pl.col(raw.get(name, name))) for name in ("frp", "confidence", "daynight", "type")),
            separator=",",
            ignore_nulls=True,
        ),
    )
    sides = [
        Check(side, (pl.col(side) <= 0) | (pl.col(side) > 20), "a side of the pixel in km, over 0 to 20")
        for side in ("scan", "track")
    ]
    return frame, [
        _DAY_CHECK,
        Check("acq_time", pl.col("minute").is_null(), "a time HHMM in UTC"),
        Check("satellite", pl.col("source").is_null(), f"one of {', '.join(forms[0] for forms in SATELLITES.values())}"),
        *(Check(name, misread(raw[name], name), "a number") for name in _MEASURED),
        *sides,
        Check("confidence", misread("confidence", "credibility"), "low, nominal, high, or 0 to 100"),
    ]


def _minute_of_day() -> pl.Expr:
    """Minutes since midnight of a time such as 1342, 46 (00:46) or 13:42; null for anything else."""
    text = pl.col("acq_time").str.replace(":", "", literal=True)
    digits = pl.when(text.str.contains(r"^\d{1,4}$")).then(text).cast(pl.Int64, strict=False)
    hour, minute = digits // 100, digits % 100
    return pl.when((hour < 24) & (minute < 60)).then(hour * 60 + minute)


def _credibility() -> pl.Expr:
    """VIIRS says low, nominal or high; MODIS a percentage, which FIRMS reads as low below 30 and high above 80."""
    percent = pl.col("confidence").cast(pl.Float64, strict=False)
    by_percent = pl.when(percent < 30).then(4).when(percent > 80).then(2).otherwise(3)
    word = pl.col("confidence").str.to_lowercase().replace_strict(_CREDIBILITY, default=None, return_dtype=pl.Int32)
    return pl.when(pl.col("confidence").is_null()).then(6).when(percent.is_between(0, 100)).then(by_percent).otherwise(word)
