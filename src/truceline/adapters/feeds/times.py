"""Times as feeds write them: instants with a zone, and local dates and times with what clocks do twice a year."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import polars as pl

from truceline.adapters.feeds.checks import EARLIEST_YEAR, LATEST_YEAR
from truceline.incidents.tables import UTC_TIME

_ISO = r"^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(\.\d{1,6})?\s*(Z|z|[+-]\d{2}:?(?:\d{2})?)$"
_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2}))?"
_TIME = rf"^{_CLOCK}(?:\s*[-–—]\s*{_CLOCK})?$"
_DATES = {
    r"^\d{4}-\d{2}-\d{2}$": "%Y-%m-%d",
    r"^\d{2}-\d{2}-\d{4}$": "%d-%m-%Y",
    r"^\d{2}/\d{2}/\d{4}$": "%d/%m/%Y",
    r"^\d{2}\.\d{2}\.\d{4}$": "%d.%m.%Y",
}
_DAY_S = 86_400


def instant(column: str) -> pl.Expr:
    """The instant, in UTC, of ISO 8601 text with date, time and zone; null for anything else, a missing zone included."""
    parts = pl.col(column).str.extract_groups(_ISO)
    zone = parts.struct[4].str.to_uppercase().replace("Z", "+0000").str.replace(":", "", literal=True).str.pad_end(5, "0")
    text = pl.concat_str(
        parts.struct[0], pl.lit("T"), parts.struct[1], parts.struct[2].fill_null(":00"), parts.struct[3].fill_null(".0"), zone
    )
    at = text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%z", time_unit="us", strict=False).cast(UTC_TIME)
    return _sane(at)


def local_date(column: str) -> pl.Expr:
    """The date of text in any of four orders that cannot be mistaken for each other; null for anything else."""
    text = pl.col(column)
    return _sane(
        pl.coalesce(pl.when(text.str.contains(shape)).then(text).str.to_date(form, strict=False) for shape, form in _DATES.items())
    )


def local_span(frame: pl.DataFrame, date: str, time: str, zone: ZoneInfo) -> pl.DataFrame:
    """The frame with `occurred_from` and `occurred_until` in UTC, and `time understood` and `time exists`.

    `date` is a column of dates; `time` holds HH:MM, HH:MM:SS or an interval of two, null for the whole day. A minute or second
    covers itself; an interval that ends before it starts ends on the next day; a local time that occurs twice covers both.
    """
    groups = pl.col(time).str.extract_groups(_TIME)
    frame = frame.with_columns(
        _start=_second_of_day(groups, 0), _end=_second_of_day(groups, 3), _seconds=groups.struct[2].is_not_null()
    )
    frame = frame.with_columns(_two=groups.struct[3].is_not_null() & (pl.col("_end") != pl.col("_start")))
    start = pl.col(date).cast(pl.Datetime("us")) + pl.duration(seconds=pl.col("_start"))
    next_day = pl.when(pl.col("_end") < pl.col("_start")).then(_DAY_S).otherwise(0)
    end = pl.col(date).cast(pl.Datetime("us")) + pl.duration(seconds=pl.col("_end") + next_day)
    step = pl.when(pl.col("_seconds")).then(pl.duration(seconds=1)).otherwise(pl.duration(minutes=1))
    whole_day = pl.col(time).is_null()
    return frame.with_columns(
        pl.when(whole_day).then(midnight(date, zone)).otherwise(_in_zone(start, zone, "earliest")).alias("occurred_from"),
        pl.when(whole_day)
        .then(midnight(date, zone, days=1))
        .when(pl.col("_two"))
        .then(_end_in_zone(end, zone))
        .otherwise(_in_zone(start, zone, "latest") + step)
        .alias("occurred_until"),
        (whole_day | (pl.col("_start").is_not_null() & (pl.col("_end").is_not_null() | groups.struct[3].is_null()))).alias(
            "time understood"
        ),
    ).with_columns(
        (pl.col(date).is_null() | ~pl.col("time understood") | (pl.col("occurred_from").is_not_null() & pl.col("occurred_until").is_not_null()))
        .alias("time exists")
    ).drop("_start", "_end", "_seconds", "_two")  # fmt: skip


def midnight(date: str, zone: ZoneInfo, days: int = 0) -> pl.Expr:
    """Start of the local day, in UTC, so many days on; where clocks skip midnight, the first instant after it."""
    at = pl.col(date).cast(pl.Datetime("us")) + pl.duration(days=days)
    return pl.coalesce(_in_zone(at, zone, "earliest"), _in_zone(at + pl.duration(hours=1), zone, "earliest"))


def _second_of_day(groups: pl.Expr, first: int) -> pl.Expr:
    hour, minute, second = (groups.struct[first + place].cast(pl.Int64, strict=False).fill_null(0) for place in range(3))
    proper = (hour < 24) & (minute < 60) & (second < 60) | ((hour == 24) & (minute == 0) & (second == 0))
    return pl.when(groups.struct[first].is_not_null() & proper).then(hour * 3600 + minute * 60 + second)


def _in_zone(local: pl.Expr, zone: ZoneInfo, ambiguous: str) -> pl.Expr:
    placed = local.dt.replace_time_zone(zone.key, ambiguous=pl.lit(ambiguous), non_existent="null")
    return placed.dt.convert_time_zone("UTC").cast(UTC_TIME)


def _end_in_zone(local: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    """End of an interval; one at the very minute at which clocks go forward does not exist by name, but its last minute does."""
    minute = pl.duration(minutes=1)
    return pl.coalesce(_in_zone(local, zone, "latest"), _in_zone(local - minute, zone, "latest") + minute)


def _sane(at: pl.Expr) -> pl.Expr:
    return pl.when(at.dt.year().is_between(EARLIEST_YEAR, LATEST_YEAR)).then(at)
