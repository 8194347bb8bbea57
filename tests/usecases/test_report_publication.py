"""Numbers grow, nothing is overwritten, a correction is told once, and nothing new gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from tests.reports.stories import DAY, PERIOD, SOURCES, Story, loaded

from truceline.adapters.clock import FixedClock
from truceline.adapters.store import SqliteStore
from truceline.compliance.evidence import NOTICE
from truceline.incidents.tables import INCIDENT
from truceline.usecases.mission import Area, Mission
from truceline.usecases.ports import Commit, Run
from truceline.usecases.report import Entry, Published, publish_report, stated_before
from truceline.usecases.workspace import Workspace
from truceline.values.errors import InvalidRequest

PLACE = (45.03, -30.2)
MISSION = Mission(
    format="truceline-mission/1",
    id="story",
    title="Story mission (fictional)",
    time_zone="Atlantic/Azores",
    area=Area(south=44, west=-32, north=46, east=-28),
    synthetic=True,
)


def no_pdf(source: str, inputs: object) -> bytes:
    return b"%PDF stands here"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    agreement, geography, places = loaded()
    store = SqliteStore(tmp_path / "store")
    yield Workspace(tmp_path, MISSION, agreement, geography, SOURCES, places, NOTICE.empty(), store, FixedClock(PERIOD.end))
    store.close()


def learn(workspace: Workspace, story: Story, at: datetime, version: int = 1) -> None:
    """Put a story's frames into the store."""
    known = story.knowledge()
    changed = pl.lit(version).cast(pl.Int32).alias("version")
    tables = {"incident": known.incidents.with_columns(changed), "finding": known.findings.with_columns(changed)}
    workspace.store.commit(
        Commit(Run(kind="watch", started_at=at), {name: frame for name, frame in tables.items() if frame.height})
    )


def publish(workspace: Workspace, day: date, hours: float = 2) -> Published:
    issued = PERIOD.end + timedelta(days=(day - DAY).days, hours=hours)
    return publish_report(day, replace(workspace, clock=FixedClock(issued)), no_pdf)


def fire(count: int) -> Story:
    story = Story()
    story.happens(3, PLACE, count_low=count, kind="burst")
    return story


def test_numbers_count_the_reports_of_the_year(workspace: Workspace) -> None:
    learn(workspace, fire(5), PERIOD.end)
    days = [DAY, DAY + timedelta(days=1), date(2027, 1, 1), DAY + timedelta(days=2)]
    assert [publish(workspace, day).report.number for day in days] == ["001/2026", "002/2026", "001/2027", "003/2026"]


def test_publishing_again_without_news_gives_the_same_bytes_and_stores_nothing(workspace: Workspace) -> None:
    learn(workspace, fire(5), PERIOD.end)
    first = publish(workspace, DAY)
    runs = len(workspace.store.runs())
    assert publish(workspace, DAY, hours=50).documents == first.documents
    assert len(workspace.store.runs()) == runs


def test_what_is_learnt_later_makes_a_second_edition_that_says_what_it_changed_and_keeps_the_first(workspace: Workspace) -> None:
    learn(workspace, fire(5), PERIOD.end)
    first = publish(workspace, DAY)
    learn(workspace, fire(9), PERIOD.end, version=2)
    second = publish(workspace, DAY, hours=30).report
    assert (second.number, second.edition) == (first.report.number, 2)
    assert second.restates == "Edition 2 restates edition 1: violations 5 → 9."
    assert workspace.store.document(f"reports/{DAY}/edition-1/report.json") == first.documents["report.json"]


def test_a_correction_is_told_in_the_next_report_and_only_once(workspace: Workspace) -> None:
    learn(workspace, fire(5), PERIOD.end)
    publish(workspace, DAY)
    learn(workspace, fire(9), PERIOD.end, version=2)
    told = [publish(workspace, DAY + timedelta(days=number)).report.corrections for number in (1, 2)]
    assert [(item.day, item.what, item.published, item.restated) for item in told[0]] == [(DAY, "violations", 5, 9)]
    assert told[1] == ()


def test_a_correction_is_told_even_when_a_second_edition_was_published(workspace: Workspace) -> None:
    learn(workspace, fire(5), PERIOD.end)
    publish(workspace, DAY)
    learn(workspace, fire(9), PERIOD.end, version=2)
    publish(workspace, DAY, hours=20)
    corrections = publish(workspace, DAY + timedelta(days=1)).report.corrections
    assert [(item.published, item.restated) for item in corrections] == [(5, 9)]


def test_an_incident_that_no_longer_stands_is_corrected_away(workspace: Workspace) -> None:
    learn(workspace, fire(5), PERIOD.end)
    publish(workspace, DAY)
    story = fire(5)
    gone = story.knowledge().incidents.with_columns(
        pl.lit(2).cast(pl.Int32).alias("version"), pl.lit("withdrawn").cast(INCIDENT.schema["status"]).alias("status")
    )
    workspace.store.commit(Commit(Run(kind="watch", started_at=PERIOD.end), {"incident": gone}))
    corrections = publish(workspace, DAY + timedelta(days=1)).report.corrections
    assert {(item.what, item.restated) for item in corrections} == {("violations", 0), ("incidents", 0)}


def test_an_incident_that_no_longer_stands_is_corrected_away_though_no_older_one_is_on_record(workspace: Workspace) -> None:
    story = fire(5)
    story.happens(26, PLACE, count_low=7, kind="burst")
    learn(workspace, story, PERIOD.end)
    publish(workspace, DAY)
    gone = (
        story.knowledge()
        .incidents.head(1)
        .with_columns(
            pl.lit(2).cast(pl.Int32).alias("version"), pl.lit("withdrawn").cast(INCIDENT.schema["status"]).alias("status")
        )
    )
    workspace.store.commit(Commit(Run(kind="watch", started_at=PERIOD.end), {"incident": gone}))
    corrections = publish(workspace, DAY + timedelta(days=1)).report.corrections
    assert [(item.day, item.what, item.restated) for item in corrections] == [(DAY, "violations", 0), (DAY, "incidents", 0)]


def test_what_comes_after_the_cut_off_belongs_to_the_next_day(workspace: Workspace) -> None:
    story = fire(5)
    story.happens(24, PLACE, count_low=7, kind="burst")
    learn(workspace, story, PERIOD.end)
    assert publish(workspace, DAY).report.total == 5
    assert publish(workspace, DAY + timedelta(days=1)).report.total == 7


def test_a_period_that_is_not_over_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidRequest, match="Wait for the cut-off"):
        publish(workspace, DAY, hours=-0.1)


def test_a_mission_without_any_record_publishes_that_nothing_was_seen(workspace: Workspace) -> None:
    report = publish(workspace, DAY).report
    assert (report.total, report.coverage) == (0, 0.0)


def test_nothing_stated_of_a_later_day_is_held_against_an_earlier_one(workspace: Workspace) -> None:
    learn(workspace, fire(5), PERIOD.end)
    publish(workspace, DAY)
    entries = [Entry.model_validate(entry) for entry in _register(workspace)]
    assert stated_before(entries, DAY) == ()
    assert [stated.totals.violations for stated in stated_before(entries, DAY + timedelta(days=1))] == [5]


def _register(workspace: Workspace) -> list[object]:
    import json

    content = workspace.store.document("reports/register.json")
    assert content is not None
    found: list[object] = json.loads(content)
    return found


def test_the_day_of_the_story_is_that_of_its_zone() -> None:
    assert PERIOD.end.astimezone(ZoneInfo("Atlantic/Azores")).strftime("%H:%M") == "19:30"
