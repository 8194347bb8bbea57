"""The drawn line of contact: from which places it comes, how long it is, and on which side known towns lie."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from truceline.adapters.documents.agreements import LoadedAgreement
from truceline.agreement.document import Settlements
from truceline.agreement.geography import Geography

from .conftest import LIBRARY

PUBLISHED_KM = 420
SHORTER_BY = 0.25
"""The drawing joins some forty points by straight strokes: without the bends of the river and of the positions it is shorter."""

WITH_LINES = ("minsk-memorandum", "minsk-package", "minsk-addendum", "framework-decision", "measures-2020", "minsk-2020")
UKRAINE_SIDE = (
    "Mariupol",
    "Volnovakha",
    "Kurakhove",
    "Avdiivka",
    "Toretsk",
    "Bakhmut",
    "Popasna",
    "Hirske",
    "Novoaidar",
    "Shchastia",
)
OTHER_SIDE = ("Novoazovsk", "Dokuchaievsk", "Donetsk", "Makiivka", "Horlivka", "Yenakiieve", "Kadiivka", "Alchevsk", "Luhansk")


def places_of(name: str) -> dict[str, tuple[float, float]]:
    frame = pl.read_csv(LIBRARY / "agreements" / name / "places.csv", comment_prefix="#")
    return {row["name"]: (row["latitude"], row["longitude"]) for row in frame.iter_rows(named=True)}


def side_km(geography: Geography, line: str, place: tuple[float, float]) -> float:
    """Distance from the line in km, positive on the left."""
    return float(geography.signed_distance_km(line, np.array([place[0]]), np.array([place[1]]))[0])


@pytest.fixture(scope="module")
def geography(shipped: dict[str, LoadedAgreement]) -> Geography:
    return Geography(shipped["minsk-2020"].agreement, shipped["minsk-2020"].geometries)


def test_the_line_is_shorter_than_the_published_one_by_no_more_than_stated(geography: Geography) -> None:
    assert PUBLISHED_KM * (1 - SHORTER_BY) <= geography.length_km("line-factual") <= PUBLISHED_KM


@pytest.mark.parametrize("town", UKRAINE_SIDE)
def test_towns_held_by_ukraine_lie_on_the_left(town: str, geography: Geography) -> None:
    assert side_km(geography, "line-factual", places_of("minsk-2020")[town]) > 0


@pytest.mark.parametrize("town", OTHER_SIDE)
def test_towns_held_by_the_other_side_lie_on_the_right(town: str, geography: Geography) -> None:
    assert side_km(geography, "line-factual", places_of("minsk-2020")[town]) < 0


def test_debaltseve_changed_sides_between_the_two_lines(geography: Geography) -> None:
    debaltseve = places_of("minsk-2020")["Debaltseve"]
    assert side_km(geography, "line-2014", debaltseve) > 0 > side_km(geography, "line-factual", debaltseve)


def test_towns_near_the_line_have_no_holder_and_towns_far_from_it_have(geography: Geography) -> None:
    places = places_of("minsk-2020")
    towns = ("Avdiivka", "Kramatorsk", "Luhansk")
    latitude, longitude = (np.array([places[town][axis] for town in towns]) for axis in (0, 1))
    on = np.full(3, np.datetime64("2020-08-04T07:00:00", "us"))
    assert list(geography.holder(latitude, longitude, np.zeros(3), on)) == [None, "ukraine", "ordlo"]


@pytest.mark.parametrize("name", WITH_LINES)
def test_the_line_can_be_drawn_again_from_the_places_it_cites(name: str, shipped: dict[str, LoadedAgreement]) -> None:
    places = places_of(name)
    for line in shipped[name].agreement.lines:
        table = LIBRARY / "agreements" / name / Path(line.file).with_suffix(".points.csv")
        points = pl.read_csv(table, comment_prefix="#")
        drawn = np.asarray(shipped[name].geometries[line.file].coords)[:, ::-1]
        first, second = (np.array([places[town] for town in points[column]]) for column in ("first", "second"))
        expected = first + points["share"].to_numpy()[:, None] * (second - first)
        np.testing.assert_allclose(drawn, expected, atol=1e-4)


@pytest.mark.parametrize("name", WITH_LINES)
def test_the_line_starts_at_the_sea_ends_at_the_border_and_never_crosses_itself(
    name: str, shipped: dict[str, LoadedAgreement]
) -> None:
    for geometry in shipped[name].geometries.values():
        assert shapely.is_simple(geometry)
        (west, south), (east, north) = geometry.coords[0], geometry.coords[-1]
        assert (west, south) == pytest.approx((37.9, 47.1), abs=0.1)
        assert (east, north) == pytest.approx((39.67, 48.6), abs=0.1)


def test_sectors_cover_the_line_without_a_gap(shipped: dict[str, LoadedAgreement], geography: Geography) -> None:
    sectors = sorted(shipped["minsk-2020"].agreement.sectors, key=lambda sector: sector.from_km)
    assert sectors[0].from_km == 0
    assert all(before.until_km == after.from_km for before, after in pairwise(sectors))
    assert sectors[-1].until_km >= geography.length_km("line-factual")
    assert {sector.region for sector in sectors} == {"Donetsk", "Luhansk"}


def test_settlements_of_the_third_measure_stand_where_the_gazetteer_has_them(shipped: dict[str, LoadedAgreement]) -> None:
    places = places_of("minsk-2020")
    areas = [zone.area for zone in shipped["minsk-2020"].agreement.zones if isinstance(zone.area, Settlements)]
    assert areas
    for settlement in areas[0].places:
        assert (settlement.latitude, settlement.longitude) == pytest.approx(places[settlement.name], abs=0.001)
        assert 0.5 <= settlement.radius_km <= 15
