"""Silence is 'kept' only where enough was watched; not seen is never quiet."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.stories.straight_line import agreement, geography

from truceline.compliance.silence import Silence, observers_of
from truceline.compliance.tables import FINDING
from truceline.incidents.tables import EXPOSURE
from truceline.values.time import ReportingPeriod

STORY = agreement()
SILENCE = Silence(STORY, geography(STORY))
PERIOD = ReportingPeriod.ending(date(2026, 3, 15), time(19, 30), ZoneInfo("Europe/Kyiv"))
NOW = datetime(2026, 3, 16, tzinfo=UTC)


def watch(longitude: float, range_km: float = 12, hours: float = 24, **more: Any) -> dict[str, Any]:
    return {
        "exposure_id": 1,
        "source": "camera",
        "observer": "camera",
        "watched_from": PERIOD.start,
        "watched_until": PERIOD.start + timedelta(hours=hours),
        "latitude": 48.0,
        "longitude": longitude,
        "range_m": range_km * 1000,
        "detection": 0.9,
        "state": "watching",
        **more,
    }


WEST = [watch(longitude) for longitude in (37.05, 37.2, 37.35, 37.5)]
"""Cameras that together see all of the western sector."""


def statuses(watches: list[dict[str, Any]], findings: pl.DataFrame | None = None, term: str = "fire") -> dict[str, str]:
    exposures = EXPOSURE.conform(pl.DataFrame(watches)) if watches else EXPOSURE.empty()
    found = SILENCE.findings(PERIOD, exposures, FINDING.empty() if findings is None else findings, NOW)
    return dict(found.filter(pl.col("term") == term).select("sector", pl.col("status").cast(pl.String)).iter_rows())


def test_the_watched_sector_is_kept_and_the_unseen_one_cannot_be_judged() -> None:
    assert statuses(WEST) == {"west": "kept", "east": "cannot be judged"}


def test_nobody_watching_is_never_kept() -> None:
    assert set(statuses([]).values()) == {"cannot be judged"}


def test_blind_sensors_add_nothing() -> None:
    for state in ("down", "blocked", "cloud", "jammed"):
        assert statuses([{**row, "state": state} for row in WEST])["west"] == "cannot be judged"


def test_eyes_that_more_often_miss_than_see_add_nothing() -> None:
    assert statuses([{**row, "detection": 0.4} for row in WEST])["west"] == "cannot be judged"


def test_half_a_day_is_not_a_day() -> None:
    assert statuses([{**row, "watched_until": PERIOD.start + timedelta(hours=12)} for row in WEST])["west"] == "cannot be judged"


def test_satellites_between_two_overpasses_prove_nothing() -> None:
    assert "satellite" not in observers_of(STORY.terms[0])


def test_a_sector_with_an_open_incident_is_not_silent() -> None:
    row = {"term": "fire", "sector": "west", "day": PERIOD.day, "status": "cannot be judged", "incident_id": 1}
    assert "west" not in statuses(WEST, FINDING.conform(pl.DataFrame([row])))


def test_a_term_that_has_ended_is_not_in_force_however_well_watched() -> None:
    later = ReportingPeriod.ending(date(2026, 5, 1), time(19, 30), ZoneInfo("Europe/Kyiv"))
    found = SILENCE.findings(later, EXPOSURE.empty(), FINDING.empty(), NOW).filter(pl.col("term") == "fire")
    assert set(found["status"]) == {"not in force"}


@given(st.lists(st.sampled_from(range(len(WEST))), max_size=4, unique=True), st.sampled_from(range(len(WEST))))
def test_one_more_watcher_never_turns_kept_into_unknown(chosen: list[int], more: int) -> None:
    before = statuses([WEST[place] for place in chosen])
    after = statuses([WEST[place] for place in {*chosen, more}])
    assert not (before["west"] == "kept" and after["west"] != "kept")
