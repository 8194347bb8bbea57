"""Times keep their zone; what clocks do twice a year is covered or rejected, never guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.adapters.feeds.times import instant, local_date, local_span

KYIV = ZoneInfo("Europe/Kyiv")
FIRST = datetime(1971, 1, 1)  # noqa: DTZ001  hypothesis adds the zone


def span_of(day: date, time: str | None) -> tuple[datetime | None, datetime | None, bool, bool]:
    frame = pl.DataFrame({"day": [day], "time": [time]}, schema={"day": pl.Date, "time": pl.String})
    row = local_span(frame, "day", "time", KYIV).row(0, named=True)
    return row["occurred_from"], row["occurred_until"], row["time understood"], row["time exists"]


@pytest.mark.parametrize(
    ("time", "start", "minutes"),
    [
        ("10:15", "2020-07-27T07:15Z", 1),
        ("9:05", "2020-07-27T06:05Z", 1),
        ("10:15:30", "2020-07-27T07:15:30Z", 1 / 60),
        ("08:40-12:30", "2020-07-27T05:40Z", 230),
        ("08:40 – 12:30", "2020-07-27T05:40Z", 230),
        ("23:50-00:10", "2020-07-27T20:50Z", 20),
        ("10:15-10:15", "2020-07-27T07:15Z", 1),
        ("22:00-24:00", "2020-07-27T19:00Z", 120),
        ("24:00", "2020-07-27T21:00Z", 1),
        (None, "2020-07-26T21:00Z", 24 * 60),
    ],
)
def test_a_local_time_covers_its_minute_second_interval_or_day(time: str | None, start: str, minutes: float) -> None:
    begin = datetime.fromisoformat(start)
    assert span_of(date(2020, 7, 27), time) == (begin, begin + timedelta(minutes=minutes), True, True)


@pytest.mark.parametrize("time", ["25:61", "24:01", "10:60", "10.15", "10:15-", "10:15-25:00", "noon", "10:15:61", "-1:00"])
def test_a_time_that_is_none_is_not_understood(time: str) -> None:
    assert not span_of(date(2020, 7, 27), time)[2]


def test_an_hour_that_occurs_twice_covers_both() -> None:
    start, end, *_ = span_of(date(2020, 10, 25), "03:30")
    assert (start, end) == (datetime(2020, 10, 25, 0, 30, tzinfo=UTC), datetime(2020, 10, 25, 1, 31, tzinfo=UTC))


def test_an_hour_that_does_not_occur_is_said_so() -> None:
    assert span_of(date(2020, 3, 29), "03:30")[2:] == (True, False)
    assert span_of(date(2020, 3, 29), "02:59")[1] == datetime(2020, 3, 29, 1, 0, tzinfo=UTC)
    assert span_of(date(2020, 3, 29), "02:30-03:00")[1] == datetime(2020, 3, 29, 1, 0, tzinfo=UTC)


def test_days_have_23_24_or_25_hours() -> None:
    hours = [(end - start).total_seconds() / 3600 for start, end, *_ in (span_of(day, None) for day in
             (date(2020, 3, 29), date(2020, 7, 27), date(2020, 10, 25))) if start and end]  # fmt: skip
    assert hours == [23, 24, 25]


@settings(max_examples=40, deadline=None)
@given(at=st.datetimes(FIRST.replace(year=2000), FIRST.replace(year=2030)))
def test_every_minute_that_exists_comes_back_to_itself(at: datetime) -> None:
    at = at.replace(second=0, microsecond=0)
    start, end, understood, exists = span_of(at.date(), f"{at:%H:%M}")
    as_python = at.replace(tzinfo=KYIV, fold=0).astimezone(UTC)
    assert understood
    assert exists == (as_python.astimezone(KYIV).replace(tzinfo=None) == at)
    if exists:
        assert start == as_python
        assert end == at.replace(tzinfo=KYIV, fold=1).astimezone(UTC) + timedelta(minutes=1)


@settings(max_examples=60, deadline=None)
@given(
    at=st.datetimes(FIRST, FIRST.replace(year=2199), timezones=st.sampled_from([UTC, KYIV, ZoneInfo("Asia/Kolkata")])),
    gap=st.sampled_from([" ", "T"]),
    unit=st.sampled_from(["minutes", "seconds", "milliseconds", "microseconds"]),
)
def test_iso_8601_with_a_zone_is_read_as_python_reads_it(at: datetime, gap: str, unit: str) -> None:
    text = at.isoformat(gap, unit)
    assert pl.DataFrame({"at": [text]}).select(instant("at")).item() == datetime.fromisoformat(text)


@pytest.mark.parametrize(
    "text", ["2020-07-27T10:15", "2020-07-27", "2020-13-01T00:00Z", "2020-02-30T00:00Z", "0001-01-01T00:00Z", "x"]
)
def test_a_time_without_zone_or_sense_is_no_instant(text: str) -> None:
    assert pl.DataFrame({"at": [text]}).select(instant("at")).item() is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-07-27", date(2020, 7, 27)),
        ("27-07-2020", date(2020, 7, 27)),
        ("27/07/2020", date(2020, 7, 27)),
        ("27.07.2020", date(2020, 7, 27)),
        ("07/27/2020", None),
        ("27-07-20", None),
        ("2020-02-30", None),
        ("9999-01-01", None),
    ],
)
def test_a_date_is_read_in_four_orders_that_cannot_be_mistaken(text: str, expected: date | None) -> None:
    assert pl.DataFrame({"day": [text]}).select(local_date("day")).item() == expected
