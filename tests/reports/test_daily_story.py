"""What one day says: what counts, what stands beside the count, what was not seen, and what may not be told."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import h3
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from tests.reports.stories import CAMERA, PATROL, PERIOD, UAV, Story, a_day, at, setting

from truceline.adapters.typesetting import compile_pdf
from truceline.reports.daily import DailyReport, Totals
from truceline.reports.knowledge import Stated
from truceline.reports.map import Frame, Labels, frame_of, to_map
from truceline.reports.page import page_of
from truceline.reports.protection import AT_THE_MONITORS, Protection
from truceline.reports.words import when
from truceline.usecases.report import render
from truceline.values.place import EARTH


@pytest.fixture(scope="module")
def report() -> DailyReport:
    return a_day().report()


def row(report: DailyReport, number: int) -> Any:
    return next(row for row in report.incidents if row.incident == f"{number:016x}")


def test_only_what_is_broken_and_more_probable_than_not_is_counted(report: DailyReport) -> None:
    assert report.totals == Totals(violations=47, explosions=14, incidents=3, open_incidents=1, open_violations=9)


def test_what_cannot_be_judged_stands_beside_the_count(report: DailyReport) -> None:
    east = next(region for region in report.regions if region.region == "East")
    assert (east.now.violations, east.now.open_incidents) == (0, 1)


def test_the_previous_period_stands_beside_as_known_now_until_it_was_published() -> None:
    story = a_day()
    west = story.report().regions[0]
    assert (west.before.violations, story.report().before_from) == (40, "as known now")
    said = Totals(violations=38, explosions=10, incidents=1)
    story.stated = (Stated(date(2026, 3, 4), "063/2026", said, {"West": said}),)
    assert story.report().regions[0].before.violations == 38
    assert story.report().before_from == "as published in report 063/2026"


def test_a_figure_that_changed_since_it_was_stated_is_a_correction() -> None:
    story = a_day()
    story.stated = (Stated(date(2026, 3, 4), "063/2026", Totals(violations=38, explosions=10, incidents=1), {}),)
    changed = [(item.report, item.what, item.published, item.restated) for item in story.report().corrections]
    assert changed == [("063/2026", "violations", 38, 40)]


def test_the_running_total_splits_kinds_and_adds_up(report: DailyReport) -> None:
    kinds = {kind.kind: (kind.period, kind.since_start) for kind in report.kinds}
    assert kinds["explosions"] == (14, 24)
    assert kinds["bursts and shots"] == (33, 63)
    assert sum(period for period, _ in kinds.values()) == report.totals.violations


def test_fire_that_lacks_only_the_name_of_who_did_it_counts() -> None:
    story = Story()
    bound = "who is responsible, as the term binds only north"
    story.happens(1, (45.0, -30.2), "cannot be judged", count_low=5, missing=bound)
    story.happens(2, (45.0, -30.2), "cannot be judged", count_low=7, missing=f"{bound}; whether it was notified exercise")
    assert (story.report().totals.violations, story.report().totals.open_violations) == (5, 7)


def test_claims_are_apart_with_their_claimants_and_an_echo_is_no_second_claim(report: DailyReport) -> None:
    assert [(claim.claimant, claim.accused, claim.count) for claim in report.claims] == [
        ("north", "south", 6),
        ("south", "north", 2),
    ]
    totals = {(total.claimant, total.accused): (total.claims, total.seen_by_monitors) for total in report.claim_totals}
    assert totals == {("north", "south"): (1, 0), ("south", "north"): (2, 1)}
    assert report.withheld == 1


def test_heat_alone_is_in_no_table(report: DailyReport) -> None:
    assert report.unlikely_heat == 1
    assert not [row for row in report.incidents if row.observation == "heat"]


def test_a_sector_that_nobody_watched_has_no_window_of_silence(report: DailyReport) -> None:
    by_sector = {watch.sector: watch for watch in report.watch}
    assert by_sector["sector-4"].mean == 0
    assert by_sector["sector-4"].silences == ()
    assert by_sector["sector-4"].unseen_h == 24


def test_a_window_of_silence_holds_no_fire_and_was_watched(report: DailyReport) -> None:
    spells = next(watch for watch in report.watch if watch.sector == "sector-2").silences
    assert [spell.hours for spell in spells] == [16.25, 2.75]
    assert spells[0].local_from == "2026-03-05T03:15-01:00"


def test_denial_and_jamming_name_the_sector_and_who_did_it(report: DailyReport) -> None:
    said = [(item.what, item.by, item.cell, item.near) for item in report.restrictions]
    assert said[0] == ("access denied", "south", "", "Sector 2 (Cherry to Larch)")
    assert said[1][:2] == ("signal interference", "undetermined")


def test_what_happened_to_monitors_is_told_by_sector_and_beside_them_by_their_own_coarse_cell(report: DailyReport) -> None:
    denied, damage, seen = row(report, 9), row(report, 8), row(report, 1)
    assert (denied.cell, denied.near) == ("", "Sector 2 (Cherry to Larch)")
    assert h3.get_resolution(damage.cell) == 5
    assert h3.get_resolution(seen.cell) == 7


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-03-05T14:20-01:00", "2026-03-05T14:20-01:00", "5 Mar 14:20"),
        ("2026-03-05T14:00-01:00", "2026-03-05T14:30-01:00", "5 Mar 14:15 ±15 min"),
        ("2026-03-05T14:00-01:00", "2026-03-05T16:30-01:00", "5 Mar 14:00–16:30"),
        ("2026-03-04T22:00-01:00", "2026-03-05T01:30-01:00", "4 Mar 22:00–5 Mar 01:30"),
    ],
)
def test_a_time_is_said_as_precisely_as_it_is_known(first: str, last: str, words: str) -> None:
    assert when(first, last) == words


def test_a_period_in_which_clocks_change_says_so() -> None:
    from datetime import time

    from truceline.reports.assemble import zone_note
    from truceline.values.time import ReportingPeriod

    kyiv = setting().zone.__class__("Europe/Kyiv")
    period = ReportingPeriod.ending(date(2026, 3, 29), time(19, 30), kyiv)
    assert "clocks change from UTC+02:00 to UTC+03:00, so the period has 23 hours" in zone_note(period, kyiv)


def test_the_strip_of_coverage_tells_local_time_also_after_clocks_change() -> None:
    from datetime import time

    from truceline.reports.watching import strip_starts
    from truceline.values.time import ReportingPeriod

    kyiv = setting().zone.__class__("Europe/Kyiv")
    for day, hour, fields in ((date(2026, 3, 29), "18:30", 12), (date(2026, 10, 25), "18:30", 13), (date(2026, 6, 1), "17:30", 12)):
        starts = strip_starts(ReportingPeriod.ending(day, time(19, 30), kyiv), kyiv)
        assert (len(starts), starts[-1][11:16]) == (fields, hour)


def test_names_on_the_map_cover_neither_one_another_nor_the_line_while_there_is_room() -> None:
    line = [(100.0, 50.0, 200.0, 52.0)]
    labels = Labels(Frame(44, -31, 46, -29), [], line)
    assert labels.place(120, 60, "Heron") == (125, 64, "start")
    assert labels.place(120, 49, "Linden") == (120, 43, "middle")
    taken = labels.taken
    assert not (taken[0][1] < taken[1][3] and taken[1][1] < taken[0][3])
    nowhere = Labels(labels.frame, [(0.0, 0.0, 820.0, 900.0)])
    assert nowhere.place(120, 60, "Heron") is None


def test_all_sections_stand_in_the_order_professionals_know(report: DailyReport) -> None:
    titles = [section.title for section in page_of(report).sections]
    assert len(titles) == 16
    assert titles[:3] == ["Summary", "Running total", "Table of ceasefire violations"]
    assert titles[14] == "Map"


def test_an_empty_day_says_what_was_not_seen_and_renders() -> None:
    report = Story().report()
    documents = render(report, compile_pdf)
    assert report.totals == Totals()
    page = documents["report.html"].decode()
    assert "0\u00a0% of ground and hours along the line was watched" in page
    assert "No incident of fire is counted; 100\u00a0% of ground and hours was not watched." in page
    assert "undetermined in" not in page


def test_every_page_of_the_print_says_that_it_is_synthetic(report: DailyReport) -> None:
    pages = PdfReader(io.BytesIO(compile_pdf(*_typst(report)))).pages
    assert all("SYNTHETIC" in page.extract_text() for page in pages)


def test_a_day_that_was_observed_bears_no_mark() -> None:
    story = a_day()
    for incident in story.incidents:
        incident["synthetic"] = False
    report = story.report(synthetic=False)
    assert b"SYNTHETIC" not in render(report, compile_pdf)["report.html"]


def test_the_order_of_the_inputs_changes_nothing(report: DailyReport) -> None:
    known = a_day().knowledge()
    frames = ("incidents", "findings", "membership", "observations", "exposures")
    shuffled = replace(known, **{name: getattr(known, name).sample(fraction=1, shuffle=True, seed=4) for name in frames})
    from tests.reports import stories

    from truceline.reports.assemble import assemble

    again = assemble(PERIOD, report.number, 1, shuffled, stories.setting(), at(26.0))
    assert again.model_copy(update={"issued": report.issued}) == report


# Exchange of the parties ---------------------------------------------------------------------------------------------------


def exchanged(text: str) -> str:
    return re.sub("north|south|North|South", lambda found: OTHER[found[0]], text)


OTHER = {"north": "south", "south": "north", "North": "South", "South": "North"}


def exchanged_story(story: Story) -> Story:
    def turn(value: Any) -> Any:
        if isinstance(value, str):
            return exchanged(value)
        return [exchanged(part) for part in value] if isinstance(value, list) else value

    columns = ("incidents", "findings", "observations", "members", "watches")
    turned: dict[str, Any] = {
        name: [{key: turn(value) for key, value in line.items()} for line in getattr(story, name)] for name in columns
    }
    return replace(story, **turned)


def in_order(report: DailyReport) -> Any:
    content = json.loads(report.model_dump_json())
    for name in ("claim_totals", "claims", "parties"):
        content[name] = sorted(content[name], key=json.dumps)
    return content


@given(parties=st.lists(st.sampled_from(["north", "south", "undetermined"]), min_size=6, max_size=6))
@settings(max_examples=10, deadline=None)
def test_exchanging_the_parties_exchanges_them_in_the_report_and_nothing_else(parties: list[str]) -> None:
    story = a_day()
    for finding, party in zip([line for line in story.findings if line["status"] == "broken"], parties, strict=False):
        finding["responsible"] = party
    agreement = setting().agreement
    turned_agreement = type(agreement).model_validate_json(exchanged(agreement.model_dump_json(by_alias=True)))
    sources = {
        exchanged(name): type(source).model_validate_json(exchanged(source.model_dump_json()))
        for name, source in setting().sources.items()
    }
    plain = story.report()
    turned = exchanged_story(story).report(agreement=turned_agreement, sources=sources)
    back = DailyReport.model_validate_json(exchanged(turned.model_dump_json()))
    assert in_order(back) == in_order(plain)


# Positions -----------------------------------------------------------------------------------------------------------------

REVEALING_M = 500.0


def numbers_side_by_side(text: str) -> list[tuple[float, float]]:
    pairs = re.findall(r"(?<![\d.])(?=(-?\d+\.\d+)[\s,;]+(-?\d+\.\d+))", text)
    return [pair for one, other in pairs for pair in ((float(one), float(other)), (float(other), float(one)))]


def drawn(report: DailyReport) -> list[tuple[float, float]]:
    frame = frame_of(report)
    return [frame.degrees(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", to_map(report))]


def reveals(places: list[tuple[float, float]]) -> bool:
    return any(
        EARTH.inv(longitude, latitude, *position[::-1])[2] < REVEALING_M
        for latitude, longitude in places
        if abs(latitude) <= 90 and abs(longitude) <= 180
        for position in (CAMERA, PATROL, UAV)
    )


def revealing_formats(report: DailyReport) -> set[str]:
    """Formats that show, in numbers, in the map or as a fragment of text, where a watcher stood."""
    found = {"map"} if reveals(drawn(report)) else set()
    fragments = [[str(abs(number))[:7] for number in position] for position in (CAMERA, PATROL, UAV)]
    for name, content in render(report, compile_pdf).items():
        is_pdf = name.endswith(".pdf")
        text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages) if is_pdf else content.decode()
        named = [cell.ljust(15, "f") for cell in re.findall(r"\b8[0-9a-f]{5,14}\b", text)]  # print leaves the last f's out
        cells = [h3.cell_to_latlng(cell) for cell in named if h3.is_valid_cell(cell)]
        if reveals([*numbers_side_by_side(text), *cells]) or any(one in text and other in text for one, other in fragments):
            found.add(name)
    return found


def test_no_format_shows_where_a_watcher_stood(report: DailyReport) -> None:
    assert report.drawing.watched_cells
    assert revealing_formats(report) == set()


def test_the_search_finds_them_in_every_format_when_nothing_is_coarsened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Protection, "observer_cell", lambda _, latitude, longitude: h3.latlng_to_cell(latitude, longitude, 12))
    exposed = revealing_formats(a_day().report(protection=Protection(observer_delay_h=0)))
    assert exposed >= {"map", "report.html", "report.json", "incidents.csv", "incidents.geojson"}


def test_the_delay_alone_keeps_a_finished_watch_from_the_map() -> None:
    story = Story()
    story.watches_from("patrol-1", PATROL, 2, 4)
    assert story.report().drawing.watched_cells == ()
    assert story.report(protection=Protection(observer_delay_h=12)).drawing.watched_cells != ()


@given(hours=st.floats(0.1, 23.9), conduct=st.sampled_from(AT_THE_MONITORS), place=st.sampled_from([CAMERA, PATROL, UAV]))
@settings(max_examples=15, deadline=None)
def test_an_incident_at_the_monitors_never_has_a_cell_within_the_delay(
    hours: float, conduct: str, place: tuple[float, float]
) -> None:
    frame = pl.DataFrame(
        {"latitude": [place[0]], "longitude": [place[1]], "conduct": [conduct], "latest": [at(hours)], "beside_monitors": [False]}
    )
    assert Protection().incident_cells(frame, PERIOD.end) == [""]
    later = Protection().incident_cells(frame, PERIOD.end + timedelta(hours=24))
    assert h3.get_resolution(later[0]) == 5


def _typst(report: DailyReport) -> tuple[str, dict[str, str]]:
    from truceline.reports.pdf import to_typst

    return to_typst(report)
