"""Which side of a line, how far, and how far along: as a slower reckoning by other means finds it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from truceline.agreement.lines import DrawnLine, Floats


def wiggly(seed: int, size: int = 40) -> Floats:
    """A line that always goes east and wanders north and south, metres."""
    rng = np.random.default_rng(seed)
    east = np.cumsum(rng.uniform(50, 3000, size))
    return np.column_stack([east, np.cumsum(rng.normal(0, 1500, size))])


def around(line: Floats, seed: int, size: int = 300) -> Floats:
    """Places between the ends of a line, near to it and far from it."""
    rng = np.random.default_rng(seed)
    east = rng.uniform(line[0, 0], line[-1, 0], size)
    return np.column_stack([east, np.interp(east, *line.T) + rng.choice([30, 3000, 20000], size) * rng.normal(0, 1, size)])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_distance_side_and_chainage_are_those_of_a_slower_reckoning(seed: int, walked_back: bool) -> None:
    """Of a line that always goes east, north is left: no nearest segment is needed to know that."""
    drawn = wiggly(seed)
    places = around(drawn, seed + 1)
    walked = drawn[::-1] if walked_back else drawn
    found = DrawnLine([walked]).nearest(*places.T)
    curve, points = shapely.LineString(walked), shapely.points(places)
    above = places[:, 1] > np.interp(places[:, 0], *drawn.T)
    # near an end the nearest spot may be the end itself, and then sides are those of the end's own direction
    ends = shapely.multipoints(drawn[[0, -1]])
    inside = shapely.distance(points, ends) > shapely.distance(points, curve) + 1e-6
    np.testing.assert_allclose(np.abs(found.signed_m), shapely.distance(points, curve), atol=1e-6)
    np.testing.assert_array_equal((found.signed_m > 0)[inside], (above != walked_back)[inside])
    spot = shapely.line_interpolate_point(curve, found.along_m)
    np.testing.assert_allclose(shapely.distance(points, spot), np.abs(found.signed_m), atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_walking_a_line_back_exchanges_its_sides_and_nothing_else(seed: int) -> None:
    line = wiggly(seed)
    places = around(line, seed + 1)
    there, back = DrawnLine([line]), DrawnLine([line[::-1]])
    np.testing.assert_allclose(there.nearest(*places.T).signed_m, -back.nearest(*places.T).signed_m, atol=1e-9)
    assert there.length_m == pytest.approx(back.length_m)


@pytest.mark.parametrize("angle_deg", [5, 20, 45, 90, 135, 170])
def test_places_around_the_outside_of_a_bend_are_all_on_one_side(angle_deg: float) -> None:
    """North along one leg and back south along the other, turning right: the whole outside of the tip is left of the line."""
    opening = np.deg2rad(angle_deg)
    line = np.array([[0.0, 0.0], [0.0, 10_000.0], [10_000 * np.sin(opening), 10_000 - 10_000 * np.cos(opening)]])
    tip = line[1]
    # everything whose nearest spot is the tip lies between the normals of both legs, on the left
    turn = np.linspace(np.pi - 1e-9, opening + 1e-9 - 0.0, 200) if opening > np.pi else np.linspace(opening, np.pi, 200)
    outside = tip + 500 * np.column_stack([np.cos(turn), np.sin(turn)])
    found = DrawnLine([line]).nearest(*outside.T)
    assert (found.signed_m > 0).all()
    np.testing.assert_allclose(found.signed_m, 500, rtol=1e-6)
    inside = DrawnLine([line]).nearest(np.array([3000 * np.sin(opening / 2)]), np.array([10_000 - 3000 * np.cos(opening / 2)]))
    assert inside.signed_m[0] < 0


def test_moving_a_place_beside_the_line_is_undone_by_measuring_it() -> None:
    drawn = DrawnLine([np.array([[0.0, 0.0], [30_000.0, 0.0], [60_000.0, 40_000.0]])])
    along = np.array([100.0, 15_000.0, 29_000.0, 45_000.0, 79_000.0])
    for offset in (-900.0, 0.0, 900.0):
        found = drawn.nearest(*drawn.beside(along, np.full(len(along), offset)))
        np.testing.assert_allclose(found.signed_m, offset, atol=1e-6)
        np.testing.assert_allclose(found.along_m, along, atol=1e-6)


def test_parts_are_walked_one_after_the_other() -> None:
    parts = [np.array([[0.0, 0.0], [10_000.0, 0.0]]), np.array([[20_000.0, 0.0], [30_000.0, 0.0]])]
    drawn = DrawnLine(parts)
    assert drawn.length_m == 20_000
    found = drawn.nearest(np.array([4_000.0, 22_000.0]), np.array([700.0, -700.0]))
    np.testing.assert_allclose(found.signed_m, [700, -700])
    np.testing.assert_allclose(found.along_m, [4_000, 12_000])


def test_a_point_drawn_twice_changes_nothing() -> None:
    line = wiggly(7)
    places = around(line, 8)
    twice = np.repeat(line, 2, axis=0)
    one, other = DrawnLine([line]).nearest(*places.T), DrawnLine([twice]).nearest(*places.T)
    np.testing.assert_allclose(one.signed_m, other.signed_m)
    np.testing.assert_allclose(one.along_m, other.along_m)


def test_a_place_that_is_not_known_has_no_distance() -> None:
    found = DrawnLine([wiggly(1)]).nearest(np.array([np.nan, 0.0, np.inf]), np.array([0.0, np.nan, 0.0]))
    assert np.isnan(found.signed_m).all()
    assert np.isnan(found.along_m).all()
    assert len(DrawnLine([wiggly(1)]).nearest(np.array([]), np.array([])).signed_m) == 0


def test_past_an_end_the_margin_is_the_distance_from_the_extension() -> None:
    drawn = DrawnLine([np.array([[0.0, 0.0], [10_000.0, 0.0]])])
    found = drawn.nearest(np.array([40_000.0, 40_000.0, -40_000.0, 5_000.0]), np.array([100.0, 30_000.0, -100.0, -700.0]))
    np.testing.assert_allclose(found.margin_m, [100, 30_000, 100, 700])
    np.testing.assert_allclose(found.signed_m[[0, 2]], [np.hypot(30_000, 100), -np.hypot(40_000, 100)])


@pytest.mark.parametrize("seed", range(10))
def test_a_line_cut_into_parts_is_still_one_line(seed: int) -> None:
    line = wiggly(seed)
    cuts = [line[:10], line[9:11], line[10:]]
    places = around(line, seed + 1)
    whole, cut = DrawnLine([line]).nearest(*places.T), DrawnLine(cuts).nearest(*places.T)
    np.testing.assert_array_equal(whole.signed_m, cut.signed_m)
    np.testing.assert_array_equal(whole.margin_m, cut.margin_m)


def test_the_outside_of_a_bend_at_a_cut_is_on_one_side() -> None:
    tip = np.array([[0.0, 0.0], [0.0, 10_000.0], [1_000.0, 0.0]])
    outside = np.array([[-300.0, 10_400.0], [0.0, 10_500.0], [300.0, 10_400.0]])
    assert (DrawnLine([tip[:2], tip[1:]]).nearest(*outside.T).signed_m > 0).all()
