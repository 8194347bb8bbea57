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
    return _sane(at).alias(column)


def local_date(column: str) -> pl.Expr:
    """The date of text in any of four orders that cannot be mistaken for each other; null for anything else."""
    text = pl.col(column)
    return _sane(
        pl.coalesce(pl.when(text.str.contains(shape)).then(text).str.to_date(form, strict=False) for shape, form in _DATES.items())
    ).alias(column)


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
    earliest = pl.when(whole_day).then(midnight(date, zone)).otherwise(_in_zone(start, zone, "earliest"))
    one_moment = _in_zone(start, zone, "latest") + step
    two_moments = pl.when(pl.col("_two")).then(_end_in_zone(end, zone)).otherwise(one_moment)
    latest = pl.when(whole_day).then(midnight(date, zone, days=1)).otherwise(two_moments)
    understood = whole_day | (pl.col("_start").is_not_null() & (pl.col("_end").is_not_null() | groups.struct[3].is_null()))
    frame = frame.with_columns(earliest.alias("occurred_from"), latest.alias("occurred_until"), understood.alias("time understood"))
    exists = pl.col("occurred_from").is_not_null() & pl.col("occurred_until").is_not_null()
    moot = pl.col(date).is_null() | ~pl.col("time understood")
    return frame.with_columns((moot | exists).alias("time exists")).drop("_start", "_end", "_seconds", "_two")


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


_ZONED_FORMATS = ("%z", "%:z", "%#z", "%+")
_LOCAL_SHAPES = {
    r"^\d{4}-\d{2}-\d{2}$": ("%Y-%m-%d", "day"),
    r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}$": ("%Y-%m-%d %H:%M", "minute"),
    r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?$": ("%Y-%m-%d %H:%M:%S%.f", "second"),
}


def span(frame: pl.DataFrame, column: str, form: str | None, zone: ZoneInfo | None, precision_min: float | None) -> pl.DataFrame:
    """The frame with `earliest` and `latest` of a text column, in UTC, and whether it was `understood`, `zoned` and `exists`.

    `form` is a strptime pattern, ISO 8601 if None. Text without a zone is in `zone`; with None it is not `zoned`. Without a stated
    precision, a date stands for its local day, a time for its minute or second.
    """
    local, unit = _local(column, form)
    zoned = instant(column) if form is None else _zoned(column, form)
    frame = frame.with_columns(_local=local, _unit=unit, _zoned=zoned, _day=local.dt.date())
    here = zone or ZoneInfo("UTC")  # stands in while the row is on its way to be rejected
    minute, second = pl.duration(minutes=1), pl.duration(seconds=1)
    step = pl.when((pl.col("_unit") == "minute") & pl.col("_zoned").is_null()).then(minute).otherwise(second)
    stated = pl.duration(seconds=round((precision_min or 0) * 60))
    before, after = (pl.duration(seconds=0), step) if precision_min is None else (stated, stated)
    first = pl.coalesce(pl.col("_zoned"), _in_zone(pl.col("_local"), here, "earliest"))
    last = pl.coalesce(pl.col("_zoned"), _in_zone(pl.col("_local"), here, "latest"))
    whole_day = (pl.col("_unit") == "day") & pl.lit(precision_min is None)
    frame = frame.with_columns(
        earliest=pl.when(whole_day).then(midnight("_day", here)).otherwise(first - before),
        latest=pl.when(whole_day).then(midnight("_day", here, days=1)).otherwise(last + after),
        understood=pl.coalesce(pl.col("_zoned"), pl.col("_local").dt.replace_time_zone("UTC")).is_not_null(),
    )
    return frame.with_columns(
        zoned=pl.col("_zoned").is_not_null() | pl.lit(zone is not None) | ~pl.col("understood"),
        exists=(pl.col("earliest").is_not_null() & pl.col("latest").is_not_null()) | ~pl.col("understood"),
    ).drop("_local", "_unit", "_zoned", "_day")


def _local(column: str, form: str | None) -> tuple[pl.Expr, pl.Expr]:
    """Local time without zone, and its unit, of text; null where it is not one."""
    text = pl.col(column)
    if form is None:
        plain = text.str.replace("T", " ", literal=True)
        at = pl.coalesce(
            pl.when(text.str.contains(shape)).then(plain).str.to_datetime(pattern, time_unit="us", strict=False)
            if unit != "day"
            else pl.when(text.str.contains(shape)).then(plain).str.to_date(pattern, strict=False).cast(pl.Datetime("us"))
            for shape, (pattern, unit) in _LOCAL_SHAPES.items()
        )
        unit = pl.coalesce(pl.when(text.str.contains(shape)).then(pl.lit(name)) for shape, (_, name) in _LOCAL_SHAPES.items())
        return _sane(at), unit
    if any(mark in form for mark in _ZONED_FORMATS):
        return pl.lit(None, pl.Datetime("us")), pl.lit(None, pl.String)
    timed = any(mark in form for mark in ("%H", "%I", "%T", "%R", "%X", "%c", "%r"))
    seconds = any(mark in form for mark in ("%S", "%T", "%X", "%c", "%r"))
    if not timed:
        return _sane(text.str.to_date(form, strict=False).cast(pl.Datetime("us"))), pl.lit("day")
    return _sane(text.str.to_datetime(form, time_unit="us", strict=False)), pl.lit("second" if seconds else "minute")


def _zoned(column: str, form: str) -> pl.Expr:
    if not any(mark in form for mark in _ZONED_FORMATS):
        return pl.lit(None, UTC_TIME)
    return _sane(pl.col(column).str.to_datetime(form, time_unit="us", strict=False).dt.convert_time_zone("UTC").cast(UTC_TIME))
