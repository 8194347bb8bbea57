"""No format of a report shows where a monitor or sensor stood; without the coarsening the same search finds them in each."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import h3
import numpy as np
import numpy.typing as npt
import pytest
from pypdf import PdfReader

from truceline.adapters.clock import FixedClock
from truceline.adapters.typesetting import compile_pdf
from truceline.exercise.play import Play
from truceline.exercise.scenario import Scenario
from truceline.reports.daily import DailyReport
from truceline.reports.map import Frame, frame_of
from truceline.reports.protection import Protection, outline_of
from truceline.usecases.demo import keep_watch
from truceline.usecases.report import Published, publish_report
from truceline.usecases.workspace import Workspace
from truceline.values.place import EARTH
from truceline.wiring import DemoBench, make_demo_mission, open_mission

REVEALING_M = 500.0
"""A place nearer than this to where a monitor stood gives the monitor away; the cell that may be shown is 18 km across."""

COARSEST_REVEALING = 8
"""Cells of this H3 resolution and finer are smaller than a kilometre and a half across: they point at what they hold."""

Places = npt.NDArray[np.float64]


@dataclass
class Month:
    """A watched month, with what nobody outside may learn."""

    workspace: Workspace
    played: Play

    def publish(self, day: date) -> Published:
        """Publish the report of a day, two hours after its cut-off."""
        period = next(period for period in self.played.periods if period.day == day)
        workspace = replace(self.workspace, clock=FixedClock(period.end + timedelta(hours=2)))
        return publish_report(day, workspace, compile_pdf)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    folder = tmp_path_factory.mktemp("month") / "m"
    played = make_demo_mission(folder, Scenario(seed=5, days=5))
    with open_mission(folder) as workspace:
        keep_watch(played, workspace, DemoBench(folder))
        yield Month(workspace, played)


def text_of(name: str, content: bytes) -> str:
    if name.endswith(".pdf"):
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return content.decode()


def written_places(text: str) -> Places:
    """Every two numbers with three decimals or more that stand side by side, read as latitude and longitude either way."""
    side_by_side = re.findall(r"(-?\d{1,3}\.\d{3,})[\s,;]+(-?\d{1,3}\.\d{3,})", text)
    pairs = [pair for one, other in side_by_side for pair in ((float(one), float(other)), (float(other), float(one)))]
    return np.array(pairs or [(0.0, 0.0)])


def drawn_places(text: str, frame: Frame) -> Places:
    """Every point of a path or circle of the map, turned back into degrees."""
    drawing = text.partition('clip-path="url(#window)"')[2].partition("</g>")[0]
    points = [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.]+),(-?[\d.]+)", drawing)]
    points += [(float(x), float(y)) for x, y in re.findall(r'cx="(-?[\d.]+)" cy="(-?[\d.]+)"', drawing)]
    return np.array([frame.degrees(x, y) for x, y in points] or [(0.0, 0.0)])


def public_places(report: DailyReport) -> Places:
    """What anybody may know: lines, zones, sector borders, named places, and the corners and middles of coarse cells."""
    drawing = report.drawing
    places = [point for line in drawing.lines for point in line.points]
    places += [point for area in drawing.areas for point in area.ring]
    places += [place.at for place in drawing.places]
    places += [point for sector in drawing.sectors for point in (*sector.start, *sector.end, sector.middle)]
    shown = {*drawing.watched_cells, *(row.cell for row in report.incidents), *(row.cell for row in report.restrictions)}
    cells = shown - {""}
    coarse = [cell for cell in cells if h3.get_resolution(cell) < COARSEST_REVEALING]
    places += [point for cell in coarse for point in outline_of(cell)]
    return np.array(places)


def near(places: Places, others: Places, metres: float) -> npt.NDArray[np.bool_]:
    """Whether each place lies within so many metres of one of the others."""
    result = np.zeros(len(places), dtype=bool)
    for latitude, longitude in others:
        candidates = np.flatnonzero((abs(places[:, 0] - latitude) < 0.01) & (abs(places[:, 1] - longitude) < 0.015))
        size = len(candidates)
        if size:
            _, _, away = EARTH.inv(np.full(size, longitude), np.full(size, latitude), places[candidates, 1], places[candidates, 0])
            result[candidates[np.asarray(away) <= metres]] = True
    return result


def formats_that_reveal(month: Month, published: Published) -> set[str]:
    """Names of the files in which a place, or a cell, gives a monitor away."""
    monitors = month.played.observers.unique().to_numpy()
    public = public_places(published.report)
    frame = frame_of(published.report)
    revealing = set()
    for name, content in published.documents.items():
        text = text_of(name, content)
        for places in (written_places(text), drawn_places(text, frame)):
            candidates = places[near(places, monitors, REVEALING_M)]
            if len(candidates) and not near(candidates, public, 25.0).all():
                revealing.add(name)
        cells = {cell for cell in re.findall(r"\b[0-9a-f]{15}\b", text) if h3.is_valid_cell(cell)}
        fine = np.array([h3.cell_to_latlng(cell) for cell in cells if h3.get_resolution(cell) >= COARSEST_REVEALING])
        if len(fine) and near(fine, monitors, REVEALING_M).any():
            revealing.add(name)
    return revealing


def test_no_format_reveals_where_a_monitor_stood(month: Month) -> None:
    published = month.publish(month.played.periods[-1].day)
    assert published.report.drawing.watched_cells, "watches are shown, coarsely"
    assert formats_that_reveal(month, published) == set()


def test_the_same_search_finds_them_when_the_coarsening_is_removed(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Protection, "observer_cell", lambda _, latitude, longitude: h3.latlng_to_cell(latitude, longitude, 15))
    exposed = formats_that_reveal(month, month.publish(month.played.periods[-2].day))
    assert {"report.json", "report.html"} <= exposed


def test_a_watch_appears_only_after_the_delay(month: Month) -> None:
    period = month.played.periods[1]
    exposures = month.workspace.store.scan("exposure").collect()
    during = exposures.filter(exposures["watched_from"] >= period.start)
    assert Protection(observer_delay_h=24).watched_cells(during, period.start + timedelta(hours=12)) == ()
    assert Protection(observer_delay_h=24).watched_cells(during, period.end + timedelta(hours=25)) != ()
